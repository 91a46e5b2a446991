//! The fixed words of guidance: talks with a student, applications and their outcome, and what a broker learns.

use super::code::code;

code! {
    /// How the desk was in touch with a student.
    pub enum GuidanceKind {
        /// A talk with a goal.
        Session = "session",
        /// A telephone call.
        Call = "call",
        /// Messages on the telephone.
        Whatsapp = "whatsapp",
    }
}

code! {
    /// What came of an application.
    pub enum ApplicationOutcome {
        /// Nothing yet.
        Waiting = "waiting",
        /// A talk was planned or held.
        Interview = "interview",
        /// Yes.
        Accepted = "accepted",
        /// No.
        Rejected = "rejected",
        /// Never answered.
        NoAnswer = "no_answer",
    }
}

code! {
    /// What a broker learns by.
    pub enum LearningKind {
        /// A training.
        Training = "training",
        /// Coaching of the broker.
        Coaching = "coaching",
    }
}
