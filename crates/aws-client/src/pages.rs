//! The one loop over the pages of a listing.

use std::future::Future;

use futures_util::{Stream, stream};

use crate::error::{Cause, Error};

/// The most pages of a listing. They hold a million resources: a listing that is longer never ends.
const PAGES_MAXIMUM: usize = 10_000;

/// A page of a listing, to be requested.
pub(crate) struct Position {
    /// The token or marker of the page; `None` for the first.
    pub(crate) token: Option<String>,
    /// The number of the page, from 1.
    pub(crate) number: usize,
}

/// The content of a page, and the token of the next page.
pub(crate) type Page<T> = (T, Option<String>);

/// Lists page by page: calls `request` with the token of each page until a response has no token, or an empty
/// one, which is how DMS ends a listing (its API reference, "Marker").
///
/// An empty page with a token is not the end (API reference of AWS Config, `GetResourceConfigHistory`). A
/// stream that ends has listed everything.
///
/// # Errors
/// Returns the error of `request`, and [`Cause::EndlessListing`] if a page leads to itself; the stream ends
/// with either.
pub(crate) fn pages<T, F>(
    operation: &'static str,
    request: impl Fn(Position) -> F,
) -> impl Stream<Item = Result<T, Error>>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let first = Some(Position { token: None, number: 1 });
    stream::try_unfold((first, request), move |(position, request)| async move {
        let Some(Position { token, number }) = position else { return Ok(None) };
        let (page, next) = request(Position { token: token.clone(), number }).await?;
        let next = next.filter(|next| !next.is_empty());
        if next.is_some() && (next == token || number >= PAGES_MAXIMUM) {
            return Err(Error::new(operation, "", Cause::EndlessListing { page: number }));
        }
        let position = next.map(|token| Position { token: Some(token), number: number + 1 });
        Ok(Some((page, (position, request))))
    })
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, TryStreamExt};

    use super::*;

    fn list(tokens: &[Option<&str>]) -> Result<Vec<usize>, Error> {
        let pages = pages("ListTests", |position: Position| async move {
            let next = tokens.get(position.number - 1).copied().flatten();
            Ok((position.number, next.map(str::to_owned)))
        });
        pages.try_collect().now_or_never().unwrap()
    }

    #[test]
    fn a_listing_ends_without_a_token_and_fails_where_a_page_leads_to_itself() {
        assert_eq!(list(&[None]).unwrap(), [1]);
        assert_eq!(list(&[Some("")]).unwrap(), [1]);
        assert_eq!(list(&[Some("a"), Some("b"), None]).unwrap(), [1, 2, 3]);
        assert_eq!(list(&[Some("a"), Some("a")]).unwrap_err().cause(), &Cause::EndlessListing { page: 2 });
    }

    #[test]
    fn a_listing_of_too_many_pages_fails() {
        let tokens: Vec<String> = (0..=PAGES_MAXIMUM).map(|number| number.to_string()).collect();
        let tokens: Vec<Option<&str>> = tokens.iter().map(|token| Some(token.as_str())).collect();
        assert_eq!(list(&tokens).unwrap_err().cause(), &Cause::EndlessListing { page: PAGES_MAXIMUM });
    }
}
