//! What must add up afterwards: what left, what came in, what people did, and what was counted of it.

use super::Size;
use super::house::House;
use super::letters::Sent;
use diesel::prelude::*;
use stagemakelaar::domain::id::{CompanyId, IncomingId, OutgoingId};
use stagemakelaar::domain::words::{MomentKind, OutgoingState, PlaceEventKind, Routing};
use stagemakelaar::store::schema::{incoming, moments, outgoing, place_events};
use stagemakelaar::store::{Conn, DbError};
use std::collections::{BTreeMap, BTreeSet};

/// The message that a contact moment tells of, and its company.
type Of<M> = (Option<M>, Option<CompanyId>);

type Out = (OutgoingId, String, String, OutgoingState, Option<CompanyId>);
type In = (IncomingId, Option<String>, Routing, Option<String>, Option<CompanyId>, Option<OutgoingId>);

/// Mails of the campaigns.
fn mails(house: &House) -> Vec<Out> {
    let read = |conn: &mut Conn| -> Result<Vec<Out>, DbError> {
        let columns = (outgoing::id, outgoing::message_id, outgoing::address, outgoing::state, outgoing::company_id);
        Ok(outgoing::table.filter(outgoing::campaign_id.is_not_null()).select(columns).load(conn)?)
    };
    house.desk.base.db.read(read).unwrap()
}

fn letters(house: &House) -> Vec<In> {
    let read = |conn: &mut Conn| -> Result<Vec<In>, DbError> {
        let columns = (
            incoming::id,
            incoming::message_id,
            incoming::routing,
            incoming::intent,
            incoming::company_id,
            incoming::outgoing_id,
        );
        Ok(incoming::table.select(columns).load(conn)?)
    };
    house.desk.base.db.read(read).unwrap()
}

/// Whether all has left that should, and all that came is read.
pub fn is_settled(house: &House, size: Size) -> bool {
    let sent = mails(house).iter().filter(|mail| mail.3 == OutgoingState::Sent).count();
    let read = letters(house).iter().filter(|letter| letter.2 != Routing::Stored).count();
    (house.sink.count(), sent, read) == (size.mails, size.mails, size.replies)
}

/// How many of each there are, for whoever reads why it does not come to rest.
pub fn counts(house: &House) -> String {
    let mut counts = BTreeMap::<String, usize>::new();
    for mail in mails(house) {
        *counts.entry(format!("mails {}", mail.3)).or_default() += 1;
    }
    for letter in letters(house) {
        *counts.entry(format!("letters {}", letter.2)).or_default() += 1;
    }
    format!("{} at the sink, {counts:?}", house.sink.count())
}

/// Every company got its one mail, once; every mail is *sent*, and stands on the timeline of its company once.
pub fn mails_add_up(house: &House, size: Size) {
    let tally = house.sink.tally();
    assert!(tally.values().all(|count| *count == 1), "a mail left twice");
    let arrived: BTreeSet<(String, String)> = tally.into_keys().collect();
    let rows = mails(house);
    assert!(rows.iter().all(|mail| mail.3 == OutgoingState::Sent));
    let recorded: BTreeSet<_> = rows.iter().map(|mail| (mail.1.clone(), mail.2.clone())).collect();
    assert_eq!(arrived, recorded, "what arrived is what is recorded");
    let mailed: BTreeSet<_> = rows.iter().filter_map(|mail| mail.4).collect();
    assert_eq!(mailed, house.companies.iter().copied().collect(), "every company has it");
    assert_eq!(rows.len(), size.mails);
    let read = |conn: &mut Conn| -> Result<Vec<Of<OutgoingId>>, DbError> {
        let ours =
            moments::table.filter(moments::kind.eq(MomentKind::MailOut)).filter(moments::outgoing_id.is_not_null());
        Ok(ours.select((moments::outgoing_id, moments::company_id)).load(conn)?)
    };
    let mut shown = house.desk.base.db.read(read).unwrap();
    let mut expected: Vec<_> = rows.iter().map(|mail| (Some(mail.0), mail.4)).collect();
    shown.sort_unstable();
    expected.sort_unstable();
    assert_eq!(shown, expected, "the timelines have every mail once");
}

