//! Winter: companies come in, the desk gets its mailbox and its words, and a campaign leaves.

use super::employers::{Employer, GAARDE, GROEN, HALTE, INKT, KRUL, LEK, LINDEPLAS, SLOTERDOK, STREEK};
use super::world::{DESK, Story, option, post, press, says};
use crate::support::PASSWORD;
use reqwest::blocking::multipart::{Form, Part};
use stagemakelaar::store::contacts;

/// The list that the broker was given: nine companies, one of them twice, and a line that is broken.
fn csv() -> String {
    let rows = [
        (SLOTERDOK, "50000001", "25476;Fietstechnicus;mbo2;2029-12-31"),
        (HALTE, "50000002", ";;;"),
        (GAARDE, "50000003", ";;;"),
        (LINDEPLAS, "50000004", ";;;"),
        (KRUL, "50000005", ";;;"),
        (INKT, "50000006", ";;;"),
        (STREEK, "50000007", ";;;"),
        (GROEN, "50000008", ";;;"),
        (LEK, "50000009", ";;;"),
        (HALTE, "50000002", ";;;"),
        (Employer { company: "Stuk", ..STREEK }, "123", ";;;"),
    ];
    let lines =
        rows.map(|(who, kvk, rest)| format!("{};{kvk};Amsterdam;{};{};{rest}\n", who.company, who.name, who.address));
    format!("Bedrijf;KvK;Plaats;Contactpersoon;E-mail;Crebo;Kwalificatie;Niveau;Geldig tot\n{}", lines.concat())
}

pub fn companies_are_imported(story: &Story) {
    story.at("2026-11-20", 10, 0);
    let noor = story.noor();
    noor.get("/companies/import");
    let file = Part::bytes(csv().into_bytes()).file_name("bedrijven.csv");
    let form = Form::new().text("csrf", noor.token()).part("file", file);
    let url = format!("{}/companies/import", story.app.base_url);
    let answer = noor.client.post(url).multipart(form).send().unwrap();
    assert_eq!(answer.status().as_u16(), 303);
    let path = answer.headers()["location"].to_str().unwrap().to_owned();
    story.tick("import");
    let dry = noor.get(&path).text;
    says(
        &dry,
        &["Nagekeken. Er is nog niets veranderd.", "<b class=\"num\">9</b> nieuwe", "<b class=\"num\">1</b> dubbel"],
    );
    says(&dry, &["<b class=\"num\">1</b> kunnen we niet lezen", "Verwerk 9 rijen"]);
    assert!(noor.get(&format!("{path}?verdict=error")).text.contains("Stuk"));
    assert!(!noor.get("/companies").text.contains(SLOTERDOK.company), "a dry run changes nothing");
    press(&noor, &path, &format!("{path}/start"), &[]);
    story.tick("import");
    let progress = serde_json::from_str::<serde_json::Value>(&noor.get(&format!("{path}/progress")).text).unwrap();
    assert_eq!((&progress["done"], &progress["of"], &progress["parts"][0]), (&true.into(), &9.into(), &9.into()));
    assert!(noor.get(&path).text.contains("9 van 9 rijen verwerkt"));
    let list = noor.get("/companies").text;
    for one in [SLOTERDOK, HALTE, GAARDE, LINDEPLAS, KRUL, INKT, STREEK, GROEN, LEK] {
        assert!(list.contains(one.company), "{} in {list}", one.company);
    }
    assert!(noor.get(&format!("/companies/{}", story.company(SLOTERDOK.company))).text.contains("Erkend leerbedrijf"));
}

