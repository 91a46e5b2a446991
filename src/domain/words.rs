//! The fixed words of the domain that more than one room speaks: roles, levels, purposes, states.
//! The glossary with the Dutch terms is in the header of the crate.
//! Long because these words are one table: what the database, the pages and the command line call each of them.

use super::code::code;

code! {
    /// The interface's and the mails' language.
    #[derive(Default)]
    pub enum Lang {
        /// Dutch.
        #[default]
        Nl = "nl",
        /// English.
        En = "en",
    }
}

impl Lang {
    /// The text in this language. Both stand side by side where they are used, so none can be missing.
    pub const fn t<'a>(self, nl: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Nl => nl,
            Self::En => en,
        }
    }
}

code! {
    /// What a user is here for.
    pub enum Role {
        /// The daily user.
        Broker = "broker",
        /// Manages users, templates, mailboxes, plans; reads reports.
        Coordinator = "coordinator",
        /// Reads pseudonymised figures.
        Researcher = "researcher",
        /// A school's contact.
        Referrer = "referrer",
    }
}

impl Role {
    /// Whether this role sees the desk's records at all.
    pub const fn sees_records(self) -> bool {
        matches!(self, Self::Broker | Self::Coordinator)
    }
}

code! {
    /// The level of an education; `niveau 1` to `niveau 4` are the mbo levels.
    pub enum Level {
        /// Entree, niveau 1.
        Mbo1 = "mbo1",
        /// Niveau 2.
        Mbo2 = "mbo2",
        /// Niveau 3.
        Mbo3 = "mbo3",
        /// Niveau 4.
        Mbo4 = "mbo4",
        /// Pre-vocational secondary education.
        Vmbo = "vmbo",
        /// Practical education.
        Praktijkonderwijs = "praktijkonderwijs",
        /// Secondary special education.
        Vso = "vso",
        /// Senior general secondary education.
        Havo = "havo",
        /// Pre-university education.
        Vwo = "vwo",
        /// University of applied sciences.
        Hbo = "hbo",
        /// University.
        Wo = "wo",
    }
}

code! {
    /// How school and work are divided.
    pub enum Track {
        /// School-based.
        Bol = "bol",
        /// Work-based, with an employment contract.
        Bbl = "bbl",
        /// Orientation.
        Snuffel = "snuffel",
    }
}

code! {
    /// School-holiday region of a site.
    pub enum Region {
        /// Noord.
        Noord = "noord",
        /// Midden.
        Midden = "midden",
        /// Zuid.
        Zuid = "zuid",
    }
}

code! {
    /// Where a company stands in the desk's work.
    pub enum CompanyStatus {
        /// Not spoken to yet.
        Prospect = "prospect",
        /// In contact.
        Contact = "contact",
        /// Offers or offered places.
        Partner = "partner",
        /// Not now, for a reason that is in the notes.
        Dormant = "dormant",
    }
}

code! {
    /// Number of people working at a company.
    pub enum CompanySize {
        /// 1 person.
        One = "1",
        /// 2 to 9.
        Micro = "2-9",
        /// 10 to 49.
        Small = "10-49",
        /// 50 to 249.
        Medium = "50-249",
        /// 250 or more.
        Large = "250+",
    }
}

code! {
    /// The lawful ground on which a contact may be sent outreach (Telecommunicatiewet 11.7).
    pub enum Ground {
        /// No ground: no outreach.
        None = "none",
        /// The address was published for this kind of question; proof: URL and date.
        Published = "published",
        /// There was contact before; proof: when and how.
        EarlierContact = "earlier_contact",
        /// The person consented; proof: when and how.
        Consent = "consent",
        /// A functional address (info@, hr@), no person's.
        Functional = "functional",
    }
}

code! {
    /// Why a mail is sent; decides which rules of the gate hold.
    pub enum Purpose {
        /// Campaign, follow-up, a thank-you that asks for new places.
        Outreach = "outreach",
        /// Reconfirmation of places or proposal of a student, after an earlier offer.
        Offer = "offer",
        /// Aftercare of a running placement.
        Aftercare = "aftercare",
        /// An answer that a person wrote.
        Answer = "answer",
        /// Digest, alert, sign-in link.
        System = "system",
    }
}

