//! A proposal: one student put forward for one opening, without a name until both sides said yes. A place is held
//! meanwhile, and freed by a deadline. What a blind mail may say is [`blind`].

pub mod blind;

use super::calendar::add_working_days;
use super::code::code;
use super::moves::NoMove;
use super::time::Day;
use super::words::Lang;

code! {
    /// State of a proposal.
    pub enum ProposalState {
        /// Put forward, without a name.
        Proposed = "proposed",
        /// Both sides know of each other and are to meet.
        Interview = "interview",
        /// The company takes the student.
        Accepted = "accepted",
        /// It became a placement.
        Placed = "placed",
        /// One of the two said no.
        Declined = "declined",
        /// The desk took it back.
        Withdrawn = "withdrawn",
        /// Its deadline passed.
        Lapsed = "lapsed",
    }
}

impl ProposalState {
    /// Whether it still goes on, and holds a place.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::Interview | Self::Accepted)
    }

    /// What it is called on a page.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Proposed => lang.t("voorgesteld", "proposed"),
            Self::Interview => lang.t("kennismaking", "interview"),
            Self::Accepted => lang.t("aangenomen", "accepted"),
            Self::Placed => lang.t("geplaatst", "placed"),
            Self::Declined => lang.t("afgewezen", "declined"),
            Self::Withdrawn => lang.t("ingetrokken", "withdrawn"),
            Self::Lapsed => lang.t("verlopen", "lapsed"),
        }
    }
}

code! {
    /// What can happen to a proposal.
    pub enum ProposalEvent {
        /// The names are given, and the two are to meet.
        Meet = "meet",
        /// The company takes the student.
        Accept = "accept",
        /// The student is placed; whoever places says with it that all agreed.
        Place = "place",
        /// One of the two says no.
        Decline = "decline",
        /// The desk takes it back.
        Withdraw = "withdraw",
        /// The deadline passed.
        Lapse = "lapse",
    }
}

/// The table of states of a proposal.
pub fn moves(from: ProposalState, event: ProposalEvent) -> Result<ProposalState, NoMove> {
    use ProposalEvent as E;
    use ProposalState as S;
    match (from, event) {
        (S::Proposed | S::Interview, E::Meet) => Ok(S::Interview),
        (S::Interview, E::Accept) => Ok(S::Accepted),
        (S::Proposed | S::Interview | S::Accepted, E::Place) => Ok(S::Placed),
        (S::Proposed | S::Interview | S::Accepted, E::Decline) => Ok(S::Declined),
        (S::Proposed | S::Interview | S::Accepted, E::Withdraw) => Ok(S::Withdrawn),
        (S::Proposed | S::Interview | S::Accepted, E::Lapse) => Ok(S::Lapsed),
        _ => Err(NoMove::new("proposal", from, event)),
    }
}

code! {
    /// Why a proposal came to nothing.
    pub enum DeclineReason {
        /// Nobody said.
        Unsaid = "unsaid",
        /// The company has no place any more.
        NoPlace = "no_place",
        /// The company took another student.
        OtherStudent = "other_student",
        /// Programme, level or wish do not fit.
        NoFit = "no_fit",
        /// The period or the days do not fit.
        Period = "period",
        /// The student does not want this place.
        StudentDeclined = "student_declined",
        /// The student found a place elsewhere.
        FoundElsewhere = "found_elsewhere",
        /// Something else, in the note.
        Other = "other",
    }
}

impl DeclineReason {
    /// What it is called on a page.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Unsaid => lang.t("niet gezegd", "not said"),
            Self::NoPlace => lang.t("geen plek meer", "no place any more"),
            Self::OtherStudent => lang.t("een andere leerling gekozen", "took another student"),
            Self::NoFit => lang.t("opleiding of niveau past niet", "programme or level does not fit"),
            Self::Period => lang.t("periode of dagen passen niet", "period or days do not fit"),
            Self::StudentDeclined => lang.t("leerling wil niet", "student does not want it"),
            Self::FoundElsewhere => lang.t("leerling vond een andere plek", "student found another place"),
            Self::Other => lang.t("iets anders", "something else"),
        }
    }
}

/// Who says yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The company.
    Employer,
    /// The student.
    Student,
}

/// Whether its deadline has passed: the day itself still counts.
pub fn has_lapsed(state: ProposalState, deadline: Day, today: Day) -> bool {
    state.is_open() && deadline < today
}

/// The deadline of a proposal that moves on today: so many working days from now, or from the day on which the two meet.
pub fn deadline(today: Day, meeting: Option<Day>, working_days: u32) -> Day {
    add_working_days(meeting.map_or(today, |day| day.max(today)), i64::from(working_days))
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The company has time to answer.
    AwaitEmployer,
    /// The company did not answer, and the place is not held for long any more.
    CallEmployer,
    /// The company said yes; nobody asked the student.
    AskStudent,
    /// Both said yes: the name can be given.
    Introduce,
    /// They meet on a day to come, or nobody said when.
    AwaitMeeting,
    /// They met: how was it?
    AskOutcome,
    /// The company takes the student.
    Place,
    /// Nothing: it is over.
    Nothing,
}

