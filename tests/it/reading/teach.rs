//! Makes the table of weights (`src/domain/reply/learned/weights.tsv`) from the mails that are worked on, the examples of
//! the phrases, and `tests/mails/taught.txt`; never from what is set aside. The same mails give the same table:
//!
//!     cargo test --test it teach -- --ignored --nocapture
//!
//! It says first how well such a table does on mails that it was not made from (in eight parts, one left out each time).

use super::fixture::Fixture;
use super::say;
use stagemakelaar::domain::holidays::SchoolHolidays;
use stagemakelaar::domain::reply::learned::{LABELS, Weights, signs_of};
use stagemakelaar::domain::reply::phrases::INTENTS;
use stagemakelaar::domain::reply::{Context, Intent};
use stagemakelaar::domain::words::Region;
use stagemakelaar::mail::parse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// How often all examples are gone through.
const ROUNDS: u16 = 30;
/// How fast a weight follows, and how it is drawn back to nothing.
const RATE: f32 = 0.15;
const DRAWN: f32 = 0.01;
/// Signs that are kept, the heaviest ones.
const KEPT: usize = 4_000;
/// A sign must stand in so many examples.
const LEAST: usize = 2;

/// Something with a known intent: its signs by their number, the column of its intent, how much it counts, and which part
/// of the short replies it is in.
pub struct Example {
    signs: Vec<(usize, f32)>,
    column: usize,
    counts: f32,
    part: Option<usize>,
}

/// The same before its signs have numbers.
type Raw = (Vec<(String, f32)>, Intent, f32, Option<usize>);

/// All examples, with the names of their signs.
pub fn examples(holidays: &SchoolHolidays, folder: &Path) -> (Vec<String>, Vec<Example>) {
    let mut raw: Vec<Raw> = Vec::new();
    let label = |fixture: &Fixture| -> Option<Intent> {
        let first = fixture.expected.intents.first().filter(|_| fixture.expected.kind == "human")?;
        first.parse().ok()
    };
    let near = Context { region: Some(Region::Noord), holidays: Some(holidays), ..Context::default() };
    let mut read = |bytes: &[u8], context: &Context, wanted: Intent, counts: f32, part: Option<usize>| {
        if let Some(signs) = signs_of(&parse::letter(bytes), context) {
            raw.push((signs, wanted, counts, part));
        }
    };
    for (number, fixture) in Fixture::short("short.toml", folder).iter().enumerate() {
        let Some(wanted) = label(fixture) else { continue };
        read(&std::fs::read(&fixture.mail).unwrap(), &near, wanted, 1.0, Some(number % 8));
    }
    let far = Context { holidays: Some(holidays), ..Context::default() };
    for fixture in ["nl-a", "nl-b", "en"].iter().flat_map(|folder| Fixture::all(folder)) {
        let Some(wanted) = label(&fixture) else { continue };
        read(&std::fs::read(&fixture.mail).unwrap(), &far, wanted, 0.8, None);
    }
    let head = "From: jan@bedrijf.example\r\nSubject: Re: stage\r\nDate: Mon, 18 Jan 2027 09:00:00 +0100\r\n\
                In-Reply-To: <a@desk.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    for row in INTENTS.iter().flat_map(|rows| rows.iter()).filter(|row| row.weight >= 0.5) {
        read(format!("{head}{}\r\n", row.example).as_bytes(), &near, row.label, 0.3, None);
    }
    let taught = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails/taught.txt");
    for line in std::fs::read_to_string(taught).unwrap().lines().filter(|line| !line.starts_with('#')) {
        let (wanted, words) = line.split_once(": ").unwrap_or_else(|| panic!("`{line}` names no intent"));
        read(format!("{head}{words}\r\n").as_bytes(), &near, wanted.parse().unwrap(), 0.7, None);
    }
    numbered(raw)
}

