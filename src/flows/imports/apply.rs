//! Applying: each row is judged once more inside the write that applies it, since the world may have changed since the
//! dry run; a row that has become a duplicate is left out and says so.

use super::judge::{Note, look_up};
use super::{BATCH, ImportError, SLICE, TIME, cells, json, mapping, record};
use crate::domain::id::{CompanyId, ImportRowId};
use crate::domain::import::{self, ContactDraft, Draft, KnownCompany, RecognitionDraft};
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{ImportState, Verdict};
use crate::flows::companies::{Edit, enter};
use crate::store::imports::{self, Import, ImportRow};
use crate::store::{Db, DbResult, Tx, companies, contacts, recognitions};
use std::time::Instant;

/// Applies the next rows in one write; `None` when there are none, and the import has ended. The rows are read before the
/// write, and what is known about them slice by slice inside it, so that the time it takes is bounded at every step.
pub(super) fn batch(db: &Db, import: &Import, now: Moment) -> Result<Option<u64>, ImportError> {
    let mapping = mapping(import);
    // Only on the embedded database do other writers wait for this one.
    let time = if db.is_sqlite() { TIME } else { TIME * 10 };
    let waiting = db.read(|conn| imports::unapplied(conn, import.id, i64::try_from(BATCH).unwrap_or(i64::MAX)))?;
    let read: Vec<(ImportRow, Option<Draft>)> = waiting
        .into_iter()
        .map(|row| {
            let draft = import::draft(&mapping, &cells(&row)).ok();
            (row, draft)
        })
        .collect();
    db.write(|tx| {
        let started = Instant::now();
        let scope = Scope::clockwork(import.site_id);
        let Some(current) = imports::find(tx, &scope, import.id)? else { return Ok(None) };
        if current.state != ImportState::Applying {
            return Ok(None);
        }
        if read.is_empty() {
            finish(tx, &current, now)?;
            return Ok(None);
        }
        let mut count = 0;
        for slice in read.chunks(SLICE) {
            count += one_slice(tx, import, slice, now)?;
            if started.elapsed() >= time {
                break;
            }
        }
        imports::count_applied(tx, import.id, count)?;
        Ok(Some(u64::try_from(count).unwrap_or(0)))
    })
}

/// Applies those of the rows that nobody else has applied since they were read; returns how many.
fn one_slice(tx: &mut Tx, import: &Import, slice: &[(ImportRow, Option<Draft>)], now: Moment) -> DbResult<i32> {
    let ids: Vec<ImportRowId> = slice.iter().map(|(row, _)| row.id).collect();
    let open = imports::still_unapplied(tx, &ids)?;
    let slice: Vec<_> = slice.iter().filter(|(row, _)| open.contains(&row.id)).collect();
    if slice.is_empty() {
        return Ok(0);
    }
    let drafts: Vec<&Draft> = slice.iter().filter_map(|(_, draft)| draft.as_ref()).collect();
    let known = look_up(tx, import, &drafts)?;
    for (row, draft) in &slice {
        one(tx, import, row, draft.as_ref(), &known, now)?;
    }
    Ok(i32::try_from(slice.len()).unwrap_or(i32::MAX))
}

fn one(
    tx: &mut Tx,
    import: &Import,
    row: &ImportRow,
    draft: Option<&Draft>,
    known: &[KnownCompany],
    now: Moment,
) -> DbResult<()> {
    let Some(draft) = draft else {
        return imports::judge(tx, row.id, Verdict::Error, &json(&Note::Unreadable), None);
    };
    let judgement = import::verdict(draft, known);
    let company = match (judgement.verdict, judgement.company) {
        (Verdict::New, _) => add(tx, import, draft, now)?,
        (Verdict::Changed | Verdict::Same, Some(id)) => {
            let known = known.iter().find(|company| company.id == id);
            change(tx, import, id, draft, known, now)?;
            id
        }
        _ => return imports::judge(tx, row.id, Verdict::Duplicate, &json(&Note::Several), None),
    };
    imports::applied(tx, row.id, company, now)
}

