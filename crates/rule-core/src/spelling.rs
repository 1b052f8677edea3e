//! The names that CloudFormation and AWS Config spell in another way than the API of DMS.

/// Groups of settings of an endpoint, as CloudFormation and AWS Config spell them, and as the API does (resource schema of
/// `AWS::DMS::Endpoint`; service model of DMS, `Endpoint`).
const SPELLINGS: [(&str, &str); 4] = [
    ("IbmDb2Settings", "IBMDb2Settings"),
    ("MicrosoftSqlServerSettings", "MicrosoftSQLServerSettings"),
    ("MySqlSettings", "MySQLSettings"),
    ("PostgreSqlSettings", "PostgreSQLSettings"),
];

/// Returns the API's spelling of a name of CloudFormation: the name itself if they agree.
#[must_use]
pub fn api_name(name: &str) -> &str {
    SPELLINGS.iter().find(|(cloudformation, _)| *cloudformation == name).map_or(name, |(_, api)| api)
}

/// Returns CloudFormation's spelling of a name of the API: the name itself if they agree.
#[must_use]
pub fn cloudformation_name(name: &str) -> &str {
    SPELLINGS.iter().find(|(_, api)| *api == name).map_or(name, |(cloudformation, _)| cloudformation)
}
