//! Every reason, every share, one order, and nothing of a person in it.

use super::*;
use crate::domain::id::{OpeningId, StudentId};
use crate::domain::time::Day;
use crate::domain::travel::{self, Band, TravelMode};
use crate::domain::words::{Lang, Level, Track};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn today() -> Day {
    day("2026-11-24")
}

fn seeker() -> Seeker {
    Seeker {
        id: StudentId(1),
        level: Some(Level::Mbo2),
        track: Some(Track::Bol),
        crafts: Crafts::of("Verkoper"),
        from: Some(day("2027-02-01")),
        until: Some(day("2027-06-30")),
        days: Some(4),
        reach: Some(Band::UpTo30),
        since: day("2026-10-01"),
    }
}

fn offer() -> Offer {
    Offer {
        id: OpeningId(1),
        levels: Levels::read("mbo2,mbo3"),
        tracks: Tracks::read("bol"),
        crafts: Crafts::of("winkelmedewerker"),
        starts: Some(day("2027-02-01")),
        ends: Some(day("2027-07-15")),
        days: Some(4),
        left: 2,
        confirmed: day("2026-11-20"),
        closed: false,
    }
}

const NEAR: Between = Between { travel: Some(Band::UpTo10), certified: Certified::Yes };

fn judged(seeker: &Seeker, offer: &Offer, between: Between) -> Judgement {
    judge(&Pair { seeker, offer, between }, today())
}

fn points(seeker: &Seeker, offer: &Offer, between: Between) -> [u8; ASPECTS] {
    match judged(seeker, offer, between) {
        Judgement::Fits(findings) => WEIGHTS.points(&findings),
        Judgement::Not(why) => panic!("fell out: {why:?}"),
    }
}

#[test]
fn the_weights_are_a_hundred_together() {
    assert_eq!(WEIGHTS.points.iter().map(|points| u32::from(*points)).sum::<u32>(), 100);
    assert_eq!((Weights::numbered(WEIGHTS.version), Weights::numbered(0)), (Some(WEIGHTS), None));
}

#[test]
fn each_reason_rules_out_by_itself_and_has_its_sentence() {
    type Change = fn(&mut Seeker, &mut Offer, &mut Between);
    let table: [(WhyNot, Change, &str, &str); 10] = [
        (WhyNot::Closed, |_, offer, _| offer.closed = true, "geen contact", "no contact"),
        (WhyNot::Full, |_, offer, _| offer.left = 0, "geen plek vrij", "no place free"),
        (
            WhyNot::Past,
            |seeker, offer, _| (offer.ends, seeker.from, seeker.until) = (Day::new(2026, 11, 23), None, None),
            "voorbij",
            "is over",
        ),
        (WhyNot::SeekerPast, |seeker, _, _| seeker.until = Day::new(2026, 11, 23), "gezochte periode", "period sought"),
        (
            WhyNot::Level,
            |_, offer, _| offer.levels = Levels::read("mbo3,mbo4"),
            "vraagt mbo 3, mbo 4, niet mbo 2",
            "asks for mbo 3, mbo 4, not mbo 2",
        ),
        (
            WhyNot::Track,
            |_, offer, _| offer.tracks = Tracks::read("bbl"),
            "vraagt bbl, niet bol",
            "asks for bbl, not bol",
        ),
        (
            WhyNot::Role,
            |_, offer, _| offer.crafts = Crafts::of("hovenier"),
            "is werk in groen",
            "is work in plants and gardens",
        ),
        (
            WhyNot::Period,
            |_, offer, _| (offer.starts, offer.ends) = (Day::new(2027, 9, 1), None),
            "begint op 1 september 2027",
            "begins on 1 September 2027",
        ),
        (WhyNot::Days, |seeker, _, _| seeker.days = Some(2), "4 dagen per week, gezocht 2", "4 days a week, sought 2"),
        (
            WhyNot::Travel,
            |_, _, between| between.travel = Some(Band::UpTo45),
            "hooguit 45 minuten, gezocht 30",
            "at most 45 minutes, sought 30",
        ),
    ];
    assert_eq!(table.len(), WhyNot::ALL.len());
    for (why, change, nl, en) in table {
        let (mut seeker, mut offer, mut between) = (seeker(), offer(), NEAR);
        change(&mut seeker, &mut offer, &mut between);
        let pair = Pair { seeker: &seeker, offer: &offer, between };
        assert_eq!(judge(&pair, today()), Judgement::Not([why].into_iter().collect()), "{why}");
        assert!(why.say(&pair, Lang::Nl).contains(nl), "{}", why.say(&pair, Lang::Nl));
        assert!(why.say(&pair, Lang::En).contains(en), "{}", why.say(&pair, Lang::En));
    }
}