fn add(tx: &mut Tx, import: &Import, draft: &Draft, now: Moment) -> DbResult<CompanyId> {
    let mut fields = companies::Fields::named(&draft.name);
    take_over(&mut fields, draft);
    let recognitions = draft.recognition.as_ref().map(|recognition| vec![recognised(recognition)]);
    let new = Edit { fields, tags: Some(draft.tags.clone()), recognitions };
    let people: Vec<contacts::Fields> = draft.contact.iter().map(person).collect();
    Ok(enter(tx, import.site_id, &new, &people, Some(import.id), now)?.0)
}

fn change(
    tx: &mut Tx,
    import: &Import,
    id: CompanyId,
    draft: &Draft,
    known: Option<&KnownCompany>,
    now: Moment,
) -> DbResult<()> {
    let scope = Scope::clockwork(import.site_id);
    let Some(company) = companies::find(tx, &scope, id)? else { return Ok(()) };
    let mut fields = company.fields.clone();
    take_over(&mut fields, draft);
    let mut tagged = false;
    for tag in &draft.tags {
        tagged |= companies::add_tag(tx, id, tag)?;
    }
    if fields != company.fields {
        companies::update(tx, id, company.version, &fields, now)?;
    } else if tagged {
        companies::reindex(tx, id)?;
    }
    let new_recognition = draft
        .recognition
        .as_ref()
        .filter(|recognition| known.is_none_or(|known| !known.crebos.contains(&recognition.crebo)));
    if let Some(recognition) = new_recognition {
        recognitions::add(tx, id, &recognised(recognition))?;
    }
    let new_contact = draft.contact.as_ref().filter(|contact| {
        let key = contact.email.as_ref().map(crate::domain::email::EmailAddress::key);
        key.is_some_and(|key| known.is_none_or(|known| !known.contact_keys.contains(&key)))
    });
    if let Some(contact) = new_contact {
        contacts::add(tx, import.site_id, id, &person(contact), now)?;
    }
    Ok(())
}

/// Takes over what the row says; an empty cell never empties a field.
fn take_over(fields: &mut companies::Fields, draft: &Draft) {
    fn text(field: &mut String, new: &str) {
        if !new.is_empty() {
            new.clone_into(field);
        }
    }
    fn value<T: Clone>(field: &mut Option<T>, new: Option<&T>) {
        if let Some(new) = new {
            *field = Some(new.clone());
        }
    }
    text(&mut fields.name, &draft.name);
    text(&mut fields.sector, &draft.sector);
    text(&mut fields.street, &draft.street);
    text(&mut fields.place, &draft.place);
    text(&mut fields.website, &draft.website);
    value(&mut fields.kvk, draft.kvk.as_ref());
    value(&mut fields.branch_number, draft.branch.as_ref());
    value(&mut fields.postcode, draft.postcode.as_ref());
    value(&mut fields.mail_domain, draft.mail_domain.as_ref());
    value(&mut fields.phone, draft.phone.as_ref());
    value(&mut fields.size, draft.size.as_ref());
    if fields.notes.is_empty() {
        text(&mut fields.notes, &draft.notes);
    }
}

fn recognised(draft: &RecognitionDraft) -> recognitions::Fields {
    recognitions::Fields {
        crebo: draft.crebo.clone(),
        qualification: draft.qualification.clone(),
        level: draft.level,
        track: draft.track,
        valid_until: draft.valid_until,
    }
}

/// A contact without a name is called by its address's local part.
fn person(draft: &ContactDraft) -> contacts::Fields {
    let name = if draft.name.is_empty() {
        draft.email.as_ref().map_or("", |email| email.local_part())
    } else {
        draft.name.as_str()
    };
    contacts::Fields {
        name: name.to_owned(),
        job: draft.job.clone(),
        email: draft.email.clone(),
        phone: draft.phone.clone(),
        lang: draft.lang,
        ground: draft.ground,
        ground_proof: draft.ground_proof.clone(),
        ground_on: draft.ground_on,
        notes: String::new(),
    }
}

fn finish(tx: &mut Tx, import: &Import, now: Moment) -> DbResult<()> {
    let verdicts = imports::tally(tx, import.id)?;
    let detail = verdicts.iter().map(|(verdict, n)| format!("{verdict} {n}")).collect::<Vec<_>>().join(", ");
    imports::end(tx, import.id, ImportState::Done, &detail, now)?;
    record(tx, import, "import.done", &detail, now)
}
