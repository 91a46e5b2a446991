//! The engine's promises: strict, escaped by part, bounded, and no outreach without its footer.

use super::*;
use crate::mail::contexts::{AnswerContext, DigestContext, OutreachContext};
use serde_json::json;
use std::sync::LazyLock;

static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::embedded().unwrap());

fn templates() -> &'static Templates {
    &TEMPLATES
}

fn frame() -> Frame {
    Frame::sample(Lang::Nl, Purpose::System)
}

fn text(source: &str, data: &serde_json::Value) -> Result<String, Problem> {
    templates()
        .render_custom("x", source, None, data, &frame())
        .map(|done| done.text.trim_end().to_owned())
        .map_err(|error| error.problem)
}

#[test]
fn every_embedded_mail_renders_in_every_language() {
    templates().check().unwrap();
}

#[test]
fn the_first_question_reads_as_it_should_with_and_without_details() {
    let full = OutreachContext::sample(Lang::Nl, true);
    let done = templates().render(&full, &Frame::sample(Lang::Nl, Purpose::Outreach)).unwrap();
    assert_eq!(done.subject, "Heeft Groentehal Gaarde plek voor een stagiair vanaf februari 2027?");
    assert!(done.text.starts_with("Beste Charlie,\n\nBij Stageloket Nieuw-West"), "{}", done.text);
    assert!(done.text.contains("als verkoper, kok en logistiek medewerker (mbo niveau 2) vanaf februari 2027?"));
    for part in [&done.text, done.html.as_ref().unwrap()] {
        for needed in ["Loketplein 1", "U krijgt deze mail omdat", "https://desk.example/stop/0123456789abcdef"] {
            assert!(part.contains(needed), "{needed} in {part}");
        }
    }
    assert!(!done.text.contains("\n\n\n"), "{}", done.text);
    let bare = OutreachContext::sample(Lang::Nl, false);
    let done = templates().render(&bare, &Frame::sample(Lang::Nl, Purpose::Outreach)).unwrap();
    assert!(done.text.contains("Heeft u plek voor een leerling?"), "{}", done.text);
}

#[test]
fn outreach_without_footer_or_with_an_empty_one_does_not_render() {
    let context = OutreachContext::sample(Lang::En, true);
    let mut frame = Frame::sample(Lang::En, Purpose::Outreach);
    frame.footer.as_mut().unwrap().ground = String::new();
    let error = templates().render(&context, &frame).unwrap_err();
    assert_eq!(error.variable(), Some("ground"));
    frame.footer = None;
    assert_eq!(templates().render(&context, &frame).unwrap_err().problem, Problem::NoFooter);
    let error = templates().render_custom("a", "b", Some("c"), &context, &frame).unwrap_err();
    assert_eq!(error.problem, Problem::NoFooter);
}

#[test]
fn an_unknown_or_empty_variable_is_named() {
    let data = json!({"a": "x", "leeg": " ", "niets": null, "lijst": ["p", "q"], "r": {"s": "t"}});
    let unknown = |name: &str| Err(Problem::Unknown(name.to_owned()));
    assert_eq!(text("{{a}} {{r.s}}", &data).unwrap(), "x t");
    assert_eq!(text("{{b}}", &data), unknown("b"));
    assert_eq!(text("{{r.x}}", &data), unknown("r.x"));
    assert_eq!(text("{{#if b}}x{{/if}}", &data), unknown("b"));
    assert_eq!(text("{{#each b}}x{{/each}}", &data), unknown("b"));
    assert_eq!(text("{{#with b}}x{{/with}}", &data), unknown("b"));
    assert_eq!(text("{{leeg}}", &data), Err(Problem::Empty("leeg".to_owned())));
    assert_eq!(text("{{niets}}", &data), Err(Problem::Empty("niets".to_owned())));
    assert_eq!(text("{{lijst}}", &data), Err(Problem::NotText("lijst".to_owned())));
    assert_eq!(text("{{#if niets}}{{niets}}{{else}}-{{/if}}", &data).unwrap(), "-");
    assert_eq!(text("{{#each lijst}}{{@index}}{{this}}{{../a}}{{/each}}", &data).unwrap(), "0px1qx");
    assert_eq!(text("{{#if (eq a 'x')}}ja{{/if}}", &data).unwrap(), "ja");
}

