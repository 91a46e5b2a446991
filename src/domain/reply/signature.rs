//! Cuts what stands under the new words: closing line, name, role, address, registration numbers, device lines and
//! disclaimers; with a delimiter or without.
//! Long because the marks of a signature are weighed together.

use super::quote::trimmed;
use regex::Regex;
use std::sync::LazyLock;

const CLOSINGS: &str = r"(?:met )?(?:de |een )?(?:hele )?(?:vriendelijke|vriendelijk|vriend\.|hartelijke|hartelijk|warme|zonnige|sportieve|collegiale|feestelijke|beste|lieve|oprechte|welgemeende|fijne) groet(?:en|jes)?|met (?:vr\.?|vriendelijke|hartelijke|vriendlijke|vriendelijk|dank en) ?gr(?:oet(?:en|jes)?)?\.?|m\.?v\.?g\.?|m\.?h\.?g\.?|v\.?gr\.?|vr\.? ?gr(?:oet(?:en|jes)?)?\.?|gr\.?|grt(?:jes|z)?\.?|grtz|gr[oe]{2}t(?:en|jes|ies|s)?(?: en dank)?|de groeten|hoogachtend|met hoogachting|hartelijks|liefs|veel liefs|kus(?:jes)?|doei(?:doei)?|houdoe|hoi hoi|tot ziens|tot snel|tot horens|dank en groet(?:en)?|groet(?:en)? en dank|bedankt en groet(?:en)?|alvast bedankt(?: en (?:een )?(?:vriendelijke )?groet(?:en)?)?|bij voorbaat dank|bvd|fijne (?:dag|avond|week|weekend)|fijn weekend|prettige dag|prettig weekend|namens .{2,40}|hgr|succes(?: ermee)?,? groet(?:en|jes)?|xx?x?|(?:kind|kindest|best|warm|warmest|many|cordial|friendly|sincere) (?:regards|wishes|thanks)|all the best|(?:with )?(?:best|kind|warm) regards|best regards|regards|rgds|kr|br|best|cheers|sincerely(?: yours)?|yours(?: (?:sincerely|faithfully|truly))?|take care|thanks(?: (?:again|so much|a lot|and regards|in advance))?|many thanks|thank you(?: (?:very much|so much|again|and regards|for your time))?|thx|tks|thanks,? and regards|thanks (?:&|and) regards|have a (?:nice|great|good) (?:day|weekend|week|one)|love|respectfully|with respect|talk soon|see you|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|freundliche gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|liebe gr(?:ü|ue)(?:ß|ss)e|beste gr(?:ü|ue)(?:ß|ss)e|viele gr(?:ü|ue)(?:ß|ss)e|sch(?:ö|oe)ne gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|herzliche gr(?:ü|ue)(?:ß|ss)e|cordialement|bien cordialement|bien (?:à vous|à toi)|salutations(?: distinguées)?|amicalement|sincères salutations|meilleures salutations|bonne journée|merci|saludos(?: cordiales)?|un saludo|atentamente|cordiali saluti|distinti saluti|saluti|un saluto|atenciosamente|abraços|obrigado|obrigada|med venlig hilsen|venlig hilsen|mvh|vennlig hilsen|med vennlig hilsen|hilsen|med vänliga hälsningar|vänliga hälsningar|hälsningar|ystävällisin terveisin|terveisin|terv|pozdrawiam|z poważaniem|serdecznie pozdrawiam|с уважением|saygılarımla|iyi çalışmalar|s pozdravem|üdvözlettel";

