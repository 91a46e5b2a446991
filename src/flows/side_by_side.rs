//! Work on many things at once, on as many cores as there are.

use std::num::NonZero;
use std::panic::resume_unwind;

/// Cores at work at most: whoever works on this machine wants one too.
const CORES: usize = 4;

/// Does the work on each item, on as many cores as there are; the results stand in the order of the items.
pub(super) fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get).min(CORES);
    if cores == 1 || items.len() <= 1 {
        return items.iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let share = |items: &'_ [T]| items.iter().map(work).collect::<Vec<R>>();
        let shares: Vec<_> =
            items.chunks(items.len().div_ceil(cores)).map(|items| scope.spawn(move || share(items))).collect();
        shares.into_iter().flat_map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}
