//! Pages of a list and the tokens between them.

use crate::error::AwsError;

/// Returns the page of `all` at `token` and the token of the next page, `None` on the last one. A token is a position
/// after a fixed word, so that a made-up token is noticed.
///
/// # Errors
/// Returns an error with the code `invalid_token` if the token is not one that this function makes.
pub(crate) fn page<T: Clone>(
    all: &[T],
    size: usize,
    token: Option<&str>,
    invalid_token: &'static str,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    let start = match token {
        None | Some("") => 0,
        Some(token) => token
            .strip_prefix("page-from-")
            .and_then(|position| position.parse().ok())
            .filter(|&position: &usize| position <= all.len())
            .ok_or_else(|| AwsError::client(invalid_token, "the token was not issued by a previous page"))?,
    };
    let page: Vec<T> = all.iter().skip(start).take(size).cloned().collect();
    let end = start + page.len();
    Ok((page, (end < all.len()).then(|| format!("page-from-{end}"))))
}
