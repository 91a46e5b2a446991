//! What is due about the places of one company, and the mail that asks.

use super::PLACES;
use crate::domain::calendar::is_working_day;
use crate::domain::email::EmailAddress;
use crate::domain::freshness::{ALONG_DAYS, Facts, Patience, RoundFacts, RoundState, Step, may_ask, step};
use crate::domain::id::{CompanyId, ContactId, OpeningId};
use crate::domain::opening::STALE_DAYS;
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::spoken;
use crate::domain::time::{Day, Moment};
use crate::domain::token::Token;
use crate::domain::words::{Lang, Purpose};
use crate::flows::campaigns::kit::Press;
use crate::flows::outbox::{self, Letter, Stamp, opt_out_link};
use crate::flows::settings::Freshness;
use crate::mail::contexts::{PlacesContext, PlacesLine, PlacesReminderContext, greeting};
use crate::mail::template::{Frame, Rendered, TemplateError};
use crate::store::companies::{self, Company};
use crate::store::contacts::{self, Contact};
use crate::store::mailboxes::Mailbox;
use crate::store::openings::{self, Opening};
use crate::store::rounds::{self, Round};
use crate::store::sites::{self, Site};
use crate::store::{Conn, DbResult, outgoing, users};

/// What is wanted of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// What is under way goes on.
    Due,
    /// The clockwork asks, where it is time.
    Ask,
    /// A person asks now.
    Now,
}

/// One opening with what is due about it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) opening: Opening,
    pub(super) round: Option<Round>,
    pub(super) step: Step,
}

/// Who is asked.
#[derive(Debug, Clone)]
struct Party {
    email: EmailAddress,
    /// Empty where an address is nobody's own.
    name: String,
    lang: Lang,
    contact: ContactId,
}

/// What is due at one company.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) company: Company,
    pub(super) cases: Vec<Case>,
    site: Site,
    party: Option<Party>,
    mailbox: Option<Mailbox>,
    broker: Option<String>,
    /// Message-ID of what was asked before.
    asked: Option<String>,
}

/// A mail, ready to be written down: the letter where one can leave, and a token for each case that begins a round.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) letter: Option<Letter>,
    pub(super) tokens: Vec<String>,
    pub(super) expires_at: Moment,
}

impl Plan {
    /// Reads what is due; `None` where the company is not in scope. Cases on which nothing is to be done are left out.
    pub(super) fn read(
        conn: &mut Conn,
        scope: &Scope,
        id: CompanyId,
        wish: Wish,
        today: Day,
        patience: Patience,
    ) -> DbResult<Option<Self>> {
        let Some(company) = companies::find(conn, scope, id)? else { return Ok(None) };
        let Some(site) = sites::find(conn, scope, company.site_id)? else { return Ok(None) };
        let all = openings::of_company(conn, scope, id)?;
        let latest = rounds::latest(conn, &all.iter().map(|opening| opening.id).collect::<Vec<_>>())?;
        let archived = company.archived_at.is_some();
        let known = all.into_iter().map(|opening| {
            let round = latest.iter().find(|round| round.opening_id == opening.id).cloned();
            let facts = Facts {
                room: opening.has_room() && !archived,
                confirmed: opening.last_confirmed_on,
                round: round.as_ref().map(Round::facts),
            };
            (opening, round, facts)
        });
        let cases = steps(known.collect(), wish, today, patience);
        let party = party(conn, scope, id)?;
        let mailbox = outbox::desk_mailbox(conn, company.site_id)?;
        let broker = match company.fields.owner_id {
            Some(owner) => users::by_id(conn, owner)?.map(|member| member.user.name),
            None => None,
        };
        let before = cases.iter().find_map(|case| case.round.as_ref().filter(|_| case.step == Step::Remind)?.asked_id);
        let asked = match before {
            Some(mail) => outgoing::find(conn, scope, mail)?.map(|mail| mail.message_id),
            None => None,
        };
        Ok(Some(Self { company, cases, site, party, mailbox, broker, asked }))
    }

    /// By what another reading of the same is told from this one.
    pub(super) fn marks(&self) -> Vec<(OpeningId, i32, Day, Step, Option<i32>)> {
        let mark = |case: &Case| {
            let version = case.round.as_ref().map(|round| round.version);
            (case.opening.id, case.opening.places_left, case.opening.last_confirmed_on, case.step, version)
        };
        self.cases.iter().map(mark).collect()
    }

    /// Whether a mail is due.
    pub(super) fn mails(&self) -> bool {
        self.cases.iter().any(|case| matches!(case.step, Step::Ask | Step::Remind))
    }

