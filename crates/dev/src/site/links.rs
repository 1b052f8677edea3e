//! Links from one document to another become links from one page to another.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use super::map::{Map, Page, Target};
use crate::Error;

/// A page with the links of the site, and the files of the repository that they lead to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten {
    pub(super) text: String,
    pub(super) files: BTreeSet<String>,
}

/// Rewrites the targets of a page's links and pictures. Those with a scheme, and those within the page, stay.
///
/// # Errors
/// Returns [`Error::Link`] for a target that is not in the repository.
pub(super) fn rewrite(map: &Map, page: &Page) -> Result<Rewritten, Error> {
    let mut files = BTreeSet::new();
    let mut text = String::new();
    for piece in pieces(&page.text) {
        match piece {
            Piece::Text(words) => text.push_str(words),
            Piece::Target(target) => {
                let (path, anchor) = target.find('#').map_or((target, ""), |at| target.split_at(at));
                if path.is_empty() || path.contains(':') {
                    text.push_str(target);
                    continue;
                }
                let no_target = || Error::Link { path: page.home.clone(), target: target.to_owned() };
                let home = join(folder(&page.home, &page.address), path).ok_or_else(no_target)?;
                let address = match map.target(&home).ok_or_else(no_target)? {
                    Target::Page(address) => address.to_owned(),
                    Target::File => {
                        files.insert(home.clone());
                        home
                    }
                };
                text.push_str(&relative(&page.address, &address));
                text.push_str(anchor);
            }
        }
    }
    Ok(Rewritten { text: text.replace("\n```hcl\n", COLORED_AS), files })
}

/// Returns the folder that the links of a page start from: a list of files has the folder itself as its home.
fn folder<'a>(home: &'a str, address: &str) -> &'a str {
    if address.strip_suffix("/index.md") == Some(home) {
        return home;
    }
    home.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the path that a relative one leads to; `None` if it leaves the repository.
fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// Returns the way from one page to another.
fn relative(from: &str, to: &str) -> String {
    "../".repeat(from.matches('/').count()) + to
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// The target of a link or a picture, without its parentheses.
    Target(&'a str),
}

/// The fence of a block in Terraform's language: mdBook's colors do not know `hcl`, and complain in the browser.
const COLORED_AS: &str = "\n```ini\n";

/// Splits Markdown at the targets of its inline links and pictures. What code contains is text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let targets =
        Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter().filter_map(|(event, range)| {
            let Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) = event else {
                return None;
            };
            // `[text](target)`: the last such brackets of the link are its own.
            let source = text.get(range.clone()).filter(|_| link_type == LinkType::Inline)?;
            let begin = range.start + source.rfind("](")? + "](".len();
            let end = range.end.checked_sub(1)?;
            Some(begin..end)
        });
    let mut targets: Vec<Range<usize>> = targets.collect();
    targets.sort_by_key(|range| range.start);
    let (mut pieces, mut done) = (Vec::new(), 0);
    for range in targets {
        if let (Some(before), Some(target)) = (text.get(done..range.start), text.get(range.clone())) {
            pieces.extend([Piece::Text(before), Piece::Target(target)]);
            done = range.end;
        }
    }
    pieces.extend(text.get(done..).map(Piece::Text));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<&str> {
        let target = |piece| if let Piece::Target(target) = piece { Some(target) } else { None };
        pieces(text).into_iter().filter_map(target).collect()
    }

    #[test]
    fn code_has_no_links() {
        let text = "[a](b.md) `[c](d)` [`e`](f.md#g)\n```text\n[h](i)\n```\n![j](k.png)\n";
        assert_eq!(targets(text), ["b.md", "f.md#g", "k.png"]);
        assert_eq!(targets("`code\nover a line`. [`a`](b.md)"), ["b.md"]);
        assert_eq!(targets("[![a](b.png)](c.md)"), ["b.png", "c.md"]);
        assert_eq!(targets("| a |\n|---|\n| [b](c.md) |\n"), ["c.md"]);
    }

    #[test]
    fn nothing_but_targets_changes() {
        let text = "a ](b `c` [d](e) f\n~~~\n[g](h)\n~~~\nlast [i](j";
        let together: String = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Target(text) => text,
            })
            .collect();
        assert_eq!(together, text);
    }

    #[test]
    fn a_path_outside_the_repository_leads_nowhere() {
        assert_eq!(join("docs", "../README.md").as_deref(), Some("README.md"));
        assert_eq!(join("docs", "../../README.md"), None);
        assert_eq!(relative("a/b/index.md", "c.md"), "../../c.md");
    }
}
