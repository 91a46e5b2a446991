//! The marks of a signature: closing words, device lines, disclaimers, and the shapes of names, roles, addresses and
//! numbers.

use super::shape::Shape;
use std::sync::LazyLock;

/// Closings with a word of the writer's own: "Met zonnige groet".
const OWN_CLOSINGS: &str = r"(?:met |with )?(?:(?:een |de |a )?\p{L}[\p{L}-]{2,16}e groet(?:en|jes)?|\p{L}{3,14} (?:regards|greetings|wishes))|met \p{L}{3,16} groet(?:en|jes)?|(?:with )?(?:our|my) \p{L}{3,14} (?:regards|greetings|wishes)";

/// Words that close a mail.
const CLOSINGS: &str = r"groet(?:en|jes) van .{2,40}|warmly|ciao|ahoi|ahoy|adieu|aju+(?:s|us)?|hajje|hadd?ije|goodgoan|moi|doeg|toedeloe|dag hoor|tot kijk|cheerio|met (?:de )?groet(?:en|jes)?|(?:met )?(?:de |een )?(?:hele )?(?:vriendelijke|vriendelijk|vriend\.|hartelijke|hartelijk|warme|zonnige|sportieve|collegiale|feestelijke|beste|lieve|oprechte|welgemeende|fijne) groet(?:en|jes)?|met (?:vr\.?|vriendelijke|hartelijke|vriendlijke|vriendelijk|dank en) ?gr(?:oet(?:en|jes)?)?\.?|m\.?v\.?g\.?|m\.?h\.?g\.?|v\.?gr\.?|vr\.? ?gr(?:oet(?:en|jes)?)?\.?|gr\.?|grt(?:jes|z)?\.?|grtz|gr[oe]{2}t(?:en|jes|ies|s)?(?: en dank)?|de groeten|hoogachtend|met hoogachting|hartelijks|liefs|veel liefs|kus(?:jes)?|doei(?:doei)?|houdoe|hoi hoi|tot ziens|tot snel|tot horens|dank en groet(?:en)?|groet(?:en)? en dank|bedankt en groet(?:en)?|alvast bedankt(?: en (?:een )?(?:vriendelijke )?groet(?:en)?)?|bij voorbaat dank|bvd|fijne (?:dag|avond|week|weekend)|fijn weekend|prettige dag|prettig weekend|namens .{2,40}|hgr|succes(?: ermee)?,? groet(?:en|jes)?|xx?x?|(?:kind|kindest|best|warm|warmest|many|cordial|friendly|sincere) (?:regards|wishes|thanks)|all the best|(?:with )?(?:best|kind|warm) regards|best regards|regards|rgds|kr|br|best|cheers|sincerely(?: yours)?|yours(?: (?:sincerely|faithfully|truly))?|take care|thanks(?: (?:again|so much|a lot|and regards|in advance))?|many thanks|thank you(?: (?:very much|so much|again|and regards|for your time))?|thx|tks|thanks,? and regards|thanks (?:&|and) regards|have a (?:nice|great|good) (?:day|weekend|week|one)|love|respectfully|with respect|talk soon|see you|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|freundliche gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg|liebe gr(?:ü|ue)(?:ß|ss)e|beste gr(?:ü|ue)(?:ß|ss)e|viele gr(?:ü|ue)(?:ß|ss)e|sch(?:ö|oe)ne gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|herzliche gr(?:ü|ue)(?:ß|ss)e|cordialement|bien cordialement|bien (?:à vous|à toi)|salutations(?: distinguées)?|amicalement|sincères salutations|meilleures salutations|bonne journée|merci|saludos(?: cordiales)?|un saludo|atentamente|cordiali saluti|distinti saluti|saluti|un saluto|atenciosamente|abraços|obrigado|obrigada|med venlig hilsen|venlig hilsen|mvh|vennlig hilsen|med vennlig hilsen|hilsen|med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar|hälsningar|ystävällisin terveisin|terveisin|terv|pozdrawiam|z poważaniem|serdecznie pozdrawiam|с уважением|saygılarımla|iyi çalışmalar|s pozdravem|üdvözlettel";

