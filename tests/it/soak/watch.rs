//! What the process takes while it runs: memory that is its own alone, and open files.

use super::Pace;
use std::fs;
use std::time::Duration;

/// Looks during one run.
const LOOKS: usize = 120;
/// How much more the last quarter may have than the quarter after the warm-up: a tenth and 8 MiB. What is kept on purpose
/// (statements of each connection, the database's page cache, pools of threads) fills in the first minutes; the allocator keeps
/// what a large page needed. A leak of one kilobyte a page would be 20 MiB in the full run.
const MORE_PERCENT: u64 = 10;
const MORE_KIB: u64 = 8 * 1024;
/// In a run too short to fill what is kept on purpose (the reader's rules at the first reply among it), what it may have at most.
const SHORT: Duration = Duration::from_mins(10);
const SHORT_KIB: u64 = 128 * 1024;
/// How many more files: a line or two to the database or a mail server that just then are open.
const MORE_FILES: u64 = 4;

/// The looks so far.
pub struct Watch {
    pid: u32,
    memory_kib: Vec<u64>,
    files: Vec<u64>,
}

impl Watch {
    pub fn new(pid: u32) -> Self {
        Self { pid, memory_kib: Vec::new(), files: Vec::new() }
    }

    /// Looks until the run is over, or somebody has failed.
    pub fn until_over(&mut self, pace: &Pace) {
        for look in 1..=LOOKS {
            if !pace.wait(look, LOOKS) {
                return;
            }
            self.memory_kib.push(private_memory_kib(self.pid));
            self.files.push(fs::read_dir(format!("/proc/{}/fd", self.pid)).unwrap().count() as u64);
        }
    }

    /// A few words for whoever ran it.
    pub fn told(&self) -> String {
        let mib = |kib: u64| format!("{:.1}", f64::from(u32::try_from(kib).unwrap()) / 1024.0);
        let ((before, after), (fewer, more)) = (halves(&self.memory_kib), halves(&self.files));
        format!(
            "private memory {} MiB at first, {} at last, {} at most, median {} after the warm-up and {} at the end; files {fewer} and {more}",
            mib(self.memory_kib[0]),
            mib(self.memory_kib[LOOKS - 1]),
            mib(*self.memory_kib.iter().max().unwrap()),
            mib(before),
            mib(after)
        )
    }

    /// Neither has grown.
    pub fn assert_flat(&self, length: Duration) {
        let (before, after) = halves(&self.memory_kib);
        let limit = if length < SHORT { SHORT_KIB } else { before + before * MORE_PERCENT / 100 + MORE_KIB };
        assert!(after <= limit, "memory grows, in KiB: {:?}", self.memory_kib);
        let (before, after) = halves(&self.files);
        assert!(after <= before + MORE_FILES, "open files grow: {:?}", self.files);
    }
}

/// The medians of the quarter after the warm-up, which is a tenth of the run, and of the last quarter.
fn halves(looks: &[u64]) -> (u64, u64) {
    let middle = |part: &[u64]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        part[part.len() / 2]
    };
    let (tenth, quarter) = (looks.len() / 10, looks.len() / 4);
    (middle(&looks[tenth..tenth + quarter]), middle(&looks[looks.len() - quarter..]))
}

/// What the process has written. Pages of a file that it only reads, its own program's among them, are the kernel's: they
/// count as private to it from the moment when nobody else runs the same program.
fn private_memory_kib(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let dirty = text.lines().find(|line| line.starts_with("Private_Dirty:")).unwrap();
    dirty.split_whitespace().nth(1).unwrap().parse().unwrap()
}
