//! Why something of a student leaves the desk. Each time it does, a line in the register says so.

use super::code::code;
use super::words::Lang;

code! {
    /// Why something of a student left the desk.
    pub enum DisclosurePurpose {
        /// A student was put forward, without a name.
        Proposal = "proposal",
        /// Both sides had agreed: the name was given.
        Release = "release",
        /// The student was placed.
        Placement = "placement",
        /// A question of aftercare.
        Aftercare = "aftercare",
    }
}

impl DisclosurePurpose {
    /// What it is called on a page.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Proposal => lang.t("voorstel zonder naam", "proposal without a name"),
            Self::Release => lang.t("kennismaking", "introduction"),
            Self::Placement => lang.t("plaatsing", "placement"),
            Self::Aftercare => lang.t("nazorg", "aftercare"),
        }
    }
}
