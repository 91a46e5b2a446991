//! What is signature and what is said.

use super::*;

fn text(mail: &str) -> String {
    cut(mail, None).text
}

#[test]
fn a_closing_line_cuts_with_all_that_stands_under_it() {
    let mail =
        "Wij hebben twee plekken.\n\nMet vriendelijke groet,\n\nJan Pot\nBedrijfsleider\nPot Bouw B.V.\nKvK 12345678";
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
        "Met groet\nAnja",
    ] {
        assert_eq!(text(&format!("Ja, dat kan.\n\n{closing}")), "Ja, dat kan.", "{closing}");
    }
}

#[test]
fn a_word_that_begins_like_a_closing_closes_nothing() {
    for line in ["Groen licht!", "Bram Kuiper doet mee", "Krijgen jullie te horen", "Bestuur akkoord"] {
        let mail = format!("Het is besproken.\n\n{line}");
        assert_eq!(text(&mail), mail);
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

#[test]
fn a_block_that_a_name_opens_is_a_signature_without_any_mark() {
    for block in [
        "Ilse Verbrugge\nTeamleider\nZorgcentrum De Linde\nLindelaan 4, Tiel\n0344 - 61 22 33",
        "Ilse Verbrugge\nHoofd P&O\nIk werk op maandag, dinsdag en donderdag\n0344 - 61 22 33",
        "Ilse Verbrugge | Teamleider\nZorgcentrum De Linde\nT 0344 - 61 22 33",
        "Ilse Verbrugge\nTeamleider\n\nZorgcentrum De Linde\nLindelaan 4\n4001 AB Tiel\nwww.delinde.example",
    ] {
        for mail in [format!("Ja, een plek is er.\n\n{block}"), format!("Ja, een plek is er.\n{block}")] {
            assert_eq!(cut(&mail, Some("Ilse Verbrugge")).text, "Ja, een plek is er.", "{mail}");
            assert_eq!(cut(&mail, None).text, "Ja, een plek is er.", "{mail}");
        }
    }
}

#[test]
fn somebody_else_with_a_number_is_no_signature() {
    for mail in [
        "Neem contact op met:\n\nBram Kuiper\nPlanner\n06-12345678",
        "U kunt hem bereiken:\nBram Kuiper\nPlanner\n06-12345678",
    ] {
        assert_eq!(text(mail), mail);
    }
    let mail = "Bram doet de stages.\n\nBram Kuiper\nPlanner\n06-12345678";
    assert_eq!(cut(mail, Some("Ilse Verbrugge")).text, mail);
}

#[test]
fn what_is_offered_line_by_line_is_no_signature() {
    let mail = "Dit kan:\n\nBakkerij Tiel Noord\n2 plekken vanaf mei\nBakkerij Culemborg\n1 plek, tel. 0345-123456";
    assert_eq!(text(mail), mail);
    let mail = "Zie hieronder.\n\nBakkerij Tiel Noord\n2 plekken vanaf mei\nBakkerij Culemborg\n1 leerling";
    assert_eq!(text(mail), mail);
    assert_eq!(text("Bel me gerust op:\n\n0344 - 61 22 33"), "Bel me gerust op:\n\n0344 - 61 22 33");
}

#[test]
fn thanks_with_nothing_below_is_said() {
    assert_eq!(text("Stuur maar op.\n\nAlvast bedankt!"), "Stuur maar op.\n\nAlvast bedankt!");
    assert_eq!(text("Stuur maar op.\n\nAlvast bedankt,\nIlse"), "Stuur maar op.");
}

#[test]
fn a_list_item_is_no_name() {
    assert_eq!(text("Wij zoeken:\n\n- kok"), "Wij zoeken:\n\n- kok");
    assert_eq!(text("Dat is goed!\n\n- ilse"), "Dat is goed!");
}

#[test]
fn closings_of_any_tone_and_in_two_languages_close() {
    for closing in [
        "Met sportieve groet,\nJan Pot",
        "Vrolijke groet\nJan",
        "Met vriendelijke groet / Kind regards,\nJan Pot",
        "Sunny greetings,\nAnn",
        "With best wishes,\nAnn\nMuseum Nergens\nOpen Wed-Sun 11:00-17:00",
        "Ahoi,\n\nWouter",
    ] {
        assert_eq!(text(&format!("Ja, dat kan.\n\n{closing}")), "Ja, dat kan.", "{closing}");
    }
    for said in ["Doe de groeten aan Jan.", "Met groene energie doen wij veel."] {
        let mail = format!("Ja, dat kan.\n\n{said}");
        assert_eq!(text(&mail), mail);
    }
}

#[test]
fn a_given_name_alone_signs_and_a_word_that_answers_does_not() {
    let long = "Wij hebben dit jaar geen plek voor een leerling, want de werkplaats wordt verbouwd.";
    for name in ["Truus", "Ron", "Björn"] {
        assert_eq!(text(&format!("{long}\n\n{name}")), long, "{name}");
    }
    for word in ["Helaas", "Maandag", "Maart", "Akkoord", "truus", "HEMA"] {
        let mail = format!("{long}\n\n{word}");
        assert_eq!(text(&mail), mail, "{word}");
    }
}

#[test]
fn an_address_that_is_told_is_no_signature() {
    let mail =
        "Twee plekken.\n\nAdres voor de studenten: Kerklaan 18, twee kilometer na de rotonde.\n\nGroet,\nJan Pot";
    assert!(text(mail).ends_with("na de rotonde."), "{}", text(mail));
}