pub fn the_mailbox_works_and_a_template_is_written(story: &Story) {
    let out = format!("smtp://{DESK}@localhost:{}", story.exim.submission);
    let inward = format!("imaps://{DESK}@localhost:{}", story.dovecot.imaps);
    // The story starts long after the provider's own clock, or long before: nothing here counts from its days.
    let told = story.command(&[
        "mailbox",
        "add",
        "--address",
        DESK,
        "--smtp",
        &out,
        "--imap",
        &inward,
        "--from-date",
        "2020-01-01",
        "--json",
    ]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["sends"], &told["reads"]), (&true.into(), &true.into()), "{told}");
    let daan = story.daan();
    let path = format!("/settings/mailboxes/{}", told["id"]);
    let (_, page) = press(&daan, &path, &format!("{path}/check"), &[]);
    says(&page, &["Versturen werkt. Lezen werkt."]);
    let fields = [
        ("name", "Loket"),
        ("from_name", "Noor Visser"),
        ("out_url", out.as_str()),
        ("in_url", &inward),
        ("password", PASSWORD),
        ("start_on", "2020-01-01"),
        ("connections", "2"),
        ("rate_per_minute", "0"),
    ];
    press(&daan, &path, &path, &fields);
    let (_, page) = press(&daan, &path, &format!("{path}/check"), &[]);
    says(&page, &["Versturen werkt. Lezen werkt."]);

    let text = "{{greeting}},\n\nBij {{site_name}} zoeken leerlingen een stage. Heeft {{company_name}} plek voor een \
        leerling vanaf {{period}}? Een kort antwoord is genoeg: hoeveel plekken, en vanaf wanneer.\n\nGroet, Noor";
    let html = "<p>{{greeting}},</p><p>Heeft {{company_name}} plek voor een leerling vanaf {{period}}?</p>";
    let words = [("name", "Vraag om plekken"), ("nl_subject", "Plek bij {{company_name}}?"), ("nl_text", text)];
    let fields: Vec<_> = words.into_iter().chain([("nl_html", html)]).collect();
    let shown = [fields.clone(), vec![("act", "preview")]].concat();
    assert!(post(&daan, "/settings/templates/new", "/settings/templates", &shown).text.contains("Zo komt het aan"));
    let kept = [fields, vec![("act", "save")]].concat();
    press(&daan, "/settings/templates/new", "/settings/templates", &kept);
    assert!(daan.get("/settings/templates").text.contains("Vraag om plekken"));
}

/// Makes a campaign to everybody on the page; the path of its check.
pub fn draft(story: &Story, name: &str, period: &str) -> String {
    let noor = story.noor();
    let form = noor.get("/campaigns/new").text;
    let (mailbox, template) = (option(&form, DESK), option(&form, "Vraag om plekken"));
    let fields = [
        ("name", name),
        ("mailbox", mailbox.as_str()),
        ("template", &template),
        ("period", period),
        ("window", "mon-fri 09:00-17:00"),
    ];
    press(&noor, "/campaigns/new", "/campaigns", &fields).0
}

pub fn a_campaign_is_checked_and_leaves(story: &Story) {
    story.at("2026-11-23", 8, 30);
    let path = draft(story, "Plekken vanaf februari", "februari 2027");
    let noor = story.noor();
    let check = noor.get(&path).text;
    says(&check, &["Er is geen grondslag om deze contactpersoon te mailen.", GROEN.company, "Plan 8 mails in"]);
    // Pat gave the card at a fair: with that on record the mail may go.
    let scope = story.scope();
    let groen = story.company(GROEN.company);
    let pat = story.app.db().read(|conn| contacts::of_company(conn, &scope, groen)).unwrap().remove(0);
    let (at, typed) = (
        format!("/contacts/{}", pat.id),
        [
            ("name", GROEN.name),
            ("email", GROEN.address),
            ("lang", "nl"),
            ("ground", "earlier_contact"),
            ("ground_proof", "Gaf een kaartje op de banenmarkt"),
            ("ground_on", "2026-11-12"),
        ],
    );
    press(&noor, &at, &at, &typed);
    let check = noor.get(&path).text;
    says(&check, &["<span class=\"big-num is-warn\">0</span>", "5 van 5 goed", "vanaf februari 2027?"]);
    says(&check, &["9 mails gaan uit, de eerste vanochtend om 09:00.", "Plan 9 mails in"]);
    press(&noor, &path, &format!("{path}/start"), &[]);
    assert_eq!(story.send().get("sent"), 0, "its hours have not begun");
    assert!(noor.get(&path).text.contains("De verzendtijd is voorbij"), "{}", noor.get(&path).text);
    story.at("2026-11-23", 10, 0);
    let tally = story.send();
    assert_eq!((tally.get("queued") + tally.get("sent"), tally.get("failed")), (8, 1), "{tally}");
    assert!(story.exim.log().contains("5.1.1 no such user here"));
    story.at("2026-11-23", 10, 5);
    assert_eq!(story.send().get("ended"), 1);
    for one in [SLOTERDOK, HALTE, GAARDE, LINDEPLAS, KRUL, INKT, STREEK] {
        let mail = story.mails(one.address, 1).remove(0);
        assert_eq!((mail.from.as_str(), mail.subject), (DESK, format!("Plek bij {}?", one.company)));
        assert!(mail.text.contains(&format!("Heeft {} plek", one.company)) && mail.html.contains(one.company));
        says(&mail.header, &["List-Unsubscribe: <http", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]);
        says(&mail.text, &["Stageloket Nieuw-West, Plein 1", "Liever geen mail meer van ons?", "/u/"]);
        assert!(mail.reply_to.unwrap().starts_with("stage+r."));
    }
    assert!(noor.get(&path).text.contains("8 van 9 verstuurd"), "{}", noor.get(&path).text);
}
