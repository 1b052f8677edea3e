use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use rule_core::arn::partition_of_region;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::{Cause, Error};

/// The roots that AWS's public endpoints chain to (Amazon Trust Services, "Certificate Authorities"). Loading
/// the system's store instead is most of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// The longest time to make a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The environment variable that names a file of further roots (AWS SDKs and Tools reference guide, "CA
/// bundle").
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// Makes the HTTP client, with TLS by ring: its start-up costs a fortieth of aws-lc's, which gathers entropy
/// anew in every process.
///
/// # Errors
/// Returns [`Cause::CaBundle`], with the name of the file, if `AWS_CA_BUNDLE` names one that cannot be read
/// or holds anything but certificates.
pub(crate) fn http_client() -> Result<SharedHttpClient, Error> {
    let mut roots = if needs_system_roots() {
        TrustStore::empty().with_native_roots(true)
    } else {
        TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)
    };
    // A private CA beside them: nothing else that the system trusts is needed for it.
    if let Some(path) = std::env::var_os(CA_BUNDLE).filter(|path| !path.is_empty()) {
        roots = roots.with_pem_certificate(ca_bundle(Path::new(&path))?);
    }
    let context = TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .map_err(|error| ca_bundle_error(format!("no TLS client could be made with it: {error}")))?;
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
    let connector = Connector::builder()
        .connector_settings(settings)
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build();
    // One for all clients: the SDK's own would read the roots again for each client, and once more for the
    // first call.
    let connector = SharedHttpConnector::new(connector);
    Ok(http_client_fn(move |_, _| connector.clone()))
}

/// Reads a file of PEM certificates, and parses them: the connector would panic on one that it cannot use
/// (aws-smithy-http-client, `tls/rustls_provider.rs`, `rustls_root_certs`).
fn ca_bundle(path: &Path) -> Result<Vec<u8>, Error> {
    let file = path.display();
    let bytes =
        std::fs::read(path).map_err(|error| ca_bundle_error(format!("{file} cannot be read: {error}")))?;
    let certificates = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| ca_bundle_error(format!("{file} is not PEM: {error}")))?;
    if certificates.is_empty() {
        return Err(ca_bundle_error(format!("{file} has no certificate in it; expected PEM")));
    }
    let mut roots = RootCertStore::empty();
    for (index, certificate) in certificates.into_iter().enumerate() {
        roots.add(certificate).map_err(|error| {
            ca_bundle_error(format!("certificate {} of {file} cannot be read: {error}", index + 1))
        })?;
    }
    Ok(bytes)
}

fn ca_bundle_error(reason: String) -> Error {
    Error::new(CA_BUNDLE, "", Cause::CaBundle { reason })
}

/// Returns true where endpoints may chain to other roots than Amazon's, and which ones is not documented:
/// behind a proxy, and in other partitions.
fn needs_system_roots() -> bool {
    let is_set = |name: &str| std::env::var_os(name).as_deref().is_some_and(|value| value != OsStr::new(""));
    let other_partition =
        std::env::var("AWS_REGION").is_ok_and(|region| partition_of_region(&region) != "aws");
    let proxies = ["SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"];
    other_partition || proxies.into_iter().any(is_set)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn bundle(content: &[u8]) -> Result<Vec<u8>, Error> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        ca_bundle(file.path())
    }

    #[test]
    fn a_bundle_of_certificates_is_read() {
        assert_eq!(bundle(AMAZON_ROOTS).unwrap(), AMAZON_ROOTS);
    }

    #[test]
    fn a_bundle_that_cannot_be_used_is_an_error_that_names_the_file() {
        let missing = ca_bundle(Path::new("/nowhere/ca.pem")).unwrap_err();
        assert!(
            missing.to_string().starts_with("AWS_CA_BUNDLE: /nowhere/ca.pem cannot be read: "),
            "{missing}"
        );
        let cut = AMAZON_ROOTS.get(..200).unwrap();
        let odd = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for content in [b"".as_slice(), b"not PEM", cut, odd] {
            let error = bundle(content).unwrap_err();
            assert!(matches!(error.cause(), Cause::CaBundle { .. }), "{error}");
            assert_eq!(error.kind(), rule_core::ErrorKind::BadInput);
        }
    }
}
