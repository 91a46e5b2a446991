//! What can go wrong with the post, in words a broker understands: what it means and what to do.
//! Technical detail stands apart and never repeats what a server said about itself.

use crate::domain::words::Lang;
use std::fmt;

/// How far a conversation with a mail server had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Looking up the name and opening the line.
    Connect,
    /// Making the line safe, by STARTTLS or at once.
    Tls,
    /// The server's greeting and our hello.
    Greeting,
    /// Signing in.
    Auth,
    /// `MAIL FROM`: who sends.
    Mail,
    /// `RCPT TO`: who gets it.
    Rcpt,
    /// `DATA`: may the text come.
    Data,
    /// The text and its final dot: from here on the server may have taken it.
    Dot,
    /// Listing or opening a folder.
    Folder,
    /// Reading messages.
    Read,
}

impl Step {
    /// All of them, in the order of a conversation.
    const ALL: [Self; 10] = [
        Self::Connect,
        Self::Tls,
        Self::Greeting,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Dot,
        Self::Folder,
        Self::Read,
    ];

    /// The word by which logs and records know it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Greeting => "greeting",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Dot => "dot",
            Self::Folder => "folder",
            Self::Read => "read",
        }
    }

    /// What we were doing, as the rest of "while …" ("tijdens …").
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Connect => lang.t("het verbinden", "connecting"),
            Self::Tls => lang.t("het beveiligen van de verbinding", "securing the connection"),
            Self::Greeting => lang.t("de begroeting", "the greeting"),
            Self::Auth => lang.t("het inloggen", "signing in"),
            Self::Mail => lang.t("het noemen van de afzender", "naming the sender"),
            Self::Rcpt => lang.t("het noemen van de ontvanger", "naming the recipient"),
            Self::Data => lang.t("het aanbieden van de mail", "offering the mail"),
            Self::Dot => lang.t("het afleveren van de mail", "handing over the mail"),
            Self::Folder => lang.t("het openen van de map", "opening the folder"),
            Self::Read => lang.t("het lezen van de berichten", "reading the messages"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The mailbox's URL cannot be read.
    Url,
    /// A line without TLS to another machine.
    NotLoopback,
    /// An address or port that a page may not reach.
    Forbidden,
    /// A user without a password.
    NoPassword,
    /// The certificate file holds no certificate.
    CaFile,
    /// The server's name leads nowhere.
    Lookup,
    /// Nobody answers at that address and port.
    Connect,
    /// The server said nothing for too long.
    Silence(Step),
    /// The server's certificate is not to be trusted.
    Certificate,
    /// The line could not be made safe.
    Tls,
    /// The server does not offer STARTTLS, so the line would be open to all.
    NoStartTls,
    /// The server offers no way to sign in that we know.
    NoSignIn,
    /// The user or password is wrong.
    SignIn,
    /// The server refused, and not because of the password.
    Refused(Step),
    /// The line dropped.
    Lost(Step),
    /// The answer is not what such a server says.
    Garbled(Step),
    /// No such folder.
    Folder,
    /// A file or directory that cannot be read or written.
    File,
    /// A header value that cannot be put in a mail.
    Header,
}

/// Troubles that come in one kind, with the word by which records know them.
const PLAIN: [(&str, Trouble); 15] = [
    ("url", Trouble::Url),
    ("not_loopback", Trouble::NotLoopback),
    ("forbidden", Trouble::Forbidden),
    ("no_password", Trouble::NoPassword),
    ("ca_file", Trouble::CaFile),
    ("lookup", Trouble::Lookup),
    ("unreachable", Trouble::Connect),
    ("certificate", Trouble::Certificate),
    ("no_tls", Trouble::Tls),
    ("no_starttls", Trouble::NoStartTls),
    ("no_sign_in", Trouble::NoSignIn),
    ("sign_in", Trouble::SignIn),
    ("folder", Trouble::Folder),
    ("file", Trouble::File),
    ("header", Trouble::Header),
];

/// Makes the trouble of a step.
type AtStep = fn(Step) -> Trouble;

/// Troubles that a conversation can have at any step, with their words.
const TALK: [(&str, AtStep); 4] = [
    ("silence", Trouble::Silence),
    ("refused", Trouble::Refused),
    ("lost", Trouble::Lost),
    ("garbled", Trouble::Garbled),
];

