//! A real Dovecot: IMAP (plain and STARTTLS), IMAPS and LMTP on free ports. What was mailed is read back over IMAP.

use super::processes::{RunFolder, Server, free_port, listens, signal, wait_until};
use super::{PASSWORD, certs};
use imap::{Client, Session};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

const CONFIGURATION: &str = include_str!("../../servers/dovecot.conf");

/// A running Dovecot; every user's password is [`PASSWORD`].
#[derive(Debug)]
pub struct Dovecot {
    server: Server,
    folder: RunFolder,
    users: Vec<String>,
    /// The port for IMAP, plain or after STARTTLS.
    pub imap: u16,
    /// The port for IMAP inside TLS.
    pub imaps: u16,
    /// The port for LMTP.
    pub lmtp: u16,
}

impl Dovecot {
    /// Starts one with these users (lower-case addresses).
    pub fn start(users: &[&str]) -> Self {
        let folder = RunFolder::new("dovecot");
        let (imap, imaps, lmtp) = (free_port(), free_port(), free_port());
        let configuration = CONFIGURATION
            .replace("{{imaps}}", &imaps.to_string())
            .replace("{{imap}}", &imap.to_string())
            .replace("{{lmtp}}", &lmtp.to_string());
        folder.write("dovecot.conf", configuration);
        certs::put_into(&folder);
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        write_users(&folder, &users);
        let server = serve(&folder, [imap, imaps, lmtp]);
        Self { server, folder, users, imap, imaps, lmtp }
    }

    /// Adds a user while it runs. Dovecot looks at its file once a second, so this waits until it knows the user.
    pub fn add_user(&mut self, address: &str) {
        self.users.push(address.to_owned());
        write_users(&self.folder, &self.users);
        assert!(wait_until(|| self.open_letter(address).is_ok()), "Dovecot does not know {address}");
    }

    /// Asks it to end and waits until all of it has.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Kills it and every session at once.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Kills the sessions that are open (SIGKILL); whoever listens for new ones goes on.
    pub fn kill_sessions(&self) {
        signal("KILL", &self.ids(&["imap"]));
    }

    /// Silences it: every line stays open, and nobody answers (SIGSTOP), until [`Dovecot::wake`].
    pub fn silence(&self) {
        signal("STOP", &self.ids(&["dovecot", "imap-login", "imap", "auth", "anvil", "lmtp"]));
    }

    /// Lets it speak again (SIGCONT).
    pub fn wake(&self) {
        signal("CONT", &self.ids(&["dovecot", "imap-login", "imap", "auth", "anvil", "lmtp"]));
    }

    fn ids(&self, names: &[&str]) -> Vec<u32> {
        let wanted = |(_, name): &(u32, String)| names.contains(&name.as_str());
        self.server.processes().into_iter().filter(wanted).map(|(id, _)| id).collect()
    }

