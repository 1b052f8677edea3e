//! Scripts in Python that become one text: the Automation runbook holds its scripts, and has no modules.

/// Joins files of a program, each after those that it imports: without the imports between them, comments and
/// docstrings, which are for readers of the files, and with half of each indentation. A file is its name without the ending, and its text.
pub(crate) fn joined(files: &[(&str, String)]) -> String {
    let is_local = |line: &str| {
        let module = line.strip_prefix("from ").and_then(|rest| rest.split(' ').next());
        module.is_some_and(|module| files.iter().any(|(name, _)| *name == module))
    };
    let mut script = String::new();
    for (_, text) in files {
        let mut skipped_until: Option<&str> = None;
        for line in text.lines() {
            let trimmed = line.trim();
            if let Some(end) = skipped_until {
                if trimmed.ends_with(end) {
                    skipped_until = None;
                }
            } else if is_local(line) {
                skipped_until = (trimmed.ends_with('(')).then_some(")");
            } else if let Some(docstring) = trimmed.strip_prefix("\"\"\"") {
                skipped_until = (!docstring.ends_with("\"\"\"")).then_some("\"\"\"");
            } else if !trimmed.is_empty() && !trimmed.starts_with('#') {
                // Two spaces a level: a document of Systems Manager has 64 KiB at most.
                let code = line.trim_start();
                let indent = (line.len() - code.len()) / 2;
                script.extend(std::iter::repeat_n(' ', indent));
                script.push_str(code);
                script.push('\n');
            }
        }
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_become_one_script_without_docstrings_comments_and_imports_of_each_other() {
        let first = "\"\"\"Reads.\n\nMore.\n\"\"\"\n\nimport json\n\n\ndef read():\n    \"\"\"Reads.\"\"\"\n    # why\n    return \"#\"  # kept\n";
        let second = "from first import (\n    read,\n)\nfrom first import read\n\nread()\n";
        assert_eq!(
            joined(&[("first", first.to_owned()), ("second", second.to_owned())]),
            "import json\ndef read():\n  return \"#\"  # kept\nread()\n"
        );
    }
}
