//! The dry run: what the import would do with each row. Rows of one file that are the same company are found by their
//! keys; what is known by three questions per batch.

use super::{BATCH, CHUNK, ImportError, cells, json, mapping};
use crate::domain::company::sort_name;
use crate::domain::import::{self, Draft, Field, FieldDiff, KnownCompany};
use crate::domain::words::{ImportState, Verdict};
use crate::store::imports::{self, Import, ImportRow, Keys, Known};
use crate::store::{Conn, Db, DbResult};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is kept beside a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Nothing to say.
    Nothing,
    /// What would change.
    Diffs(Vec<FieldDiff>),
    /// The same company stands on this line of the file.
    InFile(i32),
    /// It could be more than one company that we know.
    Several,
    /// Cells cannot be read; which, the mapping and the cells say again.
    Unreadable,
}

impl Note {
    /// The note of a row.
    pub fn of(row: &ImportRow) -> Self {
        serde_json::from_str(&row.note).unwrap_or(Self::Nothing)
    }
}

/// Judges every row without a verdict, until `enough` says so; returns how many.
pub(super) fn all(db: &Db, import: &Import, enough: &dyn Fn() -> bool) -> Result<u64, ImportError> {
    if db.read(|conn| imports::unjudged(conn, import.id))? == 0 {
        return Ok(0);
    }
    let mapping = mapping(import);
    let (mut seen, mut after, mut judged) = (Seen::default(), 0, 0);
    loop {
        let rows = db.read(|conn| imports::rows(conn, import.id, &[], after, CHUNK))?;
        let Some(last) = rows.last() else { return Ok(judged) };
        after = last.number;
        let read: Vec<(ImportRow, Reading)> = rows
            .into_iter()
            .map(|row| {
                let reading = seen.read(&row, &mapping);
                (row, reading)
            })
            .collect();
        let open: Vec<&(ImportRow, Reading)> = read.iter().filter(|(row, _)| row.verdict.is_none()).collect();
        for batch in open.chunks(BATCH) {
            judged += one_batch(db, import, batch)?;
        }
        // Every call gets on by a batch, however long it took to read what was judged before.
        if judged > 0 && enough() {
            return Ok(judged);
        }
    }
}

fn one_batch(db: &Db, import: &Import, batch: &[&(ImportRow, Reading)]) -> Result<u64, ImportError> {
    let drafts: Vec<&Draft> = batch.iter().filter_map(|(_, reading)| reading.draft()).collect();
    let known = db.read(|conn| look_up(conn, import, &drafts))?;
    let verdicts: Vec<(Verdict, String, _)> = batch.iter().map(|(_, reading)| judged(reading, &known)).collect();
    db.write(|tx| {
        // A mapping changed meanwhile forgets the verdicts; these were made with the old one.
        let scope = crate::domain::scope::Scope::clockwork(import.site_id);
        let current = imports::find(tx, &scope, import.id)?;
        if current.is_none_or(|now| now.state != ImportState::Staged || now.mapping != import.mapping) {
            return Ok(0);
        }
        for ((row, _), (verdict, note, company)) in batch.iter().zip(&verdicts) {
            imports::judge(tx, row.id, *verdict, note, *company)?;
        }
        Ok(u64::try_from(batch.len()).unwrap_or(0))
    })
}

fn judged(reading: &Reading, known: &[KnownCompany]) -> (Verdict, String, Option<crate::domain::id::CompanyId>) {
    match reading {
        Reading::Unreadable => (Verdict::Error, json(&Note::Unreadable), None),
        Reading::Again(line) => (Verdict::Duplicate, json(&Note::InFile(*line)), None),
        Reading::Draft(draft) => {
            let judgement = import::verdict(draft, known);
            let note = match judgement.verdict {
                Verdict::Duplicate => json(&Note::Several),
                Verdict::Changed => json(&Note::Diffs(judgement.diffs)),
                Verdict::New | Verdict::Same | Verdict::Error => String::new(),
            };
            (judgement.verdict, note, judgement.company)
        }
    }
}

/// What a row turned out to be, before what is known is asked.
pub(super) enum Reading {
    Draft(Box<Draft>),
    Again(i32),
    Unreadable,
}

impl Reading {
    fn draft(&self) -> Option<&Draft> {
        match self {
            Self::Draft(draft) => Some(draft),
            Self::Again(_) | Self::Unreadable => None,
        }
    }
}

/// The keys of the rows above: on which line, and under which KvK key.
#[derive(Default)]
struct Seen(HashMap<String, Vec<(i32, Option<String>)>>);

impl Seen {
    fn read(&mut self, row: &ImportRow, mapping: &[Option<Field>]) -> Reading {
        let Ok(draft) = import::draft(mapping, &cells(row)) else { return Reading::Unreadable };
        let keys = import::keys(&draft);
        let kvk = keys.iter().find(|key| key.starts_with("kvk:")).cloned();
        let same = |other: &Option<String>| kvk.as_ref().zip(other.as_ref()).is_none_or(|(a, b)| a == b);
        let above = keys.iter().filter_map(|key| self.0.get(key)).flatten().find(|(_, other)| same(other));
        if let Some((line, _)) = above {
            return Reading::Again(*line);
        }
        for key in keys {
            self.0.entry(key).or_default().push((row.number, kvk.clone()));
        }
        Reading::Draft(Box::new(draft))
    }
}

/// The companies of the import's site that share a key with one of the drafts.
pub(super) fn look_up(conn: &mut Conn, import: &Import, drafts: &[&Draft]) -> DbResult<Vec<KnownCompany>> {
    let keys = Keys {
        kvks: drafts.iter().filter_map(|draft| draft.kvk.as_ref()).map(ToString::to_string).collect(),
        domains: drafts.iter().filter_map(|draft| draft.mail_domain.clone()).collect(),
        sort_names: drafts.iter().map(|draft| sort_name(&draft.name)).collect(),
    };
    Ok(imports::known(conn, import.site_id, &keys)?.into_iter().map(as_known).collect())
}

fn as_known(known: Known) -> KnownCompany {
    let fields = known.company.fields;
    KnownCompany {
        id: known.company.id,
        name: fields.name,
        kvk: fields.kvk,
        branch: fields.branch_number,
        sector: fields.sector,
        street: fields.street,
        postcode: fields.postcode,
        place: fields.place,
        website: fields.website,
        mail_domain: fields.mail_domain,
        phone: fields.phone,
        size: fields.size,
        contact_keys: known.contact_keys,
        crebos: known.crebos,
    }
}
