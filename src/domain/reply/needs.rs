//! The words that a text must hold for an expression to be in it, told from the expression alone.

use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSetItem, RepetitionKind, RepetitionRange,
};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// What a text must hold for an expression to be in it: of each list at least one string, in lower case. No list at
/// all says nothing. A string with [`EDGE`] at an end is a word's beginning or end there.
pub(super) type Needs = Vec<Vec<String>>;

/// Stands for the edge of a word at either end of a string.
pub(super) const EDGE: char = '\u{1}';

/// Strings of one list; a longer one is given up.
const LIST: usize = 240;
/// Strings that one stretch of an expression may spell.
const SPELLINGS: usize = 24;
/// Bytes of a word that are looked for: more make the search slower, and tell hardly more.
const BEGINNING: usize = 8;
/// Lists kept of one expression, the most telling ones.
const LISTS: usize = 3;

/// What every text with this expression holds.
pub(super) fn needs(expression: &str) -> Needs {
    let Ok(tree) = ast::parse::Parser::new().parse(expression) else { return Vec::new() };
    let mut lists = lists(&tree);
    lists.sort_by_key(|list| std::cmp::Reverse(worth(list)));
    lists.truncate(LISTS);
    lists
}

/// A list tells the more, the longer its shortest word and the fewer they are.
fn worth(list: &[String]) -> (usize, std::cmp::Reverse<usize>) {
    let shortest = list.iter().map(String::len).min().unwrap_or_default();
    (shortest.min(4), std::cmp::Reverse(list.len()))
}

/// All strings that the expression can be, where they are few.
fn spellings(tree: &Ast) -> Option<Vec<String>> {
    match tree {
        Ast::Assertion(edge) if edge.kind == AssertionKind::WordBoundary => Some(vec![EDGE.to_string()]),
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => Some(vec![String::new()]),
        Ast::Literal(literal) => Some(cases(literal.c)),
        Ast::ClassPerl(class) if is_digit(class) => Some(digits()),
        Ast::ClassBracketed(class) if !class.negated => match &class.kind {
            ast::ClassSet::Item(item) => members(item),
            ast::ClassSet::BinaryOp(_) => None,
        },
        Ast::Repetition(again) if again.op.kind == RepetitionKind::ZeroOrOne => {
            let mut spelled = spellings(&again.ast)?;
            spelled.push(String::new());
            Some(spelled)
        }
        Ast::Group(group) => spellings(&group.ast),
        Ast::Alternation(choice) => {
            let mut all = Vec::new();
            for branch in &choice.asts {
                all.extend(spellings(branch)?);
            }
            (all.len() <= LIST).then_some(all)
        }
        Ast::Concat(row) => {
            let mut all = vec![String::new()];
            for part in &row.asts {
                all = joined(&all, &spellings(part)?)?;
            }
            Some(all)
        }
        Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) | Ast::Repetition(_) => None,
    }
}

fn joined(heads: &[String], tails: &[String]) -> Option<Vec<String>> {
    if heads.len() == 1 && heads[0].is_empty() {
        return Some(tails.to_vec());
    }
    (heads.len() * tails.len() <= SPELLINGS)
        .then(|| heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect())
}

/// The members of a bracketed class, where they are few.
fn members(item: &ClassSetItem) -> Option<Vec<String>> {
    match item {
        ClassSetItem::Literal(literal) => Some(cases(literal.c)),
        ClassSetItem::Range(range) if u32::from(range.end.c) - u32::from(range.start.c) < 12 => {
            Some((range.start.c..=range.end.c).flat_map(cases).collect())
        }
        ClassSetItem::Union(union) => {
            let mut all = Vec::new();
            for item in &union.items {
                all.extend(members(item)?);
            }
            (all.len() <= 12).then_some(all)
        }
        ClassSetItem::Perl(class) if is_digit(class) => Some(digits()),
        ClassSetItem::Bracketed(_)
        | ClassSetItem::Empty(_)
        | ClassSetItem::Range(_)
        | ClassSetItem::Ascii(_)
        | ClassSetItem::Unicode(_)
        | ClassSetItem::Perl(_) => None,
    }
}

fn is_digit(class: &ClassPerl) -> bool {
    class.kind == ClassPerlKind::Digit && !class.negated
}

fn digits() -> Vec<String> {
    ('0'..='9').map(String::from).collect()
}

/// The character in the spellings that are the same where case does not count: one for ASCII, whose case the search
/// leaves out of account.
fn cases(c: char) -> Vec<String> {
    if c.is_ascii() {
        return vec![c.to_ascii_lowercase().to_string()];
    }
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    class.case_fold_simple();
    let all = class.iter().flat_map(|range| range.start()..=range.end());
    all.map(|c| c.to_ascii_lowercase().to_string()).collect()
}

