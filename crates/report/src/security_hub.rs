use std::fmt;

use serde::Serialize;

use crate::text::counted;

/// The effect of a scan on Security Hub. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityHubImport {
    /// The number of accounts × Regions whose Security Hub accepted findings.
    pub places: usize,
    /// The number of findings that Security Hub accepted, those about the run included.
    pub imported: usize,
    /// The number of findings of earlier runs that were archived, since their resource is gone.
    pub archived: usize,
    /// True if the scan was complete, so that earlier findings could be compared with it. If not, none was archived.
    pub archives: bool,
    /// The accounts × Regions in which AWS Config sends the results of rules with these names too.
    pub twice: Vec<String>,
}

impl fmt::Display for SecurityHubImport {
    /// Writes `12 findings imported, 2 archived in 3 accounts × Regions`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { places, imported, archived, archives, twice } = self;
        let findings = counted(*imported, "finding", "findings");
        let places = counted(*places, "account × Region", "accounts × Regions");
        write!(f, "{findings} imported, {archived} archived in {places}")?;
        if !archives {
            f.write_str("; nothing is archived after a scan that is not complete")?;
        }
        if !twice.is_empty() {
            let places = counted(twice.len(), "account × Region", "accounts × Regions");
            write!(f, "; AWS Config sends results of these rules too in {places}")?;
        }
        Ok(())
    }
}