#[test]
fn what_is_not_known_rules_nobody_out_and_weighs_less_than_what_fits() {
    let nothing = Seeker {
        level: None,
        track: None,
        crafts: Crafts::default(),
        from: None,
        until: None,
        days: None,
        reach: None,
        ..seeker()
    };
    let unknown = Between { travel: None, certified: Certified::Unknown };
    let (bare, full) = (points(&nothing, &offer(), unknown), points(&seeker(), &offer(), NEAR));
    for (aspect, (bare, full)) in Aspect::ALL.iter().zip(bare.into_iter().zip(full)) {
        let same = matches!(aspect, Aspect::Places | Aspect::Freshness | Aspect::Waiting);
        assert!(if same { bare == full } else { bare < full }, "{aspect}: {bare} and {full}");
    }
}

#[test]
fn each_aspect_has_its_share_and_its_sentence() {
    let rows: &[(Finding, u8, &str)] = &[
        (Finding::Level { own: Some(Level::Mbo2), asked: true }, 100, "vraagt mbo 2"),
        (Finding::Level { own: Some(Level::Mbo2), asked: false }, 80, "elk niveau"),
        (Finding::Level { own: None, asked: true }, 40, "niveau van de leerling niet bekend"),
        (Finding::Track { own: Some(Track::Bbl), asked: true }, 100, "vraagt bbl"),
        (Finding::Track { own: Some(Track::Bbl), asked: false }, 80, "elke leerweg"),
        (Finding::Programme(Certified::Yes), 100, "erkend voor de opleiding"),
        (Finding::Programme(Certified::Expires), 20, "erkenning loopt af"),
        (Finding::Programme(Certified::Missing), 0, "niet erkend voor de opleiding"),
        (Finding::Role(Crafts::of("kok")), 100, "keuken"),
        (Finding::Role(Crafts::default()), 40, "soort werk niet te vergelijken"),
        (Finding::Period(Some(100)), 100, "hele periode"),
        (Finding::Period(Some(60)), 60, "60% van de periode"),
        (Finding::Days(Some((4, 4))), 100, "4 dagen per week"),
        (Finding::Days(Some((3, 4))), 50, "3 dagen, gezocht 4"),
        (Finding::Travel(Some(Band::UpTo20)), 85, "hooguit 20 minuten reizen"),
        (Finding::Travel(Some(Band::Longer)), 0, "meer dan 90 minuten reizen"),
        (Finding::Travel(None), 40, "reistijd niet bekend"),
        (Finding::Places(1), 50, "1 plek vrij"),
        (Finding::Places(5), 100, "5 plekken vrij"),
        (Finding::Freshness(0), 100, "vandaag bevestigd"),
        (Finding::Freshness(200), 0, "200 dagen geleden bevestigd"),
        (Finding::Waiting(70), 50, "70 dagen"),
        (Finding::Waiting(4_000), 100, "4000 dagen"),
    ];
    for (finding, share, words) in rows {
        assert_eq!((finding.share(), finding.say(Lang::Nl).as_str()), (*share, *words), "{finding:?}");
        assert_ne!(finding.say(Lang::En), "", "{finding:?}");
    }
}