/// The lists of an expression, of which each must be met.
fn lists(tree: &Ast) -> Vec<Vec<String>> {
    match tree {
        Ast::Group(group) => lists(&group.ast),
        Ast::Repetition(again) if at_least_once(&again.op.kind) => lists(&again.ast),
        Ast::Alternation(choice) => {
            if let Some(all) = spellings(tree) {
                return list(all).into_iter().collect();
            }
            let mut all = Vec::new();
            for branch in &choice.asts {
                let Some(best) = lists(branch).into_iter().max_by_key(|list| worth(list)) else { return Vec::new() };
                all.extend(best);
            }
            list(all).into_iter().collect()
        }
        Ast::Concat(row) => {
            let mut found = Vec::new();
            let mut run = vec![String::new()];
            for part in &row.asts {
                if parts_words(part) {
                    for string in &mut run {
                        string.push(EDGE);
                    }
                    found.extend(list(std::mem::replace(&mut run, vec![EDGE.to_string()])));
                    continue;
                }
                let spelled = spellings(part);
                if let Some(longer) = spelled.as_deref().and_then(|spelled| joined(&run, spelled)) {
                    run = longer;
                    continue;
                }
                found.extend(list(std::mem::replace(&mut run, spelled.clone().unwrap_or(vec![String::new()]))));
                if spelled.is_none() {
                    found.extend(lists(part));
                }
            }
            found.extend(list(run));
            found
        }
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Literal(_)
        | Ast::Dot(_)
        | Ast::Assertion(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_)
        | Ast::ClassBracketed(_)
        | Ast::Repetition(_) => spellings(tree).and_then(list).into_iter().collect(),
    }
}

/// Whether a piece is at least one sign that stands in no word: white space, `[ ,:]+`.
fn parts_words(tree: &Ast) -> bool {
    match tree {
        Ast::Repetition(again) => at_least_once(&again.op.kind) && parts_words(&again.ast),
        Ast::ClassPerl(class) => class.kind == ClassPerlKind::Space && !class.negated,
        Ast::ClassBracketed(class) if !class.negated => match &class.kind {
            ast::ClassSet::Item(ClassSetItem::Union(union)) => union.items.iter().all(|item| match item {
                ClassSetItem::Literal(literal) => literal.c.is_ascii() && !is_of_a_word(literal.c),
                ClassSetItem::Perl(class) => class.kind == ClassPerlKind::Space && !class.negated,
                ClassSetItem::Empty(_)
                | ClassSetItem::Range(_)
                | ClassSetItem::Ascii(_)
                | ClassSetItem::Unicode(_)
                | ClassSetItem::Bracketed(_)
                | ClassSetItem::Union(_) => false,
            }),
            ast::ClassSet::Item(_) | ast::ClassSet::BinaryOp(_) => false,
        },
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Literal(_)
        | Ast::Dot(_)
        | Ast::Assertion(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassBracketed(_)
        | Ast::Group(_)
        | Ast::Alternation(_)
        | Ast::Concat(_) => false,
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The string without the edges inside it, and without those that do not stand beside a letter or a digit; no longer
/// than its beginning tells.
fn bounded(string: &str) -> String {
    let bare: String = string.chars().filter(|c| *c != EDGE).collect();
    let opens = string.starts_with(EDGE) && bare.starts_with(is_of_a_word);
    let mut closes = string.ends_with(EDGE) && bare.ends_with(is_of_a_word);
    let end = bare.char_indices().map(|(at, _)| at).find(|at| *at >= BEGINNING).unwrap_or(bare.len());
    closes = closes && end == bare.len();
    let edge = |is: bool| if is { "\u{1}" } else { "" };
    format!("{}{}{}", edge(opens), &bare[..end], edge(closes))
}

fn at_least_once(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::OneOrMore => true,
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => false,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least) | RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _),
        ) => *least > 0,
    }
}

/// The strings as a list, each as far as its beginning tells, without those that hold another of them; `None` where they
/// tell nothing.
fn list(mut strings: Vec<String>) -> Option<Vec<String>> {
    for string in &mut strings {
        *string = bounded(string);
    }
    strings.sort_by_key(String::len);
    let mut kept: Vec<String> = Vec::new();
    for string in strings {
        if !kept.iter().any(|shorter| string.contains(shorter.as_str())) {
            kept.push(string);
        }
    }
    let telling = kept.len() <= LIST && kept.iter().all(|string| !string.is_empty() && string != " ");
    telling.then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_needs_the_words_that_it_cannot_do_without() {
        for (expression, wanted) in [
            (r"(?i)\bhelaas\b.*(geen|niet)", vec![vec!["\u{1}helaas\u{1}"], vec!["geen", "niet"]]),
            (
                r"(bel|mail)\s+(in|na)\s.{2,3}",
                vec![vec!["bel\u{1}", "mail\u{1}"], vec!["\u{1}in\u{1}", "\u{1}na\u{1}"]],
            ),
            (r"\b(?:nu|-x)\b", vec![vec!["\u{1}nu\u{1}", "-x\u{1}"]]),
            (r"stagiaire?s?", vec![vec!["stagiair"]]),
            (r"(?:a|b*)\w+", vec![]),
            (r"x\d", vec![vec!["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9"]]),
            (r"É+n", vec![vec!["É", "é"], vec!["n"]]),
        ] {
            let mut found = needs(expression);
            for list in &mut found {
                list.sort_unstable();
            }
            assert_eq!(found, wanted, "{expression}");
        }
    }
}
