//! Referrals: one act that checks the agreement, makes the student or joins the one with this code, and writes down the
//! referral; and the desk's decision about it.

use super::students::{self, StudentError, tidy};
use crate::domain::agreement::{Asked, Asker, MOST_ATTEMPTS, Rule, Share, broken};
use crate::domain::code;
use crate::domain::email::EmailAddress;
use crate::domain::id::{ReferralId, ReferrerId, SchoolId, StudentId};
use crate::domain::moves::NoMove;
use crate::domain::privacy::{self, BsnFound};
use crate::domain::referral::{ReferralEvent, ReferralState, moves};
use crate::domain::scope::Scope;
use crate::domain::time::{Day, Moment};
use crate::store::audit::{self, Event};
use crate::store::db::may_repeat;
use crate::store::referrals::{self, NewReferral, Referral};
use crate::store::schools::{self, School};
use crate::store::{Conn, Db, DbError, DbResult, Tx, students as student_rows};

/// The most letters of each text.
pub const LONGEST: usize = 2000;

/// Who at the school asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum By {
    /// Nobody in particular.
    #[default]
    Desk,
    /// Somebody of its list.
    Known(ReferrerId),
    /// Somebody else.
    Other {
        /// Name.
        name: String,
        /// Address.
        email: Option<EmailAddress>,
    },
}

/// Whose hand writes it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand<'a> {
    /// The desk's; a coordinator's with a reason to let it through, or an empty one.
    Desk(&'a str),
    /// The referrer's own, on the school's page.
    School,
}

/// What a referral says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The school.
    pub school: SchoolId,
    /// Who at the school.
    pub by: By,
    /// On which day.
    pub on: Day,
    /// For whom.
    pub student: students::Fields,
    /// How often school and student tried for themselves.
    pub attempts: i32,
    /// What they tried.
    pub tried: String,
    /// Why it failed.
    pub failed_why: String,
    /// What is sought.
    pub sought: String,
    /// What may be told.
    pub shares: Vec<Share>,
}

/// A referral that was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Referred {
    /// Its id.
    pub id: ReferralId,
    /// Its student.
    pub student: StudentId,
    /// Whether the desk knew the student already.
    pub joined: bool,
}

