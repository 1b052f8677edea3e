use rule_core::rules::RULES;
use rule_core::{Rule, Theme};

/// The rules that one template holds: the body of a template is limited, so that those with a function are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Exposure, connections and encryption.
    Security,
    /// Operation and ownership.
    Operations,
}

impl Part {
    /// Returns the rules of the part, in the order of the list.
    pub(super) fn rules(self) -> Vec<&'static Rule> {
        let is_here = |theme| match theme {
            Theme::Exposure | Theme::Connections | Theme::Encryption => self == Self::Security,
            Theme::Operation | Theme::Ownership => self == Self::Operations,
        };
        RULES.iter().copied().filter(|rule| is_here(rule.theme)).collect()
    }

    /// Returns the path of a template of this part; `path` is that of the security rules.
    pub(super) fn path(self, path: &str) -> String {
        match self {
            Self::Security => path.to_owned(),
            Self::Operations => path.replace(".yaml", "-operations.yaml"),
        }
    }
}
