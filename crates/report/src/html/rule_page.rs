//! The pages of the rules in the report, from Markdown. No HTML of a page reaches the report: it becomes text.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use rule_core::Rule;

use crate::Report;

/// Returns true if the pages of the rules are at an address of the web, and not in the report.
pub(super) fn is_elsewhere(report: &Report) -> bool {
    let is_web = |url: &String| ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    report.docs_url.as_ref().is_some_and(is_web)
}

/// Returns the reference to the page of a rule: its address, or its place in the report.
pub(super) fn reference(report: &Report, rule: &Rule) -> String {
    if is_elsewhere(report) { report.page(rule) } else { format!("#rule-{}", rule.identifier) }
}

/// Builds the name of a rule as a link to its page, if the report has or knows it.
pub(super) fn link(report: &Report, rule: &Rule) -> Markup {
    let is_known = is_elsewhere(report) || report.shown().any(|one| one.rule.identifier == rule.identifier);
    html! {
        @if is_known { a href=(reference(report, rule)) { (rule.identifier) } }
        @else { (rule.identifier) }
    }
}

/// Builds the pages of the rules whose results are shown, each folded. Empty if the pages are at an address.
pub(super) fn all(report: &Report) -> Markup {
    let rules = report.rules().into_iter();
    let rules = rules.filter(|rule| report.shown().any(|one| one.rule.identifier == rule.identifier));
    let mut rules: Vec<&Rule> = rules.collect();
    rules.sort_by_key(|rule| rule.identifier);
    html! {
        @if !is_elsewhere(report) && !rules.is_empty() {
            section #rules .panel aria-labelledby="rules-title" {
                h2 #rules-title { "Rules" }
                @for rule in rules {
                    details.rule-page {
                        summary { (rule.identifier) }
                        // A browser opens the fold when it goes to a place inside it.
                        section id={ "rule-" (rule.identifier) } tabindex="-1" { (render(rule.page)) }
                    }
                }
            }
        }
    }
}

/// Renders Markdown as HTML: headings two levels lower, since the page stands in a section of the report.
fn render(markdown: &str) -> Markup {
    let mut page = Renderer::default();
    Parser::new_ext(markdown, Options::ENABLE_TABLES).for_each(|event| page.add(event));
    PreEscaped(page.html)
}

#[derive(Default)]
struct Renderer {
    html: String,
    /// The HTML before the head of the current table.
    head: Option<usize>,
    in_head: bool,
    /// True for each open link that became one.
    links: Vec<bool>,
}

impl Renderer {
    fn add(&mut self, event: Event<'_>) {
        match event {
            Event::Code(text) => {
                self.html.push_str("<code>");
                self.text(&text);
                self.html.push_str("</code>");
            }
            // The comments mark the generated parts of a page.
            Event::Html(text) if text.trim().starts_with("<!--") && text.trim().ends_with("-->") => {}
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak => self.html.push('\n'),
            Event::HardBreak => self.html.push_str("<br>"),
            Event::Rule => self.html.push_str("<hr>"),
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.html.push_str(&html! { (text) }.0);
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { level, .. } => self.html.push_str(heading(*level as usize).0),
            Tag::CodeBlock(_) => self.html.push_str("<pre tabindex=\"0\"><code>"),
            Tag::List(Some(_)) => self.html.push_str("<ol>"),
            Tag::List(None) => self.html.push_str("<ul>"),
            Tag::Item => self.html.push_str("<li>"),
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Table(_) => self.html.push_str("<div class=\"scroll\" tabindex=\"0\"><table>"),
            Tag::TableHead => {
                self.head = Some(self.html.len());
                self.in_head = true;
                self.html.push_str("<thead><tr>");
            }
            Tag::TableRow => self.html.push_str("<tr>"),
            Tag::TableCell => self.html.push_str(if self.in_head { "<th scope=\"col\">" } else { "<td>" }),
            Tag::Link { dest_url, .. } => {
                // A link to another file of the documentation leads nowhere from the report.
                let is_web = dest_url.starts_with("https://");
                self.links.push(is_web);
                if is_web {
                    self.html.push_str("<a href=\"");
                    self.text(dest_url);
                    self.html.push_str("\">");
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.html.push_str("</p>\n"),
            TagEnd::Heading(level) => self.html.push_str(heading(level as usize).1),
            TagEnd::CodeBlock => self.html.push_str("</code></pre>\n"),
            TagEnd::List(true) => self.html.push_str("</ol>\n"),
            TagEnd::List(false) => self.html.push_str("</ul>\n"),
            TagEnd::Item => self.html.push_str("</li>"),
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Table => self.html.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => self.end_head(),
            TagEnd::TableRow => self.html.push_str("</tr>"),
            TagEnd::TableCell => self.html.push_str(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Link if self.links.pop() == Some(true) => self.html.push_str("</a>"),
            _ => {}
        }
    }

    /// Ends the head of a table, and removes one without words.
    fn end_head(&mut self) {
        self.in_head = false;
        let start = self.head.take().unwrap_or(self.html.len());
        let is_empty = self.html.get(start..).is_none_or(|head| {
            head.replace("<thead><tr>", "").replace("<th scope=\"col\">", "").replace("</th>", "").is_empty()
        });
        if is_empty {
            self.html.truncate(start);
        } else {
            self.html.push_str("</tr></thead>");
        }
        self.html.push_str("<tbody>");
    }
}

/// Returns the tags of a heading: of level 3 for the title of a page, 4 for all others.
fn heading(level: usize) -> (&'static str, &'static str) {
    match level {
        1 => ("<h3>", "</h3>\n"),
        _ => ("<h4>", "</h4>\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_and_html_becomes_text() {
        let page = "# rule\n\nWords with `co<de>` and <b onclick=x>bold</b>, [a page](other.md), [web](https://example.com/?a&b).\n\n\
                    <script>alert(1)</script>\n\n<!-- mark -->\n| | |\n|---|---|\n| a | **b** |\n\n| head | h |\n|---|---|\n| c | d |\n\n\
                    ```text\n<x>\n```\n\n[bad](javascript:alert(1))\n";
        let html = render(page).0;
        for part in [
            "<h3>rule</h3>",
            "<code>co&lt;de&gt;</code>",
            "&lt;b onclick=x&gt;bold&lt;/b&gt;",
            "a page, <a href=\"https://example.com/?a&amp;b\">web</a>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "<tbody><tr><td>a</td><td><strong>b</strong></td></tr></tbody>",
            "<thead><tr><th scope=\"col\">head</th>",
            "<code>&lt;x&gt;\n</code>",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        for part in ["<script", "<b ", "javascript:", "<!--", "mark", "other.md"] {
            assert!(!html.contains(part), "{part}\n{html}");
        }
    }

    #[test]
    fn every_page_is_rendered_whole() {
        for rule in rule_core::rules::RULES {
            let html = render(rule.page).0;
            for tag in
                ["table", "tbody", "tr", "td", "th", "ul", "li", "p", "pre", "code", "strong", "a", "h4"]
            {
                let opened =
                    html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
                assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{} {tag}", rule.identifier);
            }
            assert!(html.contains("<h4>How to fix it</h4>"), "{}", rule.identifier);
        }
    }
}
