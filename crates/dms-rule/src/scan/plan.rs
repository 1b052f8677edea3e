use chrono::{DateTime, Utc};
use rule_core::{ResourceType, RuleParameters};

/// The rules, accounts and Regions of a scan.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The rules, with their parameters.
    pub(crate) rules: Vec<RuleParameters>,
    /// The time at which exemptions and certificates are evaluated.
    pub(crate) at: DateTime<Utc>,
    /// The accounts to scan.
    pub(crate) accounts: Accounts,
    /// The role to assume in each account but that of the credentials.
    pub(crate) role_name: Option<String>,
    /// The Regions; empty for all that are enabled.
    pub(crate) regions: Vec<String>,
    /// The Regions to leave out.
    pub(crate) excluded_regions: Vec<String>,
    /// The accounts to leave out.
    pub(crate) excluded_accounts: Vec<String>,
    /// The most accounts and Regions that are scanned at the same time.
    pub(crate) at_once: usize,
}

/// The accounts of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Accounts {
    /// The account of the credentials.
    Own,
    /// The accounts with these ids.
    Listed(Vec<String>),
    /// All active accounts of the organization.
    Organization,
    /// All active accounts of the organizational units with these ids, and of the units below them.
    Units(Vec<String>),
}

impl Plan {
    /// Lists the types that the rules are about, each once.
    pub(crate) fn resource_types(&self) -> Vec<ResourceType> {
        let mut types = Vec::new();
        for RuleParameters { rule, .. } in &self.rules {
            if !types.contains(&rule.resource_type) {
                types.push(rule.resource_type);
            }
        }
        types
    }

    /// Lists the rules on a type.
    pub(crate) fn rules_on(&self, resource_type: ResourceType) -> impl Iterator<Item = &RuleParameters> {
        self.rules.iter().filter(move |parameters| parameters.rule.resource_type == resource_type)
    }
}
