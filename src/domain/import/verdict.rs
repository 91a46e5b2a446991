//! A draft beside what is known: new, changed with the difference, the same, or not to be told apart.

use super::draft::Draft;
use super::mapping::Field;
use crate::domain::company::{BranchNumber, KvkNumber, Postcode, fold};
use crate::domain::email::is_freemail_domain;
use crate::domain::id::CompanyId;
use crate::domain::phone::Phone;
use crate::domain::words::{CompanySize, Verdict};
use serde::{Deserialize, Serialize};

/// A company that is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCompany {
    /// Its id.
    pub id: CompanyId,
    /// Name.
    pub name: String,
    /// KvK number.
    pub kvk: Option<KvkNumber>,
    /// Branch number.
    pub branch: Option<BranchNumber>,
    /// Sector.
    pub sector: String,
    /// Street and house number.
    pub street: String,
    /// Postcode.
    pub postcode: Option<Postcode>,
    /// Town.
    pub place: String,
    /// Website.
    pub website: String,
    /// Own mail domain.
    pub mail_domain: Option<String>,
    /// Telephone number.
    pub phone: Option<Phone>,
    /// Size.
    pub size: Option<CompanySize>,
    /// Keys of its contacts' addresses.
    pub contact_keys: Vec<String>,
    /// Crebo numbers of its recognitions.
    pub crebos: Vec<String>,
}

/// One field that the row would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDiff {
    /// The field.
    pub field: Field,
    /// What is known; empty where nothing is.
    pub old: String,
    /// What the row says.
    pub new: String,
}

/// What the import would do with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// New, changed, same or duplicate.
    pub verdict: Verdict,
    /// The known company that the row is about.
    pub company: Option<CompanyId>,
    /// What it would change there.
    pub diffs: Vec<FieldDiff>,
}

/// The keys by which the row's company is looked up, strongest first; two rows of one file with a key in
/// common are the same company, unless their `kvk:` keys differ.
pub fn keys(draft: &Draft) -> Vec<String> {
    let kvk = draft.kvk.as_ref().map(|kvk| match &draft.branch {
        Some(branch) => format!("kvk:{kvk}:{branch}"),
        None => format!("kvk:{kvk}"),
    });
    let domain = draft.mail_domain.as_ref().map(|domain| format!("domain:{domain}"));
    let name = draft.postcode.as_ref().map(|postcode| format!("name:{}|{postcode}", fold(&draft.name)));
    [kvk, domain, name].into_iter().flatten().collect()
}

/// Judges a row beside the companies that share its KvK number, its mail domain, or its name and postcode.
/// A KvK number outweighs the domain, and the domain the name; different numbers are different companies.
pub fn verdict(draft: &Draft, known: &[KnownCompany]) -> Judgement {
    let possible: Vec<&KnownCompany> = known.iter().filter(|known| !contradicts(draft, known)).collect();
    let by = |matches: fn(&Draft, &KnownCompany) -> bool| -> Vec<&KnownCompany> {
        possible.iter().copied().filter(|known| matches(draft, known)).collect()
    };
    let found = [by(same_kvk), by(same_domain), by(same_name)].into_iter().find(|found| !found.is_empty());
    let Some(found) = found else {
        return Judgement { verdict: Verdict::New, company: None, diffs: Vec::new() };
    };
    let narrowed: Vec<&KnownCompany> = found.iter().copied().filter(|known| same_name(draft, known)).collect();
    let same_branch: Vec<&KnownCompany> =
        found.iter().copied().filter(|known| draft.branch.is_some() && draft.branch == known.branch).collect();
    match (found.as_slice(), same_branch.as_slice(), narrowed.as_slice()) {
        ([one], _, _) | (_, [one], _) | (_, _, [one]) => {
            let diffs = diffs(draft, one);
            let verdict = if diffs.is_empty() { Verdict::Same } else { Verdict::Changed };
            Judgement { verdict, company: Some(one.id), diffs }
        }
        _ => Judgement { verdict: Verdict::Duplicate, company: None, diffs: Vec::new() },
    }
}

fn contradicts(draft: &Draft, known: &KnownCompany) -> bool {
    let differ = |a: Option<&str>, b: Option<&str>| a.zip(b).is_some_and(|(a, b)| a != b);
    differ(draft.kvk.as_ref().map(KvkNumber::as_str), known.kvk.as_ref().map(KvkNumber::as_str))
        || differ(draft.branch.as_ref().map(BranchNumber::as_str), known.branch.as_ref().map(BranchNumber::as_str))
}

fn same_kvk(draft: &Draft, known: &KnownCompany) -> bool {
    draft.kvk.is_some() && draft.kvk == known.kvk
}

fn same_domain(draft: &Draft, known: &KnownCompany) -> bool {
    match (&draft.mail_domain, &known.mail_domain) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b) && !is_freemail_domain(a),
        _ => false,
    }
}

fn same_name(draft: &Draft, known: &KnownCompany) -> bool {
    draft.postcode.is_some() && draft.postcode == known.postcode && fold(&draft.name) == fold(&known.name)
}

/// Where the row says something else than is known. An empty cell never empties a field.
fn diffs(draft: &Draft, known: &KnownCompany) -> Vec<FieldDiff> {
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let contact = draft.contact.as_ref().and_then(|contact| contact.email.as_ref());
    let new_contact = contact.filter(|email| !known.contact_keys.contains(&email.key()));
    let recognition = draft.recognition.as_ref().map(|recognition| &recognition.crebo);
    let new_crebo = recognition.filter(|crebo| !crebo.is_empty() && !known.crebos.contains(crebo));
    let pairs = [
        (Field::Name, known.name.clone(), draft.name.clone()),
        (Field::Kvk, text(known.kvk.as_ref()), text(draft.kvk.as_ref())),
        (Field::Branch, text(known.branch.as_ref()), text(draft.branch.as_ref())),
        (Field::Sector, known.sector.clone(), draft.sector.clone()),
        (Field::Street, known.street.clone(), draft.street.clone()),
        (Field::Postcode, text(known.postcode.as_ref()), text(draft.postcode.as_ref())),
        (Field::Place, known.place.clone(), draft.place.clone()),
        (Field::Website, known.website.clone(), draft.website.clone()),
        (Field::MailDomain, text(known.mail_domain.as_ref()), text(draft.mail_domain.as_ref())),
        (Field::Phone, text(known.phone.as_ref()), text(draft.phone.as_ref())),
        (Field::Size, text(known.size.as_ref()), text(draft.size.as_ref())),
        (Field::ContactEmail, String::new(), text(new_contact)),
        (Field::Crebo, String::new(), text(new_crebo)),
    ];
    let changed = pairs.into_iter().filter(|(_, old, new)| !new.is_empty() && old != new);
    changed.map(|(field, old, new)| FieldDiff { field, old, new }).collect()
}