/// Why nothing was written down or decided.
#[derive(Debug, thiserror::Error)]
pub enum ReferralError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such school, referrer or referral, or another site's.
    #[error("no such school, referrer or referral")]
    NotFound,
    /// The agreement forbids it.
    #[error("the referral breaks what was agreed: {}", .0.iter().map(Rule::code).collect::<Vec<_>>().join(", "))]
    Outside(Vec<Rule>),
    /// Only a coordinator lets a referral through.
    #[error("only a coordinator lets a referral through")]
    NotAllowed(Vec<Rule>),
    /// The student could not be added.
    #[error(transparent)]
    Student(StudentError),
    /// The code is of a student of another school.
    #[error("this code is of a student of another school")]
    OtherSchool,
    /// A referral of this student is open already.
    #[error("this student was referred already")]
    Already,
    /// A referral does not lie ahead.
    #[error("a referral does not lie ahead")]
    Ahead,
    /// Nobody tries so often.
    #[error("attempts are counted from 0 to 99")]
    Attempts,
    /// Somebody else needs a name.
    #[error("somebody else needs a name")]
    NoName,
    /// A text is too long; which one.
    #[error("`{0}` has at most 2000 letters")]
    Long(&'static str),
    /// A reason is missing.
    #[error("a reason is missing")]
    NoReason,
    /// A text holds what looks like a BSN.
    #[error(transparent)]
    Bsn(#[from] BsnFound),
    /// Somebody else decided in between.
    #[error("the referral was changed in between")]
    Stale,
    /// The referral is not in a state for this.
    #[error(transparent)]
    NoMove(#[from] NoMove),
}

may_repeat!(ReferralError);

impl From<StudentError> for ReferralError {
    fn from(error: StudentError) -> Self {
        // A wish of the database to repeat must stay visible.
        if let StudentError::Db(error) = error { Self::Db(error) } else { Self::Student(error) }
    }
}

fn text(field: &'static str, text: &str) -> Result<String, ReferralError> {
    let text = text.trim().replace("\r\n", "\n");
    privacy::check([&*text])?;
    if text.chars().count() > LONGEST { Err(ReferralError::Long(field)) } else { Ok(text) }
}

impl Draft {
    /// Trims every text and says what may not be stored.
    pub fn checked(&self, today: Day) -> Result<Self, ReferralError> {
        if self.on > today {
            return Err(ReferralError::Ahead);
        }
        if !(0..=MOST_ATTEMPTS).contains(&self.attempts) {
            return Err(ReferralError::Attempts);
        }
        let by = match &self.by {
            By::Other { name, email } => {
                let name = tidy(name);
                privacy::check([&*name])?;
                if name.is_empty() {
                    return Err(ReferralError::NoName);
                }
                By::Other { name, email: email.clone() }
            }
            By::Desk | By::Known(_) => self.by.clone(),
        };
        Ok(Self {
            by,
            student: self.student.checked()?,
            tried: text("tried", &self.tried)?,
            failed_why: text("failed_why", &self.failed_why)?,
            sought: text("sought", &self.sought)?,
            ..self.clone()
        })
    }
}

/// Writes down a referral: the student is made, or joined by the code, in the same write.
pub fn refer(db: &Db, scope: &Scope, draft: &Draft, hand: Hand, now: Moment) -> Result<Referred, ReferralError> {
    let draft = draft.checked(now.day())?;
    db.write(|tx| refer_in(tx, scope, &draft, hand, now))
}

/// The same as a piece of a larger act; the draft is [`Draft::checked`].
pub(super) fn refer_in(
    tx: &mut Tx,
    scope: &Scope,
    draft: &Draft,
    hand: Hand,
    now: Moment,
) -> Result<Referred, ReferralError> {
    let school = schools::find(tx, scope, draft.school)?.ok_or(ReferralError::NotFound)?;
    let (referrer_id, referrer_name, referrer_email) = person(tx, scope, draft)?;
    let rules = breaks(tx, scope, &school, draft, hand)?;
    let let_through = passed(scope, &rules, hand)?;
    let (student, joined) = student(tx, scope, &school, draft, hand, now)?;
    let codes: Vec<&str> = rules.iter().map(Rule::code).collect();
    let new = NewReferral {
        site_id: school.site_id,
        school_id: school.id,
        student_id: student,
        referrer_id,
        referrer_name,
        referrer_email,
        referred_on: draft.on,
        attempts: draft.attempts,
        tried: draft.tried.clone(),
        failed_why: draft.failed_why.clone(),
        sought: draft.sought.clone(),
        shares: code::join(&draft.shares),
        state: ReferralState::Received,
        refusal: String::new(),
        broken: codes.join(","),
        let_through_by: scope.user().filter(|_| !rules.is_empty()),
        let_through,
        user_id: scope.user(),
        version: 1,
        touched_at: now,
        created_at: now,
    };
    let id = referrals::add(tx, &new)?;
    let by = match (hand, referrer_id) {
        (Hand::School, Some(referrer)) => format!("by referrer {referrer}; "),
        (Hand::School | Hand::Desk(_), _) => String::new(),
    };
    let detail = format!("{by}{}", if joined { "joined a known student" } else { "made a student" });
    tell(tx, scope, (&new.site_id, id), "referral.add", &detail, now)?;
    if !rules.is_empty() {
        let detail = format!("breaks {}; {}", codes.join(", "), new.let_through);
        tell(tx, scope, (&new.site_id, id), "referral.let_through", &detail, now)?;
    }
    Ok(Referred { id, student, joined })
}

/// The rules of the school's agreement that a draft breaks.
pub(super) fn breaks(
    conn: &mut Conn,
    scope: &Scope,
    school: &School,
    draft: &Draft,
    hand: Hand,
) -> Result<Vec<Rule>, ReferralError> {
    let terms = schools::agreement(conn, school.id)?.map(|(terms, _)| terms);
    let known = match draft.by {
        By::Known(id) => Some(schools::referrer(conn, scope, id)?.ok_or(ReferralError::NotFound)?),
        By::Desk | By::Other { .. } => None,
    };
    let by = match (&draft.by, &known) {
        (_, Some(one)) if one.active => Asker::Listed,
        (_, Some(one)) => Asker::Other(Some(&one.email)),
        (By::Other { email, .. }, None) => Asker::Other(email.as_ref()),
        (By::Desk | By::Known(_), None) => Asker::Desk,
    };
    let at_desk = matches!(hand, Hand::Desk(_));
    let asked = Asked { by, at_desk, on: draft.on, attempts: draft.attempts, shares: &draft.shares };
    Ok(broken(school.party(), terms.as_ref(), &asked))
}

/// The reason for which a referral that breaks rules passes; empty where it breaks none.
fn passed(scope: &Scope, rules: &[Rule], hand: Hand) -> Result<String, ReferralError> {
    let reason = match hand {
        Hand::Desk(reason) => tidy(reason),
        Hand::School => String::new(),
    };
    privacy::check([&*reason])?;
    if rules.is_empty() {
        return Ok(String::new());
    }
    if reason.is_empty() {
        return Err(ReferralError::Outside(rules.to_vec()));
    }
    if reason.chars().count() > LONGEST {
        return Err(ReferralError::Long("reason"));
    }
    if scope.coordinates() { Ok(reason) } else { Err(ReferralError::NotAllowed(rules.to_vec())) }
}

/// Who at the school, as it stands in the record.
fn person(
    conn: &mut Conn,
    scope: &Scope,
    draft: &Draft,
) -> Result<(Option<ReferrerId>, String, Option<EmailAddress>), ReferralError> {
    match &draft.by {
        By::Desk => Ok((None, String::new(), None)),
        By::Other { name, email } => Ok((None, name.clone(), email.clone())),
        By::Known(id) => {
            let one = schools::referrer(conn, scope, *id)?.filter(|one| one.school_id == draft.school);
            let one = one.ok_or(ReferralError::NotFound)?;
            Ok((Some(one.id), one.name, Some(one.email)))
        }
    }
}

/// The student with the draft's code, made where nobody has it; and whether the desk knew them. What the desk knows stays as
/// it is. A school reaches no student but its own.
fn student(
    tx: &mut Tx,
    scope: &Scope,
    school: &School,
    draft: &Draft,
    hand: Hand,
    now: Moment,
) -> Result<(StudentId, bool), ReferralError> {
    let Some(known) = student_rows::by_code(tx, scope, school.site_id, &draft.student.code)? else {
        let id = students::add_in(tx, scope, school.site_id, &draft.student, now)?;
        student_rows::goes_to(tx, id, school.id)?;
        return Ok((id, false));
    };
    if hand == Hand::School && known.school_id != Some(school.id) {
        return Err(ReferralError::OtherSchool);
    }
    let earlier = referrals::of_student(tx, scope, known.id)?;
    if earlier.iter().any(|line| line.stage.is_open()) {
        return Err(ReferralError::Already);
    }
    if known.school_id != Some(school.id) {
        student_rows::goes_to(tx, known.id, school.id)?;
    }
    Ok((known.id, true))
}

/// Decides about a referral, or takes the decision back; a refusal needs a reason.
pub fn decide(
    db: &Db,
    scope: &Scope,
    id: ReferralId,
    version: i32,
    event: ReferralEvent,
    reason: &str,
    now: Moment,
) -> Result<Referral, ReferralError> {
    let reason = text("reason", reason)?;
    if event == ReferralEvent::Refuse && reason.is_empty() {
        return Err(ReferralError::NoReason);
    }
    let refusal = if event == ReferralEvent::Refuse { reason.as_str() } else { "" };
    db.write(|tx| {
        let referral = referrals::find(tx, scope, id)?.ok_or(ReferralError::NotFound)?;
        let state = moves(referral.state, event)?;
        if !referrals::decide(tx, id, version, state, refusal, now)? {
            return Err(ReferralError::Stale);
        }
        let action = match event {
            ReferralEvent::Accept => "referral.accept",
            ReferralEvent::Refuse => "referral.refuse",
            ReferralEvent::Reopen => "referral.reopen",
        };
        tell(tx, scope, (&referral.site_id, id), action, "", now)?;
        Ok(referral)
    })
}

fn tell(
    tx: &mut Tx,
    scope: &Scope,
    (site, id): (&crate::domain::id::SiteId, ReferralId),
    action: &str,
    detail: &str,
    now: Moment,
) -> DbResult<()> {
    let (user_id, subject_id) = (scope.user(), Some(id.0));
    let event = Event { at: now, site_id: Some(*site), user_id, action, subject: "referral", subject_id, detail };
    audit::record(tx, &event)
}
