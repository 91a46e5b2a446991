//! The template files, compiled in: a file that is missing does not compile.

use super::error::{Part, Problem, TemplateError};
use crate::domain::words::Lang;
use std::io;
use std::path::{Path, PathBuf};

/// What stands around every mail: text and HTML, no subject.
pub(super) const LAYOUT: &str = "layout";

/// What stands under outreach: text and HTML, no subject.
pub(super) const FOOTER: &str = "footer-outreach";

/// Language, name, part, source.
type File = (Lang, &'static str, Part, &'static str);

macro_rules! file {
    ($lang:ident, $folder:literal, $name:literal, $part:ident, $file:literal) => {
        (
            Lang::$lang,
            $name,
            Part::$part,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/mail-templates/",
                $folder,
                "/",
                $name,
                "/",
                $file,
                ".hbs"
            )),
        )
    };
}

macro_rules! files {
    (frames: $($frame:literal),+; mails: $($mail:literal),+ $(,)?) => {
        &[
            $(
                file!(Nl, "nl", $frame, Text, "text"),
                file!(Nl, "nl", $frame, Html, "html"),
                file!(En, "en", $frame, Text, "text"),
                file!(En, "en", $frame, Html, "html"),
            )+
            $(
                file!(Nl, "nl", $mail, Subject, "subject"),
                file!(Nl, "nl", $mail, Text, "text"),
                file!(Nl, "nl", $mail, Html, "html"),
                file!(En, "en", $mail, Subject, "subject"),
                file!(En, "en", $mail, Text, "text"),
                file!(En, "en", $mail, Html, "html"),
            )+
        ]
    };
}

/// Every file of `mail-templates`.
pub(super) const FILES: &[File] = files! {
    frames: "layout", "footer-outreach";
    mails:
        "answer",
        "check-in-employer",
        "check-in-reminder",
        "check-in-student",
        "digest",
        "introduction",
        "invitation",
        "outreach-default",
        "password-reset",
        "proposal",
        "referrer-code",
        "referrer-invitation",
        "places-reminder",
        "places-still",
        "sign-in-link",
};

fn bad_file(path: &Path) -> TemplateError {
    TemplateError::new(Part::Text, Problem::File(path.display().to_string()))
}

/// What a folder says instead of a file, if it does.
pub(super) fn override_of(dir: &Path, lang: Lang, name: &str, part: Part) -> Result<Option<String>, TemplateError> {
    let path = dir.join(lang.as_str()).join(name).join(format!("{}.hbs", part.as_str()));
    match std::fs::read_to_string(&path) {
        Ok(source) => Ok(Some(source)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(bad_file(&path)),
    }
}

/// An error for the first `.hbs` file in the folder that overrides nothing, and for a folder that is not there.
pub(super) fn refuse_strays(dir: &Path) -> Result<(), TemplateError> {
    for path in below(dir, 0)? {
        if path.extension().is_none_or(|end| end != "hbs") {
            continue;
        }
        let known = FILES.iter().any(|(lang, name, part, _)| {
            path == dir.join(lang.as_str()).join(name).join(format!("{}.hbs", part.as_str()))
        });
        if !known {
            return Err(bad_file(&path));
        }
    }
    Ok(())
}

fn below(dir: &Path, depth: usize) -> Result<Vec<PathBuf>, TemplateError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|_| bad_file(dir))? {
        let path = entry.map_err(|_| bad_file(dir))?.path();
        if path.is_dir() && depth < 3 {
            found.extend(below(&path, depth + 1)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
