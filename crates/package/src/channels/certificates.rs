//! The certificates of the image.

use data_encoding::BASE64;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

/// Returns the authorities that Mozilla trusts, in PEM. The program has Amazon's own; it reads the system's behind a proxy
/// and outside the partition `aws` (`crates/aws-client/src/http_client.rs`).
pub(super) fn pem() -> String {
    let mut pem =
        "# Authorities that Mozilla trusts, from the crate webpki-root-certs (CDLA-Permissive-2.0)\n"
            .to_owned();
    for certificate in TLS_SERVER_ROOT_CERTS {
        let text = BASE64.encode(certificate);
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in text.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem.push_str("-----END CERTIFICATE-----\n");
    }
    pem
}
