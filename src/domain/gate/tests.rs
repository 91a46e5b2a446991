use super::Answer::{CallTask, Refuse, Send};
use super::*;

fn now() -> Moment {
    Moment::parse("2026-11-23T09:00:00Z").unwrap()
}

fn pressing(days: i64) -> PressureFacts {
    PressureFacts {
        until: now().plus_days(days),
        by_site_name: "Rotterdam-Zuid".into(),
        on: now().plus_days(days - 14).day(),
    }
}

/// Nothing stands in the way of this mail, whatever its purpose.
fn fine(purpose: Purpose) -> Ask {
    Ask {
        purpose,
        contact: Some(ContactFacts { ground: Ground::Consent, has_proof: true, opted_out: false, left_company: false }),
        company: Some(CompanyFacts { do_not_contact: false, archived: false, has_offer: true, pressure: None }),
        suppression: None,
        placement_running: true,
        has_sender: true,
        has_opt_out: true,
        now: now(),
    }
}

fn contact(ask: &mut Ask, change: impl FnOnce(&mut ContactFacts)) {
    change(ask.contact.as_mut().unwrap());
}

fn company(ask: &mut Ask, change: impl FnOnce(&mut CompanyFacts)) {
    change(ask.company.as_mut().unwrap());
}

#[test]
fn a_mail_that_nothing_speaks_against_is_sent_for_every_purpose() {
    for &purpose in Purpose::ALL {
        assert_eq!(super::ask(&fine(purpose)), Answer::Send, "{purpose}");
    }
}

type Change = fn(&mut Ask);
type Answers = [Answer; 5];

fn warn(why: Why) -> Answer {
    Answer::Warn(vec![why])
}

/// Somebody said stop, or is not there any more.
fn stops(why: &Why) -> Answers {
    let why = || why.clone();
    [Refuse(why()), CallTask(why()), CallTask(why()), warn(why()), Send]
}

/// The address does not work.
fn fails() -> Answers {
    let why = Why::Bounced;
    [Refuse(why.clone()), Refuse(why.clone()), CallTask(why.clone()), warn(why.clone()), Refuse(why)]
}

/// One row per thing that can stand in the way; one answer per purpose, in the order of `Purpose::ALL`:
/// outreach, offer, aftercare, answer, system.
#[test]
fn every_cell_of_the_table_holds() {
    let rows: Vec<(&str, Change, Answers)> = vec![
        ("no ground", |ask| contact(ask, |c| c.ground = Ground::None), [Refuse(Why::NoGround), Send, Send, Send, Send]),
        ("no proof", |ask| contact(ask, |c| c.has_proof = false), [Refuse(Why::NoProof), Send, Send, Send, Send]),
        ("no contact", |ask| ask.contact = None, [Refuse(Why::NoContact), Send, Send, Send, Send]),
        ("no sender", |ask| ask.has_sender = false, [Refuse(Why::NoSender), Send, Send, Send, Send]),
        ("no opt-out", |ask| ask.has_opt_out = false, [Refuse(Why::NoOptOut), Send, Send, Send, Send]),
        (
            "no earlier offer",
            |ask| company(ask, |c| c.has_offer = false),
            [Send, Refuse(Why::NoEarlierOffer), Send, Send, Send],
        ),
        ("no company", |ask| ask.company = None, [Send, Refuse(Why::NoEarlierOffer), Send, Send, Send]),
        ("no placement", |ask| ask.placement_running = false, [Send, Send, Refuse(Why::NoPlacement), Send, Send]),
        ("contact opted out", |ask| contact(ask, |c| c.opted_out = true), stops(&Why::OptedOut)),
        ("address opted out", |ask| ask.suppression = Some(SuppressionReason::OptOut), stops(&Why::OptedOut)),
        ("complaint", |ask| ask.suppression = Some(SuppressionReason::Complaint), stops(&Why::Complained)),
        ("suppressed by hand", |ask| ask.suppression = Some(SuppressionReason::Manual), stops(&Why::Blocked)),
        ("do not contact", |ask| company(ask, |c| c.do_not_contact = true), stops(&Why::DoNotContact)),
        ("left the company", |ask| contact(ask, |c| c.left_company = true), stops(&Why::LeftCompany)),
        ("hard bounce", |ask| ask.suppression = Some(SuppressionReason::HardBounce), fails()),
        ("three soft bounces", |ask| ask.suppression = Some(SuppressionReason::SoftBounces), fails()),
        (
            "archived",
            |ask| company(ask, |c| c.archived = true),
            [Refuse(Why::Archived), Refuse(Why::Archived), Send, warn(Why::Archived), Send],
        ),
        (
            "pressure",
            |ask| company(ask, |c| c.pressure = Some(pressing(3))),
            [Refuse(Why::Pressure(pressing(3))), warn(Why::Pressure(pressing(3))), Send, Send, Send],
        ),
        ("old pressure", |ask| company(ask, |c| c.pressure = Some(pressing(0))), [Send, Send, Send, Send, Send]),
    ];
    for (name, change, answers) in rows {
        for (&purpose, expected) in Purpose::ALL.iter().zip(answers) {
            let mut question = fine(purpose);
            change(&mut question);
            assert_eq!(super::ask(&question), expected, "{name}: {purpose}");
        }
    }
}

#[test]
fn a_functional_address_needs_no_further_proof_and_the_other_grounds_do() {
    for &ground in Ground::ALL {
        let mut question = fine(Purpose::Outreach);
        contact(&mut question, |c| (c.ground, c.has_proof) = (ground, false));
        assert_eq!(super::ask(&question).sends(), ground == Ground::Functional, "{ground}");
        contact(&mut question, |c| c.has_proof = true);
        assert_eq!(super::ask(&question).sends(), ground != Ground::None, "{ground}");
    }
}

#[test]
fn only_outreach_counts_as_pressure() {
    let counting: Vec<_> = Purpose::ALL.iter().filter(|purpose| counts_as_pressure(**purpose)).collect();
    assert_eq!(counting, [&Purpose::Outreach]);
}

#[test]
fn an_answer_is_sent_with_every_warning_that_holds() {
    let mut question = fine(Purpose::Answer);
    contact(&mut question, |c| (c.opted_out, c.left_company) = (true, true));
    question.suppression = Some(SuppressionReason::HardBounce);
    assert_eq!(super::ask(&question), Answer::Warn(vec![Why::OptedOut, Why::Bounced, Why::LeftCompany]));
}

#[test]
fn pressure_tells_the_site_and_the_day_and_nothing_else() {
    let why = Why::Pressure(pressing(3));
    assert_eq!(why.say(Lang::Nl), "Rotterdam-Zuid mailde dit bedrijf op 12-11-2026. Vanaf 26-11-2026 kan het weer.");
    assert_eq!(
        why.say(Lang::En),
        "Rotterdam-Zuid mailed this company on 12-11-2026. From 26-11-2026 it can be mailed again."
    );
    assert_eq!(
        (why.code(), Why::OptedOut.say(Lang::Nl).as_str()),
        ("pressure", "Deze contactpersoon wil geen mail meer.")
    );
}
