//! Builds the practice world: two desks with companies, history, placements, a campaign that was answered and one that
//! is ready to start. Everything is done by the product's own flows, on past days where it is history.

use super::cast::Employer;
use super::companies::{self, Settled};
use super::employers::{Employers, PostBox};
use super::{schools, seekers};
use crate::domain::email::EmailAddress;
use crate::domain::id::{MailboxId, SiteId, TemplateId, UserId};
use crate::domain::phone::Phone;
use crate::domain::scope::Scope;
use crate::domain::time::Moment;
use crate::domain::words::{Lang, MailboxKind, Region, Role};
use crate::flows::Tally;
use crate::flows::accounts::{AddUser, add_user};
use crate::flows::campaigns::audience::Audience;
use crate::flows::campaigns::kit::Press;
use crate::flows::campaigns::{self, CampaignFields};
use crate::flows::mailboxes::{self, Door, MailboxFields, NewBox};
use crate::flows::settings::Proposals;
use crate::flows::sites::{self, NewDesk};
use crate::store::companies::Filter;
use crate::store::{Db, templates};
use anyhow::Context as _;
use std::path::Path;

/// Runs one tick of the clockwork by name, as if it were this moment.
pub type RunTick<'a> = &'a dyn Fn(&str, Moment) -> anyhow::Result<Tally>;

/// What the world is built with.
#[derive(Clone, Copy)]
pub struct Builder<'a> {
    /// The empty, migrated database.
    pub db: &'a Db,
    /// The product's engine, keys and address.
    pub press: Press<'a>,
    /// The clockwork.
    pub run: RunTick<'a>,
    /// The folder under which the desks' mail lies.
    pub post: &'a Path,
    /// Today.
    pub now: Moment,
}

impl std::fmt::Debug for Builder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("post", &self.post).finish_non_exhaustive()
    }
}

/// One desk of the world.
struct Desk {
    site: SiteId,
    mailbox: MailboxId,
    template: TemplateId,
    post: PostBox,
}

/// The address with which the practice user signs in.
pub const USER: &str = "noor@stagedesk.example";

/// Days ago on which the answered campaign left.
const CAMPAIGN_DAYS: i64 = 3;

/// Working days for which the practice desks hold a place.
const HOLD: u32 = 10;

/// Where the mail of the desks goes out and comes in.
pub fn post_boxes(post: &Path) -> Vec<PostBox> {
    DESKS.iter().map(|plan| post_box(post, plan.folder)).collect()
}

struct DeskPlan {
    name: &'static str,
    desk_name: &'static str,
    address: &'static str,
    mail: &'static str,
    region: Region,
    folder: &'static str,
    phone: &'static str,
    employers: std::ops::Range<usize>,
    code: &'static str,
    /// The first of the postcodes where its students live.
    homes: u16,
    schools: schools::Plan,
}

const DESKS: [DeskPlan; 2] = [
    DeskPlan {
        name: "Amsterdam Nieuw-West",
        desk_name: "Stagedesk Nieuw-West",
        address: "Oefenplein 1, 1068 ZZ Amsterdam",
        mail: "nieuw-west@stagedesk.example",
        region: Region::Noord,
        folder: "nieuw-west",
        phone: "020 000 01 00",
        employers: 0..100,
        code: "NW",
        homes: 1061,
        schools: schools::Plan {
            agreed: ("Oefencollege Nieuw-West", "oefencollege.example"),
            other: "Voorbeeldschool De Baak",
            city: "Amsterdam",
        },
    },
    DeskPlan {
        name: "Rotterdam-Zuid",
        desk_name: "Stagedesk Rotterdam-Zuid",
        address: "Voorbeeldkade 2, 3081 ZZ Rotterdam",
        mail: "zuid@stagedesk.example",
        region: Region::Midden,
        folder: "rotterdam-zuid",
        phone: "010 000 02 00",
        employers: 100..150,
        code: "RZ",
        homes: 3072,
        schools: schools::Plan {
            agreed: ("Oefencollege Zuid", "oefenzuid.example"),
            other: "Voorbeeldschool De Kade",
            city: "Rotterdam",
        },
    },
];

fn post_box(post: &Path, folder: &str) -> PostBox {
    PostBox { pickup: post.join(folder).join("uit"), maildir: post.join(folder).join("in") }
}

