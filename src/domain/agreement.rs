//! What a desk and a school agreed on: who may refer students, after how many attempts of their own, what may be told to
//! whom, for how long, and who does the aftercare. [`broken`] says which of it a referral breaks.

use super::code::code;
use super::email::{EmailAddress, is_freemail_domain};
use super::spoken;
use super::time::Day;
use super::words::Lang;

code! {
    /// Who may refer a student of the school.
    pub enum WhoRefers {
        /// The referrers on the school's list.
        Listed = "listed",
        /// They, and whoever writes from the school's own mail domain.
        Domain = "domain",
        /// Nobody but the desk itself: a school that asks is called back.
        Desk = "desk",
    }
}

code! {
    /// What may be told of a student, and to whom.
    pub enum Share {
        /// Contact details to the employer, after both said yes.
        Contact = "contact",
        /// How far it is, to the school.
        Progress = "progress",
        /// What the student wants to do and learn, to employers.
        Wishes = "wishes",
    }
}

code! {
    /// Who does the aftercare.
    pub enum Carer {
        /// The broker.
        Broker = "broker",
        /// The school.
        School = "school",
        /// Both.
        Both = "both",
    }
}

/// The most attempts that an agreement asks for, and that a referral tells.
pub const MOST_ATTEMPTS: i32 = 99;

/// The terms of one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who may refer.
    pub who_refers: WhoRefers,
    /// How often school and student tried for themselves before, at least.
    pub own_attempts: i32,
    /// What may be told.
    pub shares: Vec<Share>,
    /// The first day on which it holds; `None`: it always did.
    pub valid_from: Option<Day>,
    /// The last day; `None`: until somebody changes it.
    pub valid_until: Option<Day>,
    /// Who does the aftercare.
    pub carer: Carer,
}

/// Who asks for a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker<'a> {
    /// The desk, for nobody in particular at the school.
    Desk,
    /// An active referrer on the school's list.
    Listed,
    /// Somebody else, with this address or none.
    Other(Option<&'a EmailAddress>),
}

/// A referral, as far as an agreement has a say in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Who asks.
    pub by: Asker<'a>,
    /// Whether somebody of the desk writes it down, and not the school for itself.
    pub at_desk: bool,
    /// On which day.
    pub on: Day,
    /// How often school and student tried for themselves.
    pub attempts: i32,
    /// What may be told of the student.
    pub shares: &'a [Share],
}

/// A rule that a referral breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Nothing was agreed with this school.
    NoAgreement,
    /// The school takes part no more.
    Inactive,
    /// The agreement begins later.
    NotYet(Day),
    /// The agreement has ended.
    Over(Day),
    /// Only those on the list may refer.
    NotListed,
    /// Only those on the list, and people of the school's own mail domain, may refer.
    NotOfSchool,
    /// Only the desk refers.
    DeskAlone,
    /// The school has to try more often itself.
    Attempts {
        /// How often it did.
        made: i32,
        /// How often it should.
        needed: i32,
    },
    /// This may not be told.
    Shares(Share),
}

