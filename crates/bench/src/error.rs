/// An error whose text is its message.
pub(crate) type Error = Box<dyn std::error::Error>;