const DEVICES: &str = r"(?:sent|sent\s+on|sent\s+by|sendt|skickat|verstuurd|verzonden|gesendet|von meinem|envoyé|enviado|enviada|inviato|lähetetty|wysłane|wysłano|отправлено|odesláno|trimis|diperisa|küldve) (?:from|via|using|with|by|on|vanaf|vanuit|met|door|van|von|mit|über|depuis|de|desde|do|da|dal|från|fra|med|z|ze|с|со|из|z mojego|via|mijn)\b[^,.!?]{0,70}(?:<\S+>|\(\S+\)|https?\S+)?[^,.!?]{0,30}|von meinem .{2,40} gesendet.{0,20}|von (?:samsung|unterwegs|mobile) .{0,30}gesendet|(?:get|download) outlook for .{2,40}|outlook (?:voor|for|für|pour) .{2,30}(?:downloaden|herunterladen)?.{0,60}|télécharge[rz] outlook pour .{0,40}|hol(?:en|e) sie sich outlook .{0,30}|verstuurd met .{2,40}|.{0,3}sent with .{2,40}|this message was sent from .{2,40}|dit bericht is verzonden (?:vanaf|met) .{2,40}|connected by (?:motoblur|dropbox)|from my (?:iphone|ipad|blackberry|android|phone|mobile).{0,30}|sent (?:unlocked )?mobile.{0,30}|lähetetty .{2,40}|iphone'?(?:mdan|umdan) gönderildi|(?:sent|written) (?:on the go|in haste).{0,40}|envoyé de mon .{2,40}|enviado desde mi .{2,40}|verzonden door yahoo.{0,40}|yahoo mail: .{0,60}|typed (?:on|with) .{2,40}";

const DISCLAIMERS: &str = r"(?i)\bdisclaimer\b|uitsluitend (?:bestemd|bedoeld) voor|vertrouwelijk(?:e)? (?:informatie|karakter|van aard)|kan vertrouwelijk|is bestemd voor de geadresseerde|niet de (?:bedoelde|beoogde) ontvanger|geen rechten worden ontleend|intended (?:solely |only |recipient)|intended for the|confidential(?:ity)? (?:notice|information|and|nature)|confidential and|if you (?:have received|are not the|received) this|received this (?:e-?mail|message|communication) in error|think before (?:you )?print|denk aan het milieu|print(?:en|t)? .{0,30}(?:milieu|noodzakelijk)|consider the environment|please consider|vertrauliche informationen|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)|scanned (?:by|for) |this email (?:has been|was) (?:scanned|checked)|virus-free|virusvrij|geen e-?mail(?:s)? meer (?:wilt )?ontvangen|unsubscribe (?:here|from)|general terms and conditions|algemene (?:leverings)?voorwaarden|this message contains|ce message (?:est|contient)|legally privileged|op (?:al )?onze .{0,40}voorwaarden|^caution: |^let op: deze e-?mail (?:komt|is afkomstig) van buiten|external e-?mail";

struct Shapes {
    closing: Regex,
    device: Regex,
    disclaimer: Regex,
    contact: Regex,
    phone: Regex,
    postcode: Regex,
    name: Regex,
    dashed_name: Regex,
    list_foot: Regex,
}

static SHAPES: LazyLock<Option<Shapes>> = LazyLock::new(|| {
    Some(Shapes {
        closing: Regex::new(&format!(
            r"(?i)^[\s*_>]*(?:{CLOSINGS})[\s,.!;:*_–-]*(?:(?:(?:from|van|uit)\s+)?[\p{{L}}][\p{{L}}.'’-]*(?:[\s,&/|]+(?:en\s+)?[\p{{L}}(][\p{{L}}.'’)-]*){{0,5}})?[\s,.!*:x;)☺😊🙂👍]*$"
        ))
        .ok()?,
        device: Regex::new(&format!(r"(?i)^[\s*_>(\[-]*(?:{DEVICES})[\s*_.!)\]>]*$")).ok()?,
        disclaimer: Regex::new(DISCLAIMERS).ok()?,
        contact: Regex::new(
            r"(?i)\b(?:tel|telefoon|telephone|phone|mob|mobiel|mobile|cell|fax|direct|office|kvk|k\.v\.k|btw|iban|vat|bank|skype|twitter|linkedin|facebook|instagram|whatsapp|website|web|postbus|p\.?o\.? box|bezoekadres|postadres|werkdagen|aanwezig)\b\s*\*?\s*[:.|#]?|^[\s*]*[TMEWAFtmewaf]\s*[:.|]\s*\S|^[\s*]*[TMF]\s+[+0(]|www\.|https?://|[\w.+-]+@[\w-]+\.\w|\[image[:\s]|\[cid:|<mailto:|\b(?:b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|gmbh|ltd\.?|inc\.?|llc|stichting)\s*\*?$|ᐧ",
        )
        .ok()?,
        phone: Regex::new(r"(?:\+\d|\b0\d|\(0)\d?[\d\s()./-]{6,}\d").ok()?,
        postcode: Regex::new(r"\b\d{4}\s?[A-Z]{2}\b|\b(?:laan|straat|weg|plein|kade|dreef|singel|gracht|dijk|hof)\s+\d|(?i)(?:laan|straat|weg|plein|kade|dreef|singel|gracht|dijk|street|avenue|road|strasse|straße)\s+\d{1,4}\b").ok()?,
        name: Regex::new(r"^[\s*_]*(?:(?:drs|ir|ing|mr|dr|mevr|mw|dhr|mag)\.?\s+)?\p{Lu}[\p{L}.'’-]*(?:\s+(?:van|de|der|den|ter|ten|te|la|el|von|het|'t|op|in)){0,3}(?:\s+\(?\p{Lu}[\p{L}.'’)-]*){0,3}[\s*_,.]*$").ok()?,
        dashed_name: Regex::new(r"^\s*[-–—/~*]{1,2}\s?\p{Lu}[\p{L}.'-]*(?:\s+\p{Lu}[\p{L}.'-]*){0,2}\s*$").ok()?,
        list_foot: Regex::new(r"(?i)^\s*(?:[_-]{10,}|you received this message because|to unsubscribe|you are receiving this|reply to this email directly|to post to this group|visit this group)").ok()?,
    })
});

