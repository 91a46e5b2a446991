//! Pages at 100,000 companies and 1,000,000 contact moments, asked for by four clients at once, against a page of the same
//! server that asks one question of the database.

use super::http::Client;
use super::table::{Times, ms, ratio, row};
use super::world::{Base, Size, World};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Who asks at once.
const CLIENTS: usize = 4;
/// Requests for each line of the table.
const REQUESTS: usize = 400;
/// The page that all others are compared with.
const BASE: &str = "/settings/profile";

const SORTS: [&str; 8] = ["name", "-name", "contact", "-contact", "places", "-places", "place", "-place"];
const FILTERS: [&str; 17] = [
    "q=kade",
    "q=rotterdam+bakkerij",
    "sector=Zorg",
    "place=Utrecht",
    "near=3081&km=5",
    "near=3081&km=25",
    "tag=banenmarkt",
    "owner=me",
    "status=partner",
    "recognised=yes",
    "recognised=mbo2",
    "room=1",
    "contact=long",
    "contact=never",
    "approach=closed",
    "archived=yes",
    "sector=ICT&place=Breda&room=1",
];
const WORDS: [&str; 8] = ["kade", "zwaluw", "bakk", "robin", "rotterdam", "00001234", "de+brug", "3011"];

/// The paths of each line.
fn lines(world: &World, companies: u32) -> BTreeMap<String, Vec<String>> {
    let mut client = Client::new(world.port, &world.cookie);
    let mut lines = BTreeMap::new();
    for sort in SORTS {
        let first = format!("/companies?sort={sort}");
        let mut deep = first.clone();
        for _ in 0..8 {
            deep = next(&client.get(&deep).text).unwrap_or(deep);
        }
        lines.insert(format!("list by {sort}"), vec![first, deep]);
    }
    for filter in FILTERS {
        let sorted = ["name", "-contact", "-places", "place"];
        let by_distance = filter.starts_with("near=").then_some("distance");
        let sorted = sorted.into_iter().chain(by_distance);
        lines.insert(
            format!("list where {filter}"),
            sorted.map(|sort| format!("/companies?{filter}&sort={sort}")).collect(),
        );
    }
    lines.insert("search".to_owned(), WORDS.map(|word| format!("/find?q={word}")).to_vec());
    let some = (1..=100).map(|n| format!("/companies/{}", 1 + u64::from(companies) * n / 101));
    lines.insert("company".to_owned(), some.collect());
    lines.insert("Vandaag".to_owned(), vec!["/".to_owned()]);
    lines
}

/// The address of the next page of a list.
fn next(page: &str) -> Option<String> {
    let end = page.find(r#"rel="next""#)?;
    let (_, href) = page[..end].rsplit_once(r#"href=""#)?;
    Some(href.split('"').next()?.replace("&#38;", "&"))
}

/// Times of so many requests for these paths in turn, by all clients together.
fn times(world: &World, paths: &[String]) -> Times {
    let turn = AtomicUsize::new(0);
    let one = || -> Vec<Duration> {
        let mut client = Client::new(world.port, &world.cookie);
        let mut times = Vec::new();
        loop {
            let index = turn.fetch_add(1, Ordering::Relaxed);
            if index >= REQUESTS {
                return times;
            }
            let path = &paths[index % paths.len()];
            let answer = client.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            times.push(answer.took);
        }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(one)).collect();
        Times::new(clients.into_iter().flat_map(|client| client.join().unwrap()).collect())
    })
}

/// Measures and prints.
pub fn measure() {
    let scale = |companies, moments| Size { companies, moments };
    let (small, large) = match std::env::var("BENCH_SMALL") {
        Ok(_) => (scale(200, 2_000), scale(2_000, 20_000)),
        Err(_) => (scale(1_000, 10_000), scale(100_000, 1_000_000)),
    };
    for base in Base::ALL {
        let few = median_of_each(&World::new(base, small), small);
        let world = World::new(base, large);
        println!("## {}\n", base.name());
        println!(
            "{} companies and {} moments made in {} s; first page {} ms after the start.\n",
            large.companies,
            large.moments,
            world.made_in,
            ms(world.cold)
        );
        let _warm = times(&world, &[BASE.to_owned()]);
        let one_query = times(&world, &[BASE.to_owned()]).percentile(50);
        println!(
            "{}",
            row(&["page", "median ms", "99 % ms", "median, times one query", "99 %", "times the small site"])
        );
        println!("{}", row(&["---", "--:", "--:", "--:", "--:", "--:"]));
        println!("{}", row(&[BASE, &ms(one_query), "", "1", "", ""]));
        for (name, paths) in lines(&world, large.companies) {
            let times = times(&world, &paths);
            let (half, most) = (times.percentile(50), times.percentile(99));
            let slower = ratio(half, few[&name]);
            println!(
                "{}",
                row(&[
                    name,
                    ms(half),
                    ms(most),
                    format!("{:.1}", ratio(half, one_query)),
                    format!("{:.1}", ratio(most, one_query)),
                    format!("{slower:.2}"),
                ])
            );
        }
        println!("\nPrivate memory of the server afterwards: {} MiB.\n", world.private_memory());
    }
}

fn median_of_each(world: &World, size: Size) -> BTreeMap<String, Duration> {
    let _warm = times(world, &[BASE.to_owned()]);
    let lines = lines(world, size.companies).into_iter();
    lines.map(|(name, paths)| (name, times(world, &paths).percentile(50))).collect()
}