    /// Writes raw messages straight into a user's INBOX, as files of its Maildir, in this order. Gives the files.
    pub fn fill<'a>(&self, user: &str, messages: impl Iterator<Item = &'a [u8]>) -> Vec<PathBuf> {
        let owner = fs::metadata(self.folder.path()).unwrap();
        let give = |path: &Path| chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
        let maildir = self.folder.path().join("mail").join(user);
        for folder in ["", "cur", "new", "tmp"] {
            fs::create_dir_all(maildir.join(folder)).unwrap();
            give(&maildir.join(folder));
        }
        give(&self.folder.path().join("mail"));
        let write = |(number, raw): (usize, &[u8])| {
            let file = maildir.join(format!("cur/{}.{number}.tests:2,", 1_700_000_000 + number));
            fs::write(&file, raw).unwrap();
            give(&file);
            file
        };
        messages.enumerate().map(write).collect()
    }

    /// Starts it again after `stop` or `kill`, on the same ports and mail.
    pub fn start_again(&mut self) {
        self.server.kill();
        // A killed master leaves sockets on which a new one trips.
        let _ = fs::remove_dir_all(self.folder.path().join("run"));
        self.server = serve(&self.folder, [self.imap, self.imaps, self.lmtp]);
    }

    /// Delivers a raw message by LMTP; `Err` is the server's refusal.
    pub fn deliver(&self, recipient: &str, raw: &[u8]) -> Result<(), String> {
        let mut line = self.open_letter(recipient)?;
        line.ask("DATA\r\n", '3')?;
        line.ask(dot_stuffed(raw), '2')
    }

    /// An LMTP connection on which the recipient is accepted.
    fn open_letter(&self, recipient: &str) -> Result<Lmtp, String> {
        let mut line = Lmtp(BufReader::new(TcpStream::connect(("127.0.0.1", self.lmtp)).unwrap()));
        line.ask("", '2')?;
        line.ask("LHLO tests.example\r\n", '2')?;
        line.ask("MAIL FROM:<sender@tests.example>\r\n", '2')?;
        line.ask(format!("RCPT TO:<{recipient}>\r\n"), '2')?;
        Ok(line)
    }

    /// A signed-in IMAP session without TLS, as another mail program would have.
    pub fn session(&self, user: &str) -> Session<TcpStream> {
        let mut client = Client::new(TcpStream::connect(("127.0.0.1", self.imap)).unwrap());
        client.read_greeting().unwrap();
        client.login(user, PASSWORD).map_err(|(error, _)| error).unwrap()
    }

    /// The raw messages in a user's folder, oldest first.
    pub fn messages(&self, user: &str, folder: &str) -> Vec<Vec<u8>> {
        let mut session = self.session(user);
        let mailbox = session.examine(folder).unwrap();
        if mailbox.exists == 0 {
            return Vec::new();
        }
        let fetched = session.uid_fetch("1:*", "(UID BODY.PEEK[])").unwrap();
        fetched.iter().map(|message| message.body().unwrap().to_vec()).collect()
    }

    /// Waits until a user's INBOX has at least `count` messages, and returns them.
    pub fn wait_for(&self, user: &str, count: usize) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        let arrived = wait_until(|| {
            messages = self.messages(user, "INBOX");
            messages.len() >= count
        });
        assert!(arrived, "{} of {count} messages arrived", messages.len());
        messages
    }

    /// Puts a raw message into a user's folder, as the user's own mail program does with what it sent.
    pub fn append(&self, user: &str, folder: &str, raw: &[u8]) {
        self.session(user).append(folder, raw).finish().unwrap();
    }

    /// Gives a user's INBOX a new UIDVALIDITY and its messages new UIDs, as a restored server does.
    pub fn renumber(&mut self, user: &str) {
        self.stop();
        let mail = self.folder.path().join("mail").join(user);
        for file in fs::read_dir(&mail).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name == "dovecot-uidlist" || name.starts_with("dovecot.index") || name.starts_with("dovecot.list") {
                fs::remove_file(file).unwrap();
            }
        }
        self.start_again();
    }
}

struct Lmtp(BufReader<TcpStream>);

impl Lmtp {
    /// Says something and reads the answer to its last line; `Err` unless it begins with `wanted`.
    fn ask(&mut self, words: impl AsRef<[u8]>, wanted: char) -> Result<(), String> {
        self.0.get_mut().write_all(words.as_ref()).unwrap();
        let mut line = String::new();
        while self.0.read_line(&mut line).unwrap() > 0 && line.as_bytes().get(3) == Some(&b'-') {
            line.clear();
        }
        if line.starts_with(wanted) { Ok(()) } else { Err(line.trim_end().to_owned()) }
    }
}

fn write_users(folder: &RunFolder, users: &Vec<String>) {
    let mut file = String::new();
    for user in users {
        writeln!(file, "{user}:{{PLAIN}}{PASSWORD}::::::").unwrap();
    }
    folder.write("users", file);
}

fn serve(folder: &RunFolder, ports: [u16; 3]) -> Server {
    Server::start(folder, "dovecot", &["/usr/sbin/dovecot", "-F", "-c", "/mnt/dovecot.conf"])
        .until(|| ports.into_iter().all(listens) && greets(ports[0]))
}

/// Whether IMAP is ready: for a moment after its start Dovecot answers that it waits for its own authentication.
fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).is_ok_and(|_| line.contains("CAPABILITY"))
}

/// The message as DATA carries it: CRLF, leading dots doubled, and the final dot.
fn dot_stuffed(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 5);
    for line in raw.strip_suffix(b"\n").unwrap_or(raw).split(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}
