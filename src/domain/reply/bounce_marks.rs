//! The marks of a notice of non-delivery: subjects, senders and words, and the shapes of codes and addresses.

use super::shape::Shape;
use std::sync::LazyLock;

const SUBJECT: &str = r"(?i)(?:undeliver(?:ed|able)|delivery (?:status )?(?:notification|failure|failed|problem|report|has failed|error|delayed)|deliver[a-z]* fail|fail(?:ed|ure) (?:notice|delivery)|failed delivery|failure delivery|returned (?:mail|to sender)|returning message to sender|mail (?:delivery|failed|failure|error|could not)|mail system error|message (?:delivery (?:has )?(?:failed|failure)|.{0,40}delayed|could not)|could not (?:be )?deliver|permanent delivery|non[- ]?deliver|non remis|cannot send message|delayed mail|nondeliverable|bounce|onbestelbaar|niet (?:be)?zorgd|niet (?:bezorgd|afgeleverd|bestelbaar)|bezorging .{0,20}(?:mislukt|vertraagd)|aflevering .{0,30}mislukt|mailbezorging|unzustellbar|zustellung|nicht zugestellt|non distribu|echec|échec|non remis|impossible de remettre|no se puede entregar|devuelto|mancata consegna|impossibile|não (?:entregue|foi)|не доставлено|niedostarczon|olevererbart|ej levererat|kunde inte levereras|ikke leveret|user unknown|not listed in|errors from|(?:is|are) not (?:a )?member|loop alert|undelivered|notification message|warning: (?:message|could not)|配信|送信|エラー|delivery incomplete|配達|送达|退信)";

const SENDER: &str = r"(?i)^(?:mailer[-_ ]?daemon|mail[-_.]?daemon|postmaster|post_master|poostmaster|mdaemon|mail\.?delivery(?:\.system|\.subsystem)?|mailerdaemon|mail-?er|double-?bounce|bounces?|bounced|smtp-?daemon|mmdf|uucp|nobody|root|sysadmin|system|inetgw\d?|administrator|microsoftexchange[0-9a-f]*|ses-em-d|no-reply@sns|noreply-dmarc|ndr|dsn|daemon|amavisd?|virusalert|mailsystem|pmdf|maildeliverysystem)(?:[-+._].*)?@?|^mailer-daemon|^postmaster";

const SENDER_NAME: &str = r"(?i)mail(?:er)? ?(?:deliver[a-z]*|daemon)|delivery (?:sub)?system|postmaster|system administrator|mailer-daemon|ndr administrator|interscan|mail ?server|mail system|jetmail|mailscanner|ses-em-d|microsoft outlook|mail administrator";

const BODY: &str = r"(?i)(?:could not (?:be )?deliver|(?:couldn't|can't|cannot|can not|unable to|not able to|wasn't able to|was not able to|were unable to) (?:be )?(?:deliver|send|route|relay)|(?:delivery|message|mail) (?:to .{0,120})?(?:has |have )?(?:failed|been (?:delayed|rejected|refused|returned))|deliver(?:y|ed) .{0,60}(?:failed|failure|impossible|unsuccessful|aborted)|undeliverable|undelivered|not (?:be |been )?(?:delivered|reach(?:ed)?)|did not reach|delivery (?:status|attempt|problem|errors?)|permanent (?:fatal )?errors?|fatal errors|user unknown|unknown (?:user|address|local|recipient|virtual)|(?:no such|invalid|nonexistent|non-existent) (?:user|mailbox|address|recipient|account|local)|mailbox (?:is )?(?:full|unavailable|not found|disabled|unknown)|(?:over|exceed(?:s|ed|ing)?|out of) (?:the |his |their |its |storage )*quota|quota exceeded|recipient (?:address )?(?:rejected|unknown|not found)|address (?:rejected|unknown|not found)|host (?:unknown|not found)|domain (?:not found|does not exist)|returned (?:to sender|mail|to you)|returning (?:your )?message|still being retried|will be retried|will (?:keep|continue) (?:on )?trying|has not (?:yet )?been delivered|kon(?:den)? (?:helaas )?niet (?:worden )?(?:bezorgd|afgeleverd|verzonden)|kan niet worden bezorgd|niet (?:kunnen )?(?:bezorgd|bezorgen|afleveren)|e-?mailadres .{0,40}niet gevonden|nicht zugestellt|nicht erreicht|konnte nicht|n'a pas pu être|не (?:может быть|удалось|было)|error(?:s)? .{0,20}smtp|(?:said|error|response|reason|status|smtp|remote|server)[^\n]{0,80}\b[45][0-9][0-9][ -]|\b5[0-9][0-9][ -]5\.\d+\.\d+|\b[45]\.[0-9]\.[0-9]{1,2}\b|\b55[0-4][ -]|unrouteable|unroutable|not (?:a )?member of this|duplicated message-id|not allowed to post|rejected (?:by|due|your|because)|(?:was|were|is|been) (?:rejected|refused|blocked|bounced)|not accepting|does(?: not|n't) (?:exist|have an? [a-z.]+ account)|account (?:has been |is )?(?:disabled|inactive|suspended|closed|expired)|not listed in|failed addresses follow|failed recipient|transcript of session|配信|送信でき|届け|存在しません|見つかりません|メールを(?:送|配))";

