//! The lines that mail programs put above a quote: "On … wrote:", blocks of `From:` and `Subject:`, and lines of
//! dashes with words. The words are tables; the shapes are few.

use regex::Regex;
use std::sync::LazyLock;

/// What a line of a header block names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Label {
    /// `From:`
    From,
    /// `Sent:`, `Date:`
    Date,
    /// `To:`
    To,
    /// `Cc:`, `Bcc:`, `Reply-To:`
    Copy,
    /// `Subject:`
    Subject,
    /// `Attachments:`, `Importance:`
    Extra,
}

/// Words before the colon, per label, in the languages that mail programs speak.
const LABELS: &[(Label, &str)] = &[
    (
        Label::From,
        "from|van|von|de|da|från|fra|lähettäjä|od|от|от кого|відправник|від|kimden|gönderen|feladó|nadawca|odesílatel|\
         expéditeur|mittente|remitente|remetente|de la|expeditor|差出人|发件人|寄件者|보낸 사람|από|מאת|из|šalje|odosielateľ|saatja|frá|pošiljatelj",
    ),
    (
        Label::Date,
        "sent|date|verzonden|verzonden op|datum|gesendet|gesendet am|envoyé|envoyé le|date d'envoi|enviado|enviado el|\
         enviado em|enviada em|enviada|fecha|data|inviato|inviato il|skickat|dato|sendt|sendt den|lähetetty|päivämäärä|päiväys|wysłano|wysłane|дата|отправлено|\
         надіслано|gönderildi|gönderilme tarihi|tarih|elküldve|küldve|dátum|odesláno|odoslané|trimis|trimise|dată|日時|送信日時|日期|发送时间|날짜|보낸 날짜|\
         ημερομηνία|poslano|saadetud|送信|发送日期|dagsetning|skickat den|dátum a čas",
    ),
    (
        Label::To,
        "to|aan|an|à|a|para|per|till|til|vastaanottaja|do|komu|кому|kime|alıcı|címzett|destinataire|destinatario|\
         către|宛先|收件人|收件者|받는 사람|προς|pre|prima|do:|saaja|za|кому",
    ),
    (
        Label::Copy,
        "cc|bcc|kopie|kopi|copia|cópia|kopia|copie|kopio|копия|копія|másolatot kap|másolat|dw|udw|bilgi|抄送|副本|참조|\
         reply-to|antwoord aan|antwort an|répondre à|rispondi a|responder a|responder para|svar til|svara till|vastaus|odpowiedz do|ответить|yanıtla|válaszcím|odpověď|\
         cci|cco|ccn|skrytá kopie|blindkopie|bcc|yanıtlama adresi|返信先|reply to|responda a|odpověď komu|відповісти|ответ|кому копия|répondre à|kópia|kopija|vastausosoite|kopi til|svarsadress|antwoordadres|resposta|odgovori na|odgovor na|răspuns|răspunde la|svar-til|svara-till",
    ),
    (
        Label::Subject,
        "subject|onderwerp|betreff|objet|asunto|assunto|oggetto|ämne|emne|aihe|temat|tytuł|тема|konu|tárgy|předmět|predmet|\
         subiect|件名|主题|主題|제목|θέμα|נושא|betr|betrifft|sujet|efni|teema|zadeva|naslov",
    ),
    (
        Label::Extra,
        "attachments|importance|bijlagen|bijlage|urgentie|prioriteit|anlagen|wichtigkeit|pièces jointes|importancia|allegati|priorità|mailed-by|signed-by|priority|organisatie|organization",
    ),
];

static LABEL_LINE: LazyLock<Vec<(Label, Regex)>> = LazyLock::new(|| {
    let shape = |words: &str| format!(r"(?i)^[>\s*_|\u{{feff}}]*(?:{words})\s*\*?\s*[::]\s*\*?(.*)$");
    LABELS.iter().filter_map(|(label, words)| Some((*label, Regex::new(&shape(words)).ok()?))).collect()
});

