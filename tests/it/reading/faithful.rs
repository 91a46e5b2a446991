//! What holds for the reading of every message: the new words are words of the message, in their order, and each conclusion
//! spells the words it points at. Asked by the property tests and by the fuzz targets.

use stagemakelaar::domain::reply::{Letter, Reading, Span};

fn bare(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_whitespace())
}

/// Whether all of `part` stands in `whole`, in its order, white space aside.
fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut whole = bare(whole);
    bare(part).all(|wanted| whole.any(|c| c == wanted))
}

fn spans(reading: &Reading) -> Vec<&Span> {
    let evidence = &reading.evidence;
    let fields = [&evidence.follow_up_on, &evidence.referral, &evidence.phones, &evidence.opt_out];
    reading
        .intents
        .iter()
        .flat_map(|found| &found.evidence)
        .chain(reading.capacity.iter().flat_map(|offer| &offer.evidence))
        .chain(reading.auto_reply.iter().flat_map(|note| &note.evidence))
        .chain(reading.check_in.iter().flat_map(|answer| &answer.evidence))
        .chain(fields.into_iter().flatten())
        .collect()
}

/// What is wrong with a reading, if anything.
pub fn wrong(letter: &Letter, reading: &Reading) -> Option<String> {
    let tree = letter.html.as_ref().map(stagemakelaar::domain::reply::letter::Element::text).unwrap_or_default();
    if !is_subsequence(&reading.reply_text, &letter.text) && !is_subsequence(&reading.reply_text, &tree) {
        return Some(format!("words that stand nowhere: {:?}", reading.reply_text));
    }
    let length = reading.reply_text.chars().count();
    spans(reading).into_iter().find_map(|span| {
        let words: String =
            reading.reply_text.chars().skip(span.start).take(span.end.saturating_sub(span.start)).collect();
        (span.end > length || words != span.text).then(|| format!("{span:?} points at {words:?}"))
    })
}
