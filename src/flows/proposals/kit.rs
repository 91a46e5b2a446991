//! What a proposal is made of, read together, and its two mails: the one without a name, and the introduction.

use crate::domain::agreement::Share;
use crate::domain::code::split;
use crate::domain::company::Pc4;
use crate::domain::email::EmailAddress;
use crate::domain::gate::Answer;
use crate::domain::id::{ContactId, OpeningId, StudentId};
use crate::domain::phone::Phone;
use crate::domain::proposal::blind::{Blind, Identity};
use crate::domain::referral::ReferralState;
use crate::domain::scope::Scope;
use crate::domain::spoken;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Lang, Purpose};
use crate::flows::outbox::{self, Known, Letter, Question, Stamp};
use crate::mail::contexts::{Around, IntroductionContext, MailContext, ProposalContext, greeting};
use crate::mail::template::{Frame, Rendered, TemplateError, Templates};
use crate::store::companies::{self, Company};
use crate::store::contacts::{self, Contact};
use crate::store::mailboxes::Mailbox;
use crate::store::openings::{self, Opening};
use crate::store::sites::{self, Site};
use crate::store::students::{self, Student};
use crate::store::{Conn, DbResult, referrals, users};

/// A student, an opening, and all around them.
#[derive(Debug, Clone)]
pub struct Kit {
    /// Who is put forward.
    pub student: Student,
    /// For which opening.
    pub opening: Opening,
    /// Its company.
    pub company: Company,
    /// Who is there and can be mailed, whoever was spoken to last in front.
    pub contacts: Vec<Contact>,
    site: Site,
    mailbox: Option<Mailbox>,
    broker: Option<String>,
    /// What the school agreed may be told; `None`: no school called the desk in.
    agreed: Option<Vec<Share>>,
}

/// What of the student the introduction tells besides the first name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// The address.
    pub email: bool,
    /// The telephone number.
    pub phone: bool,
}

/// What may be told of a student, as the last referral that the desk took on says.
fn agreed(conn: &mut Conn, scope: &Scope, student: StudentId) -> DbResult<Option<Vec<Share>>> {
    let taken = referrals::of_student(conn, scope, student)?
        .into_iter()
        .map(|line| line.referral)
        .filter(|referral| referral.state == ReferralState::Accepted)
        .max_by_key(|referral| referral.id);
    Ok(taken.map(|referral| split(&referral.shares)))
}

impl Kit {
    /// Reads it; `None` where one of the two is not in scope, or they are not of the same site.
    pub fn read(conn: &mut Conn, scope: &Scope, student: StudentId, opening: OpeningId) -> DbResult<Option<Self>> {
        let Some(student) = students::find(conn, scope, student)? else { return Ok(None) };
        let Some(opening) = openings::find(conn, &Scope::clockwork(student.site_id), opening)? else { return Ok(None) };
        let Some(company) = companies::find(conn, scope, opening.company_id)? else { return Ok(None) };
        let Some(site) = sites::find(conn, scope, student.site_id)? else { return Ok(None) };
        let mut contacts = contacts::of_company(conn, scope, company.id)?;
        contacts.retain(Contact::reachable);
        contacts.sort_by_key(|contact| (std::cmp::Reverse(contact.last_spoken_at), contact.id));
        let broker = scope.user().map(|id| users::by_id(conn, id)).transpose()?.flatten();
        let mailbox = outbox::desk_mailbox(conn, student.site_id)?;
        Ok(Some(Self {
            agreed: agreed(conn, scope, student.id)?,
            student,
            opening,
            company,
            contacts,
            site,
            mailbox,
            broker: broker.map(|member| member.user.name),
        }))
    }

    /// Whether this may be told to an employer, as far as the school has a say in it.
    pub fn may_tell(&self, what: Share) -> bool {
        self.agreed.as_ref().is_none_or(|agreed| agreed.contains(&what))
    }

    /// The versions of student and opening.
    pub fn versions(&self) -> (i32, i32) {
        (self.student.version, self.opening.version)
    }

