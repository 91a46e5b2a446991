//! The architecture's arrows, proved on the source: which room may name which, which library lives where, and the plain
//! bans (rules 1, 2, 3, 4 and 8 of the text in `src/lib.rs`). Comments and string literals do not count.

use crate::support::processes::project;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Room, and the rooms that it may name besides itself: only those below it.
const ARROWS: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("mail", &["domain"]),
    ("flows", &["domain", "store", "mail"]),
    ("config", &["domain", "store", "mail", "flows"]),
    ("meter", &["domain", "store", "flows"]),
    ("app", &["domain", "store", "mail", "flows", "config", "meter"]),
    ("work", &["domain", "store", "mail", "flows", "config", "app"]),
    ("web", &["domain", "store", "mail", "flows", "config", "app"]),
    ("practice", &["domain", "store", "mail", "flows"]),
    ("cli", &["domain", "store", "mail", "flows", "config", "app", "work", "web", "practice"]),
    ("main", &["cli"]),
];

/// Library, and the rooms in which it may be named.
const HOMES: [(&str, &[&str]); 10] = [
    ("diesel", &["store"]),
    ("diesel_migrations", &["store"]),
    ("lettre", &["mail"]),
    ("handlebars", &["mail"]),
    ("imap", &["mail"]),
    ("mail_parser", &["mail"]),
    ("actix_web", &["web"]),
    ("askama", &["web"]),
    ("clap", &["cli"]),
    ("prometheus", &["meter"]),
];

/// The parts of diesel from which the value types of `domain` take their column derives and conversions.
const COLUMN_PARTS: [&str; 5] = ["backend", "deserialize", "expression", "serialize", "sql_types"];

/// Doors and the world outside: they read the store, and leave writing to the flows.
const READERS: [&str; 4] = ["web", "cli", "app", "practice"];

const BANNED_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "manager", "service", "services", "core", "common"];
/// The clock's own file: the only place that asks the system for the time.
const CLOCK: &str = "domain/time.rs";
/// In lines, the unit tests at a file's end not counted.
const LONGEST: usize = 400;
/// A file over [`LONGEST`] lines says why in a line of its header that begins so.
const LONG_BECAUSE: &str = "//! Long because ";

/// What is wrong with one source file, in sentences; `path` is relative to `src`.
fn faults(path: &str, source: &str) -> Vec<String> {
    let room = room_of(path);
    let code = without_comments_and_strings(source);
    let mut faults = BTreeSet::new();
    faults.extend(wrong_arrows(path, room, &code));
    faults.extend(wrong_libraries(room, &code));
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs");
    if path.split('/').chain([stem]).any(|part| BANNED_NAMES.contains(&part)) {
        faults.insert("has a name that says nothing".to_owned());
    }
    let lines = source.lines().take_while(|line| *line != "#[cfg(test)]").count();
    let says_why = source.lines().take_while(|line| line.starts_with("//!")).any(|line| line.starts_with(LONG_BECAUSE));
    if lines > LONGEST && !says_why {
        faults.insert(format!("has {lines} lines and no `{LONG_BECAUSE}…` in its header"));
    }
    if path != CLOCK {
        for clock in ["Utc::now", "Local::now", "SystemTime::now"] {
            if code.contains(clock) {
                faults.insert(format!(
                    "asks {clock}; below the doors `now` is an argument, at the doors it is the Clock's"
                ));
            }
        }
    }
    if READERS.contains(&room) && code.contains(".write(|") {
        faults.insert("writes the store; only flows do".to_owned());
    }
    if code.contains("static mut ") || globals(&code) {
        faults.insert("has a global that changes".to_owned());
    }
    faults.into_iter().map(|fault| format!("src/{path} {fault}")).collect()
}

fn room_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

fn wrong_arrows(path: &str, room: &str, code: &str) -> Vec<String> {
    let Some((_, below)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return if room == "lib" {
            Vec::new()
        } else {
            vec![format!("stands in no room that the arrows know: `{room}`")]
        };
    };
    rooms_named(path, code)
        .into_iter()
        .filter(|named| ARROWS.iter().any(|(name, _)| name == named))
        .filter(|named| named != room && !below.contains(&named.as_str()))
        .map(|named| format!("is in `{room}` and names `{named}`; arrows point down only"))
        .collect()
}

