use rule_core::rules::RULES;
use rule_core::{Rule, Theme};

/// The rules that one template holds: the body of a template is limited, so that those with a function are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Exposure, connections and encryption.
    Security,
    /// Operation and ownership.
    Operations,
}

impl Part {
    /// Returns the part that holds the rules of a theme.
    pub(crate) fn with(theme: Theme) -> Self {
        match theme {
            Theme::Exposure | Theme::Connections | Theme::Encryption => Self::Security,
            Theme::Operation | Theme::Ownership => Self::Operations,
        }
    }

    /// Returns the rules of the part, in the order of the list.
    pub(super) fn rules(self) -> Vec<&'static Rule> {
        RULES.iter().copied().filter(|rule| Self::with(rule.theme) == self).collect()
    }

    /// Returns the default of the parameter `Rules`, as a line of the template.
    pub(super) fn default_rules(self) -> &'static str {
        match self {
            Self::Security => "    Default: dms-replication-not-public\n",
            Self::Operations => "    Default: all\n",
        }
    }

    /// Returns the path of a template of this part; `path` is that of the security rules.
    pub(super) fn path(self, path: &str) -> String {
        match self {
            Self::Security => path.to_owned(),
            Self::Operations => path.replace(".yaml", "-operations.yaml"),
        }
    }
}