fn numbered(raw: Vec<Raw>) -> (Vec<String>, Vec<Example>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (signs, ..) in &raw {
        let mut names: Vec<&str> = signs.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    let names: Vec<String> =
        counts.iter().filter(|(_, count)| **count >= LEAST).map(|(name, _)| (*name).to_owned()).collect();
    let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let examples = raw.iter().filter_map(|(signs, wanted, counts, part)| {
        let signs = signs.iter().filter_map(|(name, strength)| Some((*index.get(name.as_str())?, *strength))).collect();
        let column = LABELS.iter().position(|label| label == wanted)?;
        Some(Example { signs, column, counts: *counts, part: *part })
    });
    let examples = examples.collect();
    (names, examples)
}

fn sums(weights: &[Weights], example: &Example) -> Weights {
    let mut sums = Weights::default();
    for (sign, strength) in &example.signs {
        for (sum, weight) in sums.iter_mut().zip(&weights[*sign]) {
            *sum += weight * strength;
        }
    }
    sums
}

/// Weights by which the examples are told apart (logistic regression, each weight at its own pace).
pub fn learn(examples: &[&Example], signs: usize, kept: &[bool]) -> Vec<Weights> {
    let mut weights = vec![Weights::default(); signs];
    let mut paces = vec![Weights::default(); signs];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut dice = fastrand::Rng::with_seed(7);
    let mut steadied = vec![Weights::default(); signs];
    for round in 0..ROUNDS {
        dice.shuffle(&mut order);
        for example in order.iter().map(|at| examples[*at]) {
            let sums = sums(&weights, example);
            let most = sums.iter().copied().fold(f32::MIN, f32::max);
            let powers = sums.map(|sum| (sum - most).exp());
            let whole: f32 = powers.iter().sum();
            for (sign, strength) in example.signs.iter().filter(|(sign, _)| kept[*sign]) {
                for column in 0..LABELS.len() {
                    let wanted = if column == example.column { 1.0 } else { 0.0 };
                    let drawn = DRAWN * weights[*sign][column];
                    let step = (powers[column] / whole - wanted) * strength * example.counts + drawn;
                    paces[*sign][column] += step * step;
                    weights[*sign][column] -= RATE * step / (1e-3 + paces[*sign][column]).sqrt();
                }
            }
        }
        // the mean of the later rounds is steadier than the last one
        for (mean, weights) in steadied.iter_mut().zip(&weights).filter(|_| round >= ROUNDS / 2) {
            for (mean, weight) in mean.iter_mut().zip(weights) {
                *mean += weight / f32::from(ROUNDS - ROUNDS / 2);
            }
        }
    }
    steadied
}

/// Which signs to keep: the heaviest.
fn heaviest(weights: &[Weights], most: usize) -> Vec<bool> {
    let heavy = |weights: &Weights| weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| heavy(&weights[*b]).total_cmp(&heavy(&weights[*a])).then(a.cmp(b)));
    let mut kept = vec![false; weights.len()];
    order.iter().take(most).for_each(|at| kept[*at] = true);
    kept
}

/// How many of the short replies are told rightly by a table that was made without their part, in percent.
pub fn without_their_part(names: &[String], examples: &[Example]) -> f64 {
    let (mut right, mut all) = (0u32, 0u32);
    for part in 0..8 {
        let others: Vec<&Example> = examples.iter().filter(|example| example.part != Some(part)).collect();
        let first = learn(&others, names.len(), &vec![true; names.len()]);
        let weights = learn(&others, names.len(), &heaviest(&first, KEPT));
        for example in examples.iter().filter(|example| example.part == Some(part)) {
            let sums = sums(&weights, example);
            let best = (0..LABELS.len()).max_by(|a, b| sums[*a].total_cmp(&sums[*b]));
            right += u32::from(best == Some(example.column));
            all += 1;
        }
    }
    100.0 * f64::from(right) / f64::from(all)
}

/// The table, a line for each sign.
pub fn table(names: &[String], examples: &[Example]) -> String {
    let all: Vec<&Example> = examples.iter().collect();
    let kept = heaviest(&learn(&all, names.len(), &vec![true; names.len()]), KEPT);
    let weights = learn(&all, names.len(), &kept);
    let columns: Vec<&str> = LABELS.iter().map(|label| label.as_str()).collect();
    let mut text = format!("# made by tests/it/reading/teach.rs; sign\t{}\n", columns.join("\t"));
    for ((name, weights), _) in names.iter().zip(&weights).zip(&kept).filter(|(_, kept)| **kept) {
        text.push_str(name);
        for weight in weights {
            let _ = write!(text, "\t{:.2}", weight + 0.0);
        }
        text.push('\n');
    }
    text.replace("-0.00", "0.00")
}

#[test]
#[ignore = "writes the table of weights anew"]
fn teach() {
    let holidays: SchoolHolidays = toml::from_str(include_str!("../../../config/school-holidays.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (names, examples) = examples(&holidays, folder.path());
    say(&format!("{} examples, {} signs", examples.len(), names.len()));
    say(&format!(
        "{:.1} % of the short replies by a table made without their part",
        without_their_part(&names, &examples)
    ));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/reply/learned/weights.tsv");
    std::fs::write(path, table(&names, &examples)).unwrap();
}
