//! The code that manages an instance, as its tags show.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The tag by which a person says that code manages the instance, or that it must not be touched.
pub const OPT_OUT_TAG: &str = "dms-rule:managed-by";

/// The owner of an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Owner {
    /// No tag names an owner. Terraform leaves no mark of its own.
    #[default]
    NotSeen,
    /// A stack of CloudFormation.
    CloudFormation {
        /// The name of the stack.
        stack: String,
        /// The name of the resource in the template; empty if no tag gives it.
        #[serde(default)]
        logical_id: String,
    },
    /// Terraform, as the tag [`OPT_OUT_TAG`] says.
    Terraform,
    /// Another owner, as the tag [`OPT_OUT_TAG`] says.
    Other {
        /// The value of the tag.
        name: String,
    },
}

impl Owner {
    /// Reads the owner from the tags of an instance.
    #[must_use]
    pub fn from_tags(tags: &BTreeMap<String, String>) -> Self {
        if let Some(stack) = tags.get("aws:cloudformation:stack-name") {
            let logical_id = tags.get("aws:cloudformation:logical-id").cloned().unwrap_or_default();
            return Self::CloudFormation { stack: stack.clone(), logical_id };
        }
        match tags.get(OPT_OUT_TAG).map(String::as_str) {
            None => Self::NotSeen,
            Some(name) if name.eq_ignore_ascii_case("terraform") => Self::Terraform,
            Some(name) => Self::Other { name: name.to_owned() },
        }
    }
}