/// Builds the whole world; returns the practice user.
pub fn build(with: Builder) -> anyhow::Result<UserId> {
    let began = with.now.plus_days(-120);
    let sites: Vec<SiteId> = DESKS.iter().map(|plan| open_desk(with, plan, began)).collect::<anyhow::Result<_>>()?;
    let office = Scope::command(sites.clone());
    let new = AddUser {
        email: EmailAddress::parse(USER)?,
        name: "Noor Proefmans".to_owned(),
        role: Role::Coordinator,
        lang: Lang::Nl,
        sites: sites.clone(),
    };
    let user = add_user(with.db, &office, &new, began)?.user;
    let scope = Scope::of(user, Role::Coordinator, sites.clone());
    for (plan, site) in DESKS.iter().zip(sites) {
        let desk = furnish(with, &scope, plan, site, began).context("furnishing a desk")?;
        let settled = companies::settle(with.db, &scope, site, plan.employers.clone(), with.now)?;
        companies::place_students(with.db, &scope, plan.code, &settled, with.now)?;
        let own = seekers::Desk { site, code: plan.code, homes: plan.homes };
        seekers::add(with.db, &scope, own, &settled, with.now)?;
        let hold = Proposals { hold_working_days: HOLD };
        seekers::propose(with.db, (with.press.engine, &hold), &scope, own, &settled, with.now)?;
        let school = schools::add(with.db, &scope, site, &plan.schools, began)?;
        schools::refer(with.db, &scope, site, school, with.now)?;
        past_campaign(with, &scope, &desk, &settled)?;
        ready_campaign(with, &scope, &desk)?;
    }
    (with.run)("fetch", with.now)?;
    (with.run)("receive", with.now)?;
    (with.run)("aftercare", with.now)?;
    (with.run)("deliver", with.now)?;
    Ok(user)
}

fn open_desk(with: Builder, plan: &DeskPlan, now: Moment) -> anyhow::Result<SiteId> {
    let desk = NewDesk {
        name: plan.name.to_owned(),
        desk_name: plan.desk_name.to_owned(),
        postal_address: plan.address.to_owned(),
        phone: Phone::parse(plan.phone).ok(),
        region: plan.region,
    };
    Ok(sites::add(with.db, with.press.engine, &desk, now)?)
}

fn furnish(with: Builder, scope: &Scope, plan: &DeskPlan, site: SiteId, began: Moment) -> anyhow::Result<Desk> {
    let post = post_box(with.post, plan.folder);
    crate::mail::maildir::create(&post.maildir)?;
    std::fs::create_dir_all(&post.pickup).with_context(|| format!("making `{}`", post.pickup.display()))?;
    let new =
        NewBox { site, kind: MailboxKind::Desk, user: None, address: EmailAddress::parse(plan.mail)?, ca_file: None };
    let fields = MailboxFields {
        name: plan.desk_name.to_owned(),
        from_name: format!("Noor Proefmans, {}", plan.desk_name),
        out_url: format!("pickup:{}", post.pickup.display()),
        in_url: format!("maildir:{}", post.maildir.display()),
        password: None,
        start_on: began.day(),
        connections: 2,
        rate_per_minute: 0,
    };
    let mailbox = mailboxes::add(with.db, scope, with.press.keys, &new, &fields, Door::CommandLine, began)?;
    let template = with.db.read(|conn| templates::list(conn, scope))?.into_iter().find(|found| found.site_id == site);
    let template = template.context("a desk begins with a template")?.id;
    Ok(Desk { site, mailbox, template, post })
}

fn audience(sectors: &[&str]) -> Audience {
    let sectors = sectors.iter().map(ToString::to_string).collect();
    Audience { companies: Filter { sectors, ..Filter::default() }, ..Audience::default() }
}

fn draft(
    with: Builder,
    scope: &Scope,
    desk: &Desk,
    name: &str,
    sectors: &[&str],
    at: Moment,
) -> anyhow::Result<crate::domain::id::CampaignId> {
    let fields = CampaignFields {
        name: name.to_owned(),
        mailbox: desk.mailbox,
        audience: audience(sectors),
        steps: vec![(desk.template, 0)],
        window: "always".to_owned(),
    };
    Ok(campaigns::create(with.db, scope, desk.site, &fields, at)?)
}

/// A campaign that left some days ago and was answered meanwhile; the answers wait to be read.
fn past_campaign(with: Builder, scope: &Scope, desk: &Desk, settled: &[Settled]) -> anyhow::Result<()> {
    let at = with.now.plus_days(-CAMPAIGN_DAYS);
    let sectors = [Employer::new(settled[0].number).sector, "Zorg", "Techniek"];
    let campaign = draft(with, scope, desk, "Voorjaar: zorg, techniek en voeding", &sectors, at)?;
    campaigns::start(with.db, scope, with.press, campaign, at)?;
    (with.run)("advance", at)?;
    (with.run)("deliver", at)?;
    Employers::new(vec![desk.post.clone()]).look(with.now.plus_seconds(-5400), false)?;
    Ok(())
}

fn ready_campaign(with: Builder, scope: &Scope, desk: &Desk) -> anyhow::Result<()> {
    let sectors = ["Winkel", "Bouw", "Kantoor", "ICT", "Groen", "Kinderopvang", "Logistiek"];
    draft(with, scope, desk, "Na de zomer: winkel, bouw en kantoor", &sectors, with.now.plus_days(-1))?;
    Ok(())
}
