//! The reader of what comes back: kind, new words, intent, places, dates; each with the words it stands on.
//! Pure functions over a [`letter::Letter`]; the rules are tables in `phrases` that need no Rust to extend.

pub mod bounce;
mod bounce_address;
mod bounce_marks;
mod bounce_report;
pub mod capacity;
pub mod check_in;
mod clauses;
pub mod dates;
pub mod explain;
pub mod intent;
pub mod language;
pub mod lead;
pub mod learned;
pub mod letter;
mod levels;
mod needs;
pub mod origin;
pub mod people;
pub mod periods;
pub mod phrases;
mod places;
mod plain;
mod program;
pub mod quote;
mod quote_headers;
mod quote_words;
pub mod read;
pub mod reading;
mod shape;
mod sieve;
pub mod signature;
mod signature_block;
mod signature_marks;
mod signature_name;
pub mod structure;
mod subject;
pub mod today;
pub mod words;

pub use explain::{Explanation, explain};
pub use letter::Letter;
pub use read::{Context, read};
pub use reading::{
    AutoReply, Bounce, BounceReason, Capacity, CheckIn, CheckInMood, Evidence, Forwarded, Intent, IntentFound, Kind,
    Language, Reading, Referral, Span, Start,
};
