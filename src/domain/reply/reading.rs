//! What a message was read as: one shape for the inbox, the command line and the tests. Every key is always there
//! in the JSON; what does not apply is null or empty.

use crate::domain::code::code;
use crate::domain::phone::Phone;
use crate::domain::time::{Day, Moment};
use crate::domain::words::{Level, Track};
use serde::{Deserialize, Serialize};

code! {
    /// What a message is.
    #[derive(Default)]
    pub enum Kind {
        /// Written by a person.
        Human = "human",
        /// An absence note or a ticket acknowledgement.
        AutoReply = "auto_reply",
        /// A notice that a message did not arrive, or not yet.
        Bounce = "bounce",
        /// A feedback report (RFC 5965).
        Complaint = "complaint",
        /// A request to prove that a person sent the message.
        ChallengeResponse = "challenge_response",
        /// A mail to the unsubscribe address.
        Unsubscribe = "unsubscribe",
        /// A newsletter or another bulk mail.
        List = "list",
        /// A notice that a message did arrive.
        DeliveryReceipt = "delivery_receipt",
        /// A notice that a message was opened.
        ReadReceipt = "read_receipt",
        /// No message at all.
        #[default]
        Unreadable = "unreadable",
    }
}

code! {
    /// What the writer wants.
    #[derive(Default)]
    pub enum Intent {
        /// Wants students.
        Interested = "interested",
        /// Not now, but later.
        Later = "later",
        /// Does not want students.
        Declined = "declined",
        /// Wants to know something first.
        Question = "question",
        /// Somebody else is the one to ask.
        Referral = "referral",
        /// No more mail, please.
        OptOut = "opt_out",
        /// A machine answered.
        AutoReply = "auto_reply",
        /// The mail did not arrive.
        Bounce = "bounce",
        /// Anything else.
        #[default]
        Other = "other",
    }
}

code! {
    /// Why a message did not arrive.
    #[derive(Default)]
    pub enum BounceReason {
        /// There is no such address.
        UserUnknown = "user_unknown",
        /// The mailbox is full.
        MailboxFull = "mailbox_full",
        /// There is no such domain or host.
        HostUnknown = "host_unknown",
        /// The sender is blocked.
        Blocked = "blocked",
        /// The content or a rule was refused.
        Policy = "policy",
        /// The message is too large.
        TooBig = "too_big",
        /// The mailbox or server takes no mail.
        NotAccepting = "not_accepting",
        /// It was tried for too long.
        Expired = "expired",
        /// Not said, or something else.
        #[default]
        Other = "other",
    }
}

code! {
    /// The language of the new words.
    #[derive(Default)]
    pub enum Language {
        /// Dutch.
        Nl = "nl",
        /// English.
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
        /// Turkish.
        Tr = "tr",
        /// Polish.
        Pl = "pl",
        /// Another, or too few words to say.
        #[default]
        Other = "other",
    }
}

code! {
    /// How a placement goes, in the words of an answer to a check-in.
    pub enum CheckInMood {
        /// Well.
        Well = "well",
        /// Something to talk about.
        Concern = "concern",
        /// Something to act on today.
        Urgent = "urgent",
    }
}

/// Words of the reply that a conclusion stands on. Offsets count Unicode scalar values in `reply_text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub text: String,
}

/// What a notice of non-delivery says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// Whether trying again is useless.
    pub permanent: bool,
    /// Whether the server is still trying: nothing has failed yet.
    pub delayed: bool,
    /// Enhanced status code (RFC 3463), as `5.1.1`.
    pub status: Option<String>,
    /// The addresses that failed, lower case.
    pub recipients: Vec<String>,
    /// Why.
    pub reason: BounceReason,
    /// Message-ID of the message that did not arrive.
    pub original_message_id: Option<String>,
    /// The line in which the server says why.
    pub diagnostic: Option<String>,
}

/// A person that a message names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Name.
    pub name: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<Phone>,
}

/// What an automatic answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoReply {
    /// First day away.
    pub away_from: Option<Day>,
    /// The day the person is back.
    pub away_until: Option<Day>,
    /// Who can be asked meanwhile.
    pub alternatives: Vec<Referral>,
    /// Whether the person does not work there any more.
    pub left_company: bool,
    /// The words.
    pub evidence: Vec<Span>,
}

