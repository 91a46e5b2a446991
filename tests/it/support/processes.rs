//! Programs that live no longer than the test that started them, and the folders and ports they use.
//! A [`Server`] runs through `tests/servers/inside`: in namespaces of its own, as an unprivileged user, its folder as `/mnt`.
//! A [`Process`] is any other child, such as the product's own binary.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, thread};

/// How long a server may take to start or to stop; two busy cores have been seen to need a tenth of it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The project's own folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether the full counts of the kill and history tests were asked for (`tests/run --long`).
pub fn long_run() -> bool {
    std::env::var_os("STAGEMAKELAAR_LONG").is_some()
}

/// A folder under `target/it`, named by this process and `name`. It goes when it is dropped, unless the test panics.
#[derive(Debug)]
pub struct RunFolder(PathBuf);

impl RunFolder {
    /// Makes an empty folder.
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = project().join(format!("target/it/{}-{name}-{count}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Its absolute path on this side; a [`Server`] sees it as `/mnt`.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), content).unwrap();
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A port on 127.0.0.1 that nobody listens on now: below the range from which the kernel picks ports for outgoing
/// connections, so that a killed server finds it free again.
pub fn free_port() -> u16 {
    static STEPS: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() * 61 % 11_000).unwrap();
    loop {
        let step = STEPS.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (start + step) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Waits until `ready` says yes, looking every 10 ms for at most [`PATIENCE`]; says whether it did.
pub fn wait_until(mut ready: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if ready() {
            return true;
        }
        sleep(Duration::from_millis(10));
    }
    false
}

/// Whether somebody listens on the port.
pub fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// A program inside `tests/servers/inside`. Dropped, it is killed with everything that it started.
#[derive(Debug)]
pub struct Server {
    name: String,
    log: PathBuf,
    child: Child,
    lifeline: Option<ChildStdin>,
}

impl Server {
    /// Starts `program` with the folder as its `/mnt`; what it prints goes to `NAME.out` in that folder.
    pub fn start(folder: &RunFolder, name: &str, program: &[&str]) -> Self {
        let log = folder.path().join(format!("{name}.out"));
        let out = fs::File::create(&log).unwrap();
        let mut child = Command::new(project().join("tests/servers/inside"))
            .arg(folder.path())
            .args(program)
            .stdin(Stdio::piped())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .unwrap();
        let lifeline = child.stdin.take();
        Self { name: name.to_owned(), log, child, lifeline }
    }

    /// Waits until `ready` says yes; panics with what the server printed when it ended or took too long.
    pub fn until(mut self, mut ready: impl FnMut() -> bool) -> Self {
        let mut ended = false;
        let up = wait_until(|| {
            ended = self.child.try_wait().unwrap().is_some();
            ended || ready()
        });
        assert!(
            up && !ended,
            "{} did not start; has `tests/run --setup` run? It printed: {}",
            self.name,
            fs::read_to_string(&self.log).unwrap_or_default()
        );
        self
    }

    /// Asks it to end (SIGTERM), waits until it did, and kills what it left behind.
    pub fn stop(&mut self) {
        if let Some(lifeline) = &mut self.lifeline {
            let _ = lifeline.write_all(b"TERM\n");
        }
        wait_until(|| self.child.try_wait().unwrap().is_some());
        self.kill();
    }

    /// Everything of it that lives: process ids, as seen from here, and names.
    pub fn processes(&self) -> Vec<(u32, String)> {
        let all: Vec<(u32, u32, String)> =
            fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| process(&entry.path())).collect();
        let mut found = vec![self.child.id()];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            found.extend(all.iter().filter(|(_, above, _)| *above == parent).map(|(id, ..)| *id));
            at += 1;
        }
        all.into_iter().filter(|(id, ..)| found.contains(id)).map(|(id, _, name)| (id, name)).collect()
    }

    /// Kills it and all its children at once (SIGKILL); returns when none of them lives.
    pub fn kill(&mut self) {
        self.lifeline = None;
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Id, parent and name of a process, by its folder under `/proc`.
fn process(folder: &Path) -> Option<(u32, u32, String)> {
    let id = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    let (before, after) = stat.rsplit_once(')')?;
    let parent = after.split_whitespace().nth(1)?.parse().ok()?;
    Some((id, parent, before.split_once('(')?.1.to_owned()))
}

/// Sends a signal, such as `STOP`, to processes by their ids; one that is gone is no fault.
pub fn signal(name: &str, ids: &[u32]) {
    if !ids.is_empty() {
        let ids = ids.iter().map(u32::to_string);
        let _ = Command::new("kill").arg(format!("-{name}")).args(ids).stderr(Stdio::null()).status().unwrap();
    }
}

/// Any other child process, killed by its id when it is dropped.
#[derive(Debug)]
pub struct Process(pub Child);

impl Process {
    /// Kills it (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
