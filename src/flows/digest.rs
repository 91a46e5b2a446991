//! The morning mail: once per broker and working day, whatever restarts. It counts what waits and names no student.

use super::Tally;
use super::outbox::{self, Enqueued, Letter, Stamp};
use crate::domain::calendar::is_working_day;
use crate::domain::id::{OutgoingId, SiteId, UserId};
use crate::domain::scope::Scope;
use crate::domain::spoken;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, Purpose};
use crate::mail::contexts::{DigestContext, DigestItem, DigestSection};
use crate::mail::template::{Frame, Templates};
use crate::store::digests::{self, Reader};
use crate::store::mailboxes::Mailbox;
use crate::store::sites::{self, Site};
use crate::store::today::{self, Counts};
use crate::store::{Db, DbResult, ticks};
use std::collections::BTreeMap;

/// Somebody's sites, in the order of their ids; the mail leaves from the first that has a mailbox.
type Readers = BTreeMap<UserId, (Reader, Vec<Site>)>;

/// Writes the day's mail of everybody who has something waiting. `base_url` is where the desk's pages are.
pub fn tick(db: &Db, mails: &Templates, base_url: &str, now: Moment) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    if !is_working_day(now.day()) {
        return Ok(tally);
    }
    for (reader, sites) in readers(db)?.into_values() {
        match send(db, mails, base_url, &reader, &sites, now) {
            Ok(word) => tally.add(word, 1),
            Err(error) => {
                tracing::warn!(user = reader.user.0, error = format!("{error:#}"), "a digest failed");
                tally.add("failed", 1);
            }
        }
    }
    Ok(tally)
}

fn readers(db: &Db) -> DbResult<Readers> {
    db.read(|conn| {
        let mut readers = Readers::new();
        for site in sites::all(conn)? {
            for reader in digests::readers(conn, site.id)? {
                readers.entry(reader.user).or_insert_with(|| (reader, Vec::new())).1.push(site.clone());
            }
        }
        Ok(readers)
    })
}

fn send(
    db: &Db,
    mails: &Templates,
    base_url: &str,
    reader: &Reader,
    sites: &[Site],
    now: Moment,
) -> anyhow::Result<&'static str> {
    let ids: Vec<SiteId> = sites.iter().map(|site| site.id).collect();
    let scope = Scope::of(reader.user, reader.role, ids);
    let (written, counts, stalled, from) = db.read(|conn| -> DbResult<_> {
        let mut from = None;
        for site in sites {
            if let (None, Some(mailbox)) = (&from, outbox::desk_mailbox(conn, site.id)?) {
                from = Some((site.clone(), mailbox));
            }
        }
        let written = digests::is_written(conn, reader.user, now.day())?;
        Ok((written, today::counts(conn, &scope, now.day())?, ticks::stalled(conn, now)?, from))
    })?;
    if written {
        return Ok("written before");
    }
    let sections = sections(reader.lang, base_url, &counts, stalled.is_some());
    let Some((site, mailbox)) = from else { return Ok("without mailbox") };
    if sections.is_empty() {
        return Ok("nothing to tell");
    }
    let count = waiting(&counts, stalled.is_some());
    let letter = letter(mails, base_url, reader, (&site, &mailbox), (count, sections), now)?;
    let sent = db.write(|tx| -> DbResult<Option<OutgoingId>> {
        if !digests::claim(tx, reader.user, now.day())? {
            return Ok(None);
        }
        let Enqueued::Queued(id) = outbox::enqueue(tx, &letter, now)? else { return Ok(None) };
        digests::link(tx, reader.user, now.day(), id)?;
        Ok(Some(id))
    })?;
    Ok(if sent.is_some() { "written" } else { "not sent" })
}

fn letter(
    mails: &Templates,
    base_url: &str,
    reader: &Reader,
    (site, mailbox): (&Site, &Mailbox),
    (count, sections): (usize, Vec<DigestSection>),
    now: Moment,
) -> anyhow::Result<Letter> {
    let context = DigestContext {
        broker_name: reader.name.clone(),
        day: spoken::day(now.day(), reader.lang),
        count,
        one: count == 1,
        url: format!("{base_url}/"),
        sections,
    };
    let frame =
        Frame { lang: reader.lang, purpose: Purpose::System, sender_name: site.desk_name.clone(), footer: None };
    let rendered = mails.render(&context, &frame)?;
    let stamp = Stamp::fresh(&mailbox.address);
    Ok(Letter {
        to_name: reader.name.clone(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html.unwrap_or_default(),
        user: Some(reader.user),
        ..Letter::new(mailbox, Purpose::System, reader.email.clone(), stamp, now)
    })
}

/// How many things wait; a clockwork that stands still is one.
fn waiting(counts: &Counts, stalled: bool) -> usize {
    let sum = counts.replies + counts.tasks + counts.checkins;
    usize::try_from(sum).unwrap_or(usize::MAX).saturating_add(usize::from(stalled))
}

/// One section per kind of work that waits.
fn sections(lang: Lang, base_url: &str, counts: &Counts, stalled: bool) -> Vec<DigestSection> {
    let one_or = |count: i64, one: (&str, &str), many: (&str, &str)| match count {
        1 => lang.t(one.0, one.1).to_owned(),
        count => format!("{count} {}", lang.t(many.0, many.1)),
    };
    let section = |title: &str, text: String, path: &str| DigestSection {
        title: title.to_owned(),
        items: vec![DigestItem { text, url: format!("{base_url}{path}") }],
    };
    let mut sections = Vec::new();
    if stalled {
        let text = lang.t(
            "De techniek staat stil: er gaat geen mail uit en er komt geen mail binnen.",
            "The clockwork stands still: no mail leaves and none comes in.",
        );
        sections.push(section(lang.t("Techniek", "Clockwork"), text.to_owned(), "/"));
    }
    if counts.replies > 0 {
        let text = one_or(
            counts.replies,
            ("1 antwoord wacht op jou.", "1 reply waits for you."),
            ("antwoorden wachten op jou.", "replies wait for you."),
        );
        sections.push(section(lang.t("Antwoorden", "Replies"), text, "/inbox"));
    }
    if counts.tasks > 0 {
        let text = one_or(
            counts.tasks,
            ("1 taak is aan de beurt.", "1 task is due."),
            ("taken zijn aan de beurt.", "tasks are due."),
        );
        sections.push(section(lang.t("Beloofd", "Promised"), text, "/"));
    }
    if counts.checkins > 0 {
        let text = one_or(
            counts.checkins,
            ("1 nazorgmoment vraagt om jou.", "1 check-in asks for you."),
            ("nazorgmomenten vragen om jou.", "check-ins ask for you."),
        );
        sections.push(section(lang.t("Nazorg", "Aftercare"), text, "/aftercare"));
    }
    sections
}
