use super::key::Key;

/// The value of a setting, with the place it is from.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// The setting.
    pub(crate) key: &'static Key,
    /// The value as its option takes it: a list has several.
    pub(crate) texts: Vec<String>,
    /// The file with the line, or the environment variable.
    pub(crate) source: String,
}
