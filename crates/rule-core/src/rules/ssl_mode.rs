//! The setting `SslMode` of endpoints, and of data providers.

use crate::setting::shown;
use crate::{Configuration, Finding, Setting};

/// The name of the setting.
pub(super) const NAME: &str = "SslMode";

/// Returns the finding on the mode of a connection whose engine has the setting; `modify` is the remedy.
pub(super) fn finding(configuration: &Configuration, modify: &'static str) -> Finding {
    match Setting::read(configuration, NAME) {
        Setting::Is(mode) if ["require", "verify-ca", "verify-full"].contains(&mode.as_str()) => {
            Finding::compliant("TLS", format!("SslMode={mode}"))
        }
        Setting::Is(mode) if mode == "none" => Finding::non_compliant("PLAINTEXT", "SslMode=none", modify),
        Setting::Is(mode) => {
            Finding::unknown(format!("SslMode is {:?}, which DMS does not document", shown(&mode)))
        }
        // The default that DMS documents (CreateEndpoint, CreateDataProvider).
        Setting::Absent => {
            Finding::non_compliant("PLAINTEXT", "SslMode is missing, and DMS's default is none", modify)
        }
        Setting::Unreadable(what) => Finding::unknown(format!("SslMode is {what}")),
    }
}
