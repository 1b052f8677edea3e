//! Names, tags, endpoints and messages that are anything: they leave no line, cell, span or fence.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use remediation::formats;

use crate::sample::hostile;

/// Texts of pieces that mean something to a shell, a terminal, Markdown, JSON or the AWS CLI.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "$(touch PWNED)",
        "`touch PWNED`",
        "'$(touch PWNED)'",
        "'; touch PWNED; '",
        "; touch PWNED;",
        "'",
        "\"",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{2028}",
        "|",
        "||",
        "```",
        "~~~",
        "\n```\n",
        "# x",
        "- x",
        "<b>",
        "</td>",
        "<!--",
        "[a](b)",
        "![a](b)",
        "&amp;",
        "**",
        "__",
        "--",
        "-",
        "file://x",
        "${IFS}",
        "%s",
        "*",
        " ",
        "\u{0}x",
        "é",
        "😀",
        "EOF\n",
        "]]",
        "<id of the run>",
    ]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| format!("q {}q", pieces.concat()))
}

/// Returns the structure of a document: its tags, without texts.
fn structure(markdown: &str) -> Vec<String> {
    let name = |tag: &Tag| format!("{tag:?}").split(['(', ' ', '{']).next().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(tag) => found.push(name(&tag)),
            Event::End(_) | Event::Text(_) | Event::Code(_) | Event::SoftBreak => {}
            other => found.push(format!("{other:?}")),
        }
    }
    found
}

/// Counts a value in a document as a reader shows it, without its commands, in any case of letters.
fn shown(markdown: &str, value: &str) -> usize {
    let mut is_command = false;
    let mut read = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_command = true,
            Event::End(TagEnd::CodeBlock) => is_command = false,
            Event::Text(text) | Event::Code(text) if !is_command => read.push_str(&text),
            _ => {}
        }
    }
    read.to_lowercase().matches(&value.to_lowercase()).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_value_stays_on_its_line(text in text()) {
        let (plan, plain) = (hostile(&text), hostile("q x"));
        for (name, format) in [
            ("terminal", (|plan| formats::terminal(plan, None, false)) as fn(&remediation::Plan) -> String),
            ("console", formats::console),
            ("overview", |plan| formats::overview(std::slice::from_ref(plan), None, false)),
        ] {
            let written = format(&plan);
            let odd = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2028}".contains(c));
            prop_assert!(!written.contains(odd), "{name}: {written}");
            // Commands are broken by their length.
            let lines = |text: &str| text.lines().filter(|line| !line.starts_with("     ")).count();
            prop_assert_eq!(lines(&written), lines(&format(&plain)), "{}", name);
        }
    }

    #[test]
    fn a_value_stays_in_its_place_in_markdown(text in text()) {
        let (written, plain) = (formats::markdown(&hostile(&text)), formats::markdown(&hostile("q x")));
        prop_assert_eq!(structure(&written), structure(&plain), "{}", written);
        // Others are shown with escapes, or cut with the name of the new instance.
        if text.len() <= 40 && text.chars().all(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')) {
            prop_assert_eq!(shown(&written, &text), shown(&plain, "q x"), "{}", written);
        }
    }

    #[test]
    fn a_value_is_itself_in_json(text in text()) {
        let plan = hostile(&text);
        let read: remediation::Plan = serde_json::from_str(&formats::json(&plan).unwrap()).unwrap();
        prop_assert_eq!(read, plan);
    }
}

#[test]
fn each_mark_of_markdown_stays_in_its_place() {
    let plain = formats::markdown(&hostile("q x"));
    for mark in [
        "|",
        "||",
        "`",
        "```",
        "**",
        "__",
        "<b>",
        "<!--",
        "[a](b)",
        "![a](b)",
        "&amp;",
        "# x",
        "~~~",
        "http://x.y",
        "$$",
    ] {
        let text = format!("q {mark}q");
        let written = formats::markdown(&hostile(&text));
        assert_eq!(structure(&written), structure(&plain), "{written}");
        assert_eq!(shown(&written, &text), shown(&plain, "q x"), "{written}");
    }
}