impl Rule {
    /// The rule's fixed word, for records.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAgreement => "no_agreement",
            Self::Inactive => "inactive",
            Self::NotYet(_) => "not_yet",
            Self::Over(_) => "over",
            Self::NotListed => "not_listed",
            Self::NotOfSchool => "not_of_school",
            Self::DeskAlone => "desk_alone",
            Self::Attempts { .. } => "attempts",
            Self::Shares(Share::Contact) => "shares_contact",
            Self::Shares(Share::Progress) => "shares_progress",
            Self::Shares(Share::Wishes) => "shares_wishes",
        }
    }

    /// The rule in one sentence.
    pub fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NotYet(day), Lang::Nl) => {
                format!("De afspraak met deze school gaat pas in op {}.", spoken::date(*day, lang))
            }
            (Self::NotYet(day), Lang::En) => {
                format!("The agreement with this school begins on {}.", spoken::date(*day, lang))
            }
            (Self::Over(day), Lang::Nl) => {
                format!("De afspraak met deze school liep tot {}.", spoken::date(*day, lang))
            }
            (Self::Over(day), Lang::En) => {
                format!("The agreement with this school ended on {}.", spoken::date(*day, lang))
            }
            (Self::Attempts { made, needed }, Lang::Nl) => {
                format!("De school probeert het eerst zelf, minstens {needed} keer. Nu was dat {made}.")
            }
            (Self::Attempts { made, needed }, Lang::En) => {
                format!("The school tries by itself first, at least {needed} times. It was {made}.")
            }
            (_, _) => self.plain(lang).to_owned(),
        }
    }

    const fn plain(&self, lang: Lang) -> &'static str {
        match self {
            Self::NoAgreement => {
                lang.t("Met deze school is nog niets afgesproken.", "Nothing was agreed with this school yet.")
            }
            Self::Inactive => lang.t("Deze school doet niet meer mee.", "This school takes part no more."),
            Self::NotListed => lang.t(
                "Alleen aanmelders op de lijst van de school mogen aanmelden.",
                "Only referrers on the school's list may refer.",
            ),
            Self::NotOfSchool => lang.t(
                "Alleen aanmelders op de lijst of met een mailadres van de school mogen aanmelden.",
                "Only referrers on the list, or with an address of the school, may refer.",
            ),
            Self::DeskAlone => {
                lang.t("Alleen de stagemakelaar meldt hier aan.", "Only the broker refers students of this school.")
            }
            Self::Shares(Share::Contact) => lang.t(
                "Contactgegevens mogen volgens de afspraak niet naar het bedrijf.",
                "By the agreement contact details may not go to the employer.",
            ),
            Self::Shares(Share::Progress) => lang.t(
                "De voortgang mag volgens de afspraak niet naar de school.",
                "By the agreement progress may not go to the school.",
            ),
            Self::Shares(Share::Wishes) => lang.t(
                "Wensen mogen volgens de afspraak niet naar bedrijven.",
                "By the agreement wishes may not go to employers.",
            ),
            Self::NotYet(_) | Self::Over(_) | Self::Attempts { .. } => "",
        }
    }
}

/// The school, as far as its agreement looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party<'a> {
    /// Whether it takes part.
    pub active: bool,
    /// Its own mail domain, in lower case.
    pub mail_domain: Option<&'a str>,
}

/// The rules that a referral breaks, all of them, in the order in which they are told; none: it may go on.
pub fn broken(party: Party, terms: Option<&Terms>, asked: &Asked) -> Vec<Rule> {
    let mut rules = Vec::new();
    if !party.active {
        rules.push(Rule::Inactive);
    }
    let Some(terms) = terms else {
        rules.push(Rule::NoAgreement);
        return rules;
    };
    if let Some(day) = terms.valid_from.filter(|day| asked.on < *day) {
        rules.push(Rule::NotYet(day));
    }
    if let Some(day) = terms.valid_until.filter(|day| asked.on > *day) {
        rules.push(Rule::Over(day));
    }
    rules.extend(who(party, terms.who_refers, asked));
    if asked.attempts < terms.own_attempts {
        rules.push(Rule::Attempts { made: asked.attempts, needed: terms.own_attempts });
    }
    let beyond = Share::ALL.iter().filter(|share| asked.shares.contains(share) && !terms.shares.contains(share));
    rules.extend(beyond.map(|share| Rule::Shares(*share)));
    rules
}

fn who(party: Party, wanted: WhoRefers, asked: &Asked) -> Option<Rule> {
    match (wanted, asked.by) {
        (WhoRefers::Desk, _) => (!asked.at_desk).then_some(Rule::DeskAlone),
        (WhoRefers::Listed | WhoRefers::Domain, Asker::Listed) => None,
        (WhoRefers::Listed, Asker::Desk | Asker::Other(_)) => Some(Rule::NotListed),
        (WhoRefers::Domain, Asker::Other(Some(email))) if of_school(party, email) => None,
        (WhoRefers::Domain, Asker::Desk | Asker::Other(_)) => Some(Rule::NotOfSchool),
    }
}