/// The first words of every path from the crate's root: `crate::x`, `crate::{x, y::z}`, `super::…::x` that leaves the room,
/// and `stagemakelaar::x`, the way the binary names its library.
fn rooms_named(path: &str, code: &str) -> BTreeSet<String> {
    let folders = path.split('/').count() - usize::from(path.ends_with("/mod.rs"));
    let up_to_root = "super::".repeat(folders);
    let mut named = BTreeSet::new();
    for root in ["crate::", "stagemakelaar::", up_to_root.as_str()] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            named.extend(first_words(&code[at + root.len()..]));
        }
    }
    named
}

/// The first word of a path, or of each path of a group in braces.
fn first_words(rest: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(group) = rest.trim_start().strip_prefix('{') else { return vec![word(rest)] };
    let (mut words, mut depth) = (vec![word(group)], 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => words.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    words.retain(|word: &String| !word.is_empty());
    words
}

fn wrong_libraries(room: &str, code: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (library, homes) in HOMES.iter().filter(|(_, homes)| !homes.contains(&room)) {
        for after in mentions(library, code) {
            let column = *library == "diesel" && room == "domain" && is_column_derive(after);
            if !column {
                wrong.push(format!("names `{library}`, whose room is `{}`", homes.join("`, `")));
            }
        }
    }
    wrong
}

/// Every place where the library stands as a path, an attribute or an import; each with the code after its name.
fn mentions<'a>(library: &str, code: &'a str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(library) {
        let (before, after) = (&code[..at], &code[at + library.len()..]);
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let inside_another = before.ends_with("::") && before[..at - 2].ends_with(|c: char| c.is_alphanumeric());
        let path = after.starts_with("::");
        let attribute = before.ends_with("#[") && after.starts_with('(');
        let import = before.ends_with("use ") && after.starts_with([';', ' ']);
        if whole && !inside_another && (path || attribute || import) {
            found.push(after);
        }
    }
    found
}

fn is_column_derive(after: &str) -> bool {
    let attribute = after.starts_with('(');
    let parts = after.strip_prefix("::").map(first_words).unwrap_or_default();
    attribute || (!parts.is_empty() && parts.iter().all(|part| COLUMN_PARTS.contains(&part.as_str())))
}

/// A `static` of a type that can change. Constants cannot, nor can tables that are made once: a `LazyLock`, or a `OnceLock`
/// inside the one function that fills it.
fn globals(code: &str) -> bool {
    let changing = ["Mutex<", "RwLock<", "OnceLock<", "OnceCell<", ": Atomic"];
    let inside_a_function = |line: &&str| line.starts_with(' ') && line.contains("OnceLock<");
    code.lines()
        .filter(|line| {
            line.split("static ").next().is_some_and(|before| before.trim().is_empty() || before.starts_with("pub"))
        })
        .filter(|line| !inside_a_function(line))
        .any(|line| line.contains("static ") && changing.iter().any(|word| line.contains(word)))
}

/// The code with comments dropped and string and char literals emptied.
fn without_comments_and_strings(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string_hashes(rest, &code) {
            let close = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            rest[open..].find(&close).map_or(rest.len(), |end| open + end + close.len())
        } else if c == '"' {
            string_end(rest)
        } else if c == '\'' {
            char_end(rest)
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        if c != '/' {
            code.push_str("\"\"");
        }
        rest = &rest[skip..];
    }
    code
}

fn raw_string_hashes(rest: &str, before: &str) -> Option<usize> {
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !before.ends_with('b') {
        return None;
    }
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if !escaped && c == '"' {
            return at + 1;
        }
        escaped = !escaped && c == '\\';
    }
    rest.len()
}

