//! What is weighed, made of what the database holds: texts become lines of work, two postcodes a band, recognitions a word.

use crate::domain::company::{Pc4, Postcode};
use crate::domain::id::CompanyId;
use crate::domain::matching::{Between, Certified, Crafts, Levels, Offer, Question, Seeker, Tracks};
use crate::domain::placement::{Recognised, Wanted, needs_recognition, recognition};
use crate::domain::time::Day;
use crate::domain::travel::{self, Band, TravelMode};
use crate::store::matches::{Offered, RecognisedAt, Sought, Where};
use crate::store::recognitions::Recognition;
use std::collections::HashMap;

fn small(number: Option<i32>) -> Option<u8> {
    number.and_then(|number| u8::try_from(number).ok())
}

/// What is weighed of a student.
fn seeker(sought: &Sought) -> Seeker {
    let role = sought.role_sought.as_deref().unwrap_or_default();
    let reach = sought.travel_minutes.and_then(|minutes| u32::try_from(minutes).ok());
    Seeker {
        id: sought.id,
        level: sought.level,
        track: sought.track,
        crafts: Crafts::of(&sought.programme).or(Crafts::of(role)),
        from: sought.available_from,
        until: sought.available_until,
        days: small(sought.days_per_week),
        reach: reach.map(Band::of),
        since: sought.looking_since.unwrap_or_else(|| sought.created_at.day()),
    }
}

/// What is weighed of an opening. Roles and lists are the same words over and over, so each is read once.
#[derive(Default)]
struct Reader<'a> {
    crafts: HashMap<&'a str, Crafts>,
    levels: HashMap<&'a str, Levels>,
    tracks: HashMap<&'a str, Tracks>,
}

impl<'a> Reader<'a> {
    fn offer(&mut self, offered: &'a Offered, at: &Where) -> Offer {
        Offer {
            id: offered.id,
            levels: *self.levels.entry(&offered.levels).or_insert_with(|| Levels::read(&offered.levels)),
            tracks: *self.tracks.entry(&offered.tracks).or_insert_with(|| Tracks::read(&offered.tracks)),
            crafts: *self.crafts.entry(&offered.role).or_insert_with(|| Crafts::of(&offered.role)),
            starts: offered.starts_on,
            ends: offered.ends_on,
            days: small(offered.days_per_week),
            left: offered.places_left,
            confirmed: offered.last_confirmed_on,
            closed: at.do_not_contact,
        }
    }
}

/// What is between a student and an opening; `held` are the company's recognitions for the student's crebo.
fn between<'r>(
    sought: &Sought,
    offered: &Offered,
    at: &Where,
    held: impl IntoIterator<Item = Recognised<'r>>,
    today: Day,
) -> Between {
    let home = sought.home_pc4.as_ref().map(Pc4::as_str);
    let way = home.zip(at.postcode.as_ref().map(Postcode::pc4));
    let mode = sought.travel_mode.unwrap_or(TravelMode::Bicycle);
    let certified = if needs_recognition(sought.level) && sought.crebo.is_empty() || sought.level.is_none() {
        Certified::Unknown
    } else {
        let starts = sought.available_from.max(offered.starts_on).unwrap_or(today).max(today);
        let ends = [sought.available_until, offered.ends_on].into_iter().flatten().min().unwrap_or(starts).max(starts);
        let wanted = Wanted { crebo: &sought.crebo, level: sought.level, track: sought.track, starts, ends };
        recognition(wanted, held).into()
    };
    Between { travel: way.and_then(|(home, at)| travel::band(home, at, mode)), certified }
}

/// The openings of a student's site as a question about the student.
pub fn question_of<'a>(
    sought: &Sought,
    all: &'a [(Offered, Where)],
    recognised: &'a [RecognisedAt],
    today: Day,
) -> Question {
    let mut held: HashMap<CompanyId, Vec<Recognised>> = HashMap::new();
    for (company, level, track, until) in recognised {
        let one = Recognised { crebo: &sought.crebo, level: *level, track: *track, until: *until };
        held.entry(*company).or_default().push(one);
    }
    let mut reader = Reader::default();
    let offers = all.iter().map(|(offered, at)| {
        let own = held.get(&offered.company_id).into_iter().flatten().copied();
        (reader.offer(offered, at), between(sought, offered, at, own, today))
    });
    Question::Openings { seeker: seeker(sought), offers: offers.collect() }
}

/// Students as a question about an opening, whose company holds these recognitions.
pub fn question_at(
    (offered, at): (&Offered, &Where),
    has_room: bool,
    all: &[Sought],
    held: &[Recognition],
    today: Day,
) -> Question {
    let held: Vec<Recognised> = held
        .iter()
        .map(|one| Recognised {
            crebo: &one.fields.crebo,
            level: one.fields.level,
            track: one.fields.track,
            until: one.fields.valid_until,
        })
        .collect();
    let seekers = all.iter().map(|sought| {
        let held = held.iter().copied();
        (seeker(sought), between(sought, offered, at, held, today))
    });
    let offer = Reader::default().offer(offered, at);
    // What a company took back or let run out is not there, whatever its sums say.
    let left = if has_room { offer.left } else { 0 };
    Question::Students { offer: Offer { left, ..offer }, seekers: seekers.collect() }
}