/// One thing that the writer wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntentFound {
    /// What.
    pub label: Intent,
    /// 0 to 1.
    pub confidence: f32,
    /// The words.
    pub evidence: Vec<Span>,
}

/// A start or an end: a day, or a month where no day is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Start {
    /// `2027-02`.
    Month(i32, u32),
    /// `2027-02-08`.
    On(Day),
}

impl Start {
    /// The day itself, or the first of the month.
    pub fn first_day(self) -> Day {
        match self {
            Self::On(day) => day,
            Self::Month(year, month) => Day::new(year, month.clamp(1, 12), 1).unwrap_or(Day(chrono::NaiveDate::MIN)),
        }
    }

    /// Reads `2027-02` or `2027-02-08`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.len() {
            7 => {
                let (year, month, _) = Day::parse(&format!("{text}-01"))?.ymd();
                Some(Self::Month(year, month))
            }
            _ => Day::parse(text).map(Self::On),
        }
    }
}

impl std::fmt::Display for Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::On(day) => day.fmt(f),
        }
    }
}

impl Serialize for Start {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a month or a day"))
    }
}

/// One offer of places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Number of places, the lower one of a range; `None` where it is not said.
    pub places: Option<u32>,
    /// The upper one of a range.
    pub places_max: Option<u32>,
    /// What the student will do.
    pub role: Option<String>,
    /// Levels that are welcome.
    pub levels: Vec<Level>,
    /// Tracks that are welcome.
    pub tracks: Vec<Track>,
    /// When it starts.
    pub start: Option<Start>,
    /// When it ends.
    pub end: Option<Start>,
    /// Days a week.
    pub days_per_week: Option<u8>,
    /// The words.
    pub evidence: Vec<Span>,
}

/// The words behind the fields that have no room for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Behind `follow_up_on`.
    pub follow_up_on: Vec<Span>,
    /// Behind `referral`.
    pub referral: Vec<Span>,
    /// Behind `phones`.
    pub phones: Vec<Span>,
    /// Behind `opt_out`.
    pub opt_out: Vec<Span>,
}

/// A message that was passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Who wrote it, lower case.
    pub from: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// When, as it stands there.
    pub date: Option<String>,
    /// Its text.
    pub text: String,
}

/// The answer to a check-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// How it goes.
    pub state: CheckInMood,
    /// The digit 1 to 5, if one was given.
    pub score: Option<u8>,
    /// The words.
    pub evidence: Vec<Span>,
}

/// What a message was read as.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// `Message-ID` with angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To` with angle brackets.
    pub in_reply_to: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// The sender's address, lower case.
    pub from: Option<String>,
    /// Addresses of `To`.
    pub to: Vec<String>,
    /// Addresses of `Cc`.
    pub cc: Vec<String>,
    /// `Date`, UTC.
    pub date: Option<Moment>,
    /// What it is.
    pub kind: Kind,
    /// The new words only: no quote, no signature, no disclaimer.
    pub reply_text: String,
    /// What was cut as signature and disclaimer.
    pub signature: String,
    /// What was cut as quote.
    pub quoted_text: String,
    /// For bounces.
    pub bounce: Option<Bounce>,
    /// For automatic answers.
    pub auto_reply: Option<AutoReply>,
    /// The strongest of `intents`.
    pub intent: Intent,
    /// Everything that the writer wants, strongest first.
    pub intents: Vec<IntentFound>,
    /// Offers of places.
    pub capacity: Vec<Capacity>,
    /// When to get in touch again.
    pub follow_up_on: Option<Day>,
    /// Who is the one to ask.
    pub referral: Option<Referral>,
    /// Numbers to call back.
    pub phones: Vec<Phone>,
    /// Whether the writer wants no more mail.
    pub opt_out: bool,
    /// The words behind the fields above.
    pub evidence: Evidence,
    /// The message that was passed on, if one was.
    pub forwarded: Option<Forwarded>,
    /// The answer to a check-in, if it is one.
    pub check_in: Option<CheckIn>,
    /// The language of the new words.
    pub language: Language,
    /// What was cut, or could not be decided.
    pub warnings: Vec<String>,
}