/// The length of a char literal, or 1 for the quote of a lifetime.
fn char_end(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn the_source_keeps_to_the_architecture() {
    let src = project().join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    assert!(files.len() > 10, "found only {} files", files.len());
    let mut all = Vec::new();
    for file in files {
        let path = file.strip_prefix(&src).unwrap().to_string_lossy().into_owned();
        all.extend(faults(&path, &fs::read_to_string(&file).unwrap()));
    }
    all.sort();
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}

#[test]
fn planted_faults_are_caught() {
    let planted = [
        ("domain/x.rs", "use crate::store::Db;", "names `store`"),
        ("store/x.rs", "use crate::{domain::id::SiteId, mail::compose::{self, Letter}};", "names `mail`"),
        ("store/x.rs", "fn f() { crate::mail::send(); }", "names `mail`"),
        ("mail/smtp/x.rs", "use super::super::store::Db;", ""),
        ("mail/smtp/x.rs", "use super::super::super::store::Db;", "names `store`"),
        ("mail/mod.rs", "use super::store::Db;", "names `store`"),
        ("flows/x.rs", "use crate::app::App;", "names `app`"),
        ("flows/x.rs", "fn f(config: &crate::config::Config) {}", "names `config`"),
        ("web/x.rs", "use crate::work::tick;", "names `work`"),
        ("main.rs", "fn main() { stagemakelaar::web::serve(); }", "names `web`"),
        ("cellar/x.rs", "", "no room"),
        ("flows/x.rs", "use diesel::prelude::*;", "names `diesel`"),
        ("domain/x.rs", "use diesel::prelude::*;", "names `diesel`"),
        ("domain/x.rs", "use diesel::RunQueryDsl;", "names `diesel`"),
        ("domain/x.rs", "use diesel::{sql_types::Text, SqliteConnection};", "names `diesel`"),
        ("flows/x.rs", "#[diesel(table_name = companies)] struct X;", "names `diesel`"),
        ("flows/x.rs", "fn f() -> lettre::Message { todo() }", "names `lettre`"),
        ("web/x.rs", "use mail_parser::MessageParser;", "names `mail_parser`"),
        ("flows/x.rs", "use handlebars::Handlebars;", "names `handlebars`"),
        ("work/x.rs", "use imap;", "names `imap`"),
        ("cli/x.rs", "use actix_web::HttpServer;", "names `actix_web`"),
        ("mail/x.rs", "#[derive(askama::Template)] struct X;", "names `askama`"),
        ("config.rs", "#[derive(clap::Parser)] struct X;", "names `clap`"),
        ("web/pages/x.rs", "app.db.write(|tx| companies::remember(tx, &all))?;", "only flows do"),
        ("practice/x.rs", "Ok(db.write(|tx| openings::offer(tx, &new, at))?)", "only flows do"),
        ("web/utils.rs", "", "says nothing"),
        ("web/common/x.rs", "", "says nothing"),
        ("flows/x.rs", "let now = Utc::now();", "asks Utc::now"),
        ("flows/x.rs", "static SEEN: Mutex<u8> = Mutex::new(0);", "global"),
    ];
    for (path, source, expected) in planted {
        let found = faults(path, source);
        if expected.is_empty() {
            assert!(found.is_empty(), "{path}: {source}: {found:?}");
        } else {
            assert!(found.iter().any(|fault| fault.contains(expected)), "{path}: {source}: {found:?}");
        }
    }
    assert!(faults("web/x.rs", &"\n".repeat(401))[0].contains("401 lines"));
}

#[test]
fn what_is_allowed_passes() {
    let allowed = [
        ("domain/x.rs", "use diesel::sql_types::Text;\n#[diesel(sql_type = Text)]\nstruct X;"),
        ("domain/x.rs", "use diesel::serialize::{self, Output, ToSql};"),
        (
            "domain/x.rs",
            "impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for X {}",
        ),
        ("store/x.rs", "use crate::domain::id::SiteId;\nuse diesel::prelude::*;"),
        ("store/x.rs", "// crate::mail is never named here\nconst S: &str = \"crate::mail \\\" crate::web\";"),
        (
            "store/x.rs",
            "const S: &str = r#\"use crate::mail; \"quoted\" \"#; const C: char = '\"'; const D: char = '\\'';",
        ),
        ("mail/x.rs", "use super::imap::Session;\nfn f<'a>(imap: &'a str) {}"),
        ("flows/fetch.rs", "use crate::mail::imap::Session;"),
        ("web/x.rs", "use crate::{app::App, flows, store};"),
        ("cli/mod.rs", "use clap::Parser;\nuse crate::web;"),
        ("domain/x.rs", "static WORDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(\"Utc::now\").unwrap());"),
    ];
    for (path, source) in allowed {
        assert_eq!(faults(path, source), Vec::<String>::new(), "{source}");
    }
    let long = format!("//! Words.\n//! Long because one table is read best in one piece.\n{}", "\n".repeat(500));
    assert_eq!(faults("domain/x.rs", &long), Vec::<String>::new());
}