/// Lines that a telephone puts under a mail.
const DEVICES: &str = r"(?:sent|sent\s+on|sent\s+by|sendt|skickat|verstuurd|verzonden|gesendet|von meinem|envoyé|enviado|enviada|inviato|lähetetty|wysłane|wysłano|отправлено|odesláno|trimis|diperisa|küldve) (?:from|via|using|with|by|on|vanaf|vanuit|met|door|van|von|mit|über|depuis|de|desde|do|da|dal|från|fra|med|z|ze|с|со|из|z mojego|via|mijn)\b[^,.!?]{0,70}(?:<\S+>|\(\S+\)|https?\S+)?[^,.!?]{0,30}|sent via [^,.!?]{2,40}, [^.!?]{4,60}|von meinem .{2,40} gesendet.{0,20}|von (?:samsung|unterwegs|mobile) .{0,30}gesendet|(?:get|download) outlook for .{2,40}|outlook (?:voor|for|für|pour) .{2,30}(?:downloaden|herunterladen)?.{0,60}|télécharge[rz] outlook pour .{0,40}|hol(?:en|e) sie sich outlook .{0,30}|verstuurd met .{2,40}|.{0,3}sent with .{2,40}|this message was sent from .{2,40}|dit bericht is verzonden (?:vanaf|met) .{2,40}|connected by (?:motoblur|dropbox)|from my (?:iphone|ipad|blackberry|android|phone|mobile).{0,30}|sent (?:unlocked )?mobile.{0,30}|lähetetty .{2,40}|iphone'?(?:mdan|umdan) gönderildi|(?:sent|written) (?:on the go|in haste).{0,40}|envoyé de mon .{2,40}|enviado desde mi .{2,40}|verzonden door yahoo.{0,40}|yahoo mail: .{0,60}|typed (?:on|with) .{2,40}";

/// Words of a disclaimer.
const DISCLAIMERS: &str = r"(?i)\bdisclaimer\b|uitsluitend (?:bestemd|bedoeld) voor|vertrouwelijk(?:e)? (?:informatie|karakter|van aard)|kan vertrouwelijk|is bestemd voor de geadresseerde|niet de (?:bedoelde|beoogde) ontvanger|geen rechten worden ontleend|intended (?:solely |only |recipient)|intended for the|confidential(?:ity)? (?:notice|information|and|nature)|confidential and|if you (?:have received|are not the|received) this|received this (?:e-?mail|message|communication) in error|think before (?:you )?print|denk aan het milieu|print(?:en|t)? .{0,30}(?:milieu|noodzakelijk)|consider the environment|please consider|vertrauliche informationen|nicht der (?:richtige|beabsichtigte) (?:adressat|empfänger)|scanned (?:by|for) |this email (?:has been|was) (?:scanned|checked)|virus-free|virusvrij|geen e-?mail(?:s)? meer (?:wilt )?ontvangen|unsubscribe (?:here|from)|general terms and conditions|algemene (?:leverings)?voorwaarden|this message contains|ce message (?:est|contient)|legally privileged|op (?:al )?onze .{0,40}voorwaarden|^caution: |^let op: deze e-?mail (?:komt|is afkomstig) van buiten|external e-?mail|(?:e-?mail|bericht) .{0,20}(?:abusievelijk|ten onrechte|per ongeluk) (?:heeft |hebt )?ontvangen|niet voor u (?:is )?bestemd|informatie bevatten die|gecontroleerd op virussen|beveiligd bericht|aansprakelijkheid (?:is|wordt)|is confidential\b|not liable|ingeschreven (?:onder|bij|in) .{0,40}(?:kvk|kamer van koophandel|nummer)|(?:klik|click) (?:hier|here) (?:om|to) .{0,30}(?:af te melden|unsubscribe)|^(?:volg|bezoek|follow|visit) (?:ons|ook|us|our)\b";

/// The marks of a signature, compiled.
pub(super) struct Shapes {
    pub(super) closing: Shape,
    pub(super) own_closing: Shape,
    pub(super) device: Shape,
    pub(super) disclaimer: Shape,
    pub(super) contact: Shape,
    pub(super) phone: Shape,
    pub(super) postcode: Shape,
    pub(super) name: Shape,
    pub(super) dashed_name: Shape,
    pub(super) list_foot: Shape,
    pub(super) thanks: Shape,
    pub(super) dashed_word: Shape,
    pub(super) role: Shape,
    pub(super) workdays: Shape,
    pub(super) offer: Shape,
}

