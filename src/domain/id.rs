//! One newtype per kind of row, so that a company's id never passes for a contact's.
//! All are `BIGINT`; they carry no meaning and never appear in a mail or a public link.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! ids {
    ($($name:ident: $what:literal;)+) => {$(
        #[doc = concat!("The id of ", $what, ".")]
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            AsExpression, FromSqlRow,
        )]
        #[diesel(sql_type = BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(raw).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    SiteId: "a site";
    UserId: "a user";
    SessionId: "a session";
    TokenId: "a single-purpose token";
    AuditId: "an audit event";
    CompanyId: "a company";
    RecognitionId: "a company's recognition for one qualification";
    ContactId: "a contact";
    MomentId: "a contact moment";
    TaskId: "a task";
    OpeningId: "an opening";
    RoundId: "a round of asking whether places still hold";
    PlaceEventId: "a change of an opening's places";
    SuppressionId: "a suppression";
    TemplateId: "a mail template of a site";
    MailboxId: "a mailbox";
    CampaignId: "a campaign";
    RecipientId: "a recipient of a campaign";
    OutgoingId: "an outgoing message";
    IncomingId: "an incoming message";
    SuggestionId: "a suggestion";
    StudentId: "a student";
    PlacementId: "a placement";
    PlanId: "an aftercare plan";
    PlanStepId: "a row of an aftercare plan";
    CheckInId: "a check-in";
    ImportId: "an import";
    ImportRowId: "a staged row of an import";
    RunId: "a recorded run of a tick";
    MatchingId: "a ranking that was shown";
    ProposalId: "a student put forward for an opening";
    DisclosureId: "a line in the register of disclosures";
    SchoolId: "a school";
    ApplicationId: "an application of a student";
    GuidanceId: "a talk, call or message with a student";
    LearningId: "a training or coaching of a broker";
    ReferralId: "a referral";
    ReferralListId: "a school's list of students to refer";
    ReferralRowId: "a row of such a list";
    SchoolSessionId: "a session of a referrer";
    ReferrerId: "a person at a school who refers students";
}
