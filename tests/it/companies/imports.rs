//! Imports: what a file may look like, what becomes of each row, and that a crash between batches costs nothing.

use super::Desk;
use stagemakelaar::domain::id::ImportId;
use stagemakelaar::domain::words::{Ground, ImportState, Lang, Verdict};
use stagemakelaar::flows::imports::{self as flow, ImportError, Note};
use stagemakelaar::store::companies::{self, Fields, Filter, Passed};
use stagemakelaar::store::imports::{self, Import};
use stagemakelaar::store::{contacts, recognitions};
use std::time::{Duration, Instant};

fn find(desk: &Desk, id: ImportId) -> Import {
    desk.db().read(|conn| imports::find(conn, &desk.scope, id)).unwrap().unwrap()
}

fn stage(desk: &Desk, bytes: &[u8]) -> ImportId {
    let id = flow::stage(desk.db(), &desk.scope, desk.site, "bedrijven.csv", bytes, desk.now).unwrap();
    flow::advance(desk.db(), desk.now).unwrap();
    id
}

fn count(desk: &Desk) -> usize {
    let all = Filter::default();
    let read = |conn: &mut _| companies::matching(conn, &desk.scope, desk.site, &all, desk.day(), None, 10_000);
    desk.db().read(read).unwrap().len()
}

fn verdicts(desk: &Desk, id: ImportId) -> Vec<Verdict> {
    let rows = desk.db().read(|conn| imports::rows(conn, id, &[], 0, 10_000)).unwrap();
    rows.iter().map(|row| row.verdict.unwrap()).collect()
}

#[test]
fn semicolons_windows_1252_and_byte_order_marks_are_read_alike() {
    for desk in Desk::both() {
        let utf8 = "Bedrijf;Plaats;KvK;E-mail\nCafé Zuid;Ede;12345678;info@cafezuid.example\n";
        let windows: Vec<u8> = utf8.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let marked = format!("\u{feff}{}", utf8.replace(';', ","));
        let first = stage(&desk, &windows);
        for other in [marked.into_bytes(), utf8.replace(';', "\t").into_bytes()] {
            let other = stage(&desk, &other);
            assert_eq!(find(&desk, other).header, find(&desk, first).header);
            let cells = |id| desk.db().read(|conn| imports::rows(conn, id, &[], 0, 1)).unwrap()[0].cells.clone();
            assert_eq!(cells(other), cells(first));
        }
        flow::start(desk.db(), &desk.scope, first, Lang::Nl, desk.now).unwrap();
        flow::advance(desk.db(), desk.now).unwrap();
        let hits = desk.db().read(|conn| companies::search(conn, &desk.scope, "cafe ede", desk.day(), 9)).unwrap();
        assert_eq!((hits.len(), hits[0].name.as_str()), (1, "Café Zuid"));
        let people = desk.db().read(|conn| contacts::of_company(conn, &desk.scope, hits[0].id)).unwrap();
        assert_eq!((people[0].fields.ground, people.len()), (Ground::Functional, 1));
        let broken = flow::stage(desk.db(), &desk.scope, desk.site, "x.csv", b"a;b\n\"1;2\n", desk.now);
        assert!(matches!(broken, Err(ImportError::File(_))));
    }
}

#[test]
fn each_row_gets_a_verdict_with_its_reason() {
    for desk in Desk::both() {
        let known = desk.company(Fields {
            kvk: Some("11111111".parse().unwrap()),
            sector: "Zorg".to_owned(),
            ..Fields::named("Zorghuis Lindeplas")
        });
        desk.company(Fields { mail_domain: Some("twee.example".to_owned()), ..Fields::named("Twee Noord") });
        desk.company(Fields { mail_domain: Some("twee.example".to_owned()), ..Fields::named("Twee Zuid") });
        let file = "Bedrijf;KvK;Sector;Postcode;E-mail;Crebo\n\
            Nieuw BV;22222222;Bouw;1068 ZZ;;\n\
            Zorghuis Lindeplas;11111111;Zorg;;;\n\
            Zorghuis Lindeplas;1111 1111;Welzijn;;;\n\
            Nieuw B.V.;22222222;Bouw;;;\n\
            Stuk;123;Bouw;;;\n\
            Twee;;;;jan@twee.example;\n";
        let id = stage(&desk, file.as_bytes());
        let expected =
            [Verdict::New, Verdict::Same, Verdict::Duplicate, Verdict::Duplicate, Verdict::Error, Verdict::Duplicate];
        assert_eq!(verdicts(&desk, id), expected);
        let rows = desk.db().read(|conn| imports::rows(conn, id, &[], 0, 10)).unwrap();
        assert_eq!(rows[1].company_id, Some(known));
        assert_eq!(
            (Note::of(&rows[2]), Note::of(&rows[3]), Note::of(&rows[5])),
            (Note::InFile(3), Note::InFile(2), Note::Several)
        );
        let csv = desk.db().read(|conn| flow::rejected(conn, &find(&desk, id), Lang::Nl)).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert_eq!(csv.lines().count(), 5, "{csv}");
        assert!(csv.contains("Dit bedrijf staat ook op regel 3.") && csv.lines().next().unwrap().ends_with("reden"));
        let again = "Bedrijf;KvK;Sector;E-mail;Crebo;Kwalificatie\n\
            Zorghuis Lindeplas;11111111;Welzijn;kim@lindeplas.example;25476;Verzorgende\n";
        let again = stage(&desk, again.as_bytes());
        assert_eq!(verdicts(&desk, again), [Verdict::Changed]);
        let rows = desk.db().read(|conn| imports::rows(conn, again, &[], 0, 10)).unwrap();
        assert!(matches!(Note::of(&rows[0]), Note::Diffs(diffs) if diffs.len() >= 3));
        flow::start(desk.db(), &desk.scope, again, Lang::Nl, desk.now).unwrap();
        flow::advance(desk.db(), desk.now).unwrap();
        let company = desk.read(known);
        assert_eq!((company.fields.sector.as_str(), company.version), ("Welzijn", 2));
        let recognised = desk.db().read(|conn| recognitions::of_companies(conn, &[known])).unwrap();
        assert_eq!(recognised[0].fields.crebo, "25476");
    }
}

