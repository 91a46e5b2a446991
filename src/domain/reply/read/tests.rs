//! Replies as employers write them, read as a whole on 24 November 2026: what they want, how many, from when, and when
//! to ask again.

use super::*;
use crate::domain::reply::reading::Span;

/// Text, intent, places (0 for none), start and day to ask again (empty for none).
type Row = (&'static str, Intent, u32, &'static str, &'static str);

use Intent::{Declined, Interested, Later, OptOut, Other, Question, Referral};

fn reading(text: &str) -> Reading {
    let mailbox = |email: &str| Mailbox { name: None, email: email.to_owned() };
    let letter = Letter {
        from: Some(mailbox("info@bakker.example")),
        to: vec![mailbox("desk@desk.example")],
        subject: "Re: stage".to_owned(),
        in_reply_to: vec!["<a@desk.example>".to_owned()],
        date: Moment::parse("2026-11-24T09:00:00Z"),
        text: text.to_owned(),
        readable: true,
        ..Letter::default()
    };
    read(&letter, &Context::default())
}

#[track_caller]
fn check(rows: &[Row]) {
    let wrong: Vec<String> = rows.iter().filter_map(misread).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn misread(row: &Row) -> Option<String> {
    let (text, intent, places, start, follow_up) = *row;
    let found = reading(text);
    let offer = found.capacity.first();
    let got = (
        found.intent,
        offer.and_then(|offer| offer.places).unwrap_or_default(),
        offer.and_then(|offer| offer.start).map(|start| start.to_string()).unwrap_or_default(),
        found.follow_up_on.map(|day| day.to_string()).unwrap_or_default(),
    );
    let wanted = (intent, places, start.to_owned(), follow_up.to_owned());
    let heard: Vec<String> =
        found.intents.iter().map(|found| format!("{} {:.2}", found.label, found.confidence)).collect();
    (got != wanted).then(|| format!("{text}\n    wanted {wanted:?}\n    got    {got:?} {heard:?}"))
}

#[test]
fn what_is_full_now_and_has_room_later_is_later() {
    check(&[
        ("Op dit moment zitten we vol, maar na de zomer hebben we weer ruimte.", Later, 0, "", "2027-09-01"),
        (
            "Momenteel zit onze keuken vol. Vanaf september is er weer plek voor twee leerlingen.",
            Later,
            2,
            "2027-09",
            "",
        ),
        ("Nu niet, maar in het voorjaar kunnen er twee terecht.", Later, 2, "2027-03", ""),
        ("Dit schooljaar lukt het niet, volgend schooljaar weer wel.", Later, 0, "", "2027-09-01"),
        ("We zijn tot de bouwvak volgeboekt, daarna kunnen er drie stagiairs komen.", Later, 3, "2027-08", ""),
        (
            "Nu even niet, we verbouwen tot april. Vraag het in mei opnieuw, dan is er vast een plek.",
            Later,
            1,
            "2027-05",
            "2027-05-01",
        ),
        ("Voorlopig nemen we niemand aan. Probeer het over een half jaar nog eens.", Later, 0, "", "2027-05-24"),
        ("Wij kunnen pas na de kerst weer iemand begeleiden.", Later, 0, "", "2027-01-01"),
        ("We zouden graag een stagiair nemen, maar dat kan pas in september.", Later, 0, "", "2027-09-01"),
        (
            "Op dit moment zitten we vol, maar na de zomer hebben we weer ruimte voor een stagiair. Mail ons dan nog eens.",
            Later,
            1,
            "2027-09",
            "2027-09-01",
        ),
        ("Currently we are fully staffed, but after the summer we have room again.", Later, 0, "", "2027-09-01"),
        ("Wij hebben momenteel 4 stagiairs en meer kan niet.", Later, 0, "", ""),
        ("Not at the moment. Please try again in March.", Later, 0, "", "2027-03-01"),
    ]);
}

#[test]
fn a_no_is_a_no_however_it_is_wrapped() {
    check(&[
        ("We kunnen hier geen leerling bij hebben.", Declined, 0, "", ""),
        ("Er is bij ons geen plaats voor een stagiaire.", Declined, 0, "", ""),
        ("Wij willen er niemand meer bij.", Declined, 0, "", ""),
        ("We zouden graag willen helpen, maar we hebben er de mensen niet voor.", Declined, 0, "", ""),
        ("Het lijkt me leuk, maar ik heb geen tijd om iemand te begeleiden.", Declined, 0, "", ""),
        ("Leuk initiatief, alleen is onze werkplaats te klein voor een extra paar handen.", Declined, 0, "", ""),
        ("Wij zijn geen erkend leerbedrijf en willen dat ook niet worden.", Declined, 0, "", ""),
        ("Wij zijn niet op zoek naar stagiairs.", Declined, 0, "", ""),
        ("Bedankt voor uw mail. Wij hebben hier geen belangstelling voor.", Declined, 0, "", ""),
        ("Wij hebben twee plekken, maar die zijn al vergeven.", Declined, 0, "", ""),
        ("Het is hier rustig, dus nee.", Declined, 0, "", ""),
        ("Nee dank je, we redden ons prima zonder.", Declined, 0, "", ""),
        ("Dat gaat hem bij ons niet worden.", Declined, 0, "", ""),
        ("Onze teams zitten al vol met studenten van een andere school.", Declined, 0, "", ""),
        ("Stagiairs nemen wij uit principe niet.", Declined, 0, "", ""),
        ("We would love to help, but we simply don't have the staff.", Declined, 0, "", ""),
        ("I'm afraid we can't take on any students.", Declined, 0, "", ""),
    ]);
}

#[test]
fn a_yes_stays_a_yes_next_to_a_no_about_something_else() {
    check(&[
        ("Geen probleem, stuur er maar twee.", Interested, 2, "", ""),
        ("Wij hebben plek voor twee stagiairs, alleen geen niveau 2.", Interested, 2, "", ""),
        ("Als het een bbl'er is wel.", Interested, 0, "", ""),
        ("Een bol-leerling niet, een bbl'er wel.", Interested, 0, "", ""),
        ("Meer dan een stagiair kan niet, maar eentje is prima.", Interested, 1, "", ""),
        ("Wij kunnen niet meer dan twee leerlingen tegelijk hebben.", Interested, 2, "", ""),
        ("Waarom niet? Laat maar iemand langskomen.", Interested, 0, "", ""),
        ("Voor bol hebben we geen plek, voor bbl wel.", Interested, 0, "", ""),
        ("In Tiel niet, in Culemborg zijn er twee welkom.", Interested, 2, "", ""),
        ("We hebben het druk, dus een stagiair is van harte welkom.", Interested, 0, "", ""),
        ("Vorig jaar hadden we niemand, nu willen we graag een stagiair.", Interested, 0, "", ""),
        ("We zouden graag een stagiair ontvangen.", Interested, 0, "", ""),
        ("I don't see why not. We can host two students.", Interested, 2, "", ""),
    ]);
}

#[test]
fn places_are_counted_and_nothing_else_is() {
    check(&[
        ("Wij kunnen per 1 maart drie stagiairs van niveau 3 of 4 kwijt.", Interested, 3, "2027-03-01", ""),
        ("Wij kunnen per februari 2 stagiairs kwijt.", Interested, 2, "2027-02", ""),
        ("Per 1 maart hebben we twee plekken.", Interested, 2, "2027-03-01", ""),
        ("Een stagiair kan 2 dagen per week komen.", Interested, 0, "", ""),
        ("Vanaf week 6 is er plek voor een leerling.", Interested, 1, "2027-02-08", ""),
        ("Wij zijn een bedrijf met 15 medewerkers en hebben zeker ruimte voor een stagiair.", Interested, 1, "", ""),
        ("Een student vanaf 18 jaar is welkom.", Interested, 0, "", ""),
        ("Kom gerust langs op de 4e verdieping, wij hebben twee stageplekken.", Interested, 2, "", ""),
        ("Ja graag, kom langs op Dorpsstraat 12.", Interested, 0, "", ""),
        ("Ja graag! Bel me op 06 12 34 56 78.", Interested, 0, "", ""),
        ("Graag! Wij draaien diensten van 8 uur, 3 studenten kan.", Interested, 3, "", ""),
        ("Op 3 februari kunnen er vier leerlingen starten.", Interested, 4, "2027-02-03", ""),
        ("We can take three interns from 1 March for 20 weeks.", Interested, 3, "2027-03-01", ""),
        ("Ons team telt 8 collega's; een stagiair kan er wel bij.", Interested, 1, "", ""),
        ("Wij werken in ploegen van 6 man, per ploeg kan er 1 leerling mee.", Interested, 1, "", ""),
        ("Wij hebben nu 2 stagiairs nodig.", Interested, 2, "", ""),
        ("Ik heb er nog twee nodig, vanaf 1 februari.", Interested, 2, "2027-02-01", ""),
        ("Als ze 18 zijn mogen er twee komen.", Interested, 2, "", ""),
        ("Voor 2e-jaars studenten hebben wij drie plaatsen.", Interested, 3, "", ""),
        ("Ja, de vergoeding is 300 euro en we hebben 2 plekken.", Interested, 2, "", ""),
    ]);
}

#[test]
fn others_are_told_apart() {
    check(&[
        ("Hoeveel dagen per week is het en wie betaalt de verzekering?", Question, 0, "", ""),
        ("Moeten wij daarvoor erkend zijn?", Question, 0, "", ""),
        ("Hier ga ik niet over, dat doet onze personeelsafdeling.", Referral, 0, "", ""),
        ("Wilt u ons van de lijst halen? Wij willen geen mail meer over stages.", OptOut, 0, "", ""),
        ("U heeft de verkeerde voor u en ik weet helaas ook niet wie hier de stages doet.", Other, 0, "", ""),
        ("> Heeft u plek voor 4 stagiairs van niveau 2?\n\nWaar gaat dit over?", Question, 0, "", ""),
        ("Dank voor het bericht, ontvangen.", Other, 0, "", ""),
    ]);
}

#[test]
fn every_conclusion_shows_the_words_it_stands_on() {
    for text in [
        "Op dit moment zitten we vol, maar na de zomer hebben we weer ruimte.",
        "Één plek kan per 1 maart. Mail me in mei nog eens, ik – en niemand anders – ga erover.",
        "We kunnen hier geen leerling bij hebben.",
    ] {
        let found = reading(text);
        let told = found.intents.iter().flat_map(|found| &found.evidence).chain(found.evidence.follow_up_on.iter());
        let spans: Vec<&Span> = told.chain(found.capacity.iter().flat_map(|offer| &offer.evidence)).collect();
        assert!(!spans.is_empty(), "{text}");
        assert_eq!(found.follow_up_on.is_some(), !found.evidence.follow_up_on.is_empty(), "{text}");
        for span in spans {
            let words: String = found.reply_text.chars().skip(span.start).take(span.end - span.start).collect();
            assert_eq!(words, span.text, "{text}");
        }
    }
}

#[test]
fn a_mail_below_headers_about_something_else_was_passed_on() {
    let mut letter = Letter {
        from: Some(Mailbox { name: None, email: "info@bakker.example".to_owned() }),
        subject: "Vraag".to_owned(),
        text: "Voor jullie.\n\n_____\nVan: Piet <piet@bakker.example>\nVerzonden: 2 feb 2027\nAan: info\nOnderwerp: Stage\n\nWij hebben plek."
            .to_owned(),
        readable: true,
        ..Letter::default()
    };
    let forwarded = read(&letter, &Context::default()).forwarded.unwrap();
    assert_eq!((forwarded.from.as_deref(), forwarded.text.as_str()), (Some("piet@bakker.example"), "Wij hebben plek."));
    letter.subject = "RE: Stage".to_owned();
    assert_eq!(read(&letter, &Context::default()).forwarded, None);
    letter.subject = "Vraag".to_owned();
    letter.in_reply_to.push("<a@desk.example>".to_owned());
    assert_eq!(read(&letter, &Context::default()).forwarded, None);
}

#[test]
fn what_is_set_off_in_html_is_shown_and_not_read() {
    use crate::domain::reply::letter::{Element, Node};
    let element = |name: &str, words: &str| {
        Node::Element(Element {
            name: name.to_owned(),
            children: vec![Node::Text(words.to_owned())],
            ..Element::default()
        })
    };
    let children = vec![
        element("div", "Zie hieronder."),
        element("blockquote", "Heeft u plek voor 4 stagiairs?"),
        element("div", "Wij hebben twee plekken."),
    ];
    let letter = Letter {
        html: Some(Element { name: "html".to_owned(), children, ..Element::default() }),
        date: Moment::parse("2026-11-24T09:00:00Z"),
        readable: true,
        ..Letter::default()
    };
    let found = read(&letter, &Context::default());
    assert_eq!(found.reply_text, "Zie hieronder.\nHeeft u plek voor 4 stagiairs?\nWij hebben twee plekken.");
    assert_eq!((found.intent, found.capacity[0].places), (Intent::Interested, Some(2)));
}

#[test]
fn an_article_counts_nothing_and_a_stress_mark_does() {
    check(&[
        ("Een stagiair is bij ons altijd welkom.", Interested, 0, "", ""),
        ("Wij hebben zeker plek voor een stagiair.", Interested, 1, "", ""),
        ("Er kan er nog eentje bij.", Interested, 1, "", ""),
        ("Wij bieden graag één student een plek.", Interested, 1, "", ""),
        ("Wij zijn gaarne bereid een tweetal studenten te plaatsen.", Interested, 2, "", ""),
    ]);
}

#[test]
fn what_is_corrected_in_the_same_breath_counts() {
    check(&[
        ("Doe er maar twee. Of nee wacht, drie, want Arie gaat weg.", Interested, 3, "", ""),
        ("We can have two interns. No, sorry, make that three.", Interested, 3, "", ""),
        ("Wij hebben 2 plekken. Correctie: 1 plek, vanaf mei.", Interested, 1, "2027-05", ""),
        ("Wij hebben twee plekken, geen drie.", Interested, 2, "", ""),
    ]);
}

#[test]
fn a_no_to_now_with_a_day_to_ask_is_later_and_praise_alone_is_no_yes() {
    check(&[
        ("Wat een mooi initiatief! Helaas redden wij het niet met onze bezetting.", Declined, 0, "", ""),
        ("Het budget is in mei bekend. Vraag het ons dan opnieuw.", Later, 0, "", "2027-05-01"),
        ("Not now I'm afraid. Please ask us again in March.", Later, 0, "", "2027-03-01"),
        ("Kunt u het volgende maand nog een keer proberen?", Later, 0, "", "2026-12-01"),
        ("Leuk idee, wij doen graag mee.", Interested, 0, "", ""),
        ("Op maandag zijn we dicht, verder is er plek voor twee leerlingen.", Interested, 2, "", ""),
    ]);
}

#[test]
fn offers_of_several_roles_or_levels_stay_apart() {
    let found =
        reading("We zoeken er 1 als kok, niveau 3, en 2 als gastheer, niveau 2. Allemaal vanaf april.").capacity;
    let told: Vec<_> = found.iter().map(|offer| (offer.places, offer.role.as_deref(), offer.levels.len())).collect();
    assert_eq!(told, [(Some(1), Some("kok"), 1), (Some(2), Some("gastheer"), 1)]);
    assert!(found.iter().all(|offer| offer.start.is_some_and(|start| start.to_string() == "2027-04")), "{found:?}");
    assert_eq!(reading("Wij kunnen 2 studenten niveau 4 plaatsen als monteur.").capacity.len(), 1);
    let levels = |text: &str| reading(text).capacity.first().map(|offer| offer.levels.len()).unwrap_or_default();
    assert_eq!(levels("Twee plekken, minimaal niveau 3."), 2);
    assert_eq!(levels("Twee plekken, niveau 2, 4 dagen in de week."), 1);
    assert_eq!(levels("Twee plekken niveau 3. Niveau 2 nemen we niet aan."), 1);
}

#[test]
fn somebody_elses_number_is_theirs_and_a_number_that_wants_no_call_is_nobodys() {
    let found = reading("Daar ga ik niet over, dat doet de baas: Sietse Broekema, 06-22334455.");
    assert_eq!((found.intent, found.phones.len()), (Referral, 0));
    let who = found.referral.unwrap();
    assert_eq!((who.name.as_deref(), who.phone.is_some()), (Some("Sietse Broekema"), true));
    assert_eq!(reading("Bel niet meer op 06-12345678 en haal mij van de lijst.").phones, []);
    assert_eq!(reading("Bel me gerust op 06-12345678.").phones.len(), 1);
}
