//! The names of functions in a program.

/// Returns the crate of a function: the first part of its path, or of the path of the type that it belongs to. The
/// functions of the C library have no path.
pub(crate) fn crate_of(function: &str) -> &str {
    let path = function.trim_start_matches(['<', '&', '*', '(', '[']);
    let path = path.strip_prefix("mut ").or_else(|| path.strip_prefix("dyn ")).unwrap_or(path);
    match path.split_once("::") {
        Some((name, _)) => name,
        None => "C library and linker",
    }
}