/// Every letter is kept once, read as what it is, and belongs to the company and mail that it answers; those of people stand
/// on the timelines.
pub fn letters_add_up(house: &House, sent: &[Sent]) {
    let mails: BTreeMap<String, Out> = mails(house).into_iter().map(|mail| (mail.2.clone(), mail)).collect();
    let rows = letters(house);
    let kept: BTreeMap<&str, &In> = rows.iter().map(|row| (row.1.as_deref().unwrap(), row)).collect();
    assert_eq!((kept.len(), rows.len()), (sent.len(), sent.len()), "each is kept once");
    let mut expected = Vec::new();
    for letter in sent {
        let (row, mail) = (kept[letter.id.as_str()], &mails[&letter.address]);
        let found = (row.2, row.3.as_deref(), row.4, row.5);
        assert_eq!(found, (letter.sort.routing, Some(letter.sort.intent), mail.4, Some(mail.0)), "{letter:?}");
        if letter.sort.routing == Routing::Matched {
            expected.push((Some(row.0), mail.4));
        }
    }
    let read = |conn: &mut Conn| -> Result<Vec<Of<IncomingId>>, DbError> {
        let theirs =
            moments::table.filter(moments::kind.eq(MomentKind::MailIn)).filter(moments::incoming_id.is_not_null());
        Ok(theirs.select((moments::incoming_id, moments::company_id)).load(conn)?)
    };
    let mut shown = house.desk.base.db.read(read).unwrap();
    shown.sort_unstable();
    expected.sort_unstable();
    assert_eq!(shown, expected, "the timelines have every letter once");
}

/// What a person decided is written once: as many letters are decided, and as many offers taken over as letters offer two places.
pub fn decisions_add_up(house: &House, decided: usize, accepted: usize) {
    let read = |conn: &mut Conn| -> Result<(Vec<Option<String>>, Vec<i32>), DbError> {
        let letters = incoming::table.filter(incoming::decided_by.is_not_null()).select(incoming::intent).load(conn)?;
        let offers = place_events::table
            .filter(place_events::kind.eq(PlaceEventKind::Offered))
            .filter(place_events::incoming_id.is_not_null())
            .select(place_events::places);
        Ok((letters, offers.load(conn)?))
    };
    let (letters, offers) = house.desk.base.db.read(read).unwrap();
    assert_eq!(letters.len(), decided);
    let offering = letters.iter().filter(|intent| intent.as_deref() == Some("interested")).count();
    assert_eq!(offers, vec![2; offering], "each offer is taken over once");
    assert!(decided > 0 && accepted >= offering, "{decided} decided, {accepted} taken over, {offering} offers");
}

/// `/metrics` counted the same, and no tick failed.
pub fn metrics_agree(house: &House, size: Size, sent: &[Sent], (pages, acts): (usize, usize)) {
    let url = format!("http://127.0.0.1:{}/metrics", house.metrics);
    let text = reqwest::blocking::get(url).unwrap().text().unwrap();
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap())
    };
    let done =
        |tick: &str, what: &str| value(&format!("stagemakelaar_tick_done_total{{tick=\"{tick}\",what=\"{what}\"}}"));
    let sort = |routing: Routing| sent.iter().filter(|letter| letter.sort.routing == routing).count();
    assert_eq!((done("advance", "queued"), done("deliver", "sent")), (size.mails, size.mails), "{text}");
    assert_eq!(done("fetch", "stored"), sent.len(), "{text}");
    for routing in [Routing::Matched, Routing::Automatic, Routing::Bounce] {
        assert_eq!(done("receive", routing.as_str()), sort(routing), "{text}");
    }
    let answered = |class: &str| value(&format!("stagemakelaar_http_request_seconds_count{{status=\"{class}\"}}"));
    assert_eq!((answered("2xx"), answered("3xx"), answered("4xx"), answered("5xx")), (pages, acts, 0, 0), "{text}");
    assert_eq!(value("stagemakelaar_tick_failures_total"), 0, "{text}");
    assert_eq!(value("stagemakelaar_outgoing{state=\"uncertain\"}"), 0, "{text}");
    assert_eq!(value("stagemakelaar_incoming{state=\"broken\"}"), 0, "{text}");
}