#[test]
fn a_period_is_covered_as_far_as_the_opening_goes() {
    let period = |starts: &str, ends: &str| {
        let offer = Offer { starts: Day::parse(starts), ends: Day::parse(ends), ..offer() };
        match judged(&seeker(), &offer, NEAR) {
            Judgement::Fits(findings) => Ok(findings[Aspect::Period as usize]),
            Judgement::Not(why) => Err(why.iter().collect::<Vec<_>>()),
        }
    };
    assert_eq!(period("2027-02-01", "2027-06-30"), Ok(Finding::Period(Some(100))));
    assert_eq!(period("2027-02-15", ""), Ok(Finding::Period(Some(100))), "two weeks late is on time");
    assert_eq!(period("2027-04-17", ""), Ok(Finding::Period(Some(50))));
    assert_eq!(period("", "2027-04-16"), Ok(Finding::Period(Some(50))));
    assert_eq!(period("", ""), Ok(Finding::Period(None)));
    assert_eq!(period("", "2027-02-20"), Err(vec![WhyNot::Period]));
    assert_eq!(period("2027-07-01", ""), Err(vec![WhyNot::Period]));
}

#[test]
fn a_page_goes_on_after_a_place_in_the_ranking_and_a_key_reads_back() {
    let offers = (1..=5).map(|id| (Offer { id: OpeningId(id), ..offer() }, NEAR)).collect();
    let ranking = Question::Openings { seeker: seeker(), offers }.rank(&WEIGHTS, today());
    let ids = |fits: &[Fit]| fits.iter().map(|fit| fit.key.id).collect::<Vec<_>>();
    let (first, after) = ranking.page(None, 2);
    assert_eq!((ids(first), after), (vec![1, 2], Some(first[1].key)));
    let after: Key = after.unwrap().to_string().parse().unwrap();
    assert_eq!(ids(ranking.page(Some(after), 3).0), [3, 4, 5]);
    assert_eq!(ranking.page(Some(after), 3).1, None);
    for bad in ["", "1", "1.2", "1.2.x", "1.2.3.4", "-1.2.3"] {
        assert!(bad.parse::<Key>().is_err(), "{bad}");
    }
}

#[test]
fn who_waits_longest_stands_first_among_equals_and_then_the_lowest_id() {
    // Past the cap the score is the same.
    let student = |id, since| (Seeker { id: StudentId(id), since: day(since), ..seeker() }, NEAR);
    let seekers = vec![student(9, "2026-05-01"), student(3, "2026-05-01"), student(7, "2026-04-01")];
    let ranking = Question::Students { offer: offer(), seekers }.rank(&WEIGHTS, today());
    assert_eq!(ranking.fits.iter().map(|fit| fit.key.id).collect::<Vec<_>>(), [7, 3, 9]);
    assert_eq!(ranking.fits[0].key.score, ranking.fits[2].key.score);
}

#[test]
fn a_record_of_other_weights_says_so() {
    let question = Question::Openings { seeker: seeker(), offers: vec![(offer(), NEAR)] };
    let ranking = question.rank(&WEIGHTS, today());
    let mut record = Record::of(&WEIGHTS, today(), &question, &ranking, &[1]);
    record.weights = 999;
    assert!(matches!(record.replay(), Err(Unknown::Weights(999))));
    assert!(Record::read("{}").is_err());
}

const PC4S: [&str; 12] =
    ["1011", "1068", "1061", "1102", "1187", "1431", "1506", "2011", "3071", "3511", "9711", "0000"];
const NAMES: [&str; 6] = ["Mohammed", "Fatima", "Emma", "Daan", "Zuzanna", "Kim"];
const GENDERS: [&str; 4] = ["hij", "zij", "meisje", "jongen"];

/// What a desk writes down of a person, names and all.
#[derive(Debug, Clone)]
struct Told {
    name: &'static str,
    gender: &'static str,
    home: &'static str,
    trade: &'static str,
}

/// What is weighed of it.
fn heard(told: &Told, offers: &[(Offer, &str)], mode: TravelMode) -> Question {
    let text = format!("{} zoekt werk als {}, {} wil veel leren", told.name, told.trade, told.gender);
    let between = |at: &str| Between { travel: travel::band(told.home, at, mode), certified: Certified::Missing };
    let offers = offers.iter().map(|(offer, at)| (*offer, between(at))).collect();
    Question::Openings { seeker: Seeker { crafts: Crafts::of(&text), ..seeker() }, offers }
}

