//! The length of files, and how doc comments begin.

use crate::source::{crates, read, root, rust_files, shown};

const LONGEST_FILE: usize = 500;

/// The words with which a comment at the top of a longer file gives its reason.
const REASON: &str = "over 500 lines because";

#[test]
fn no_source_file_is_long_without_a_reason() {
    let files = crates().into_iter().flat_map(|folder| rust_files(&folder.join("src")));
    let long: Vec<String> = files
        .filter_map(|file| {
            let text = read(&file);
            let lines = text.lines().count();
            let comment = text.lines().take_while(|line| line.starts_with("//"));
            let has_reason = comment.collect::<Vec<_>>().join(" ").contains(REASON);
            (lines > LONGEST_FILE && !has_reason).then(|| format!("{}: {lines} lines", shown(&file)))
        })
        .collect();
    assert!(
        long.is_empty(),
        "split these, or give a reason in the first comment: `{REASON}`:\n{}",
        long.join("\n")
    );
}

/// A doc comment names its subject and has a verb; a paragraph that begins with one of these words has neither.
#[test]
fn no_doc_comment_begins_with_a_question_word() {
    let files =
        [root().join("crates"), root().join("tests")].into_iter().flat_map(|folder| rust_files(&folder));
    let found: Vec<String> = files
        .flat_map(|file| {
            let text = read(&file);
            let lines = paragraph_starts(&text).into_iter();
            lines
                .filter(|(_, line)| begins_with_a_question_word(line))
                .map(|(number, line)| format!("{}:{number}: {line}", shown(&file)))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "{} comments:\n{}", found.len(), found.join("\n"));
}

/// Returns the numbers and texts of the lines with which paragraphs of doc comments begin.
fn paragraph_starts(text: &str) -> Vec<(usize, &str)> {
    let mut starts = Vec::new();
    let mut is_start = true;
    for (index, line) in text.lines().enumerate() {
        let comment = line.trim_start();
        let comment = comment.strip_prefix("///").or_else(|| comment.strip_prefix("//!")).map(str::trim);
        let Some(comment) = comment else {
            is_start = true;
            continue;
        };
        if is_start && !comment.is_empty() {
            starts.push((index + 1, comment));
        }
        is_start = comment.is_empty() || comment.starts_with('#');
    }
    starts
}

fn begins_with_a_question_word(line: &str) -> bool {
    let first = line.split(|letter: char| !letter.is_alphabetic()).next();
    first.is_some_and(|word| ["What", "Whether", "Who", "Whom", "Whose", "Where"].contains(&word))
}

#[test]
fn every_paragraph_of_a_doc_comment_has_a_start() {
    let text =
        "/// Reads.\n/// What follows\n///\n/// # Errors\n/// What is not.\nfn read() {}\n//! Whether so.\n";
    let found: Vec<_> =
        paragraph_starts(text).into_iter().filter(|(_, line)| begins_with_a_question_word(line)).collect();
    assert_eq!(found, [(5, "What is not."), (7, "Whether so.")]);
}