/// A text and what stood under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// The new words.
    pub text: String,
    /// Closing, name, role, address, device line, disclaimer; in their order.
    pub signature: String,
}

/// Cuts the signature. `name` is the sender's display name, when the header gives one.
pub fn cut(text: &str, name: Option<&str>) -> Signed {
    let lines: Vec<&str> = text.split('\n').collect();
    let Some(shapes) = SHAPES.as_ref() else { return Signed { text: text.to_owned(), signature: String::new() } };
    let (mut begin, mut end) = (0, lines.len());
    while begin < end && lines[begin].trim().is_empty() {
        begin += 1;
    }
    // a device line on top, as some programs put it
    let mut top = String::new();
    if begin < end && shapes.device.is_match(lines[begin]) && next_words(&lines, begin + 1, end).is_some() {
        lines[begin].trim().clone_into(&mut top);
        begin += 1;
    }
    for _ in 0..12 {
        while end > begin && lines[end - 1].trim().is_empty() {
            end -= 1;
        }
        let Some(at) = cut_once(&lines, begin, end, shapes, name) else { break };
        end = at;
    }
    let mut signature = trimmed(&lines[end..]);
    if !top.is_empty() {
        signature = if signature.is_empty() { top } else { format!("{signature}\n{top}") };
    }
    Signed { text: trimmed(&lines[begin..end]), signature }
}

fn next_words(lines: &[&str], from: usize, end: usize) -> Option<usize> {
    (from..end).find(|index| !lines[*index].trim().is_empty())
}

/// Where the last piece of signature begins, if the text ends with one.
fn cut_once(lines: &[&str], begin: usize, end: usize, shapes: &Shapes, name: Option<&str>) -> Option<usize> {
    if end <= begin {
        return None;
    }
    delimiter(lines, begin, end)
        .or_else(|| device(lines, begin, end, shapes))
        .or_else(|| disclaimer(lines, begin, end, shapes))
        .or_else(|| closing(lines, begin, end, shapes))
        .or_else(|| signed_by(lines, begin, end, shapes, name))
        .or_else(|| contact_block(lines, begin, end, shapes))
}

