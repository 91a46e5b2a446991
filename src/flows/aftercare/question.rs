//! The question of one check-in: to whom it goes, and the mail that asks it.

use super::Step;
use crate::domain::disclosure::DisclosurePurpose;
use crate::domain::email::EmailAddress;
use crate::domain::id::{CheckInId, ContactId, OutgoingId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::spoken;
use crate::domain::time::Moment;
use crate::domain::words::{Addressee, Ground, Lang, Purpose};
use crate::flows::outbox::{self, Letter, Stamp};
use crate::mail::contexts::{CheckInContext, ReminderContext, StudentCheckInContext, greeting};
use crate::mail::template::{Frame, Rendered, TemplateError, Templates};
use crate::store::checkins::{self, CheckIn};
use crate::store::contacts::{self, Contact};
use crate::store::disclosures::{self, NewDisclosure};
use crate::store::mailboxes::Mailbox;
use crate::store::placements::{self, PlacementLine};
use crate::store::sites::{self, Site};
use crate::store::{Conn, DbResult, Tx, students, users};

/// To whom a question goes.
struct Party {
    email: EmailAddress,
    /// Empty where an address is nobody's own.
    name: String,
    lang: Lang,
    contact: Option<ContactId>,
}

/// What is known of a check-in when it is asked.
pub(super) struct Question {
    /// The check-in.
    pub(super) checkin: CheckIn,
    /// Its placement, with names.
    pub(super) line: PlacementLine,
    site: Site,
    party: Option<Party>,
    mailbox: Option<Mailbox>,
    broker: Option<String>,
    /// Message-ID of what was asked before.
    asked: Option<String>,
}

impl Question {
    /// Reads all that a question needs; `None` where the check-in is not there.
    pub(super) fn read(conn: &mut Conn, scope: &Scope, id: CheckInId) -> DbResult<Option<Self>> {
        let Some(checkin) = checkins::find(conn, scope, id)? else { return Ok(None) };
        let Some(line) = placements::line(conn, scope, checkin.placement_id)? else { return Ok(None) };
        let Some(site) = sites::find(conn, scope, checkin.site_id)? else { return Ok(None) };
        let party = match checkin.addressee {
            Addressee::Employer => employer(conn, scope, &line)?,
            Addressee::Student => student(conn, scope, &line)?,
        };
        let broker = match line.placement.broker_id {
            Some(id) => users::by_id(conn, id)?.map(|member| member.user.name),
            None => None,
        };
        let mailbox = outbox::desk_mailbox(conn, checkin.site_id)?;
        let asked = checkins::asked_as(conn, scope, id)?;
        Ok(Some(Self { checkin, line, site, party, mailbox, broker, asked }))
    }

    /// Why no mail can be sent, for the task of whoever calls.
    pub(super) fn unreachable(&self) -> &'static str {
        if self.party.is_none() {
            "Er is geen adres om naar te mailen. Bel even."
        } else {
            "Er is geen mailbox om mee te mailen. Bel even."
        }
    }

    /// The stamped letter that asks or reminds; `None` where there is no address or no mailbox.
    pub(super) fn letter(&self, mails: &Templates, step: Step, now: Moment) -> Result<Option<Letter>, TemplateError> {
        let (Some(party), Some(mailbox)) = (&self.party, &self.mailbox) else { return Ok(None) };
        let rendered = self.render(mails, party, step)?;
        let stamp = Stamp::fresh(&mailbox.address);
        let references: Vec<String> = self.asked.iter().cloned().collect();
        Ok(Some(Letter {
            to_name: party.name.clone(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html.unwrap_or_default(),
            company: party.contact.map(|_| self.line.placement.company_id),
            contact: party.contact,
            placement: Some(self.line.placement.id),
            checkin: Some(self.checkin.id),
            user: self.line.placement.broker_id,
            in_reply_to: references.last().cloned(),
            references,
            ..Letter::new(mailbox, Purpose::Aftercare, party.email.clone(), stamp, now)
        }))
    }

    /// A question to an employer names the student: the register says so.
    pub(super) fn disclose(&self, tx: &mut Tx, mail: OutgoingId, now: Moment) -> DbResult<()> {
        let of = &self.line.placement;
        let line = NewDisclosure {
            site_id: of.site_id,
            at: now,
            user_id: None,
            student_id: of.student_id,
            company_id: Some(of.company_id),
            receiver: &self.line.company,
            purpose: DisclosurePurpose::Aftercare,
            what: "voornaam, rol, eerste dag",
            outgoing_id: Some(mail),
        };
        disclosures::record(tx, &line)
    }

    fn render(&self, mails: &Templates, party: &Party, step: Step) -> Result<Rendered, TemplateError> {
        let (lang, site, line) = (party.lang, &self.site, &self.line);
        let frame = Frame { lang, purpose: Purpose::Aftercare, sender_name: site.desk_name.clone(), footer: None };
        let broker_name = self.broker.clone().unwrap_or_else(|| site.desk_name.clone());
        let broker_phone = site.phone.as_ref().map(Phone::local);
        if self.checkin.addressee == Addressee::Student {
            let context = StudentCheckInContext {
                student_name: line.first_name.clone(),
                company_name: line.company.clone(),
                broker_name,
                broker_phone,
                site_name: site.name.clone(),
            };
            return mails.render(&context, &frame);
        }
        let context = CheckInContext {
            greeting: greeting(lang, Some(&party.name)),
            company_name: line.company.clone(),
            student_name: line.first_name.clone(),
            role: Some(line.role.clone()).filter(|role| !role.is_empty()),
            start_day: spoken::day(line.placement.starts_on, lang),
            broker_name,
            broker_phone,
            site_name: site.name.clone(),
        };
        match (step, self.checkin.asked_on) {
            (Step::Remind, Some(asked)) => {
                mails.render(&ReminderContext { check_in: context, asked_day: spoken::day(asked, lang) }, &frame)
            }
            _ => mails.render(&context, &frame),
        }
    }
}

/// The mentor, else a functional address of the company.
fn employer(conn: &mut Conn, scope: &Scope, line: &PlacementLine) -> DbResult<Option<Party>> {
    let all = contacts::of_company(conn, scope, line.placement.company_id)?;
    let here = |contact: &&Contact| contact.reachable();
    let mentor = all.iter().filter(here).find(|contact| Some(contact.id) == line.placement.mentor_id);
    let functional = || all.iter().filter(here).find(|contact| contact.fields.ground == Ground::Functional);
    Ok(mentor.or_else(functional).and_then(|contact| {
        Some(Party {
            email: contact.fields.email.clone()?,
            name: contact.own_name().to_owned(),
            lang: contact.fields.lang,
            contact: Some(contact.id),
        })
    }))
}

fn student(conn: &mut Conn, scope: &Scope, line: &PlacementLine) -> DbResult<Option<Party>> {
    let student = students::find(conn, scope, line.placement.student_id)?;
    Ok(student.and_then(|student| {
        Some(Party { email: student.email?, name: student.first_name, lang: student.lang, contact: None })
    }))
}