impl Next {
    /// Whether the desk has something to do.
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::CallEmployer | Self::AskStudent | Self::Introduce | Self::AskOutcome | Self::Place)
    }

    /// One sentence for the broker.
    pub const fn say(self, lang: Lang) -> &'static str {
        match self {
            Self::AwaitEmployer => lang.t("Wacht op antwoord van het bedrijf.", "Waits for the company's answer."),
            Self::CallEmployer => lang.t(
                "Het bedrijf antwoordde nog niet en de termijn loopt af: bel even.",
                "The company did not answer yet and time runs out: call them.",
            ),
            Self::AskStudent => lang.t(
                "Het bedrijf wil kennismaken: vraag de leerling of de naam gegeven mag worden.",
                "The company wants to meet: ask the student whether the name may be given.",
            ),
            Self::Introduce => {
                lang.t("Allebei zeggen ja: stel ze aan elkaar voor.", "Both say yes: introduce them to each other.")
            }
            Self::AwaitMeeting => lang.t("Ze gaan kennismaken.", "They are going to meet."),
            Self::AskOutcome => {
                lang.t("Ze hebben kennisgemaakt: vraag hoe het ging.", "They have met: ask how it went.")
            }
            Self::Place => lang.t("Aangenomen: leg de stage vast.", "Accepted: record the placement."),
            Self::Nothing => lang.t("Dit voorstel is klaar.", "This proposal is over."),
        }
    }
}

/// What decides about the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub state: ProposalState,
    /// Whether the company said yes.
    pub employer_agreed: bool,
    /// Whether the student said yes.
    pub student_agreed: bool,
    /// The day on which they meet.
    pub meets_on: Option<Day>,
    /// The last day on which the place is held.
    pub deadline: Day,
}

/// Working days before the deadline from which silence is a reason to call.
const LATE: i64 = 3;

/// The next step today.
pub fn next(of: &Facts, today: Day) -> Next {
    match (of.state, of.employer_agreed, of.student_agreed) {
        (ProposalState::Proposed, false, _) if add_working_days(today, LATE) >= of.deadline => Next::CallEmployer,
        (ProposalState::Proposed, false, _) => Next::AwaitEmployer,
        (ProposalState::Proposed, true, false) => Next::AskStudent,
        (ProposalState::Proposed, true, true) => Next::Introduce,
        (ProposalState::Interview, ..) if of.meets_on.is_some_and(|day| day < today) => Next::AskOutcome,
        (ProposalState::Interview, ..) => Next::AwaitMeeting,
        (ProposalState::Accepted, ..) => Next::Place,
        (ProposalState::Placed | ProposalState::Declined | ProposalState::Withdrawn | ProposalState::Lapsed, ..) => {
            Next::Nothing
        }
    }
}

/// Days ahead that a deadline can be set at most.
pub const LONGEST_HOLD: i64 = 92;

#[cfg(test)]
mod tests {
    use super::super::moves::check_table;
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn only_the_moves_of_the_table_are_made() {
        use ProposalEvent as E;
        use ProposalState as S;
        let mut table = vec![
            (S::Proposed, E::Meet, S::Interview),
            (S::Interview, E::Meet, S::Interview),
            (S::Interview, E::Accept, S::Accepted),
        ];
        for open in [S::Proposed, S::Interview, S::Accepted] {
            table.extend([
                (open, E::Place, S::Placed),
                (open, E::Decline, S::Declined),
                (open, E::Withdraw, S::Withdrawn),
                (open, E::Lapse, S::Lapsed),
            ]);
        }
        check_table(S::ALL, E::ALL, &table, moves);
        for state in S::ALL {
            assert_eq!(state.is_open(), moves(*state, E::Lapse).is_ok(), "{state}");
        }
    }

    #[test]
    fn a_place_is_held_until_the_end_of_its_last_day() {
        for (state, deadline, today, expected) in [
            (ProposalState::Proposed, "2026-12-01", "2026-12-01", false),
            (ProposalState::Proposed, "2026-12-01", "2026-12-02", true),
            (ProposalState::Accepted, "2026-12-01", "2026-12-02", true),
            (ProposalState::Placed, "2026-12-01", "2026-12-02", false),
            (ProposalState::Declined, "2026-12-01", "2026-12-02", false),
        ] {
            assert_eq!(has_lapsed(state, day(deadline), day(today)), expected, "{state} on {today}");
        }
    }

    #[test]
    fn the_next_step_follows_from_who_said_yes_and_when_they_meet() {
        use ProposalState as S;
        let (today, far) = (day("2026-12-01"), day("2026-12-15"));
        let rows = [
            (S::Proposed, false, true, None, far, Next::AwaitEmployer),
            (S::Proposed, false, false, None, day("2026-12-04"), Next::CallEmployer),
            (S::Proposed, false, false, None, day("2026-12-07"), Next::AwaitEmployer),
            (S::Proposed, true, false, None, far, Next::AskStudent),
            (S::Proposed, true, true, None, far, Next::Introduce),
            (S::Interview, true, true, None, far, Next::AwaitMeeting),
            (S::Interview, true, true, Some(today), far, Next::AwaitMeeting),
            (S::Interview, true, true, Some(day("2026-11-30")), far, Next::AskOutcome),
            (S::Accepted, true, true, None, far, Next::Place),
            (S::Lapsed, true, true, None, far, Next::Nothing),
        ];
        for (state, employer_agreed, student_agreed, meets_on, deadline, expected) in rows {
            let facts = Facts { state, employer_agreed, student_agreed, meets_on, deadline };
            assert_eq!(next(&facts, today), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_deadline_counts_working_days_from_today_or_from_the_meeting() {
        // Christmas falls on Friday and Saturday in 2026.
        assert_eq!(deadline(day("2026-12-21"), None, 5), day("2026-12-29"));
        assert_eq!(deadline(day("2026-12-01"), Some(day("2026-12-07")), 5), day("2026-12-14"));
        assert_eq!(deadline(day("2026-12-01"), Some(day("2026-11-01")), 1), day("2026-12-02"));
    }
}