/// `-- ` (RFC 3676) and its relatives: a line of nothing but dashes, underscores or stars near the end.
fn delimiter(lines: &[&str], begin: usize, end: usize) -> Option<usize> {
    for at in begin..end {
        let line = lines[at].trim();
        if matches!(line, "--" | "—" | "–" | "---") && !in_code(lines, begin, at) {
            let after = lines[at + 1..end].iter().filter(|line| !line.trim().is_empty()).count();
            let long = lines[at + 1..end].iter().any(|line| line.len() > 300);
            if line == "--" && (after <= 25) || after <= 8 && !long {
                return Some(at);
            }
        }
    }
    // a rule on the last line, or a mailing list's foot below a rule
    for at in (begin..end).rev().take(8) {
        let line = lines[at].trim();
        let rule = line.len() >= 3 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '~' | '*' | '#' | '+' | 'ᐧ'));
        if rule && (at + 1 == end || line.len() >= 8 && at > begin && foot(lines, at + 1, end)) {
            return Some(at);
        }
        if line == "ᐧ" && at + 1 == end {
            return Some(at);
        }
    }
    let shapes = SHAPES.as_ref()?;
    (begin + 1..end)
        .rev()
        .take(12)
        .find(|at| shapes.list_foot.is_match(lines[*at]) && !lines[*at].trim().starts_with(['_', '-']))
}

fn foot(lines: &[&str], from: usize, end: usize) -> bool {
    let Some(shapes) = SHAPES.as_ref() else { return false };
    let words: Vec<&&str> = lines[from..end].iter().filter(|line| !line.trim().is_empty()).collect();
    !words.is_empty()
        && words.iter().filter(|line| is_contact(line, shapes) || line.contains("mailing list")).count() * 2
            >= words.len()
}

fn in_code(lines: &[&str], begin: usize, at: usize) -> bool {
    lines[begin..at].iter().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1
}

fn device(lines: &[&str], begin: usize, end: usize, shapes: &Shapes) -> Option<usize> {
    let at = (begin..end).rev().take(12).find(|at| shapes.device.is_match(lines[*at]))?;
    let after: Vec<&&str> = lines[at + 1..end].iter().filter(|line| !line.trim().is_empty()).collect();
    let only_signature = after.iter().all(|line| is_contact(line, shapes) || line.chars().count() < 40);
    (after.len() <= 3 && only_signature && !in_code(lines, begin, at)).then_some(at)
}

/// The last paragraph, when it is a disclaimer.
fn disclaimer(lines: &[&str], begin: usize, end: usize, shapes: &Shapes) -> Option<usize> {
    let mut start = end;
    while start > begin && !lines[start - 1].trim().is_empty() {
        start -= 1;
    }
    let paragraph = lines[start..end].join(" ");
    if start == begin {
        return None;
    }
    if shapes.disclaimer.is_match(&paragraph) && (paragraph.len() > 60 || start > begin + 2) {
        return Some(start);
    }
    // a disclaimer of several paragraphs: one up to five above says what this is
    let mut up = start;
    for _ in 0..5 {
        let bottom = (begin..up).rev().find(|at| !lines[*at].trim().is_empty())?;
        let mut head = bottom;
        while head > begin && !lines[head - 1].trim().is_empty() {
            head -= 1;
        }
        if head == begin {
            return None;
        }
        let text = lines[head..=bottom].join(" ");
        if text.len() > 120 && shapes.disclaimer.is_match(&text) && paragraph.len() < 600 && up == start {
            return (is_contact(&paragraph, shapes) || paragraph.len() < 90).then_some(head);
        }
        up = head;
    }
    None
}

/// A closing line with nothing but signature below it.
fn closing(lines: &[&str], begin: usize, end: usize, shapes: &Shapes) -> Option<usize> {
    let mut found = None;
    let mut below = 0;
    for at in (begin..end).rev() {
        let line = lines[at].trim();
        if line.is_empty() {
            continue;
        }
        if line.chars().count() <= 70
            && shapes.closing.is_match(line)
            && !ends_as_question(line)
            && is_closing_here(lines, begin, at)
        {
            found = Some(at);
        } else if !is_signature_line(line, shapes) {
            break;
        }
        below += 1;
        if below > 24 {
            break;
        }
    }
    found
}

fn ends_as_question(line: &str) -> bool {
    line.ends_with('?')
}

/// "Thanks" and the like open a mail as often as they close it: on the first line it needs a name below and nothing more.
fn is_closing_here(lines: &[&str], begin: usize, at: usize) -> bool {
    const SOFT: &[&str] = &[
        "thanks", "thank", "merci", "best", "bedankt", "cheers", "love", "fijne", "succes", "alvast", "beste",
        "namens", "x", "obrigad",
    ];
    if at > begin {
        return true;
    }
    let line = lines[at].trim().to_lowercase();
    !SOFT.iter().any(|word| line.starts_with(word))
}