/// Whether an address is of the school's own domain. A domain at which anybody gets an address is nobody's own.
fn of_school(party: Party, email: &EmailAddress) -> bool {
    party.mail_domain.is_some_and(|domain| domain == email.domain() && !is_freemail_domain(domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn terms() -> Terms {
        Terms {
            who_refers: WhoRefers::Listed,
            own_attempts: 3,
            shares: vec![Share::Progress],
            valid_from: Some(day("2026-08-01")),
            valid_until: Some(day("2027-07-31")),
            carer: Carer::Both,
        }
    }

    const SCHOOL: Party<'static> = Party { active: true, mail_domain: Some("school.example") };

    fn asked<'a>(by: Asker<'a>, on: &str) -> Asked<'a> {
        Asked { by, at_desk: true, on: day(on), attempts: 3, shares: &[Share::Progress] }
    }

    #[test]
    fn a_referral_within_the_agreement_breaks_nothing() {
        for on in ["2026-08-01", "2026-11-24", "2027-07-31"] {
            assert_eq!(broken(SCHOOL, Some(&terms()), &asked(Asker::Listed, on)), vec![], "{on}");
        }
    }

    #[test]
    fn each_rule_forbids_what_it_says() {
        let good = || asked(Asker::Listed, "2026-11-24");
        let gone = Party { active: false, ..SCHOOL };
        let needs = Rule::Attempts { made: 2, needed: 3 };
        for (party, terms, asked, expected) in [
            (SCHOOL, None, good(), vec![Rule::NoAgreement]),
            (gone, None, good(), vec![Rule::Inactive, Rule::NoAgreement]),
            (gone, Some(terms()), good(), vec![Rule::Inactive]),
            (SCHOOL, Some(terms()), asked(Asker::Listed, "2026-07-31"), vec![Rule::NotYet(day("2026-08-01"))]),
            (SCHOOL, Some(terms()), asked(Asker::Listed, "2027-08-01"), vec![Rule::Over(day("2027-07-31"))]),
            (SCHOOL, Some(terms()), Asked { attempts: 2, ..good() }, vec![needs.clone()]),
            (
                SCHOOL,
                Some(terms()),
                Asked { shares: &[Share::Wishes, Share::Contact], ..good() },
                vec![Rule::Shares(Share::Contact), Rule::Shares(Share::Wishes)],
            ),
            (
                SCHOOL,
                Some(terms()),
                Asked { attempts: 2, ..asked(Asker::Desk, "2027-08-01") },
                vec![Rule::Over(day("2027-07-31")), Rule::NotListed, needs],
            ),
        ] {
            assert_eq!(broken(party, terms.as_ref(), &asked), expected, "{asked:?}");
        }
    }

    #[test]
    fn who_may_refer_depends_on_the_list_the_domain_and_the_hand_that_writes() {
        let own = EmailAddress::parse("mentor@School.example").unwrap();
        let other = EmailAddress::parse("mentor@elders.example").unwrap();
        let free = EmailAddress::parse("mentor@gmail.com").unwrap();
        let (desk, listed) = (Asker::Desk, Asker::Listed);
        let table = [
            (WhoRefers::Listed, listed, true, None),
            (WhoRefers::Listed, listed, false, None),
            (WhoRefers::Listed, desk, true, Some(Rule::NotListed)),
            (WhoRefers::Listed, Asker::Other(Some(&own)), true, Some(Rule::NotListed)),
            (WhoRefers::Domain, listed, false, None),
            (WhoRefers::Domain, Asker::Other(Some(&own)), true, None),
            (WhoRefers::Domain, Asker::Other(Some(&other)), true, Some(Rule::NotOfSchool)),
            (WhoRefers::Domain, Asker::Other(None), true, Some(Rule::NotOfSchool)),
            (WhoRefers::Domain, desk, true, Some(Rule::NotOfSchool)),
            (WhoRefers::Desk, desk, true, None),
            (WhoRefers::Desk, Asker::Other(None), true, None),
            (WhoRefers::Desk, listed, false, Some(Rule::DeskAlone)),
        ];
        for (who_refers, by, at_desk, expected) in table {
            let terms = Terms { who_refers, ..terms() };
            let found = broken(SCHOOL, Some(&terms), &Asked { at_desk, ..asked(by, "2026-11-24") });
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{who_refers} {by:?} {at_desk}");
        }
        let shared = Party { active: true, mail_domain: Some("gmail.com") };
        let terms = Terms { who_refers: WhoRefers::Domain, ..terms() };
        let found = broken(shared, Some(&terms), &asked(Asker::Other(Some(&free)), "2026-11-24"));
        assert_eq!(found, vec![Rule::NotOfSchool], "anybody gets an address there");
    }

    fn rules() -> Vec<Rule> {
        let (day, shares) = (day("2026-08-01"), Share::ALL.iter().map(|share| Rule::Shares(*share)));
        let plain = [Rule::NoAgreement, Rule::Inactive, Rule::NotListed, Rule::NotOfSchool, Rule::DeskAlone];
        let dated = [Rule::NotYet(day), Rule::Over(day), Rule::Attempts { made: 1, needed: 3 }];
        plain.into_iter().chain(dated).chain(shares).collect()
    }

    #[test]
    fn every_rule_has_a_word_of_its_own_and_a_sentence_in_both_languages() {
        let mut codes: Vec<_> = rules().iter().map(Rule::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), rules().len());
        for rule in rules() {
            let (nl, en) = (rule.say(Lang::Nl), rule.say(Lang::En));
            assert!(nl.len() > 20 && en.len() > 20 && nl != en && nl.ends_with('.'), "{nl} {en}");
        }
    }

    fn any_terms() -> impl Strategy<Value = Terms> {
        let shares = prop::sample::subsequence(Share::ALL.to_vec(), 0..=3);
        let bound = || prop::option::of(-400_i64..400);
        let (who, carer) = (prop::sample::select(WhoRefers::ALL), prop::sample::select(Carer::ALL));
        (who, 0..6_i32, shares, bound(), bound(), carer).prop_map(
            |(who_refers, own_attempts, shares, from, until, carer)| {
                let of = |days: Option<i64>| days.map(|days| day("2026-11-24").plus(days));
                Terms { who_refers, own_attempts, shares, valid_from: of(from), valid_until: of(until), carer }
            },
        )
    }

    proptest! {
        #[test]
        fn doing_more_and_telling_less_never_breaks_a_rule_that_was_kept(
            terms in any_terms(), attempts in 0..8_i32, more in 0..5_i32,
            shares in prop::sample::subsequence(Share::ALL.to_vec(), 0..=3), days in -500_i64..500, at_desk: bool,
        ) {
            let on = day("2026-11-24").plus(days);
            let asked = Asked { by: Asker::Listed, at_desk, on, attempts, shares: &shares };
            let before = broken(SCHOOL, Some(&terms), &asked);
            let milder = Asked { attempts: attempts + more, shares: &shares[..shares.len() / 2], ..asked };
            for rule in broken(SCHOOL, Some(&terms), &milder) {
                prop_assert!(before.iter().any(|one| one.code() == rule.code()), "{:?} is new", rule);
            }
            let kept = before.is_empty();
            let by_hand = terms.valid_from.is_none_or(|from| from <= on)
                && terms.valid_until.is_none_or(|until| on <= until)
                && (terms.who_refers != WhoRefers::Desk || at_desk)
                && attempts >= terms.own_attempts
                && shares.iter().all(|share| terms.shares.contains(share));
            prop_assert_eq!(kept, by_hand);
        }
    }
}
