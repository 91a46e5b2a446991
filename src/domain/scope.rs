//! What a person may see. Every read of the store takes a [`Scope`]; another site's record is not there.

use super::id::{SiteId, UserId};
use super::words::Role;

/// The sites and the role in whose name something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    user: Option<UserId>,
    role: Role,
    sites: Vec<SiteId>,
}

impl Scope {
    /// The scope of a signed-in person.
    pub fn of(user: UserId, role: Role, sites: Vec<SiteId>) -> Self {
        Self { user: Some(user), role, sites }
    }

    /// The scope in which the clockwork handles one record of one site: a broker's reach, nobody's name.
    pub fn clockwork(site: SiteId) -> Self {
        Self { user: None, role: Role::Broker, sites: vec![site] }
    }

    /// The scope of a command given on the server itself, for the sites it names.
    pub fn command(sites: Vec<SiteId>) -> Self {
        Self { user: None, role: Role::Coordinator, sites }
    }

    /// The person; `None` for the clockwork and the command line.
    pub fn user(&self) -> Option<UserId> {
        self.user
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The sites whose records are visible: none for those who see no records at all.
    pub fn sites(&self) -> &[SiteId] {
        if self.role.sees_records() { &self.sites } else { &[] }
    }

    /// Whether records of this site are visible.
    pub fn sees(&self, site: SiteId) -> bool {
        self.sites().contains(&site)
    }

    /// Whether this is a coordinator: users, mailboxes, templates, audit.
    pub fn coordinates(&self) -> bool {
        self.role == Role::Coordinator
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn researchers_and_referrers_see_no_records() {
        for (role, sees) in
            [(Role::Broker, true), (Role::Coordinator, true), (Role::Researcher, false), (Role::Referrer, false)]
        {
            assert_eq!(Scope::of(UserId(1), role, vec![SiteId(1)]).sees(SiteId(1)), sees, "{role}");
        }
        assert!(!Scope::of(UserId(1), Role::Broker, vec![SiteId(1)]).sees(SiteId(2)));
    }
}