impl Trouble {
    /// The word by which records know it, such as `sign_in` or `lost greeting`; [`Trouble::parse`] reads it.
    pub fn word(self) -> String {
        let plain = PLAIN.iter().find(|(_, trouble)| *trouble == self).map(|(word, _)| (*word).to_owned());
        let talk = || {
            let all = TALK.iter().flat_map(|(word, at)| Step::ALL.map(|step| (word, step, at(step))));
            all.into_iter().find(|(.., trouble)| *trouble == self).map(|(word, step, _)| format!("{word} {step}"))
        };
        plain.or_else(talk).unwrap_or_default()
    }

    /// The trouble of a word that a record holds.
    pub fn parse(word: &str) -> Option<Self> {
        if let Some((_, trouble)) = PLAIN.iter().find(|(known, _)| *known == word) {
            return Some(*trouble);
        }
        let (kind, step) = word.split_once(' ')?;
        let step = Step::ALL.into_iter().find(|known| known.as_str() == step)?;
        TALK.iter().find(|(known, _)| *known == kind).map(|(_, at)| at(step))
    }
}

/// A failure of the post: [`MailError::says`] is for people, `detail` for whoever runs the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailError {
    /// What went wrong.
    pub trouble: Trouble,
    /// The technical side, English, without any text that the server sent.
    pub detail: String,
}

impl MailError {
    /// An error with its technical side.
    pub fn new(trouble: Trouble, detail: impl Into<String>) -> Self {
        Self { trouble, detail: detail.into() }
    }

    /// How far the conversation had come.
    pub const fn step(&self) -> Step {
        match self.trouble {
            Trouble::Silence(step) | Trouble::Refused(step) | Trouble::Lost(step) | Trouble::Garbled(step) => step,
            Trouble::Certificate | Trouble::Tls | Trouble::NoStartTls | Trouble::CaFile => Step::Tls,
            Trouble::NoSignIn | Trouble::SignIn | Trouble::NoPassword => Step::Auth,
            Trouble::Folder => Step::Folder,
            Trouble::File | Trouble::Header => Step::Data,
            Trouble::Url | Trouble::NotLoopback | Trouble::Forbidden | Trouble::Lookup | Trouble::Connect => {
                Step::Connect
            }
        }
    }

    /// What it means and what to do, in one or two sentences.
    pub fn says(&self, lang: Lang) -> String {
        self.trouble.says(lang, lang.t(" Probeer het later nog eens.", " Try again later."))
    }

    /// The same where nobody needs to do it over: the clockwork does.
    pub fn noted(&self, lang: Lang) -> String {
        self.trouble.says(lang, lang.t(" We proberen het vanzelf weer.", " We try again by ourselves."))
    }
}