#[test]
fn another_sites_companies_are_no_duplicates() {
    for desk in Desk::both() {
        let elsewhere = Fields { kvk: Some("33333333".parse().unwrap()), ..Fields::named("Elders BV") };
        desk.db().write(|tx| companies::add(tx, desk.other, &elsewhere, None, std::iter::empty(), desk.now)).unwrap();
        let id = stage(&desk, b"Bedrijf;KvK\nElders BV;33333333\n");
        assert_eq!(verdicts(&desk, id), [Verdict::New]);
        let stranger = stagemakelaar::domain::scope::Scope::clockwork(desk.other);
        assert_eq!(desk.db().read(|conn| imports::find(conn, &stranger, id)).unwrap(), None);
        assert!(matches!(flow::cancel(desk.db(), &stranger, id, desk.now), Err(ImportError::Gone)));
    }
}

fn file_of(rows: usize) -> String {
    let lines = (0..rows).map(|n| {
        format!("Bedrijf {n};{:08};Straat {n};1068 ZZ;Osdorp;info@bedrijf{n}.example;Robin {n};25476\n", 10_000_000 + n)
    });
    std::iter::once("Bedrijf;KvK;Adres;Postcode;Plaats;E-mail;Contactpersoon;Crebo\n".to_owned()).chain(lines).collect()
}

#[test]
fn a_crash_between_batches_costs_nothing_and_adds_nothing_twice() {
    for desk in Desk::both() {
        let rows = 1200;
        let id = stage(&desk, file_of(rows).as_bytes());
        flow::start(desk.db(), &desk.scope, id, Lang::Nl, desk.now).unwrap();
        // No time at all: one batch, as if the process ended after its commit.
        flow::advance_one(desk.db(), &find(&desk, id), Duration::ZERO, desk.now).unwrap();
        let part = count(&desk);
        assert!(part > 0 && part <= 500, "{part}");
        assert_eq!(usize::try_from(find(&desk, id).applied).unwrap(), part);
        assert_eq!(find(&desk, id).state, ImportState::Applying);
        // Two that come back at once share the rest.
        while find(&desk, id).state == ImportState::Applying {
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| flow::advance(desk.db(), desk.now).unwrap());
                }
            });
        }
        assert_eq!(count(&desk), 1200);
        let import = find(&desk, id);
        assert_eq!((import.state, import.applied), (ImportState::Done, 1200));
        let undone = flow::undo(desk.db(), &desk.scope, id, desk.now).unwrap();
        assert_eq!((undone.removed, undone.kept, count(&desk)), (1200, 0, 0));
    }
}

#[test]
fn taking_back_leaves_what_somebody_built_on() {
    for desk in Desk::both() {
        let id = stage(&desk, file_of(3).as_bytes());
        flow::start(desk.db(), &desk.scope, id, Lang::Nl, desk.now).unwrap();
        flow::advance(desk.db(), desk.now).unwrap();
        let hits = desk.db().read(|conn| companies::search(conn, &desk.scope, "bedrijf", desk.day(), 9)).unwrap();
        super::flows::companies::tag(desk.db(), &desk.scope, &[hits[0].id], "x", desk.now).unwrap();
        let fields = super::places::fields("Verkoper");
        super::flows::openings::add(desk.db(), &desk.scope, hits[1].id, &fields, 1, desk.now).unwrap();
        let undone = flow::undo(desk.db(), &desk.scope, id, desk.now).unwrap();
        assert_eq!((undone.removed, undone.kept), (2, 1));
    }
}

#[test]
fn a_cancelled_import_stops_where_it_is() {
    for desk in Desk::both() {
        let id = stage(&desk, file_of(20).as_bytes());
        flow::cancel(desk.db(), &desk.scope, id, desk.now).unwrap();
        assert!(matches!(flow::start(desk.db(), &desk.scope, id, Lang::Nl, desk.now), Err(ImportError::Gone)));
        flow::advance(desk.db(), desk.now).unwrap();
        assert_eq!((count(&desk), find(&desk, id).state), (0, ImportState::Cancelled));
    }
}

#[test]
fn others_hardly_wait_while_a_file_is_staged_checked_and_applied() {
    for desk in Desk::both() {
        let company = desk.named("Kapsalon Krul");
        let mut waits: Vec<Duration> = Vec::new();
        std::thread::scope(|scope| {
            let importing = scope.spawn(|| {
                let id = stage(&desk, file_of(1500).as_bytes());
                flow::start(desk.db(), &desk.scope, id, Lang::Nl, desk.now).unwrap();
                while find(&desk, id).state == ImportState::Applying {
                    flow::advance(desk.db(), desk.now).unwrap();
                }
            });
            while !importing.is_finished() {
                let started = Instant::now();
                let passed = Passed { company, at: Some(desk.now), spoke: false };
                desk.db().write(|tx| companies::remember(tx, &[passed])).unwrap();
                waits.push(started.elapsed());
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        waits.sort();
        let (middle, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
        println!("{:?}: {} other writes, median {middle:?}, longest {longest:?}", desk.db(), waits.len());
        // Under a debugger's build on a busy machine a single write can be held up by anything; the median cannot.
        assert!(middle < Duration::from_millis(100), "{middle:?}");
        assert_eq!(count(&desk), 1501);
    }
}
