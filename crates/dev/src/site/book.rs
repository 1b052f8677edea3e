//! Settings, style and table of contents, which mdBook reads beside the pages.

use super::map::{Map, Part};

/// The settings. No page of errors: it would need the address of the site, which is not known. No playground: it is a
/// server of others. Pages are printed by the browser.
pub(super) const SETTINGS: &str = r#"[book]
title = "DMS rules for AWS Config"
language = "en"
src = "site-pages"

[build]
create-missing = false
use-default-preprocessors = false

[output.html]
default-theme = "light"
preferred-dark-theme = "navy"
no-section-label = true
input-404 = ""
additional-css = ["site.css"]

[output.html.fold]
enable = true
level = 0

[output.html.playground]
runnable = false

[output.html.print]
enable = false

[output.html.search]
limit-results = 20
use-boolean-and = true
boost-title = 4
"#;

pub(super) const STYLE: &str = include_str!("site.css");

/// Returns the table of contents.
pub(super) fn summary(map: &Map) -> String {
    let mut lines = vec!["# Summary".to_owned()];
    for part in Part::ALL {
        lines.push(String::new());
        lines.extend(part.heading().map(|heading| format!("# {heading}\n")));
        for page in map.pages().iter().filter(|page| page.part == part) {
            let bullet = if part == Part::Start { "" } else { "- " };
            let indent = "  ".repeat(page.depth);
            lines.push(format!("{indent}{bullet}[{}]({})", page.title, page.address));
        }
    }
    lines.join("\n") + "\n"
}
