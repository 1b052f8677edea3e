//! Finds out why a connection could not be made, from the errors that the HTTP client reports.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::dns::ResolveDnsError;

use crate::error::ConnectionFailure;

/// The words of hyper-util for a name that could not be resolved: its type for them is private
/// (hyper-util, `client/legacy/connect/http.rs`, `ConnectError::dns`).
const DNS_ERROR: &str = "dns error";

/// Returns the reason why no connection could be made; `None` if the chain of errors does not contain it.
pub(crate) fn failure(error: &(dyn Error + 'static)) -> Option<ConnectionFailure> {
    chain(error).find_map(|error| {
        if error.is::<ResolveDnsError>() || error.to_string() == DNS_ERROR {
            return Some(ConnectionFailure::NameNotResolved);
        }
        if error.is::<rustls::Error>() {
            return Some(ConnectionFailure::Certificate);
        }
        let error = error.downcast_ref::<io::Error>()?;
        // `source` of such an error leaves out the error that it is made of.
        if let Some(reason) = error.get_ref().and_then(|inner| failure(inner)) {
            return Some(reason);
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Some(ConnectionFailure::Refused),
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Some(ConnectionFailure::Unreachable),
            _ => None,
        }
    })
}

/// Returns an error and the errors that caused it, the last cause last.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// Finds the error of a provider of credentials in a chain of errors.
pub(crate) fn credentials_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CredentialsError> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// Joins the words of an error and its causes, without those that are said twice: at most `maximum` characters. Those of
/// [`CredentialsError`] itself say only that there is one.
pub(crate) fn words(error: &(dyn Error + 'static), maximum: usize) -> String {
    let mut words: Vec<String> = Vec::new();
    for error in chain(error) {
        if error.is::<CredentialsError>() && error.source().is_some() {
            continue;
        }
        let text = error.to_string().trim_end_matches([':', '.', ' ']).to_owned();
        if !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
    }
    rule_core::text::one_line(&words.join(": ")).chars().take(maximum).collect()
}

/// Returns true if no provider of credentials has any, in contrast to one that fails.
pub(crate) fn is_not_loaded(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::CredentialsNotLoaded(_))
}