static INLINE_LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|\s)\*?(from|van|von|de)\s?:\*?.{3,120}?\s\*?(sent|date|verzonden|datum|gesendet|envoyé|to|aan|an|à)\s?:\*?\s.{3,300}?\s\*?(subject|onderwerp|betreff|objet)\s?:")
        .ok()
});

/// The label that a line opens with, and what stands after its colon.
pub(super) fn label(line: &str) -> Option<(Label, &str)> {
    if line.len() > 600 || !line.contains([':', ':']) {
        return None;
    }
    LABEL_LINE.iter().find_map(|(label, shape)| {
        let found = shape.captures(line)?;
        Some((*label, found.get(1).map_or("", |rest| rest.as_str()).trim()))
    })
}

/// A header block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// One past its last line.
    pub end: usize,
    /// What stands after `From:`.
    pub from: Option<String>,
    /// What stands after `Subject:`.
    pub subject: Option<String>,
    /// What stands after `Date:` or `Sent:`.
    pub date: Option<String>,
}

/// The header block that begins at line `at`: a sender or a recipient, and at least one more label.
pub(super) fn block(lines: &[&str], at: usize) -> Option<Block> {
    let first = lines.get(at)?;
    if first.len() < 2_000 && INLINE_LABEL.as_ref().is_some_and(|shape| shape.is_match(first)) {
        return Some(one_line_block(first, at));
    }
    let (opening, _) = label(first)?;
    if opening == Label::Extra || opening == Label::Copy {
        return None;
    }
    let mut found: Vec<Label> = Vec::new();
    let mut block = Block { end: at, ..Block::default() };
    let mut loose = 0;
    let mut last: Option<Label> = None;
    for (index, line) in lines.iter().enumerate().skip(at).take(14) {
        if line.trim_matches(['>', ' ', '\t', '*', '\u{a0}']).is_empty() {
            if loose > 0 || complete(&found) {
                break;
            }
            loose += 1;
            last = None;
            continue;
        }
        let Some((label, rest)) = label(line) else {
            // a header that runs over its line: an address list, a long subject
            let runs_on = matches!(last, Some(Label::To | Label::Copy | Label::Subject | Label::From | Label::Date));
            if !runs_on || loose > 2 || complete(&found) && line.len() > 200 {
                break;
            }
            if !continues(lines, index) {
                break;
            }
            if let (Some(Label::Subject), Some(subject)) = (last, block.subject.as_mut()) {
                subject.push(' ');
                subject.push_str(line.trim_matches(['>', ' ', '*']));
            }
            continue;
        };
        loose = 0;
        let kept = (!rest.is_empty()).then(|| rest.trim_end_matches('*').trim().to_owned());
        match label {
            Label::From if block.from.is_none() => block.from = kept,
            Label::Subject if block.subject.is_none() => block.subject = kept,
            Label::Date if block.date.is_none() => block.date = kept,
            Label::From | Label::Subject | Label::Date | Label::To | Label::Copy | Label::Extra => {}
        }
        if found.contains(&label) && matches!(label, Label::From | Label::Subject) {
            break;
        }
        found.push(label);
        last = Some(label);
        block.end = index + 1;
    }
    complete(&found).then_some(block)
}

/// Whether a line without a label still stands inside the block: another label follows within two lines.
fn continues(lines: &[&str], index: usize) -> bool {
    lines.iter().skip(index + 1).take(3).take_while(|line| !line.trim().is_empty()).any(|line| label(line).is_some())
}

fn complete(found: &[Label]) -> bool {
    let has = |label: Label| found.contains(&label);
    let kinds = [Label::From, Label::Date, Label::To, Label::Subject].into_iter().filter(|label| has(*label)).count();
    kinds >= 3 || has(Label::From) && kinds >= 2 && (has(Label::Subject) || has(Label::Date))
}

