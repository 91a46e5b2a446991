//! What holds for every message: it is read without a panic; the new words are words of the message, in their order; and
//! each conclusion spells the words it points at. Tried on mails put together from pieces, and on the fixtures with damage
//! done to them (`MUTATIONS=100000` tries longer; `tests/fuzz` tries as long as one likes).

use super::faithful::wrong;
use super::fixture::Fixture;
use crate::support::processes::project;
use proptest::prelude::*;
use stagemakelaar::domain::reply::{Context, read};
use stagemakelaar::mail::parse;

/// Damaged messages that are tried where nobody asks for more.
const MUTATIONS: usize = 1_500;

#[track_caller]
fn holds(raw: &[u8]) {
    let letter = parse::letter(raw);
    let reading = read(&letter, &Context::default());
    if let Some(wrong) = wrong(&letter, &reading) {
        panic!("{wrong}\n{}", String::from_utf8_lossy(raw));
    }
}

/// Pieces of mails: what is said, what is quoted, what is signed, and what only looks like it.
const PIECES: &[&str] = &[
    "Beste Noor,",
    "Wij hebben plek voor twee leerlingen, niveau 3 of 4, vanaf 1 februari.",
    "Één plek ‒ meer niet… 😊",
    "Of nee, wacht: drie!",
    "1 als kok, niveau 3, en 2 als gastheer, niveau 2.",
    "Helaas, nu niet. Bel me over een half jaar nog eens op 06-12 34 56 78.",
    "Mail onze planner maar: Petra Vos, p.vos@bedrijf.example",
    "Haal ons van de lijst!",
    "Wat kost het?",
    "> Heeft u plek?",
    "> Beste heer,",
    ">> Met vriendelijke groet,",
    "Op di 2 feb 2027 om 10:11 schreef Noor <noor@desk.example>:",
    "Van: Noor <noor@desk.example>",
    "Onderwerp: stage",
    "________________________________",
    "-- ",
    "Met vriendelijke groet / Kind regards,",
    "Jan Pot | Bedrijfsleider | 0344-123456",
    "Verstuurd vanaf mijn iPhone",
    "Dit bericht is uitsluitend bestemd voor de geadresseerde.",
    "İstanbul ıssız ß ﬁ \u{202e}x\u{301} \u{200b}",
    "Ik geef een 4.",
    "",
];

fn pieces() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,60}",
    ];
    proptest::collection::vec(piece, 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_mail_put_together_from_pieces_is_read_faithfully(lines in pieces(), html in any::<bool>()) {
        let head = "From: Jan Pot <jan@bedrijf.example>\r\nTo: noor@desk.example\r\nSubject: Re: stage\r\n\
                    Date: Tue, 24 Nov 2026 09:00:00 +0100\r\nIn-Reply-To: <a@desk.example>\r\nMIME-Version: 1.0\r\n";
        let mail = if html {
            let body = format!("<p>{}</p>\r\n", lines.join("</p>\r\n<p>"));
            format!("{head}Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{body}</body></html>")
        } else {
            format!("{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{}", lines.join("\r\n"))
        };
        holds(mail.as_bytes());
    }
}

/// One kind of damage: bytes changed, cut out, doubled, cut off, or taken over from another message.
fn damaged(dice: &mut fastrand::Rng, mail: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = mail.to_vec();
    for _ in 0..dice.usize(1..6) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = dice.usize(0..bytes.len());
        let to = (at + dice.usize(1..200)).min(bytes.len());
        match dice.u8(0..6) {
            0 => bytes[at] = dice.u8(..),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].to_vec();
                bytes.splice(at..at, piece);
            }
            4 if !other.is_empty() => {
                let from = dice.usize(0..other.len());
                let piece = other[from..(from + 400).min(other.len())].to_vec();
                bytes.splice(at..to, piece);
            }
            _ => {
                let words: &[&[u8]] = &[
                    b"\n> ",
                    b"\r\n\r\n",
                    b"=C3",
                    b"\xc3",
                    b"<blockquote>",
                    b"niveau 4-",
                    b"31-02-2027",
                    b"week 99",
                    b"\n-- \n",
                ];
                let word = words[dice.usize(0..words.len())].to_vec();
                bytes.splice(at..at, word);
            }
        }
    }
    bytes
}

/// What a fuzzer fell over once, each by the name of what is odd in it.
#[test]
fn what_a_fuzzer_found_is_read_faithfully() {
    let folder = project().join("tests/it/reading/found");
    let found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(found.len() >= 2, "{found:?}");
    for mail in found {
        holds(&std::fs::read(mail).unwrap());
    }
}

#[test]
fn damaged_mails_are_read_faithfully() {
    let fixtures: Vec<Fixture> = ["nl-a", "nl-b", "en"].iter().flat_map(|folder| Fixture::all(folder)).collect();
    let mails: Vec<Vec<u8>> = fixtures.iter().map(|fixture| std::fs::read(&fixture.mail).unwrap()).collect();
    for mail in &mails {
        holds(mail);
    }
    let count = std::env::var("MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(MUTATIONS);
    let mut dice = fastrand::Rng::with_seed(count as u64);
    for _ in 0..count {
        let (mail, other) = (&mails[dice.usize(0..mails.len())], &mails[dice.usize(0..mails.len())]);
        holds(&damaged(&mut dice, mail, other));
    }
}