/// Whether a line closes a letter, whoever wrote it.
pub(super) fn is_closing(line: &str) -> bool {
    SHAPES.as_ref().is_some_and(|shapes| shapes.closing.is_match(line))
}

/// Below a closing: short lines that are no sentence, or contact lines.
fn is_signature_line(line: &str, shapes: &Shapes) -> bool {
    if is_contact(line, shapes) && line.chars().count() <= 160 {
        return true;
    }
    let words = line.split_whitespace().count();
    let length = line.chars().count();
    if shapes.disclaimer.is_match(line) {
        return true;
    }
    let sentence = line.ends_with(['.', '?', '!', ':', ',']) && words >= 5;
    !sentence && length <= 60 && words <= 8 && !looks_spoken(line)
}

/// Words that a sentence has and a signature has not.
fn looks_spoken(line: &str) -> bool {
    const SPOKEN: &[&str] = &[
        "ik", "je", "jij", "jullie", "u", "we", "wij", "hij", "zij", "kan", "kunnen", "heb", "hebben", "is", "zijn",
        "niet", "wel", "graag", "i", "you", "we're", "i'm", "can", "will", "have", "would", "are", "not", "it", "is",
        "was", "please", "ich", "wir", "sie", "nicht", "was", "bel", "ja", "nee", "yes", "no", "if", "als", "dat",
        "ps", "p.s.", "ps:", "p.s",
    ];
    let words: Vec<String> = line
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'').to_lowercase())
        .collect();
    let first_is_ps = words.first().is_some_and(|word| word.starts_with("ps") && word.len() <= 2 || word == "p.s");
    first_is_ps || words.len() >= 3 && words.iter().any(|word| SPOKEN.contains(&word.as_str()))
}

/// The sender's name on the last line.
fn signed_by(lines: &[&str], begin: usize, end: usize, shapes: &Shapes, name: Option<&str>) -> Option<usize> {
    let at = end - 1;
    let line = lines[at].trim();
    if at == begin || line.chars().count() > 50 {
        return None;
    }
    if shapes.dashed_name.is_match(line) && !line.starts_with("- ") && !line.starts_with("* ") {
        return Some(at);
    }
    if shapes.dashed_name.is_match(line)
        && lines[at - 1].trim().is_empty()
        && !lines[begin..at].iter().any(|line| line.trim_start().starts_with(['-', '*']))
    {
        return Some(at);
    }
    let gap = lines[at - 1].trim().is_empty();
    let kissed =
        line.trim_end_matches('x').len() < line.len() && shapes.name.is_match(line.trim_end_matches('x').trim_end());
    if gap && kissed && line.split_whitespace().count() == 2 && line.ends_with('x') && line.contains(" x") {
        return Some(at);
    }
    let ended = lines[at - 1].trim_end().ends_with(['.', '!', '?', ')']);
    let own = name.is_some_and(|name| is_own_name(line, name));
    if own && (gap || ended || line.split_whitespace().count() >= 2) {
        return Some(at);
    }
    let words = line.split_whitespace().count();
    let initials =
        line.len() <= 8 && line.contains('.') && line.chars().all(|c| c.is_uppercase() || c == '.' || c == ' ');
    let full_name =
        (2..=4).contains(&words) && shapes.name.is_match(line) && !looks_spoken(line) && !line.ends_with('.');
    (gap && (initials
        || full_name && name.is_none_or(|name| name.is_empty() || shares_a_word(line, name) || at > begin + 1)))
    .then_some(at)
}

/// Whether the line is the sender's name, or its first name, or its initials; perhaps with an x.
fn is_own_name(line: &str, name: &str) -> bool {
    let plain = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
    };
    let mut words = plain(line);
    words.retain(|word| !matches!(word.as_str(), "x" | "xx" | "xxx"));
    let name = plain(name);
    let initials: String = name.iter().filter_map(|word| word.chars().next()).collect();
    let known = |word: &String| name.contains(word) || word.len() == 1 && initials.contains(word.as_str());
    !words.is_empty() && words.len() <= 5 && words.iter().all(known)
        || words.concat() == initials && initials.len() >= 2
}