const RETURNED: &str = r"(?im)^[\s>]*(?:-{2,}.{0,80}(?:original message|copy of (?:the|your)|returned message|message follows|unsent message|below this line|returned mail|message header|kopie van het bericht|oorspronkelijk(?:e)? bericht|message headers|message text|original|undelivered message|forwarded message|header).{0,80}|-{2,} ?the (?:text|header|body).{0,80}|the (?:original|following|header of the original|text of the) message .{0,60}|original message (?:follows|headers?|:).*|message headers? follow.*|here is (?:a copy|your|the).{0,80}|(?:a )?copy of (?:the|your) (?:original )?message.{0,60}|het oorspronkelijke bericht volgt.*|below (?:this line )?is .{0,20}copy.{0,60}|your (?:original )?message (?:follows|reads).{0,80}|message (?:from|header).{0,20}:\s*|return-path: .*|received: (?:from|by|\(|with|via) .*|(?:-{3,})? ?begin (?:original )?message.*|the first \d+ .{0,40}follow.*|unsent message.*|originalnachricht.*|original mail.*|reporting-mta: .*)$";

/// Words that only a notice of non-delivery says.
const SURE: &str = r"(?i)(?:could not|couldn't|cannot|can't|unable to|not) be(?:en)? delivered|has not been delivered|delivery .{0,40}failed|undeliverable|non-delivery report|n'a pas pu (?:e|ê)tre d(?:e|é)li|n'a pas été remis|niet worden bezorgd|konnte nicht zugestellt|user unknown|mailbox full|no such user|returned to sender|not a member of this (?:mailing )?list|not allowed to post";

/// The marks of a notice, compiled.
pub(super) struct Shapes {
    pub(super) sure: Shape,
    pub(super) subject: Shape,
    pub(super) sender: Shape,
    pub(super) sender_name: Shape,
    pub(super) body: Shape,
    pub(super) returned: Shape,
    pub(super) enhanced: Shape,
    pub(super) code: Shape,
    pub(super) lead: Shape,
    pub(super) message_id: Shape,
    pub(super) delayed: Shape,
    pub(super) replied: Shape,
    pub(super) listing: Shape,
    pub(super) local: Shape,
}

pub(super) static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes {
    sure: Shape::new(SURE),
    subject: Shape::new(SUBJECT),
    sender: Shape::new(SENDER),
    sender_name: Shape::new(SENDER_NAME),
    body: Shape::new(BODY),
    returned: Shape::new(RETURNED),
    enhanced: Shape::new(r"(?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:[^0-9.]|\.?$|\.[^0-9])"),
    replied: Shape::new(r"\b[45]\d\d[ -]+['\x22(#]?([45]\.\d{1,3}\.\d{1,3})\b"),
    listing: Shape::new(
        r"(?i)(?:following|volgende|folgende[nr]?|suivant[es]*|siguientes?|seguenti)\b.*(?:recipient|address|group|geadresseerde|ontvanger|adres|empf|destinataire|destinatari)",
    ),
    local: Shape::new(r"^(?:\s{2,}|\t|<)([A-Za-z0-9][A-Za-z0-9._+-]{1,63})>?\s*$"),
    code: Shape::new(r"(?:^|[^0-9.\w])([45][0-5]\d)(?:[ \-:#,;.>\])]|$)"),
    lead: Shape::new(
        r"(?i)(?:rcpt to|recipient|failed|deliver[a-z]*|to|for|address(?:es)?|user|mailbox|account|unknown|geadresseerde[n]?|adres)\b[^@\n]{0,40}$",
    ),
    message_id: Shape::new(r"(?im)^[\s>]*message-id:\s*(<[^<>\s]{3,200}>)"),
    delayed: Shape::new(
        r"(?i)(?:will (?:be )?(?:keep |continue )?(?:on )?(?:retr|try)|still being retried|message .{0,40}delayed|delivery .{0,20}delayed|has not yet been delivered|warning message only|do not need to (?:resend|re-send)|attempts? .{0,30}will continue|(?:\(|notification )delay|being retried|not need to take any action|wordt nog geprobeerd|vertraagd|delayed mail)",
    ),
});
