use similar::TextDiff;

/// A file as it should be. Some are generated as a whole, in others only the marked blocks are.
#[derive(Debug)]
pub struct GeneratedFile {
    /// Its path in the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl GeneratedFile {
    /// Returns the lines in which the generated text differs from `committed`, as a unified diff.
    #[must_use]
    pub fn diff(&self, committed: &str) -> String {
        TextDiff::from_lines(committed, self.text.as_str())
            .unified_diff()
            .header(&format!("{} (committed)", self.path), &format!("{} (generated)", self.path))
            .to_string()
    }
}
