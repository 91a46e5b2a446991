//! What a mail without a name says: nothing that the whitelist leaves out, in any part, however it is encoded.

use super::{House, seeker};
use crate::aftercare::student;
use crate::support::app::both;
use mail_parser::{MessageParser, MimeHeaders};
use stagemakelaar::domain::company::Pc4;
use stagemakelaar::domain::email::EmailAddress;
use stagemakelaar::domain::phone::Phone;
use stagemakelaar::domain::proposal::blind::Leak;
use stagemakelaar::domain::travel::TravelMode;
use stagemakelaar::domain::words::{Level, Track};
use stagemakelaar::flows::proposals::ProposalError;
use stagemakelaar::flows::students::{self, Fields};
use stagemakelaar::store::students::Wishes;

/// Random letters of twelve and more, which no other text holds by chance.
fn word(dice: &mut fastrand::Rng) -> String {
    let length = dice.usize(12..24);
    (0..length).map(|_| dice.alphanumeric()).collect()
}

/// A student of whom every field is random: what may be said, and what may not.
fn stranger(dice: &mut fastrand::Rng) -> (Fields, Vec<String>, Vec<String>) {
    let (programme, wish) = (word(dice), word(dice));
    let (code, name, role, mail) = (word(dice), word(dice), word(dice), word(dice));
    let phone = format!("+316{}", dice.u32(10_000_000..100_000_000));
    let fields = Fields {
        code: code.clone(),
        first_name: name.clone(),
        programme: programme.clone(),
        crebo: "90004".to_owned(),
        level: Some(Level::Vmbo),
        track: Some(Track::Bol),
        email: EmailAddress::parse(&format!("{mail}@leerling.example")).ok(),
        phone: Phone::parse(&phone).ok(),
        wishes: Wishes {
            home_pc4: Pc4::parse("1068").ok(),
            travel_minutes: Some(45),
            travel_mode: Some(TravelMode::Bicycle),
            role_sought: Some(role.clone()),
            learning_wish: Some(wish.clone()),
            hours_per_week: Some(37),
            days_per_week: Some(4),
            ..Wishes::default()
        },
        ..student("")
    };
    (
        fields,
        vec![programme, wish],
        vec![code, name, role, mail, phone[3..].to_owned(), "90004".to_owned(), "1068".to_owned()],
    )
}

/// Every header and every part of a mail, decoded, one below the other; what has a type but no text as it is.
fn decoded(raw: &[u8]) -> String {
    let mail = MessageParser::default().parse(raw).unwrap();
    let mut all: Vec<String> = mail.headers_raw().map(|(name, value)| format!("{name}: {value}")).collect();
    all.extend(mail.subject().map(str::to_owned));
    for part in &mail.parts {
        all.push(part.content_type().map(|kind| format!("{kind:?}")).unwrap_or_default());
        all.push(String::from_utf8_lossy(part.contents()).into_owned());
    }
    all.push(String::from_utf8_lossy(raw).into_owned());
    all.join("\n")
}

both! {
    fn no_part_of_a_blind_mail_holds_what_the_whitelist_leaves_out(db) {
        let house = House::build(db);
        let now = house.app.clock.now();
        let opening = crate::aftercare::offer(house.db(), house.site, house.company, 60, now);
        let mut dice = fastrand::Rng::with_seed(20_261_201);
        let mut known = Vec::new();
        for _ in 0..50 {
            let (fields, said, unsaid) = stranger(&mut dice);
            let student = house.add(&fields);
            house.propose(&house.order(student, opening)).unwrap();
            let mails = house.mails();
            let new: Vec<_> = mails.iter().filter(|mail| !known.contains(*mail)).cloned().collect();
            assert_eq!(new.len(), 1);
            let text = decoded(&new[0]);
            let low = text.to_lowercase();
            for word in &said {
                assert!(text.contains(word.as_str()), "{word} is said\n{text}");
            }
            for word in &unsaid {
                assert!(!low.contains(&word.to_lowercase()), "{word} is not said\n{text}");
            }
            known.extend(new);
        }
    }

    fn a_learning_wish_that_names_the_student_stops_the_mail_and_one_that_hints_is_shown(db) {
        let house = House::build(db);
        let noor = house.noor();
        let wish = |text: &str| Fields {
            wishes: Wishes { learning_wish: Some(text.to_owned()), ..Wishes::default() },
            ..seeker("S-1")
        };
        let id = house.add(&wish("Sam wil leren verkopen."));
        let refused = house.propose(&house.order(id, house.opening));
        assert!(matches!(refused, Err(ProposalError::Leak(Leak::Name))), "{refused:?}");
        let form = format!("/proposals/new?student={id}&opening={}", house.opening);
        assert!(noor.get(&form).text.contains("staat de voornaam"));
        let (scope, now) = (&house.scope, house.app.clock.now());
        students::change(house.db(), scope, id, 1, &wish("Hij wil leren verkopen."), now).unwrap();
        let page = noor.get(&form).text;
        assert!(page.contains("“Hij”") && !page.contains("staat de voornaam"), "{page}");
        assert!(house.mails().is_empty() && house.told(id).is_empty());
    }
}