code! {
    /// What passed between the desk and a company or student.
    pub enum MomentKind {
        /// A mail that we sent.
        MailOut = "mail_out",
        /// A mail that we received.
        MailIn = "mail_in",
        /// A telephone call.
        Call = "call",
        /// A visit.
        Visit = "visit",
        /// A meeting or fair.
        Event = "event",
        /// A note.
        Note = "note",
    }
}

code! {
    /// What came of a call or visit.
    pub enum Outcome {
        /// Spoke to the right person.
        Reached = "reached",
        /// Nobody there.
        NotReached = "not_reached",
        /// Wants students.
        Interested = "interested",
        /// Later.
        Later = "later",
        /// No.
        Declined = "declined",
        /// Something to settle first.
        Concern = "concern",
    }
}

code! {
    /// What a task asks for.
    pub enum TaskKind {
        /// Anything.
        Todo = "todo",
        /// Call somebody.
        Call = "call",
        /// Visit somebody.
        Visit = "visit",
        /// Answer a mail.
        Reply = "reply",
        /// Repair something in the records: overbooked, no channel.
        Repair = "repair",
    }
}

code! {
    /// What happened to an opening's places.
    pub enum PlaceEventKind {
        /// The company offers this many.
        Offered = "offered",
        /// The company changed the number; counts are the difference.
        Changed = "changed",
        /// The company confirmed that the number still holds.
        Confirmed = "confirmed",
        /// Held for a proposal.
        Reserved = "reserved",
        /// A held place is free again.
        Released = "released",
        /// A placement took a place.
        Filled = "filled",
        /// A placement left its place.
        Freed = "freed",
        /// The company takes back all that is left.
        Withdrawn = "withdrawn",
        /// The offer ran out.
        Expired = "expired",
    }
}

code! {
    /// State of a campaign.
    pub enum CampaignState {
        /// Being prepared.
        Draft = "draft",
        /// Sending.
        Running = "running",
        /// Held.
        Paused = "paused",
        /// All recipients are through.
        Done = "done",
        /// Ended by a person.
        Stopped = "stopped",
    }
}

code! {
    /// State of one recipient of a campaign.
    pub enum RecipientState {
        /// Its step is not due, or not rendered yet.
        Waiting = "waiting",
        /// Its mail is in the outbox.
        Queued = "queued",
        /// Its mail left; a next step may follow.
        Sent = "sent",
        /// Through.
        Done = "done",
        /// Answered.
        Replied = "replied",
        /// Opted out.
        OptedOut = "opted_out",
        /// Its address does not work.
        Bounced = "bounced",
        /// Fell out, with a reason.
        Skipped = "skipped",
        /// The campaign was stopped before its turn.
        Stopped = "stopped",
    }
}

code! {
    /// State of an outgoing message.
    pub enum OutgoingState {
        /// Waits for its time.
        Queued = "queued",
        /// It waited when the backup was made from which this was restored: it may have left since.
        Held = "held",
        /// A sender took it up.
        Claimed = "claimed",
        /// May be on the wire.
        Sending = "sending",
        /// The server took it.
        Sent = "sent",
        /// Will not be sent.
        Failed = "failed",
        /// The line dropped when it may have been taken.
        Uncertain = "uncertain",
        /// Taken back before it left.
        Withdrawn = "withdrawn",
    }
}

code! {
    /// Where an incoming message went.
    pub enum Routing {
        /// Stored, not yet thought about.
        Stored = "stored",
        /// Belongs to a known contact or thread.
        Matched = "matched",
        /// From somebody unknown.
        Unmatched = "unmatched",
        /// Absence notes, receipts, lists.
        Automatic = "automatic",
        /// A bounce or a notice of delay.
        Bounce = "bounce",
        /// A copy of what we or the broker sent.
        Own = "own",
        /// From before the mailbox's start date, or nothing of ours in a personal mailbox.
        Filed = "filed",
        /// Above the size limit: headers and text only.
        Oversize = "oversize",
        /// Failed three times.
        Broken = "broken",
    }
}