    /// Why no mail can leave, for the task of whoever calls.
    pub(super) const fn unreachable(&self) -> &'static str {
        if self.party.is_none() {
            "Er is geen adres om naar te mailen."
        } else {
            "Er is geen mailbox om mee te mailen."
        }
    }

    /// The stamped letter about every case that is asked or reminded of.
    pub(super) fn draft(&self, press: Press, settings: &Freshness, now: Moment) -> anyhow::Result<Draft> {
        let expires_at = now.plus_days(i64::from(settings.link_days));
        let token = |case: &Case| match (&case.round, case.step) {
            (Some(round), Step::Remind) => round.token.clone(),
            _ => Token::random().to_string(),
        };
        let tokens: Vec<String> = self.cases.iter().map(token).collect();
        let (Some(party), Some(mailbox), true) = (&self.party, &self.mailbox, self.mails()) else {
            return Ok(Draft { letter: None, tokens, expires_at });
        };
        let mut lines = Vec::new();
        for (case, token) in self.cases.iter().zip(&tokens) {
            if matches!(case.step, Step::Ask | Step::Remind) {
                let signed = press.keys.sign(PLACES, token)?;
                let url = format!("{}/places/{signed}", press.base_url);
                lines.push(PlacesLine { text: line(&case.opening, now.day(), party.lang), url });
            }
        }
        let stamp = Stamp::fresh(&mailbox.address);
        let opt_out = opt_out_link(press.keys, press.base_url, &stamp.token)?;
        let rendered = self.render(press, party, lines, expires_at.day(), opt_out)?;
        let references: Vec<String> = self.asked.iter().cloned().collect();
        let letter = Letter {
            to_name: party.name.clone(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html.unwrap_or_default(),
            company: Some(self.company.id),
            contact: Some(party.contact),
            user: self.company.fields.owner_id,
            in_reply_to: references.last().cloned(),
            references,
            opt_out: true,
            ..Letter::new(mailbox, Purpose::Offer, party.email.clone(), stamp, now)
        };
        Ok(Draft { letter: Some(letter), tokens, expires_at })
    }

    fn render(
        &self,
        press: Press,
        party: &Party,
        openings: Vec<PlacesLine>,
        until: Day,
        opt_out_url: String,
    ) -> Result<Rendered, TemplateError> {
        let (lang, site) = (party.lang, &self.site);
        let frame = Frame { lang, purpose: Purpose::Offer, sender_name: site.desk_name.clone(), footer: None };
        let places = PlacesContext {
            greeting: greeting(lang, Some(&party.name)),
            company_name: self.company.fields.name.clone(),
            one: openings.len() == 1,
            openings,
            until_day: spoken::date(until, lang),
            broker_name: self.broker.clone().unwrap_or_else(|| site.desk_name.clone()),
            broker_phone: site.phone.as_ref().map(Phone::local),
            site_name: site.name.clone(),
            opt_out_url,
        };
        let reminded = self.cases.iter().find(|case| case.step == Step::Remind);
        match reminded.and_then(|case| case.round.as_ref()) {
            Some(round) => {
                let asked_day = spoken::day(round.asked_on, lang);
                press.engine.render(&PlacesReminderContext { places, asked_day }, &frame)
            }
            None => press.engine.render(&places, &frame),
        }
    }
}

/// What is to be done, opening by opening; those on which nothing is are left out.
fn steps(known: Vec<(Opening, Option<Round>, Facts)>, wish: Wish, today: Day, patience: Patience) -> Vec<Case> {
    // One mail at a time: what is out is waited for before anything else is asked.
    let mailed = |round: &RoundFacts| matches!(round.state, RoundState::Asked | RoundState::Reminded);
    let quiet = !known.iter().any(|(_, _, facts)| facts.round.as_ref().is_some_and(mailed));
    let asks = is_working_day(today) && known.iter().any(|(_, _, facts)| may_ask(facts, today, STALE_DAYS));
    let decide = |facts: &Facts| match wish {
        Wish::Due => Some(step(facts, today, STALE_DAYS, patience)).filter(|step| *step != Step::Ask),
        Wish::Ask => (quiet && asks && may_ask(facts, today, ALONG_DAYS)).then_some(Step::Ask),
        Wish::Now => (quiet && may_ask(facts, today, 0)).then_some(Step::Ask),
    };
    let cases = known.into_iter().filter_map(|(opening, round, facts)| {
        let step = decide(&facts).filter(|step| *step != Step::Nothing)?;
        Some(Case { opening, round, step })
    });
    cases.collect()
}

/// A functional address first, then who was spoken to last, then the lowest id. Where that one said stop, the gate says so:
/// going round a no is not ours to do.
fn party(conn: &mut Conn, scope: &Scope, company: CompanyId) -> DbResult<Option<Party>> {
    let mut all = contacts::of_company(conn, scope, company)?;
    all.retain(Contact::reachable);
    Ok(all.into_iter().min_by_key(Contact::turn).and_then(|contact| {
        Some(Party {
            name: contact.own_name().to_owned(),
            email: contact.fields.email?,
            lang: contact.fields.lang,
            contact: contact.id,
        })
    }))
}

/// "2 plekken: verkoper, mbo 2, vanaf 1 februari 2027".
fn line(opening: &Opening, today: Day, lang: Lang) -> String {
    let count = opening.places_left;
    let word = if count == 1 { lang.t("plek", "place") } else { lang.t("plekken", "places") };
    let levels = opening.fields.levels.replace(',', ", ").replace("mbo", "mbo ");
    let from = opening.fields.starts_on.filter(|day| *day > today);
    let from = from.map(|day| format!("{} {}", lang.t("vanaf", "from"), spoken::date(day, lang)));
    let words = [opening.fields.role.clone(), levels, from.unwrap_or_default()];
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    format!("{count} {word}: {}", words.join(", "))
}