#[test]
fn what_could_escape_the_engine_is_refused_when_it_is_read() {
    let data = json!({"a": "x"});
    for raw in ["{{{a}}}", "{{&a}}", "{{& a}}", "{{~{a}~}}"] {
        assert!(matches!(text(raw, &data), Err(Problem::Raw | Problem::Syntax(_))), "{raw}");
    }
    let foreign = [
        "{{> layout}}",
        "{{#> layout}}x{{/layout}}",
        "{{#*inline \"x\"}}y{{/inline}}",
        "{{lookup this \"a\"}}",
        "{{log a}}",
        "{{insert a}}",
        "{{filled a}}",
        "{{{{raw}}}}x{{{{/raw}}}}",
        "{{#a}}x{{/a}}",
        "{{#if (lookup this 'a')}}x{{/if}}",
    ];
    for source in foreign {
        assert!(matches!(text(source, &data), Err(Problem::Foreign(_))), "{source}: {:?}", text(source, &data));
    }
    for broken in ["{{", "{{#if a}}", "{{/if}}", "{{a"] {
        assert!(matches!(text(broken, &data), Err(Problem::Syntax(_))), "{broken}: {:?}", text(broken, &data));
    }
}

#[test]
fn html_escapes_what_it_fills_in_and_text_does_not() {
    let data = json!({"a": "<b>&\"'"});
    let done = templates().render_custom("{{a}}", "{{a}}", Some("<p>{{a}}</p>"), &data, &frame()).unwrap();
    assert_eq!(done.subject, "<b>&\"'");
    assert_eq!(done.text, "<b>&\"'\n");
    assert!(done.html.unwrap().contains("<p>&lt;b&gt;&amp;&quot;&#x27;</p>"));
}

#[test]
fn a_subject_stays_one_line() {
    let data = json!({"a": "x\r\nBcc: y@z.example"});
    let error = templates().render_custom("{{a}}", "t", None, &data, &frame()).unwrap_err();
    assert_eq!((error.part, error.problem), (Part::Subject, Problem::LineBreak));
}

#[test]
fn size_and_depth_are_bounded() {
    let data = json!({"l": vec!["x".repeat(1000); 300]});
    assert_eq!(text("{{#each l}}{{this}}{{/each}}", &data), Err(Problem::TooLong));
    assert_eq!(text(&"x".repeat(70_000), &data), Err(Problem::TooLong));
    let deep = format!("{}{}", "{{#if l}}".repeat(3000), "{{/if}}".repeat(3000));
    assert_eq!(text(&deep, &data), Err(Problem::TooDeep));
    let brackets = format!("{{{{#if {}l{}}}}}x{{{{/if}}}}", "(not ".repeat(3000), ")".repeat(3000));
    assert_eq!(text(&brackets, &data), Err(Problem::TooDeep));
    let chain = format!("{{{{#if l}}}}{}{{{{/if}}}}", "{{else if l}}".repeat(4000));
    assert_eq!(text(&chain, &data), Err(Problem::TooDeep));
}

#[test]
fn the_variables_of_a_source_are_found() {
    let source =
        "{{b}} {{#if a}}{{#each roles}}{{this}}{{@index}}{{../c}}{{/each}}{{/if}} {{#if (eq d 1)}}{{/if}} {{b}}";
    assert_eq!(variables_used(source).unwrap(), ["a", "b", "d", "roles"]);
}

#[test]
fn an_answer_keeps_its_lines_and_paragraphs() {
    let context = AnswerContext::new("Re: stage", "Dag Charlie,\r\n\r\nEen <b> & twee.\nTot dinsdag.\n\n\nNoor");
    let done = templates().render(&context, &Frame::sample(Lang::Nl, Purpose::Answer)).unwrap();
    assert_eq!(done.subject, "Re: stage");
    assert_eq!(done.text, "Dag Charlie,\n\nEen <b> & twee.\nTot dinsdag.\n\n\nNoor\n");
    let html = done.html.unwrap();
    assert!(html.contains("Een &lt;b&gt; &amp; twee.<br>Tot dinsdag.</p>"), "{html}");
}

#[test]
fn the_digest_lists_what_waits() {
    let done = templates().render(&DigestContext::sample(Lang::Nl, true), &frame()).unwrap();
    assert_eq!(done.subject, "Nog één ding voor jou, maandag 23 november");
    assert!(
        done.text.contains("Bellen\n- Bel Groentehal Gaarde over Sam.\n  https://desk.example/tasks/1\n"),
        "{}",
        done.text
    );
}

#[test]
fn a_folder_overrides_single_files_and_a_misspelt_one_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("nl/password-reset");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("subject.hbs"), "Anders, {{user_name}}").unwrap();
    let templates = Templates::with_folder(dir.path()).unwrap();
    templates.check().unwrap();
    let context = crate::mail::contexts::PasswordResetContext::sample(Lang::Nl, true);
    assert_eq!(templates.render(&context, &frame()).unwrap().subject, "Anders, Noor");
    std::fs::write(own.join("subject.hbs"), "{{user_nam}}").unwrap();
    let error = Templates::with_folder(dir.path()).unwrap().check().unwrap_err();
    assert_eq!((error.template.as_str(), error.variable()), ("nl/password-reset", Some("user_nam")));
    std::fs::write(own.join("sbject.hbs"), "x").unwrap();
    assert!(matches!(Templates::with_folder(dir.path()).unwrap_err().problem, Problem::File(_)));
}
