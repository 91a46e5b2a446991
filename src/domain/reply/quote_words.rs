//! The words that mail programs put above a quote, in the languages that they speak: labels of header blocks, what a
//! line of dashes announces, and the verbs of "… wrote:".

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
pub(super) const LABELS: &[(Label, &str)] = &[
    (
        Label::From,
        "from|van|von|de|da|afzender|absender|afsender|avsender|avsändare|отправитель|från|fra|lähettäjä|od|от|от кого|відправник|від|kimden|gönderen|feladó|nadawca|odesílatel|\
         expéditeur|mittente|remitente|remetente|de la|expeditor|差出人|发件人|寄件者|보낸 사람|από|מאת|из|šalje|odosielateľ|saatja|frá|pošiljatelj",
    ),
    (
        Label::Date,
        "sent|date|message du|verzonden|verzonden op|datum|gesendet|gesendet am|envoyé|envoyé le|date d'envoi|enviado|enviado el|\
         enviado em|enviada em|enviada|fecha|data|inviato|inviato il|skickat|dato|sendt|sendt den|lähetetty|päivämäärä|päiväys|wysłano|wysłane|дата|отправлено|\
         надіслано|gönderildi|gönderilme tarihi|tarih|elküldve|küldve|dátum|odesláno|odoslané|trimis|trimise|dată|日時|送信日時|日期|发送时间|날짜|보낸 날짜|\
         ημερομηνία|poslano|saadetud|送信|发送日期|dagsetning|skickat den|dátum a čas",
    ),
    (
        Label::To,
        "to|aan|an|à|a|ontvanger|empfänger|modtager|mottaker|mottagare|adresat|příjemce|príjemca|primatelj|destinatar|destinatário|получатель|одержувач|para|per|till|til|vastaanottaja|do|komu|кому|kime|alıcı|címzett|destinataire|destinatario|\
         către|宛先|收件人|收件者|받는 사람|προς|pre|prima|do:|saaja|za|кому",
    ),
    (
        Label::Copy,
        "cc|bcc|kopie|copie à|kopi|copia|cópia|kopia|copie|kopio|копия|копія|másolatot kap|másolat|dw|udw|bilgi|抄送|副本|참조|\
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

/// Words of a line of dashes above the message that is answered.
pub(super) const ORIGINAL: &str = "original message|original mail|original|reply message|reply above this line|oorspronkelijk bericht|origineel bericht|\
    ursprüngliche nachricht|urspruengliche nachricht|originalnachricht|ursprünglich nachricht|message d'origine|message original|mensaje original|mensagem original|messaggio originale|\
    originalmeddelande|ursprungligt meddelande|oprindelig meddelelse|oprindelig besked|opprinnelig melding|original besked|original meddelelse|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|\
    исходное сообщение|оригинальное сообщение|orijinal mesaj|původní zpráva|eredeti üzenet|quoted text|antwort|mesaj original|pôvodná správa|pôvodní zpráva|원본 메시지|原始邮件|原始郵件|original-nachricht|dit is een antwoord op|mensaje original|alkuperäinen viesti|ursprungsmeddelande|wiadomość";
/// Words of a line of dashes above a message that is passed on.
pub(super) const FORWARDED: &str = "forwarded message|forwarded mail|forwarded e-mail|fwd message|forwarded by|original forwarded|doorgestuurd bericht|doorgestuurde bericht|forwarded|weitergeleitete nachricht|\
    message transféré|mail transféré|courriel transféré|message transmis|message réexpédié|mensaje reenviado|mensagem encaminhada|mensagem reencaminhada|messaggio inoltrato|messaggio rinviato|vidarebefordrat meddelande|videresendt meddelelse|videresendt melding|\
    videresendt besked|videresendt|välitetty viesti|edelleenlähetetty viesti|przekazana wiadomość|treść przekazanej wiadomości|treść wiadomości przekazanej|wiadomość przekazana|пересылаемое сообщение|перенаправленное сообщение|переслане повідомлення|перенаправлене повідомлення|пересланное сообщение|iletilen ileti|iletilen mesaj|i̇letilen ileti|İletilen ileti|İletilen mesaj|İletilmiş ileti|İletilmiş mesaj|yönlendirilmiş ileti|yönlendirilen ileti|\
    přeposlaná zpráva|přeposlaný e-mail|preposlaná správa|továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj redirectionat|mesajul redirecționat|转发的邮件|轉寄的郵件|전달된 메시지|転送メッセージ|転送されたメッセージ|προωθημένο μήνυμα|proslijeđena poruka|prosljeđena poruka|preusmjerena poruka|edastatud kiri|vidarebefordrat mail|start of forwarded message|lähetetty edelleen|posredovano sporočilo|vidarebefordrat|doorgestuurde mail|videresend|framsend skilaboð";

/// Lines without dashes that announce a message that is passed on.
pub(super) const BEGUN: &str = r"begin forwarded message|begin doorgestuurd bericht|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|início da mensagem (?:encaminhada|reencaminhada)|inizio messaggio inoltrato|vidarebefordrat mejl|start på vidarebefordrat (?:brev|meddelande)|påbörjat vidarebefordrat meddelande|vidarebefordrat brev|start på videresendt (?:besked|meddelelse|melding)|videresendt (?:besked|melding|meddelelse)|begynnelse på videresendt (?:melding|e-post)|välitetty viesti alkaa|välitetty viesti|początek przekazywanej wiadomości|начало переадресованного сообщения|начало пересылаемого сообщения|początek przekazanej wiadomości|iletilen ileti başlangıcı|iletiyi başlat|başlangıç: iletilen ileti|yönlendirilen e-posta başlangıcı|začátek přeposílané zprávy|začátek přeposlané zprávy|začiatok preposlanej správy|továbbított levél kezdete|転送されたメッセージ|开始转发的邮件|開始轉寄郵件|전달된 메시지|começo da mensagem encaminhada|początek wiadomości przekazanej|inici del missatge reenviat|início da mensagem reenviada|début du message transmis|începe mesajul redirecționat|İleti başlangıcı|İletilen ileti başlangıcı|începutul mesajului redirecționat|početak proslijeđene poruke|započni proslijeđenu poruku|začetek posredovanega sporočila|ξεκινά το προωθημένο μήνυμα|начало переадресовываемого сообщения|початок листа, що пересилається|rozpoczęcie przekazanej wiadomości|il messaggio inoltrato|inizio del messaggio inoltrato|mensaje reenviado|mesajul redirecționat|mesaj redirecționat|вот перенаправленное сообщение|alkaa välitetty viesti|vidarebefordrat meddelande";

/// What an attribution says that somebody did.
pub(super) const VERBS: &str = r"wrote|writes|schreef|heeft .{0,200}?geschreven|geschreven|schrieb|hat .{0,200}?geschrieben|geschrieben|a écrit|écrivait|a ecrit|escribió|escribio|escreveu|ha scritto|skrev|kirjoitti|napisał|napisała|napisał\(a\)|pisze|написал|написала|написал\(а\)|писал|писала|пишет|пише|написав|yazdı|yazmış|napsal|napsala|napsal\(a\)|napísal|napísal\(a\)|írta|ezt írta|a scris|写道|寫道|のメール|đã viết|έγραψε|작성|님이 작성|napisao|napisala|je napisao|je napisao/la|escrigué|va escriure|skrifaði|כתב|كتب|rašė|kirjutas|rakstīja|dixo|nhắn|idatzi du|messaggio|said|responded";

/// With what an attribution begins.
pub(super) const STARTERS: &str = r"on|at|op|am|le|el|il|em|den|på|w dniu|dnia|dne|dňa|no dia|vào|στις|il giorno|a|quoting|citeren|citaat|zitat von|mon|tue|wed|thu|fri|sat|sun|ma|di|wo|do|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mo|mi|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|lør|søn|tir|tor|fre|ons|man|fös|ср|пн|вт|чт|пт|сб|вс|нд|pon|wt|śr|czw|pt|sob|niedz|ti|ke|to|pe|la|su|op|am|da|il|el dia|el día|date|sent|\d{1,4}";
