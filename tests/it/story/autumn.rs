//! Autumn: what was put off comes back, and a second campaign goes to all but those who said stop or cannot be reached.

use super::answers::{newest, openings_of};
use super::employers::{GAARDE, GROEN, HALTE, INKT, KRUL, LEK, LINDEPLAS, SLOTERDOK, STREEK};
use super::winter::draft;
use super::world::{NOOR, Story, day, press, says};
use stagemakelaar::domain::words::RecipientState;
use stagemakelaar::flows::campaigns::audience::{Audience, selection};
use stagemakelaar::store::campaigns;
use stagemakelaar::store::recipients;

pub fn what_was_put_off_comes_back(story: &Story) {
    let title = "Vraag Robin Vermeer hoe het nu met plekken zit";
    let before = story.dovecot.messages(NOOR, "INBOX").len();
    assert_eq!(story.mornings_until("2027-08-31").get("digests"), 0, "the summer is quiet");
    assert!(!story.noor().get("/").text.contains(title));
    assert_eq!(story.mornings_until("2027-09-01").get("digests"), 1);
    assert_eq!(story.mails(NOOR, before + 1).pop().unwrap().subject, "Nog één ding voor jou, woensdag 1 september");
    story.at("2027-09-01", 9, 0);
    says(&story.noor().get("/").text, &["Beloofd voor vandaag", title]);
    story.finish(title);
}

pub fn a_second_campaign_leaves_out_who_said_stop(story: &mut Story) {
    story.mornings_until("2027-09-06");
    story.at("2027-09-06", 9, 30);
    let path = draft(story, "Plekken na de zomer", "oktober 2027");
    let noor = story.noor();
    let check = noor.get(&path).text;
    says(
        &check,
        &[
            "<span class=\"big-num\">9</span>",
            "<span class=\"big-num is-warn\">3</span>",
            "<span class=\"big-num\">6</span>",
        ],
    );
    says(&check, &["<b>2</b> Dit adres werkt niet.", GROEN.company, LEK.company]);
    says(&check, &["<b>1</b> Deze contactpersoon wil geen mail meer.", INKT.company]);
    let scope = story.scope();
    let look = story.app.db().read(|conn| selection(conn, &scope, story.site, None, &Audience::default(), story.now()));
    assert_eq!(look.unwrap().going.len(), 6);
    press(&noor, &path, &format!("{path}/start"), &[]);
    assert_eq!(story.send().get("sent"), 6);
    for (who, count) in [(SLOTERDOK, 8), (HALTE, 2), (GAARDE, 2), (LINDEPLAS, 3), (KRUL, 3), (STREEK, 2), (INKT, 1)] {
        let mails = story.mails(who.address, count);
        let asked = mails.iter().filter(|mail| mail.text.contains("vanaf oktober 2027")).count();
        assert_eq!(asked, usize::from(who.company != INKT.company), "{}", who.company);
    }
    story.at("2027-09-07", 10, 0);
    let question = story.mails(HALTE.address, 2).pop().unwrap();
    HALTE.answer(story, &question, "Ja hoor, nu kan het. Wij hebben een plek voor een leerling vanaf oktober.");
    assert_eq!(story.take_in(1).get("matched"), 1);
    let (yes, found) = newest(story, HALTE);
    assert_eq!(found.len(), 1, "{found:?}");
    press(&story.noor(), &format!("/inbox/{}", yes.id), &format!("/inbox/{}/accept", yes.id), &[]);
    let made = openings_of(story, HALTE).remove(0);
    assert_eq!((made.places_left, made.fields.starts_on), (1, Some(day("2027-10-01"))));
    story.tick("advance");
    let newest = story.app.db().read(|conn| campaigns::list(conn, &scope, None, 5)).unwrap().remove(0).id;
    let states = story.app.db().read(|conn| recipients::counts(conn, &scope, newest)).unwrap();
    assert!(
        states.contains(&(RecipientState::Replied, 1)) && states.contains(&(RecipientState::Done, 5)),
        "{states:?}"
    );
}