fn one_line_block(line: &str, at: usize) -> Block {
    let part = |words: &str, stop: &str| {
        let shape = format!(r"(?i)(?:^|\s)\*?(?:{words})\s?:\*?\s*(.+?)\s*\*?(?:\s(?:{stop})\s?:|$)");
        let found = Regex::new(&shape).ok()?.captures(line)?;
        Some(found.get(1)?.as_str().trim().to_owned())
    };
    Block {
        end: at + 1,
        from: part(
            "from|van|von|de",
            "sent|date|verzonden|datum|gesendet|envoyé|to|aan|an|à|subject|onderwerp|betreff|objet",
        ),
        subject: part("subject|onderwerp|betreff|objet", "date|datum|sent|verzonden"),
        date: part("sent|date|verzonden|datum|gesendet|envoyé", "to|aan|an|à|cc|subject|onderwerp|betreff|objet"),
    }
}

/// What a line of dashes announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    /// The message that is answered.
    Original,
    /// A message that is passed on.
    Forwarded,
}

const ORIGINAL: &str = "original message|original mail|original|reply message|reply above this line|oorspronkelijk bericht|origineel bericht|\
    ursprüngliche nachricht|urspruengliche nachricht|originalnachricht|ursprünglich nachricht|message d'origine|message original|mensaje original|mensagem original|messaggio originale|\
    originalmeddelande|ursprungligt meddelande|oprindelig meddelelse|oprindelig besked|opprinnelig melding|original besked|original meddelelse|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|\
    исходное сообщение|оригинальное сообщение|orijinal mesaj|původní zpráva|eredeti üzenet|quoted text|antwort|mesaj original|pôvodná správa|pôvodní zpráva|원본 메시지|原始邮件|原始郵件|original-nachricht|dit is een antwoord op|mensaje original|alkuperäinen viesti|ursprungsmeddelande|wiadomość";
const FORWARDED: &str = "forwarded message|forwarded by|original forwarded|doorgestuurd bericht|doorgestuurde bericht|forwarded|weitergeleitete nachricht|\
    message transféré|message transmis|message réexpédié|mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato|messaggio rinviato|vidarebefordrat meddelande|videresendt meddelelse|videresendt melding|\
    videresendt besked|videresendt|välitetty viesti|edelleenlähetetty viesti|przekazana wiadomość|wiadomość przekazana|пересылаемое сообщение|перенаправленное сообщение|переслане повідомлення|пересланное сообщение|iletilen ileti|iletilen mesaj|yönlendirilen ileti|\
    přeposlaná zpráva|přeposlaný e-mail|preposlaná správa|továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj redirectionat|mesajul redirecționat|转发的邮件|轉寄的郵件|전달된 메시지|転送メッセージ|転送されたメッセージ|προωθημένο μήνυμα|proslijeđena poruka|prosljeđena poruka|preusmjerena poruka|edastatud kiri|vidarebefordrat mail|start of forwarded message|lähetetty edelleen|posredovano sporočilo|vidarebefordrat|doorgestuurde mail|videresend|framsend skilaboð";

static DASHED: LazyLock<[(Announced, Option<Regex>); 2]> = LazyLock::new(|| {
    let shape = |words: &str| {
        Regex::new(&format!(
            r"(?i)^[>\s*|]*[-_=~–—]{{2,}}[\s>*]*(?:begin |start )?(?:{words})\b.{{0,40}}?[\s*]*[-_=~–—]{{1,}}.{{0,4}}$"
        ))
        .ok()
    };
    [(Announced::Forwarded, shape(FORWARDED)), (Announced::Original, shape(ORIGINAL))]
});

static BEGUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[>\s*]*(?:begin forwarded message|begin doorgestuurd bericht|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|início da mensagem (?:encaminhada|reencaminhada)|inizio messaggio inoltrato|vidarebefordrat mejl|start på vidarebefordrat (?:brev|meddelande)|påbörjat vidarebefordrat meddelande|vidarebefordrat brev|start på videresendt (?:besked|meddelelse|melding)|videresendt (?:besked|melding|meddelelse)|begynnelse på videresendt (?:melding|e-post)|välitetty viesti alkaa|välitetty viesti|początek przekazywanej wiadomości|начало переадресованного сообщения|начало пересылаемого сообщения|początek przekazanej wiadomości|iletilen ileti başlangıcı|iletiyi başlat|başlangıç: iletilen ileti|yönlendirilen e-posta başlangıcı|začátek přeposílané zprávy|začátek přeposlané zprávy|začiatok preposlanej správy|továbbított levél kezdete|転送されたメッセージ|开始转发的邮件|開始轉寄郵件|전달된 메시지|começo da mensagem encaminhada|początek wiadomości przekazanej|inici del missatge reenviat|início da mensagem reenviada|début du message transmis|începutul mesajului redirecționat|početak proslijeđene poruke|započni proslijeđenu poruku|začetek posredovanega sporočila|ξεκινά το προωθημένο μήνυμα|начало переадресовываемого сообщения|початок листа, що пересилається|rozpoczęcie przekazanej wiadomości|il messaggio inoltrato|inizio del messaggio inoltrato|mensaje reenviado|mesajul redirecționat|mesaj redirecționat|вот перенаправленное сообщение|alkaa välitetty viesti|vidarebefordrat meddelande)\s*[::]?\s*\*?$",
    )
    .ok()
});

static RUN_IN: LazyLock<Option<(Regex, Regex)>> = LazyLock::new(|| {
    let subjects = LABELS.iter().find(|(label, _)| *label == Label::Subject).map_or("subject", |(_, words)| *words);
    Some((
        Regex::new(&format!(r"(?i)^[>\s*]*[-_]{{2,}}\s*(?:{FORWARDED})\b.{{0,20}}?[-_]{{2,}}\s*\S.{{0,40}}?:")).ok()?,
        Regex::new(&format!(r"(?i)(?:{subjects})\s*:\s*(.+?)\s*$")).ok()?,
    ))
});

/// A forwarded message's dashes and headers all on one line, as some programs write them.
pub(super) fn run_in(line: &str, at: usize) -> Option<Block> {
    if line.len() > 3_000 {
        return None;
    }
    let (opening, subject) = RUN_IN.as_ref()?;
    let begin = opening.find(line)?.end();
    let rest = &line[begin..];
    let subject = subject.captures(rest).and_then(|found| Some(found.get(1)?.as_str().to_owned()));
    Some(Block { end: at + 1, from: Some(rest.to_owned()), subject, date: None })
}

/// What a line of dashes (or "Begin forwarded message:") announces.
pub(super) fn announced(line: &str) -> Option<Announced> {
    if line.len() > 240 {
        return None;
    }
    if BEGUN.as_ref().is_some_and(|shape| shape.is_match(line)) {
        return Some(Announced::Forwarded);
    }
    if !line.contains(['-', '_', '=', '~', '–', '—']) {
        return None;
    }
    DASHED.iter().find(|(_, shape)| shape.as_ref().is_some_and(|shape| shape.is_match(line))).map(|(what, _)| *what)
}

const VERBS: &str = r"wrote|writes|schreef|heeft .{0,200}?geschreven|geschreven|schrieb|hat .{0,200}?geschrieben|geschrieben|a écrit|écrivait|a ecrit|escribió|escribio|escreveu|ha scritto|skrev|kirjoitti|napisał|napisała|napisał\(a\)|pisze|написал|написала|написал\(а\)|писал|писала|пишет|пише|написав|yazdı|yazmış|napsal|napsala|napsal\(a\)|napísal|napísal\(a\)|írta|ezt írta|a scris|写道|寫道|のメール|đã viết|έγραψε|작성|님이 작성|napisao|napisala|je napisao|je napisao/la|escrigué|va escriure|skrifaði|כתב|كتب|rašė|kirjutas|rakstīja|dixo|nhắn|idatzi du|messaggio|said|responded";
const STARTERS: &str = r"on|at|op|am|le|el|il|em|den|på|w dniu|dnia|dne|dňa|no dia|vào|στις|il giorno|a|quoting|citeren|citaat|zitat von|mon|tue|wed|thu|fri|sat|sun|ma|di|wo|do|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mo|mi|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|lør|søn|tir|tor|fre|ons|man|fös|ср|пн|вт|чт|пт|сб|вс|нд|pon|wt|śr|czw|pt|sob|niedz|ti|ke|to|pe|la|su|op|am|da|il|el dia|el día|date|sent|\d{1,4}";

