//! Reads the validity of certificates whose text is in the input.

use chrono::{DateTime, SecondsFormat, Utc};
use rule_core::{Configuration, ConfigurationItem, Json, ResourceType};
use x509_parser::pem::Pem;

/// Adds `ValidFromDate` and `ValidToDate` to the item of a certificate that holds neither, but its PEM.
///
/// Of several certificates in one PEM all must be valid. A text that cannot be read adds nothing.
pub fn add_validity(item: &mut ConfigurationItem) {
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
    let mut validity: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
    // Every block counts, also one that is spelled in another way or has another label.
    let mut unread = pem.to_ascii_uppercase().matches("-----BEGIN").count();
    for pem in Pem::iter_from_buffer(pem.trim().as_bytes()) {
        let pem = pem.ok()?;
        if pem.label != "CERTIFICATE" {
            return None;
        }
        unread = unread.checked_sub(1)?;
        let times = pem.parse_x509().ok()?.validity().clone();
        let time = |seconds| DateTime::from_timestamp(seconds, 0);
        let (from, to) = (time(times.not_before.timestamp())?, time(times.not_after.timestamp())?);
        validity = Some(validity.map_or((from, to), |(first, last)| (first.max(from), last.min(to))));
    }
    validity.filter(|_| unread == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(from: i32, to: i32) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec!["db.example.com".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(from, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(to, 1, 1);
        parameters.self_signed(&key).unwrap().pem()
    }

    fn years(pem: &str) -> Option<(String, String)> {
        let (from, to) = validity(pem)?;
        Some((from.format("%Y").to_string(), to.format("%Y").to_string()))
    }

    #[test]
    fn all_certificates_of_a_pem_must_be_valid() {
        let (old, new) = (pem(2020, 2025), pem(2024, 2035));
        let years_of = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(years(&old), years_of("2020", "2025"));
        assert_eq!(years(&format!("{new}{old}")), years_of("2024", "2025"));
        assert_eq!(years(&format!("subject=CN = ca\n{new}")), years_of("2024", "2035"));
        for text in [
            String::new(),
            "text".to_owned(),
            new.replace("-----END", "----END"),
            format!("{new}{}", old.split_at(old.len() / 2).0),
            format!("{}{new}", old.replace(" CERTIFICATE", " TRUSTED CERTIFICATE")),
            format!("{}{new}", old.replacen("BEGIN CERTIFICATE", "Begin Certificate", 1)),
            new.replacen('M', "!", 1),
            new.lines().take(4).chain(["-----END CERTIFICATE-----"]).collect::<Vec<_>>().join("\n"),
        ] {
            assert_eq!(years(&text), None, "{text}");
        }
    }

    #[test]
    fn only_a_certificate_without_dates_gets_those_of_its_pem() {
        let with = |resource_type: &str, more: &str| {
            let configuration = format!("{{\"CertificatePem\": {:?}{more}}}", pem(2024, 2035));
            let mut item = ConfigurationItem::from_json(&format!(
                r#"{{"resourceType": "{resource_type}", "resourceId": "c", "configurationItemStatus": "OK",
                "configurationItemCaptureTime": 1, "configuration": {configuration}}}"#
            ))
            .unwrap();
            add_validity(&mut item);
            item.configuration.text("ValidToDate").map(str::to_owned)
        };
        assert_eq!(with("AWS::DMS::Certificate", "").as_deref(), Some("2035-01-01T00:00:00Z"));
        assert_eq!(
            with("AWS::DMS::Certificate", r#", "ValidToDate": "2030-01-01T00:00:00Z""#).as_deref(),
            Some("2030-01-01T00:00:00Z")
        );
        assert_eq!(with("AWS::DMS::Certificate", r#", "ValidFromDate": "2030-01-01T00:00:00Z""#), None);
        assert_eq!(with("AWS::DMS::Certificate", r#", "CertificateWallet": "AAAA""#), None);
        assert_eq!(with("AWS::DMS::Certificate", r#", "CertificatePem": "x""#), None);
        assert_eq!(with("AWS::DMS::Endpoint", ""), None);
    }
}