    /// All that the mail without a name says of the student.
    pub fn blind(&self) -> Blind<'_> {
        let wishes = &self.student.wishes;
        Blind {
            programme: &self.student.programme,
            level: self.student.level,
            track: self.student.track,
            from: wishes.available_from,
            until: wishes.available_until,
            days_per_week: wishes.days_per_week,
            learning_wish: wishes.learning_wish.as_deref().filter(|_| self.may_tell(Share::Wishes)).unwrap_or_default(),
        }
    }

    /// What it must not say.
    pub fn identity(&self) -> Identity<'_> {
        Identity {
            first_name: &self.student.first_name,
            code: &self.student.code,
            email: self.student.email.as_ref().map(EmailAddress::as_str).unwrap_or_default(),
            phone: self.student.phone.as_ref().map(Phone::as_str).unwrap_or_default(),
            home_pc4: self.student.wishes.home_pc4.as_ref().map(Pc4::as_str).unwrap_or_default(),
        }
    }

    /// The contact of this id, else whoever was spoken to last.
    pub fn contact(&self, id: Option<ContactId>) -> Option<&Contact> {
        match id {
            Some(id) => self.contacts.iter().find(|contact| contact.id == id),
            None => self.contacts.first(),
        }
    }

    /// What the gate says of mailing this contact about a student.
    pub fn gate(&self, conn: &mut Conn, contact: &Contact, now: Moment) -> DbResult<Option<Answer>> {
        let Some(address) = contact.fields.email.clone() else { return Ok(None) };
        let question = Question {
            site: self.site.id,
            purpose: Purpose::Offer,
            address,
            contact: Some(contact.id),
            company: Some(self.company.id),
            placement: None,
            campaign: None,
            opt_out: false,
        };
        let known = Known::read(conn, std::slice::from_ref(&question), now)?;
        Ok(Some(known.answer(&question, now)))
    }

    fn greeting(&self, contact: Option<&Contact>, lang: Lang) -> String {
        greeting(lang, contact.map(Contact::own_name))
    }

    fn lang(contact: Option<&Contact>) -> Lang {
        contact.map(|contact| contact.fields.lang).unwrap_or_default()
    }

    fn render<C: MailContext>(&self, mails: &Templates, context: &C, lang: Lang) -> Result<Rendered, TemplateError> {
        let sender_name = self.site.desk_name.clone();
        mails.render(context, &Frame { lang, purpose: Purpose::Offer, sender_name, footer: None })
    }

    fn broker(&self) -> (String, Option<String>, String) {
        let name = self.broker.clone().unwrap_or_else(|| self.site.desk_name.clone());
        (name, self.site.phone.as_ref().map(Phone::local), self.site.name.clone())
    }

    /// The mail without a name, as it goes out.
    pub fn proposal(
        &self,
        mails: &Templates,
        contact: Option<&Contact>,
        deadline: Day,
    ) -> Result<Rendered, TemplateError> {
        let lang = Self::lang(contact);
        let (broker_name, broker_phone, site_name) = self.broker();
        let around = Around {
            greeting: self.greeting(contact, lang),
            company_name: self.company.fields.name.clone(),
            role: self.opening.fields.role.clone(),
            until_day: spoken::day(deadline, lang),
            broker_name,
            broker_phone,
            site_name,
        };
        self.render(mails, &ProposalContext::new(around, &self.blind(), lang), lang)
    }

    /// The same as a letter; `None` where there is no address or no mailbox.
    pub(super) fn letter(
        &self,
        mails: &Templates,
        contact: Option<&Contact>,
        deadline: Day,
        now: Moment,
    ) -> Result<Option<Letter>, TemplateError> {
        let rendered = self.proposal(mails, contact, deadline)?;
        Ok(self.addressed(contact, rendered, None, now))
    }

    /// The introduction as a letter, in the thread of the mail without a name.
    pub(super) fn introduction(
        &self,
        mails: &Templates,
        contact: Option<&Contact>,
        (meeting, share, thread): (Option<(Day, &str)>, Reach, Option<String>),
        now: Moment,
    ) -> Result<Option<Letter>, TemplateError> {
        let lang = Self::lang(contact);
        let (broker_name, broker_phone, site_name) = self.broker();
        let meeting = meeting.map(|(day, words)| match (spoken::day(day, lang), words.trim()) {
            (day, "") => day,
            (day, words) => format!("{day}, {words}"),
        });
        let student = &self.student;
        let context = IntroductionContext {
            greeting: self.greeting(contact, lang),
            student_name: student.first_name.clone(),
            student_email: student.email.as_ref().filter(|_| share.email).map(|email| email.as_str().to_owned()),
            student_phone: student.phone.as_ref().filter(|_| share.phone).map(Phone::local),
            meeting,
            broker_name,
            broker_phone,
            site_name,
        };
        let rendered = self.render(mails, &context, lang)?;
        Ok(self.addressed(contact, rendered, thread, now))
    }

    fn addressed(
        &self,
        contact: Option<&Contact>,
        rendered: Rendered,
        thread: Option<String>,
        now: Moment,
    ) -> Option<Letter> {
        let (contact, mailbox) = (contact?, self.mailbox.as_ref()?);
        let to: EmailAddress = contact.fields.email.clone()?;
        let references: Vec<String> = thread.into_iter().collect();
        Some(Letter {
            to_name: contact.own_name().to_owned(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html.unwrap_or_default(),
            company: Some(self.company.id),
            contact: Some(contact.id),
            in_reply_to: references.last().cloned(),
            references,
            ..Letter::new(mailbox, Purpose::Offer, to, Stamp::fresh(&mailbox.address), now)
        })
    }
}