struct Shapes {
    started: Regex,
    named: Regex,
    dated: Regex,
    dashed: Regex,
    moment: Regex,
    mail: Regex,
}

static SHAPES: LazyLock<Option<Shapes>> = LazyLock::new(|| {
    let tail = r"(?:\s*\(?(?:het volgende|the following|das folgende|folgendes|følgende|följande|ce qui suit|lo siguiente|o seguinte|quanto segue|następujące|seuraavaa|a|şunları|şunu|am|op|on|den|le)\)?)?";
    Some(Shapes {
        started: Regex::new(&format!(r"(?is)^[\s>*_\-–]*(?:{STARTERS})(?:[\s,.]|\b).*?(?:{VERBS})(?:{tail}|[\s,(].{{0,200}}?)\s*\*?\s*[::]?\s*[-*]*\s*$")).ok()?,
        named: Regex::new(&format!(
            r"(?is)^[\s>*_\-–]*[^\s].{{0,160}}?\s(?:{VERBS})(?:{tail}|(?:\s+(?:op|on|am|le|den|el|il|em|via|in|at|um|om|kl)\b.{{0,80}}))\s*[::]\s*\*?\s*$"
        ))
        .ok()?,
        dated: Regex::new(&format!(
            r"(?is)^[\s>*]*(?:(?:{STARTERS})[\s,.]|\d).{{4,200}}?(?:<[^<>\s]+@[^<>\s]+>|[\w.+-]+@[\w.-]+\.\w+>?|\(?mailto:[^)]+\)?)\s*[::]?\s*$"
        ))
        .ok()?,
        dashed: Regex::new(&format!(r"(?is)^[\s>*]*-{{2,}}\s*.{{6,240}}?(?:{VERBS})\s*:?\s*-{{2,}}\s*$")).ok()?,
        moment: Regex::new(
            r"(?i)\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|年|월",
        )
        .ok()?,
        mail: Regex::new(r"[\w.+%'=-]+@[\w-]+(?:\.[\w-]+)+|mailto:|@").ok()?,
    })
});

/// The attribution that begins at line `at` ("On … wrote:"): one past its last line. It may run over four lines.
pub(super) fn attribution(lines: &[&str], at: usize, quote_follows: impl Fn(usize) -> bool) -> Option<usize> {
    let first = lines.get(at)?;
    if first.trim().is_empty() || first.len() > 400 {
        return None;
    }
    let mut joined = String::new();
    for (count, line) in lines.iter().enumerate().skip(at).take(4) {
        if line.trim().is_empty() || line.len() > 400 || joined.len() > 500 {
            return None;
        }
        let part = line.trim_start_matches(['>', ' ', '\t', '|']).trim_end();
        if count > at {
            // an attribution that goes on to a next line begins with a date or an address
            if !first.contains(|c: char| c.is_ascii_digit() || matches!(c, '<' | '@')) {
                return None;
            }
            let open = joined.matches('<').count() > joined.matches('>').count();
            if !open && is_attribution(part, quote_follows(count + 1), 1) {
                return None;
            }
            joined.push(' ');
        }
        joined.push_str(part);
        if is_attribution(&joined, quote_follows(count + 1), count + 1 - at) {
            return Some(count + 1);
        }
    }
    None
}

