//! Schools of the practice world: at each desk one with an agreement and people who refer, and one with which nothing was
//! agreed yet.

use crate::domain::agreement::{Carer, Share, Terms, WhoRefers};
use crate::domain::email::EmailAddress;
use crate::domain::guidance::{ApplicationOutcome, GuidanceKind};
use crate::domain::id::{ReferrerId, SchoolId, SiteId, StudentId};
use crate::domain::phone::Phone;
use crate::domain::referral::ReferralEvent;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::Lang;
use crate::flows::guidance::{self, Talk};
use crate::flows::referrals::{self, By, Draft, Hand};
use crate::flows::{schools, students};
use crate::store::Db;
use crate::store::schools::{Fields, PersonFields};
use crate::store::students::{self as student_rows, Student};

/// The schools of one desk.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The school with an agreement, and its mail domain.
    pub agreed: (&'static str, &'static str),
    /// The other one.
    pub other: &'static str,
    /// Where both are.
    pub city: &'static str,
}

/// The school with an agreement, and the person there who refers.
pub fn add(db: &Db, scope: &Scope, site: SiteId, plan: &Plan, began: Moment) -> anyhow::Result<(SchoolId, ReferrerId)> {
    let (name, domain) = plan.agreed;
    let fields = |name: &str, domain: Option<&str>| Fields {
        name: name.to_owned(),
        city: plan.city.to_owned(),
        mail_domain: domain.map(str::to_owned),
        active: true,
    };
    let school = schools::add(db, scope, site, &fields(name, Some(domain)), began)?;
    let terms = Terms {
        who_refers: WhoRefers::Domain,
        own_attempts: 3,
        shares: vec![Share::Contact, Share::Progress, Share::Wishes],
        valid_from: Some(began.day()),
        valid_until: Some(began.day().plus(3 * 365)),
        carer: Carer::Both,
    };
    schools::agree(db, scope, school, 0, &terms, began)?;
    let person = |name: &str, local: &str, phone| -> anyhow::Result<PersonFields> {
        Ok(PersonFields {
            name: name.to_owned(),
            email: EmailAddress::parse(&format!("{local}@{domain}"))?,
            phone: Phone::parse(phone).ok(),
            lang: Lang::Nl,
            active: true,
        })
    };
    let first = schools::add_referrer(db, scope, school, &person("Mo Leraar", "mo.leraar", "020 000 03 01")?, began)?;
    schools::add_referrer(db, scope, school, &person("Bo Begeleider", "bo.begeleider", "020 000 03 02")?, began)?;
    schools::add(db, scope, site, &fields(plan.other, None), began)?;
    Ok((school, first))
}

/// What was decided about the referrals of the desk's newest students, one after another; `None`: it waits.
const DECIDED: [Option<ReferralEvent>; 6] = [
    None,
    Some(ReferralEvent::Accept),
    None,
    Some(ReferralEvent::Refuse),
    Some(ReferralEvent::Accept),
    Some(ReferralEvent::Accept),
];

/// Refers some of the students that the desk has, on days of the last weeks.
pub fn refer(
    db: &Db,
    scope: &Scope,
    site: SiteId,
    (school, referrer): (SchoolId, ReferrerId),
    now: Moment,
) -> anyhow::Result<()> {
    let own = Scope::command(vec![site]);
    let all = db.read(|conn| student_rows::list(conn, &own, None, None, 100))?;
    // The newest ones look; the oldest one has a place.
    let chosen = all.iter().take(DECIDED.len() - 1).chain(all.last());
    for (index, (student, event)) in chosen.zip(DECIDED).enumerate() {
        let days = i64::try_from(index).unwrap_or_default() * 9 + 1;
        let at = now.plus_days(-days);
        let draft = draft(student, school, referrer, at);
        let made = referrals::refer(db, scope, &draft, Hand::Desk(""), at)?;
        if index == 1 {
            guide(db, scope, made.student, now)?;
        }
        if let Some(event) = event {
            let reason = if event == ReferralEvent::Refuse { "De school heeft zelf een plek gevonden." } else { "" };
            referrals::decide(db, scope, made.id, 1, event, reason, at.plus_seconds(3_600))?;
        }
    }
    Ok(())
}

/// A talk with a next step, a call, an application that was refused, and whom to call.
fn guide(db: &Db, scope: &Scope, student: StudentId, now: Moment) -> anyhow::Result<()> {
    let yesterday = now.plus_days(-1);
    let talk = Talk {
        kind: GuidanceKind::Session,
        held_on: yesterday.day(),
        goal: "De sollicitatiebrief".to_owned(),
        said: "De brief is duidelijk. Nog kort oefenen hoe je jezelf voorstelt.".to_owned(),
        next_step: "Samen een gesprek oefenen".to_owned(),
        due_on: Some(now.day().plus(3)),
    };
    guidance::talk(db, scope, student, &talk, yesterday)?;
    let call = Talk {
        kind: GuidanceKind::Call,
        held_on: now.day(),
        goal: String::new(),
        said: "Kan dinsdag om tien uur langskomen.".to_owned(),
        next_step: String::new(),
        due_on: None,
    };
    guidance::talk(db, scope, student, &call, now)?;
    let on = now.plus_days(-12).day();
    guidance::apply(db, scope, student, ("Bloemenhuis Voorbeeld", on, ApplicationOutcome::Rejected), now)?;
    let phone = Phone::parse("020 000 04 01").ok();
    guidance::guard(db, scope, student, (Some(true), "Alex Verzorger", phone.as_ref()), now)?;
    Ok(())
}

fn draft(student: &Student, school: SchoolId, referrer: ReferrerId, at: Moment) -> Draft {
    Draft {
        school,
        by: By::Known(referrer),
        on: at.day(),
        student: students::Fields {
            code: student.code.clone(),
            first_name: student.first_name.clone(),
            programme: student.programme.clone(),
            ..students::Fields::default()
        },
        attempts: 4,
        tried: "Vier brieven, waarvan twee met een gesprek.".to_owned(),
        failed_why: "Bedrijven in de buurt hadden al een stagiair.".to_owned(),
        sought: "Een plek op fietsafstand, met iemand die uitleg geeft.".to_owned(),
        shares: vec![Share::Contact, Share::Progress],
    }
}
