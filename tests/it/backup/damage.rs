//! What is refused, and that a refusal leaves the database as it was.

use super::{SETTINGS, full, lines, put, sealed, taken};
use crate::support::database::TestDatabase;
use crate::support::desk::{Desk, monday};
use stagemakelaar::domain::secret::Keys;
use stagemakelaar::flows::restore::{self, RestoreError};
use std::io::Cursor;

#[test]
fn a_file_that_is_cut_or_changed_anywhere_is_refused_before_anything_is_written() {
    let desk = Desk::open(TestDatabase::sqlite());
    desk.company(desk.site, "halte");
    let (keys, whole) = (&desk.keys, taken(&desk.base.db, &desk.keys, monday()));
    for target in TestDatabase::both() {
        let refused = |bytes: &[u8], what: &str| {
            let done = put(&target.db, keys, bytes, monday());
            assert!(matches!(done, Err(RestoreError::Damaged | RestoreError::NotOurs)), "{what}: {done:?}");
        };
        for length in 0..whole.len() {
            refused(&whole[..length], &format!("cut after {length}"));
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            refused(&changed, &format!("a bit of byte {at}"));
        }
        refused(&[whole.as_slice(), b"\n"].concat(), "a byte more");
        refused(&[whole.as_slice(), &whole].concat(), "twice");
        refused(b"PK\x03\x04 something else altogether, and long enough to have been one of ours", "not ours");
        assert_eq!(full(&target.db), Vec::<String>::new());
        put(&target.db, keys, &whole, monday()).unwrap();
    }
}

#[test]
fn what_fails_halfway_leaves_the_database_empty() {
    let desk = Desk::open(TestDatabase::postgres());
    desk.company(desk.site, "halte");
    let good = lines(&taken(&desk.base.db, &desk.keys, monday()));
    let at = good.iter().position(|line| line.starts_with(r#"{"table":"contacts""#)).unwrap();
    let change = |to: &str| {
        let mut lines = good.clone();
        to.clone_into(&mut lines[at]);
        sealed(&lines)
    };
    for target in TestDatabase::both() {
        for to in ["[null]", r#"{"table":"contacts","columns":["id"],"counter":1}"#, "nonsense", r#"{"table":"x"}"#] {
            assert!(put(&target.db, &desk.keys, &change(to), monday()).is_err(), "{to}");
            assert_eq!(full(&target.db), Vec::<String>::new(), "{to}");
        }
        put(&target.db, &desk.keys, &sealed(&good), monday()).unwrap();
    }
}

#[test]
fn a_newer_backup_a_full_database_and_other_keys_are_refused_in_words() {
    for desk in Desk::both() {
        desk.company(desk.site, "halte");
        let whole = taken(&desk.base.db, &desk.keys, monday());
        let told = put(&desk.base.db, &desk.keys, &whole, monday()).unwrap_err();
        assert!(matches!(&told, RestoreError::NotEmpty(tables) if tables.iter().any(|table| table == "companies")));
        assert!(told.to_string().contains("not empty ("), "{told}");

        let target = TestDatabase::sqlite();
        let mut newer = lines(&whole);
        newer[0] = newer[0].replace(r#""schema":"0"#, r#""schema":"9"#);
        let told = put(&target.db, &desk.keys, &sealed(&newer), monday()).unwrap_err().to_string();
        assert!(told.contains("which is newer: restore it with that version"), "{told}");

        let others = Keys::generate();
        let told = put(&target.db, &others, &whole, monday()).unwrap_err().to_string();
        assert!(told.contains("belongs with another key file"), "{told}");
        assert_eq!(full(&target.db), Vec::<String>::new());
        restore::restore(&target.db, &others, &SETTINGS, Cursor::new(&whole), true, monday()).unwrap();
    }
}