fn offers() -> impl Strategy<Value = Vec<(Offer, &'static str)>> {
    let role = prop::sample::select(vec!["verkoper", "kok", "hovenier", "", "zorgmedewerker"]);
    let days = prop::option::of(1..6u8);
    let facts = (role, days, -1..4i32, 0..200i64, prop::sample::select(PC4S.to_vec()), prop::bool::ANY, 0..400i64);
    prop::collection::vec(facts, 0..40).prop_map(|all| {
        let one = |(id, (role, days, left, ago, at, any, starts)): (usize, (&str, _, _, i64, _, bool, i64))| {
            let offer = Offer {
                id: OpeningId(i64::try_from(id).unwrap()),
                levels: if any { Levels::default() } else { Levels::read("mbo2") },
                crafts: Crafts::of(role),
                starts: Some(today().plus(starts)),
                ends: None,
                days,
                left,
                confirmed: today().plus(-ago),
                ..offer()
            };
            (offer, at)
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

fn bytes(question: &Question) -> String {
    serde_json::to_string(&question.rank(&WEIGHTS, today())).unwrap()
}

proptest! {
    #[test]
    fn a_name_a_gender_or_a_home_in_the_same_band_changes_not_a_byte(
        all in offers(),
        names in (prop::sample::select(NAMES.to_vec()), prop::sample::select(NAMES.to_vec())),
        genders in (prop::sample::select(GENDERS.to_vec()), prop::sample::select(GENDERS.to_vec())),
        homes in (prop::sample::select(PC4S.to_vec()), prop::sample::select(PC4S.to_vec())),
        forms in prop::sample::select(vec![("verkoper", "verkoopster"), ("kok", "kokkin"), ("verpleger", "verpleegkundige")]),
        bicycle in prop::bool::ANY,
    ) {
        let mode = if bicycle { TravelMode::Bicycle } else { TravelMode::PublicTransport };
        // Of the openings those stay to which both homes have a way of the same band.
        let same = |at: &str| travel::band(homes.0, at, mode) == travel::band(homes.1, at, mode);
        let kept: Vec<_> = all.into_iter().filter(|(_, at)| same(at)).collect();
        let one = Told { name: names.0, gender: genders.0, home: homes.0, trade: forms.0 };
        let other = Told { name: names.1, gender: genders.1, home: homes.1, trade: forms.1 };
        prop_assert_eq!(bytes(&heard(&one, &kept, mode)), bytes(&heard(&other, &kept, mode)));
    }

    #[test]
    fn the_order_is_total_whatever_the_order_of_the_question_and_a_record_replays(
        all in offers(),
        turn in 0..40usize,
        shown in prop::collection::vec(0..40i64, 0..20),
    ) {
        let told = Told { name: "Kim", gender: "hen", home: "1068", trade: "verkoper" };
        let mut turned = all.clone();
        turned.rotate_left(turn.min(all.len()));
        turned.reverse();
        let question = heard(&told, &all, TravelMode::Bicycle);
        let ranking = question.rank(&WEIGHTS, today());
        prop_assert_eq!(&ranking, &heard(&told, &turned, TravelMode::Bicycle).rank(&WEIGHTS, today()));
        prop_assert_eq!(ranking.fits.len() + ranking.falls.len(), all.len());
        prop_assert!(ranking.fits.windows(2).all(|two| two[0].key.order() < two[1].key.order()));
        for fit in &ranking.fits {
            prop_assert_eq!(fit.key.score, fit.points.iter().map(|points| u16::from(*points)).sum::<u16>());
            prop_assert!(fit.key.score <= 100);
        }
        let record = Record::of(&WEIGHTS, today(), &question, &ranking, &shown);
        let text = record.text().unwrap();
        let read = Record::read(&text).unwrap();
        prop_assert_eq!(&read, &record);
        let again = read.replay().unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&record.ranking).unwrap());
        prop_assert!(!text.contains("Kim") && !text.contains("1068"));
    }
}
