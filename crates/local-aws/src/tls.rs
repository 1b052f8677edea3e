//! The certificate of a server, signed by a CA that is created with it.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, version::TLS13};

/// The TLS configuration of a server, and the CA that its clients must trust.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    ca_file: NamedTempFile,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("ca_file", &self.ca_file).finish_non_exhaustive()
    }
}

impl Tls {
    /// Creates a CA and a certificate for 127.0.0.1 that the CA signs.
    pub(crate) fn new() -> io::Result<Self> {
        let ca_key = KeyPair::generate().map_err(io::Error::other)?;
        let mut ca = CertificateParams::default();
        ca.distinguished_name.push(DnType::CommonName, "local-aws");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = ca.self_signed(&ca_key).map_err(io::Error::other)?;
        let mut ca_file = tempfile::Builder::new().prefix("local-aws-ca-").suffix(".pem").tempfile()?;
        ca_file.write_all(certificate.pem().as_bytes())?;

        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut server = CertificateParams::default();
        server.distinguished_name.push(DnType::CommonName, "127.0.0.1");
        server.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true; // Python's verification requires it
        let certificate = server.signed_by(&key, &Issuer::new(ca, ca_key)).map_err(io::Error::other)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .and_then(|config| {
                config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key)
            })
            .map_err(io::Error::other)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), ca_file })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// Returns the PEM file with the CA's certificate.
    pub(crate) fn ca_file(&self) -> &Path {
        self.ca_file.path()
    }
}