fn is_attribution(text: &str, quote_follows: bool, lines: usize) -> bool {
    let Some(shapes) = SHAPES.as_ref() else { return false };
    if text.len() < 8 || text.len() > 600 {
        return false;
    }
    let closed = text.trim_end_matches(['*', ' ', '-', '_', '\u{a0}']).ends_with([':', ':']);
    if !closed && !shapes.mail.is_match(text) && !shapes.moment.is_match(text) {
        return false;
    }
    let (moment, mail) = (shapes.moment.is_match(text), shapes.mail.is_match(text));
    if shapes.dashed.is_match(text) && (moment || mail) {
        return true;
    }
    if shapes.started.is_match(text) {
        let prose = lines > 1 && prose_before_the_end(text);
        let dated = if closed { moment || mail || quote_follows } else { moment && mail };
        return !prose && dated;
    }
    if shapes.dated.is_match(text) && moment && mail && (closed || quote_follows) {
        return true;
    }
    closed && lines <= 3 && shapes.named.is_match(text) && (mail || moment || quote_follows && text.len() < 80)
}

/// A sentence that ends before the attribution would begin: "Prima. Op 3 mei schreef …" is one line of prose.
fn prose_before_the_end(text: &str) -> bool {
    text.contains("? ") || text.contains("! ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> Option<usize> {
        let lines: Vec<&str> = text.lines().collect();
        attribution(&lines, 0, |at| lines.get(at).is_some_and(|line| line.starts_with('>')))
    }

    #[test]
    fn attributions_are_found_in_the_languages_of_mail_programs() {
        for text in [
            "Op di 2 feb 2027 om 10:11 schreef Iris Bakker <iris@desk.example>:",
            "Op 2 feb. 2027 om 10:11 heeft Iris Bakker <iris@desk.example> het volgende geschreven:",
            "On Tue, Feb 2, 2027 at 10:11 AM Iris Bakker <iris@desk.example> wrote:",
            "Am 02.02.2027 um 10:11 schrieb Iris Bakker:",
            "Le 2 févr. 2027 à 10:11, Iris Bakker <iris@desk.example> a écrit :",
            "2027-02-02 10:11 GMT+01:00 Iris Bakker <iris@desk.example>:",
            "Iris Bakker <iris@desk.example> schreef op 2 februari 2027 om 10:11:",
        ] {
            assert_eq!(ends(text), Some(1), "{text}");
        }
        assert_eq!(ends("Op di 2 feb 2027 om 10:11 schreef Iris Bakker <\niris@desk.example>:"), Some(2));
    }

    #[test]
    fn prose_about_writing_is_no_attribution() {
        for text in [
            "Op maandag schreef ik al dat we vol zitten.",
            "On Monday I wrote to you about the places, see below",
            "Wij hebben drie plekken:",
            "You wrote that level 3 is possible?",
        ] {
            assert_eq!(ends(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_needs_a_sender_and_a_subject_or_date() {
        let lines = [
            "Van: Iris <iris@desk.example>",
            "Verzonden: dinsdag 2 februari 2027 10:11",
            "Aan: Jan",
            "Onderwerp: Stage",
        ];
        let found = block(&lines, 0).unwrap();
        assert_eq!(found.end, 4);
        assert_eq!(found.subject.as_deref(), Some("Stage"));
        assert_eq!(block(&["Van: alles wat", "gewone tekst"], 0), None);
        assert!(block(&["Van: Iris Bakker Verzonden: 2 feb 2027 Aan: Jan Onderwerp: Stage"], 0).is_some());
    }

    #[test]
    fn dashes_announce_what_follows() {
        assert_eq!(announced("-----Oorspronkelijk bericht-----"), Some(Announced::Original));
        assert_eq!(announced("---------- Forwarded message ---------"), Some(Announced::Forwarded));
        assert_eq!(announced("Begin doorgestuurd bericht:"), Some(Announced::Forwarded));
        assert_eq!(announced("--- dit is geen scheiding"), None);
    }
}
