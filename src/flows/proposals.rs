//! Proposals: a student is put forward for an opening by a mail without a name, which a person has read as it goes out. A
//! place is held meanwhile. What follows until a placement or a no is in [`course`].

mod course;
mod kit;

pub use course::{Meeting, accept, agree, decline, extend, meet, withdraw};
pub(super) use course::{heard, placed, reached_nobody, said};
pub use kit::Kit;

use super::openings::{self, Act, BookError, Mark, Source};
use super::outbox::{self, Enqueued};
use super::{Tally, students};
use crate::domain::disclosure::DisclosurePurpose;
use crate::domain::gate::Why;
use crate::domain::id::{ContactId, OpeningId, OutgoingId, ProposalId, StudentId};
use crate::domain::moves::NoMove;
use crate::domain::privacy::BsnFound;
use crate::domain::proposal::blind::Leak;
use crate::domain::proposal::{LONGEST_HOLD, ProposalState};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::domain::words::TaskKind;
use crate::mail::template::{TemplateError, Templates};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::disclosures::{self, NewDisclosure};
use crate::store::proposals::{self as rows, NewProposal, Proposal};
use crate::store::tasks::{self, NewTask};
use crate::store::{Db, DbError, DbResult, Tx, companies, openings as opening_rows, sites, students as student_rows};

/// Rows read at once.
const BATCH: i64 = 200;
/// What a blind mail says, as the register names it.
const BLIND: &str = "opleiding, niveau, leerweg, periode, dagen, leerwens";

/// Why nothing was proposed or changed.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such student, opening, contact or proposal, or another site's.
    #[error("no such student, opening, contact or proposal")]
    NotFound,
    /// Every place of the opening is taken or held.
    #[error("no place is left")]
    Full,
    /// This student is put forward for this opening already.
    #[error("this student is put forward for this opening already")]
    Already(ProposalId),
    /// A text that the mail would carry gives away who the student is.
    #[error("the mail would give away who the student is")]
    Leak(Leak),
    /// The contact has no address, or the desk no mailbox.
    #[error("there is no address to mail to, or no mailbox to mail from")]
    NoAddress,
    /// The gate refuses the mail.
    #[error("this company may not be mailed")]
    Refused(Why),
    /// The gate refuses the mail; it can be told by telephone.
    #[error("this company is to be called")]
    CallInstead(Why),
    /// The deadline lies in the past, or too far ahead.
    #[error("a place is held for three months at most")]
    Deadline,
    /// Not both sides said yes.
    #[error("both sides have to say yes before a name is given")]
    NotAgreed,
    /// The name was given already.
    #[error("the name was given already")]
    Released,
    /// A text is too long.
    #[error("a text is too long")]
    TooLong,
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
    /// Somebody else saved in between, or what the mail is made of was changed.
    #[error("it was changed in between")]
    Stale,
    /// The proposal is not in a state for this.
    #[error(transparent)]
    NoMove(#[from] NoMove),
    /// The mail could not be made.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

may_repeat!(ProposalError);

impl From<BookError> for ProposalError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Full => Self::Full,
            BookError::Db(error) => Self::Db(error),
            BookError::Gone => Self::NotFound,
            BookError::Stale => Self::Stale,
        }
    }
}

/// How a company is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By mail.
    Mail,
    /// By a call, for which there is a task.
    Call,
}

/// What a person confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who is put forward.
    pub student: StudentId,
    /// For which opening.
    pub opening: OpeningId,
    /// To which contact; `None`: whoever was spoken to last.
    pub contact: Option<ContactId>,
    /// How.
    pub way: Way,
    /// The last day on which the place is held.
    pub deadline: Day,
    /// Whether the student said already that the name may be given once the company wants to meet.
    pub student_agrees: bool,
    /// The versions of student and opening that the person read the mail of.
    pub read: (i32, i32),
}

