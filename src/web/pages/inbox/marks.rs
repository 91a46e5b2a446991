//! The new words of a message with their evidence as numbered marks. Offsets count Unicode scalar values.

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// Evidence of the suggestion with this number.
    Mark(String, i32),
    /// A line end.
    Break,
}

/// A piece of the text that a suggestion stands on: its number, first character, one past the last.
pub type Evidence = (i32, usize, usize);

/// The text in paragraphs. Where evidence overlaps, the lower number has the words.
pub fn paragraphs(text: &str, evidence: &[Evidence]) -> Vec<Vec<Piece>> {
    let number_at = |at: usize| {
        let here = evidence.iter().filter(|(_, start, end)| (*start..*end).contains(&at));
        here.map(|(number, ..)| *number).min()
    };
    let mut found: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut run = (String::new(), None);
    for (at, character) in text.chars().enumerate() {
        if character == '\n' {
            flush(&mut found, &mut run);
            line_end(&mut found);
            continue;
        }
        let number = number_at(at);
        if number != run.1 {
            flush(&mut found, &mut run);
            run.1 = number;
        }
        run.0.push(character);
    }
    flush(&mut found, &mut run);
    for paragraph in &mut found {
        while paragraph.last() == Some(&Piece::Break) {
            paragraph.pop();
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

/// One line end breaks the line, two end the paragraph.
fn line_end(found: &mut Vec<Vec<Piece>>) {
    match found.last_mut() {
        Some(paragraph) if paragraph.last() == Some(&Piece::Break) => found.push(Vec::new()),
        Some(paragraph) if !paragraph.is_empty() => paragraph.push(Piece::Break),
        _ => {}
    }
}

fn flush(found: &mut [Vec<Piece>], run: &mut (String, Option<i32>)) {
    let words = std::mem::take(&mut run.0);
    let number = run.1.take();
    let Some(paragraph) = found.last_mut() else { return };
    // White space at the start of a line is nothing to show.
    if words.is_empty() || (words.trim().is_empty() && matches!(paragraph.last(), None | Some(Piece::Break))) {
        return;
    }
    paragraph.push(match number {
        Some(number) => Piece::Mark(words, number),
        None => Piece::Text(words),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Piece {
        Piece::Text(words.to_owned())
    }

    fn mark(words: &str, number: i32) -> Piece {
        Piece::Mark(words.to_owned(), number)
    }

    #[test]
    fn evidence_is_marked_by_characters_and_not_by_bytes() {
        let found = paragraphs("Één plek, graag", &[(1, 0, 8)]);
        assert_eq!(found, [vec![mark("Één plek", 1), text(", graag")]]);
    }

    #[test]
    fn a_blank_line_ends_a_paragraph_and_a_line_end_breaks_it() {
        let found = paragraphs("Hoi\n\nEen\ntwee\n\n\nGroet\n", &[(2, 5, 13)]);
        let second = vec![mark("Een", 2), Piece::Break, mark("twee", 2)];
        assert_eq!(found, [vec![text("Hoi")], second, vec![text("Groet")]]);
    }

    #[test]
    fn overlapping_evidence_goes_to_the_lower_number_and_none_is_out_of_reach() {
        let found = paragraphs("abcdef", &[(2, 0, 4), (1, 2, 900)]);
        assert_eq!(found, [vec![mark("ab", 2), mark("cdef", 1)]]);
        assert_eq!(paragraphs("", &[(1, 0, 5)]), Vec::<Vec<Piece>>::new());
    }
}