impl Trouble {
    /// What it means, in one or two sentences; `after` follows where nothing but time helps.
    pub fn says(self, lang: Lang, after: &str) -> String {
        let talk = |step: Step, nl, en| format!("{} {}.{after}", lang.t(nl, en), step.words(lang));
        let fixed = match self {
            Trouble::Url => lang.t(
                "Dit adres van de mailserver klopt niet. Schrijf het zo: smtps://naam@mail.voorbeeld.nl of imaps://naam@mail.voorbeeld.nl.",
                "This is not the address of a mail server. Write it as smtps://name@mail.example.com or imaps://name@mail.example.com.",
            ),
            Trouble::NotLoopback => lang.t(
                "Zonder beveiliging mailen we alleen binnen deze computer. Kies smtps:// of smtp:// (imaps:// of imap:// om te lezen).",
                "Without encryption we only mail within this computer. Choose smtps:// or smtp:// (imaps:// or imap:// to read).",
            ),
            Trouble::Forbidden => lang.t(
                "Deze server of poort mag vanaf deze bladzijde niet. Vraag de beheerder om hem in de configuratie te zetten.",
                "This server or port is not allowed from this page. Ask the administrator to list it in the configuration.",
            ),
            Trouble::NoPassword => lang.t(
                "Er is een gebruiker, maar geen wachtwoord. Vul het wachtwoord van de mailbox in.",
                "There is a user but no password. Fill in the mailbox's password.",
            ),
            Trouble::CaFile => lang.t(
                "In het bestand met het certificaat staat geen certificaat. Vraag de beheerder van de mailserver om een PEM-bestand.",
                "The certificate file holds no certificate. Ask whoever runs the mail server for a PEM file.",
            ),
            Trouble::Lookup => lang.t(
                "We vinden geen server met deze naam. Kijk of de naam goed geschreven is.",
                "We find no server by this name. Check how it is written.",
            ),
            Trouble::Connect => lang.t(
                "Er neemt niemand op bij dit adres en deze poort. Kijk of beide kloppen, of probeer het later.",
                "Nobody answers at this address and port. Check both, or try again later.",
            ),
            Trouble::Certificate => lang.t(
                "We kunnen niet zien of dit de goede server is: zijn certificaat klopt niet bij de naam of is niet te vertrouwen. We gaan niet verder.",
                "We cannot tell whether this is the right server: its certificate does not fit the name or is not trusted. We do not go on.",
            ),
            Trouble::Tls => lang.t(
                "De verbinding is niet te beveiligen. Kijk of de poort past: smtps hoort bij 465, smtp bij 587, imaps bij 993, imap bij 143.",
                "The connection cannot be secured. Check the port: smtps goes with 465, smtp with 587, imaps with 993, imap with 143.",
            ),
            Trouble::NoStartTls => lang.t(
                "De server biedt geen beveiliging aan, of iemand houdt die tegen. We gaan niet onbeveiligd verder. Probeer smtps:// of imaps://.",
                "The server offers no encryption, or somebody takes it away. We do not go on without it. Try smtps:// or imaps://.",
            ),
            Trouble::NoSignIn => lang.t(
                "De server laat ons niet inloggen met naam en wachtwoord. Vraag de beheerder of dat aan moet.",
                "The server does not let us sign in with a name and password. Ask the administrator to allow it.",
            ),
            Trouble::SignIn => lang.t(
                "De naam of het wachtwoord klopt niet. Soms vraagt een mailbox om een apart app-wachtwoord.",
                "The name or the password is wrong. Some mailboxes ask for a separate app password.",
            ),
            Trouble::Folder => lang.t(
                "De server opent de map met berichten niet. Vraag wie de mailbox beheert of die map er nog is.",
                "The server does not open the folder with messages. Ask whoever runs the mailbox whether it is still there.",
            ),
            Trouble::File => lang.t(
                "Een bestand of map voor de post is niet te lezen of te schrijven. Vraag de beheerder om de rechten na te kijken.",
                "A file or folder for the post cannot be read or written. Ask the administrator to check its permissions.",
            ),
            Trouble::Header => lang.t(
                "In het onderwerp, een naam of een adres staat een teken dat niet in een mail kan, zoals een nieuwe regel. Haal het weg.",
                "The subject, a name or an address holds a character that a mail cannot carry, such as a line break. Remove it.",
            ),
            Trouble::Silence(step) => {
                return talk(step, "De server zweeg te lang tijdens", "The server was silent for too long while");
            }
            Trouble::Refused(step) => return talk(step, "De server weigerde tijdens", "The server refused while"),
            Trouble::Lost(step) => return talk(step, "De verbinding viel weg tijdens", "The line dropped while"),
            Trouble::Garbled(step) => {
                return talk(step, "De server gaf een vreemd antwoord tijdens", "The server answered strangely while");
            }
        };
        fixed.to_owned()
    }
}

impl fmt::Display for MailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says(Lang::En))
    }
}

impl std::error::Error for MailError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_is_known_again_by_its_word() {
        let talk = TALK.iter().flat_map(|(_, at)| Step::ALL.map(at));
        let mut words = Vec::new();
        for trouble in PLAIN.iter().map(|(_, trouble)| *trouble).chain(talk) {
            assert_eq!(Trouble::parse(&trouble.word()), Some(trouble));
            words.push(trouble.word());
        }
        words.sort();
        words.dedup();
        assert_eq!(words.len(), PLAIN.len() + TALK.len() * Step::ALL.len());
        assert_eq!([Trouble::parse(""), Trouble::parse("lost"), Trouble::parse("lost quit")], [None; 3]);
    }
}