fn shares_a_word(line: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    line.split_whitespace()
        .any(|word| word.len() > 2 && name.split_whitespace().any(|part| part == word.to_lowercase()))
}

fn is_contact(line: &str, shapes: &Shapes) -> bool {
    let line = line.trim();
    line.chars().count() <= 200
        && (shapes.contact.is_match(line) || shapes.phone.is_match(line) || shapes.postcode.is_match(line))
        && !(looks_spoken(line)
            && line.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count() > 4)
}

/// The last paragraph, when at least half of its lines are contact lines; with the name lines above it.
fn contact_block(lines: &[&str], begin: usize, end: usize, shapes: &Shapes) -> Option<usize> {
    let mut start = end;
    while start > begin && !lines[start - 1].trim().is_empty() {
        start -= 1;
    }
    let paragraph = &lines[start..end];
    let contacts = paragraph.iter().filter(|line| is_contact(line, shapes)).count();
    let all_short = paragraph.iter().all(|line| is_signature_line(line.trim(), shapes));
    if start > begin && all_short && contacts * 2 >= paragraph.len() && contacts > 0 {
        return Some(start);
    }
    // name, role, number at the end of the only paragraph
    let mut at = end;
    while at > start && is_contact(lines[at - 1], shapes) && is_signature_line(lines[at - 1].trim(), shapes) {
        at -= 1;
    }
    if end - at >= 2 && at > begin {
        while at > begin + 1 && is_signature_line(lines[at - 1].trim(), shapes) && shapes.name.is_match(lines[at - 1]) {
            at -= 1;
        }
        return (at > begin).then_some(at);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mail: &str) -> String {
        cut(mail, None).text
    }

    #[test]
    fn a_closing_line_cuts_with_all_that_stands_under_it() {
        let mail = "Wij hebben twee plekken.\n\nMet vriendelijke groet,\n\nJan Pot\nBedrijfsleider\nPot Bouw B.V.\nKvK 12345678";
        let found = cut(mail, None);
        assert_eq!(found.text, "Wij hebben twee plekken.");
        assert!(found.signature.starts_with("Met vriendelijke groet,") && found.signature.ends_with("KvK 12345678"));
    }

    #[test]
    fn closings_are_known_in_many_spellings() {
        for closing in [
            "Gr. Jan",
            "mvg",
            "Groetjes Anja",
            "Liefs, Wendy",
            "Hartelijke groet",
            "Kind regards,\nAnn",
            "x Joyce",
            "Hoogachtend,\n\nA. de Groot",
        ] {
            assert_eq!(text(&format!("Ja, dat kan.\n\n{closing}")), "Ja, dat kan.", "{closing}");
        }
    }

    #[test]
    fn a_greeting_inside_a_sentence_closes_nothing() {
        let mail = "Doe de groeten aan Jan van ons allemaal, en bel me morgen.\nDan weet ik meer.";
        assert_eq!(text(mail), mail);
    }

    #[test]
    fn the_senders_own_name_on_the_last_line_is_signature() {
        assert_eq!(cut("Prima, doen we.\n\nWim", Some("Wim Faber")).text, "Prima, doen we.");
        assert_eq!(cut("Prima, doen we.\n\nMorgen", Some("Wim Faber")).text, "Prima, doen we.\n\nMorgen");
    }

    #[test]
    fn device_lines_and_disclaimers_go() {
        assert_eq!(text("Ja hoor\n\nVerstuurd vanaf mijn iPhone"), "Ja hoor");
        assert_eq!(text("Ja hoor\n\nOutlook voor Android downloaden"), "Ja hoor");
        let mail = "Ja hoor\n\nDit bericht is uitsluitend bestemd voor de geadresseerde. Wilt u geen mail meer ontvangen, laat het weten.";
        assert_eq!(text(mail), "Ja hoor");
    }

    #[test]
    fn an_opening_greeting_stays() {
        let mail = "Beste Iris,\n\nJa, dat kan.";
        assert_eq!(text(mail), mail);
    }

    #[test]
    fn a_number_in_a_sentence_stays() {
        let mail = "Prima idee.\n\nBel me even op 06-12345678, dan spreken we iets af.";
        assert_eq!(text(mail), mail);
    }
}
