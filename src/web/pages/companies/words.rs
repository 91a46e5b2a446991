//! What the pages about companies call the fixed words of the domain.

use crate::domain::company::Postcode;
use crate::domain::id::UserId;
use crate::domain::travel::{Near, NotNear};
use crate::domain::words::{CompanyStatus, Ground, Lang, Level, MomentKind, PlaceEventKind, TaskKind, Track};
use crate::store::users::Member;

pub fn status(lang: Lang, status: CompanyStatus) -> &'static str {
    match status {
        CompanyStatus::Prospect => lang.t("nog niet gesproken", "not spoken to yet"),
        CompanyStatus::Contact => lang.t("in contact", "in contact"),
        CompanyStatus::Partner => lang.t("eigen relatie", "partner"),
        CompanyStatus::Dormant => lang.t("nu niet", "not now"),
    }
}

pub fn statuses(lang: Lang) -> Vec<(CompanyStatus, &'static str)> {
    CompanyStatus::ALL.iter().map(|one| (*one, status(lang, *one))).collect()
}

pub fn ground(lang: Lang, ground: Ground) -> &'static str {
    match ground {
        Ground::None => lang.t("geen grond, dus geen campagnemail", "no ground, so no campaign mail"),
        Ground::Published => lang.t("adres staat hiervoor op een website", "address is published for this"),
        Ground::EarlierContact => lang.t("eerder contact over stage", "earlier contact about internships"),
        Ground::Consent => lang.t("toestemming", "consent"),
        Ground::Functional => lang.t("algemeen adres", "functional address"),
    }
}

pub fn level(level: Level) -> &'static str {
    match level {
        Level::Mbo1 => "mbo 1",
        Level::Mbo2 => "mbo 2",
        Level::Mbo3 => "mbo 3",
        Level::Mbo4 => "mbo 4",
        Level::Vmbo | Level::Praktijkonderwijs | Level::Vso | Level::Havo | Level::Vwo | Level::Hbo | Level::Wo => {
            level.as_str()
        }
    }
}

pub fn levels() -> Vec<(Level, &'static str)> {
    Level::ALL.iter().map(|one| (*one, level(*one))).collect()
}

pub fn track(lang: Lang, track: Track) -> &'static str {
    match track {
        Track::Bol => "bol",
        Track::Bbl => "bbl",
        Track::Snuffel => lang.t("snuffelstage", "orientation"),
    }
}

pub fn tracks(lang: Lang) -> Vec<(Track, &'static str)> {
    Track::ALL.iter().map(|one| (*one, track(lang, *one))).collect()
}

pub fn task_kind(lang: Lang, kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Todo => lang.t("doen", "to do"),
        TaskKind::Call => lang.t("bellen", "call"),
        TaskKind::Visit => lang.t("langsgaan", "visit"),
        TaskKind::Reply => lang.t("beantwoorden", "answer"),
        TaskKind::Repair => lang.t("rechtzetten", "put right"),
    }
}

/// The icon of a task.
pub fn task_icon(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Todo => "clock",
        TaskKind::Call => "call",
        TaskKind::Visit => "visit",
        TaskKind::Reply => "mail",
        TaskKind::Repair => "warning",
    }
}

/// What a list says about the last contact, in a word.
pub fn moment(lang: Lang, kind: MomentKind) -> &'static str {
    match kind {
        MomentKind::MailOut => lang.t("mail", "mail"),
        MomentKind::MailIn => lang.t("antwoord", "reply"),
        MomentKind::Call => lang.t("gebeld", "call"),
        MomentKind::Visit => lang.t("bezoek", "visit"),
        MomentKind::Event => lang.t("bijeenkomst", "event"),
        MomentKind::Note => lang.t("notitie", "note"),
    }
}

/// What happened to places, in a sentence.
pub fn places(lang: Lang, kind: PlaceEventKind, count: i32) -> String {
    let of = |nl_one, nl_many, en_one, en_many| {
        format!("{} {}", count.abs(), if count.abs() == 1 { lang.t(nl_one, en_one) } else { lang.t(nl_many, en_many) })
    };
    let counted = of("plek", "plekken", "place", "places");
    match kind {
        PlaceEventKind::Offered => format!("{counted} {}", lang.t("aangeboden", "offered")),
        PlaceEventKind::Changed if count < 0 => format!("{counted} {}", lang.t("minder", "fewer")),
        PlaceEventKind::Changed => format!("{counted} {}", lang.t("erbij", "more")),
        PlaceEventKind::Confirmed => lang.t("Klopt nog", "Still holds").to_owned(),
        PlaceEventKind::Reserved => format!("{counted} {}", lang.t("vastgehouden", "held")),
        PlaceEventKind::Released => format!("{counted} {}", lang.t("weer vrij", "free again")),
        PlaceEventKind::Filled => format!("{counted} {}", lang.t("bezet door een stage", "taken by a placement")),
        PlaceEventKind::Freed => format!("{counted} {}", lang.t("vrij na een stage", "free after a placement")),
        PlaceEventKind::Withdrawn => format!("{counted} {}", lang.t("teruggetrokken", "withdrawn")),
        PlaceEventKind::Expired => format!("{counted} {}", lang.t("verlopen", "expired")),
    }
}

/// What is wrong with the middle of a circle.
pub fn not_near(lang: Lang, why: NotNear) -> &'static str {
    match why {
        NotNear::Shape => lang.t("Schrijf vier cijfers: 1068.", "Write four digits: 1068."),
        NotNear::Unknown => lang.t("Deze postcode bestaat niet.", "There is no such postcode."),
    }
}

/// How far a company is from the middle of a circle, in whole kilometres: the centres of two postcodes say no more.
pub fn away(lang: Lang, near: &Near, postcode: Option<&Postcode>) -> String {
    let metres = postcode.and_then(|postcode| near.metres(postcode.pc4()));
    let km = metres.map(|metres| (metres + 500) / 1000);
    km.map_or_else(String::new, |km| format!("{} {km} km", lang.t("zo'n", "about")))
}

/// `jij`, a colleague's name, or nobody's.
pub fn who(lang: Lang, me: UserId, id: Option<UserId>, members: &[Member]) -> String {
    match id {
        Some(id) if id == me => lang.t("jij", "you").to_owned(),
        Some(id) => members
            .iter()
            .find(|member| member.user.id == id)
            .map_or_else(|| lang.t("een collega", "a colleague").to_owned(), |member| member.user.name.clone()),
        None => String::new(),
    }
}

/// Who did something or whose something is, after "van" and "door": `jou`, a colleague's name, or nobody's.
pub fn whom(lang: Lang, me: UserId, id: Option<UserId>, members: &[Member]) -> String {
    if id == Some(me) { lang.t("jou", "you").to_owned() } else { who(lang, me, id, members) }
}

/// Who may own a company or task: everybody who may sign in.
pub fn owners(members: &[Member]) -> Vec<(String, String)> {
    let active = members.iter().filter(|member| member.user.active && member.user.role.sees_records());
    active.map(|member| (member.user.id.to_string(), member.user.name.clone())).collect()
}