/// Puts a student forward: holds a place, and queues the mail without a name or makes a task to call.
pub fn propose(
    db: &Db,
    mails: &Templates,
    scope: &Scope,
    order: &Order,
    now: Moment,
) -> Result<ProposalId, ProposalError> {
    if !(0..=LONGEST_HOLD).contains(&order.deadline.days_since(now.day())) {
        return Err(ProposalError::Deadline);
    }
    let kit = db.read(|conn| Kit::read(conn, scope, order.student, order.opening))?.ok_or(ProposalError::NotFound)?;
    if kit.versions() != order.read {
        return Err(ProposalError::Stale);
    }
    if let Some(leak) = kit.blind().leak(&kit.identity()) {
        return Err(ProposalError::Leak(leak));
    }
    let contact = kit.contact(order.contact);
    if order.contact.is_some() && contact.is_none() {
        return Err(ProposalError::NotFound);
    }
    // Rendered and stamped before the write, which can run again.
    let letter = match order.way {
        Way::Mail => Some(kit.letter(mails, contact, order.deadline, now)?.ok_or(ProposalError::NoAddress)?),
        Way::Call => None,
    };
    db.write(|tx| {
        // What the mail was made of has to be what is there in this write.
        let student = student_rows::find(tx, scope, order.student)?.ok_or(ProposalError::NotFound)?;
        let opening = opening_rows::find(tx, scope, order.opening)?.ok_or(ProposalError::NotFound)?;
        if (student.version, opening.version) != order.read {
            return Err(ProposalError::Stale);
        }
        if let Some(there) = rows::between(tx, scope, order.student, order.opening)? {
            return Err(ProposalError::Already(there.id));
        }
        let outgoing_id = match &letter {
            Some(letter) => Some(queued(outbox::enqueue(tx, letter, now)?)?),
            None => None,
        };
        let mark = Mark::from(Source::of(scope)).because("voorstel");
        openings::act(tx, scope, order.opening, Act::Reserve, mark, now)?;
        let id = rows::add(
            tx,
            &NewProposal {
                site_id: kit.opening.site_id,
                student_id: order.student,
                company_id: kit.company.id,
                opening_id: order.opening,
                contact_id: contact.map(|contact| contact.id),
                broker_id: scope.user(),
                outgoing_id,
                state: ProposalState::Proposed,
                deadline: order.deadline,
                student_agreed_on: order.student_agrees.then(|| now.day()),
                meets_at: String::new(),
                note: String::new(),
                version: 1,
                created_at: now,
            },
        )?;
        let proposal = rows::find(tx, scope, id)?.ok_or(ProposalError::NotFound)?;
        disclose(tx, scope, &proposal, DisclosurePurpose::Proposal, BLIND, outgoing_id, now)?;
        if order.way == Way::Call {
            let role = &kit.opening.fields.role;
            let title = format!("Bel {} over een leerling voor {role}, zonder naam", kit.company.fields.name);
            ask(tx, &proposal, TaskKind::Call, title, now)?;
        }
        tell(tx, scope, &proposal, "proposal.add", "", now)?;
        Ok(id)
    })
}

fn queued(answer: Enqueued) -> Result<OutgoingId, ProposalError> {
    match answer {
        Enqueued::Queued(id) => Ok(id),
        Enqueued::Refused(why) => Err(ProposalError::Refused(why)),
        Enqueued::CallTask(why) => Err(ProposalError::CallInstead(why)),
        Enqueued::Already => Err(ProposalError::Stale),
    }
}

/// What the clockwork does every morning: proposals whose deadline has passed lapse, each on its own.
pub fn tick(db: &Db, now: Moment) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for site in db.read(sites::all)? {
        let scope = Scope::clockwork(site.id);
        let mut after = ProposalId(0);
        loop {
            let batch = db.read(|conn| rows::lapsing(conn, &scope, now.day(), after, BATCH))?;
            let Some(last) = batch.last() else { break };
            after = *last;
            for id in batch {
                match db.write(|tx| course::lapse(tx, &scope, id, now)) {
                    Ok(done) => tally.add("lapsed", u64::from(done)),
                    Err(error) => {
                        tracing::warn!(proposal = id.0, %error, "a proposal could not lapse");
                        tally.add("failed", 1);
                    }
                }
            }
        }
    }
    Ok(tally)
}

/// A line in the register: what of the student the company was told.
pub(super) fn disclose(
    tx: &mut Tx,
    scope: &Scope,
    of: &Proposal,
    purpose: DisclosurePurpose,
    what: &str,
    outgoing_id: Option<OutgoingId>,
    now: Moment,
) -> DbResult<()> {
    let name = company_name(tx, of)?;
    let line = NewDisclosure {
        site_id: of.site_id,
        at: now,
        user_id: scope.user(),
        student_id: of.student_id,
        company_id: Some(of.company_id),
        receiver: &name,
        purpose,
        what,
        outgoing_id,
    };
    disclosures::record(tx, &line)?;
    let detail = format!("proposal {}: {what}", of.id);
    students::tell(tx, scope, of.site_id, "student.disclose", Some(of.student_id), &detail, now)
}

fn company_name(tx: &mut Tx, of: &Proposal) -> DbResult<String> {
    let company = companies::find(tx, &Scope::clockwork(of.site_id), of.company_id)?;
    Ok(company.map(|company| company.fields.name).unwrap_or_default())
}

/// A task of whoever keeps the proposal up, for today.
fn ask(tx: &mut Tx, of: &Proposal, kind: TaskKind, title: String, now: Moment) -> DbResult<()> {
    let task = NewTask {
        company_id: Some(of.company_id),
        contact_id: of.contact_id,
        owner_id: of.broker_id,
        ..NewTask::new(of.site_id, kind, title, now.day(), now)
    };
    tasks::add(tx, &task)?;
    Ok(())
}

fn tell(tx: &mut Tx, scope: &Scope, of: &Proposal, action: &str, detail: &str, now: Moment) -> DbResult<()> {
    let event = Event {
        at: now,
        site_id: Some(of.site_id),
        user_id: scope.user(),
        action,
        subject: "proposal",
        subject_id: Some(of.id.0),
        detail,
    };
    audit::record(tx, &event)
}
