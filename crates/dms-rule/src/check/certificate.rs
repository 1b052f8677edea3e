//! Reads the validity of certificates whose text is in the input.

use chrono::{DateTime, SecondsFormat, Utc};
use rule_core::{Configuration, ConfigurationItem, Json, ResourceType};
use x509_parser::pem::Pem;

/// Adds `ValidFromDate` and `ValidToDate` to the item of a certificate that holds neither, but its PEM.
///
/// Of several certificates in one PEM all must be valid. A text that cannot be read adds nothing.
pub(super) fn add_validity(item: &mut ConfigurationItem) {
    if ResourceType::from_name(&item.resource_type) != Some(ResourceType::Certificate) {
        return;
    }
    let configuration = &item.configuration;
    if ["ValidToDate", "ValidFromDate", "CertificateWallet"]
        .into_iter()
        .any(|name| configuration.values(name).next().is_some())
    {
        return;
    }
    let pems: Vec<&Json> = configuration.values("CertificatePem").collect();
    let [Json::Text(pem)] = pems.as_slice() else { return };
    let Some((from, to)) = validity(pem) else { return };
    if let Configuration::Properties(properties) = &mut item.configuration {
        let date = |time: DateTime<Utc>| Json::Text(time.to_rfc3339_opts(SecondsFormat::Secs, true));
        properties.push(("ValidFromDate".to_owned(), date(from)));
        properties.push(("ValidToDate".to_owned(), date(to)));
    }
}

/// Returns the time from which, and the time until which, every certificate of a PEM is valid.
fn validity(pem: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let mut validity: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
    let mut unread = pem.matches(BEGIN).count();
    for pem in Pem::iter_from_buffer(pem.trim().as_bytes()) {
        let pem = pem.ok()?;
        if pem.label != "CERTIFICATE" {
            continue;
        }
        unread = unread.checked_sub(1)?;
        let times = pem.parse_x509().ok()?.validity().clone();
        let time = |seconds| DateTime::from_timestamp(seconds, 0);
        let (from, to) = (time(times.not_before.timestamp())?, time(times.not_after.timestamp())?);
        validity = Some(validity.map_or((from, to), |(first, last)| (first.max(from), last.min(to))));
    }
    validity.filter(|_| unread == 0)
}