pub(super) static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes {
    closing: Shape::new(closing(CLOSINGS)),
    own_closing: Shape::new(closing(OWN_CLOSINGS)),
    device: Shape::new(format!(r"(?i)^[\s*_>(\[-]*(?:{DEVICES})[\s*_.!)\]>]*$")),
    disclaimer: Shape::new(DISCLAIMERS),
    contact: Shape::new(
        r"(?i)^[\s*]*(?:open(?:ingstijden|ing hours)?|geopend|bereikbaar)\b.{0,20}\b(?:ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun|van|from|\d{1,2}[.:]\d\d)\b|\b(?:tel|telefoon|telephone|phone|mob|mobiel|mobile|cell|fax|direct|office|kvk|k\.v\.k|btw|iban|vat|bank|skype|twitter|linkedin|facebook|instagram|whatsapp|website|web|postbus|p\.?o\.? box|bezoekadres|postadres|werkdagen|aanwezig)\b\s*\*?\s*[:.|#]?|^[\s*]*[TMEWAFtmewaf]\s*[:.|]\s*\S|^[\s*]*[TMF]\s+[+0(]|www\.|https?://|\[image[:\s]|\[cid:|<mailto:|\b(?:b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|gmbh|ltd\.?|inc\.?|llc|stichting)\s*\*?$|ᐧ",
    ),
    phone: Shape::new(r"(?:\+\d|\b0\d|\(0)\d?[\d\s()./-]{6,}\d"),
    postcode: Shape::new(
        r"\b\d{4}\s?[A-Z]{2}\b|\b(?:laan|straat|weg|plein|kade|dreef|singel|gracht|dijk|hof)\s+\d|(?i)(?:laan|straat|weg|plein|kade|dreef|singel|gracht|dijk|street|avenue|road|strasse|straße)\s+\d{1,4}\b",
    ),
    name: Shape::new(
        r"^[\s*_]*(?:(?:drs|ir|ing|mr|dr|mevr|mw|dhr|mag)\.?\s+)?\p{Lu}[\p{L}.'’-]*(?:\s+(?:van|de|der|den|ter|ten|te|la|el|von|het|'t|op|in)){0,3}(?:\s+\(?\p{Lu}[\p{L}.'’)-]*){0,3}[\s*_,.]*$",
    ),
    dashed_name: Shape::new(r"^\s*[-–—/~*]{1,2}\s?\p{Lu}[\p{L}.'-]*(?:\s+\p{Lu}[\p{L}.'-]*){0,2}\s*$"),
    thanks: Shape::new(
        r"(?i)^[\s*_]*(?:(?:many |alvast |nogmaals |heel |hartelijk |dank u |dank je |bij voorbaat |merci |muito )*(?:thanks|thank you|thx|tks|bedankt|dank|merci|danke|obrigad[oa])(?: (?:again|so much|a lot|in advance|very much|for your time|alvast|d'avance|d’avance|im voraus))*)[\s!.,:;)☺😊🙂👍]*$",
    ),
    dashed_word: Shape::new(r"^\s*[-–—~]\s?\p{Ll}[\p{L}.'-]*\s*$"),
    workdays: Shape::new(
        r"(?i)^\s*(?:ik ben aanwezig|ik ben bereikbaar|ik werk|aanwezig|werkzaam|bereikbaar|mijn werkdagen|werkdagen|working days|i work)\b.{0,20}\b(?:ma|di|wo|do|vr|(?:maan|dins|woens|donder|vrij)dag|monday|tuesday|wednesday|thursday|friday)\b",
    ),
    offer: Shape::new(
        r"(?i)\b(?:plek(?:ken)?|plaats(?:en)?|stagiaire?s?|leerling(?:en)?|student(?:en|s)?|niveau|vanaf|interns?|places?|spots?)\b",
    ),
    role: Shape::new(
        r"(?i)\b(?:eigenaar|eigenares|directeur|directrice|manager|bedrijfsleid(?:er|ster)|teamleid(?:er|ster)|leidinggevende|co[oö]rdinator|adviseur|hr|p&o|planner|hoofd|chef|kok|receptie|administratie|praktijkopleider|stagebegeleider|begeleider|medewerker|verpleegkundige|monteur|owner|director|head of|coordinator|officer|engineer|assistant|lead|ceo|cto|cfo|founder|consultant|recruiter|bv|b\.v\.|vof|holding|groep|group)\b",
    ),
    list_foot: Shape::new(
        r"(?i)^\s*(?:[_-]{10,}|you received this message because|to unsubscribe|you are receiving this|reply to this email directly|to post to this group|visit this group)",
    ),
});

/// A line that closes a letter with these words, and perhaps a name behind them.
fn closing(words: &str) -> String {
    format!(
        r"(?i)^[\s*_>]*(?:{words})(?:[^\p{{L}}\p{{N}}'’]|$)[\s,.!;:*_–-]*(?:(?:(?:from|van|uit)\s+)?[\p{{L}}][\p{{L}}.'’-]*(?:[\s,&/|]+(?:en\s+)?[\p{{L}}(][\p{{L}}.'’)-]*){{0,5}})?[\s,.!*:x;)☺😊🙂👍]*$"
    )
}