code! {
    /// Whether a person still has to decide something.
    pub enum Decision {
        /// Nothing to decide.
        None = "none",
        /// Waits for a person.
        Open = "open",
        /// A person did.
        Done = "done",
    }
}

code! {
    /// What a suggestion would change.
    pub enum SuggestionKind {
        /// A new opening with places.
        Opening = "opening",
        /// A task to get in touch on a day.
        FollowUp = "follow_up",
        /// A new contact at the company.
        Contact = "contact",
        /// The contact left the company.
        LeftCompany = "left_company",
        /// No more outreach (where the mail may not act by itself).
        OptOut = "opt_out",
        /// The answer to a check-in.
        CheckIn = "check_in",
        /// The answer to a proposal.
        Proposal = "proposal",
    }
}

code! {
    /// State of a suggestion.
    pub enum SuggestionState {
        /// Waits for a person.
        Open = "open",
        /// Taken over as it is.
        Accepted = "accepted",
        /// Taken over with changes.
        Edited = "edited",
        /// Refused.
        Rejected = "rejected",
    }
}

code! {
    /// State of a placement.
    pub enum PlacementState {
        /// Agreed, not started.
        Planned = "planned",
        /// The student works there.
        Running = "running",
        /// Ended as planned.
        Completed = "completed",
        /// Ended early, with a reason.
        EndedEarly = "ended_early",
    }
}

code! {
    /// State of a check-in.
    pub enum CheckInState {
        /// Its day has not come.
        Planned = "planned",
        /// Its day has come.
        Due = "due",
        /// The question is out.
        Asked = "asked",
        /// Asked again.
        Reminded = "reminded",
        /// A person has to call.
        CallTask = "call_task",
        /// The coordinator was told.
        Escalated = "escalated",
        /// There is an answer that a person has to look at.
        Answered = "answered",
        /// Closed.
        Done = "done",
        /// Not needed any more, with a reason.
        Cancelled = "cancelled",
    }
}

code! {
    /// To whom a check-in speaks.
    pub enum Addressee {
        /// The employer.
        Employer = "employer",
        /// The student.
        Student = "student",
    }
}

code! {
    /// How a check-in is done.
    pub enum Channel {
        /// A mail that can be answered with a digit.
        Mail = "mail",
        /// A call by the broker.
        Call = "call",
        /// A visit by the broker.
        Visit = "visit",
    }
}

code! {
    /// From which day of a placement a check-in counts.
    pub enum Anchor {
        /// The first day.
        Start = "start",
        /// Halfway.
        Halfway = "halfway",
        /// The last day.
        End = "end",
    }
}

code! {
    /// What an address's or domain's outreach was stopped by.
    pub enum SuppressionReason {
        /// The person asked for it.
        OptOut = "opt_out",
        /// A feedback report.
        Complaint = "complaint",
        /// The address does not exist.
        HardBounce = "hard_bounce",
        /// Three soft bounces within 30 days.
        SoftBounces = "soft_bounces",
        /// A person put it here.
        Manual = "manual",
    }
}

code! {
    /// Whose mail a mailbox holds.
    pub enum MailboxKind {
        /// The desk's: everything is kept.
        Desk = "desk",
        /// A person's: only what is ours is kept.
        Personal = "personal",
    }
}

code! {
    /// State of an import.
    pub enum ImportState {
        /// Read; the mapping can be changed.
        Staged = "staged",
        /// Being applied in batches.
        Applying = "applying",
        /// Applied.
        Done = "done",
        /// Ended by a person.
        Cancelled = "cancelled",
    }
}

code! {
    /// What an import would do with a row.
    pub enum Verdict {
        /// A new company.
        New = "new",
        /// Changes a known company.
        Changed = "changed",
        /// Known, nothing new.
        Same = "same",
        /// The same company stands higher up in the file, or could be more than one we know.
        Duplicate = "duplicate",
        /// Can't be read; with the reason.
        Error = "error",
    }
}
