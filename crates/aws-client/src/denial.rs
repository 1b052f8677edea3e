//! Reads from AWS's message which policy denies a call (IAM user guide, "Troubleshoot access denied error messages").

use std::fmt;

/// A policy that denies a call, so that no permission of the caller's identity can allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// A service control policy of the organization.
    ServiceControlPolicy,
    /// A resource control policy of the organization.
    ResourceControlPolicy,
    /// A policy of the role or user.
    IdentityPolicy,
    /// The permissions boundary of the role or user.
    PermissionsBoundary,
    /// The policy that was given when the role was assumed.
    SessionPolicy,
    /// The policy of the resource.
    ResourcePolicy,
    /// The policy of the VPC endpoint that the call goes through.
    EndpointPolicy,
}

/// The words for each policy in AWS's messages.
const WORDS: [(Denial, &str); 7] = [
    (Denial::ServiceControlPolicy, "service control policy"),
    (Denial::ResourceControlPolicy, "resource control policy"),
    (Denial::IdentityPolicy, "identity-based policy"),
    (Denial::PermissionsBoundary, "permissions boundary"),
    (Denial::SessionPolicy, "session policy"),
    (Denial::ResourcePolicy, "resource-based policy"),
    (Denial::EndpointPolicy, "VPC endpoint policy"),
];

impl Denial {
    /// Reads the policy that denies the call. `None` if the message names none, or only an action that an identity-based
    /// or a resource-based policy does not allow: there it is enough to allow it.
    pub(crate) fn parse(message: &str) -> Option<Self> {
        let explicit = message.split_once("with an explicit deny in ").map(|(_, after)| after);
        let silent = message.split_once("because no ").map(|(_, after)| after);
        let named = |text: &str| WORDS.into_iter().find(|(_, words)| text.contains(words));
        if let Some(text) = explicit {
            // The first words after it: an ARN of the policy may follow.
            let text = text.split(':').next().unwrap_or_default();
            return named(text).map(|(denial, _)| denial);
        }
        let (denial, _) = named(silent?.split(" allows").next().unwrap_or_default())?;
        (!matches!(denial, Self::IdentityPolicy | Self::ResourcePolicy)).then_some(denial)
    }

    /// Returns the next step of a person who runs a scan.
    pub(crate) fn next_step(self) -> &'static str {
        match self {
            Self::ServiceControlPolicy | Self::ResourceControlPolicy => {
                "an administrator of the organization must change that policy; or leave out what it denies with \
                 --exclude-region or --exclude-account"
            }
            Self::IdentityPolicy => {
                "remove the deny from the policies of the role or user that the scan works with, or leave out what it \
                 denies with --exclude-region or --exclude-account"
            }
            Self::PermissionsBoundary => {
                "change the permissions boundary of the role or user that the scan works with, or scan with another role"
            }
            Self::SessionPolicy => {
                "sign in without that session policy, or with one that allows what the scan reads"
            }
            Self::ResourcePolicy => "change the policy of that resource",
            Self::EndpointPolicy => "change the policy of the VPC endpoint, or scan from another network",
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServiceControlPolicy => "denied by a service control policy of the organization",
            Self::ResourceControlPolicy => "denied by a resource control policy of the organization",
            Self::IdentityPolicy => "denied by a policy of the role or user",
            Self::PermissionsBoundary => "denied by the permissions boundary of the role or user",
            Self::SessionPolicy => "denied by the policy of the session",
            Self::ResourcePolicy => "denied by the policy of the resource",
            Self::EndpointPolicy => "denied by the policy of the VPC endpoint",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_denies_is_read_from_the_message() {
        let message = |denial: &str| {
            format!(
                "User: arn:aws:sts::111111111111:assumed-role/r/s is not authorized to perform: dms:X {denial}"
            )
        };
        for (denial, expected) in [
            ("with an explicit deny in a service control policy", Some(Denial::ServiceControlPolicy)),
            (
                "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/p-1",
                Some(Denial::ServiceControlPolicy),
            ),
            ("because no service control policy allows the dms:X action", Some(Denial::ServiceControlPolicy)),
            ("with an explicit deny in a resource control policy", Some(Denial::ResourceControlPolicy)),
            (
                "on resource: * with an explicit deny in an identity-based policy",
                Some(Denial::IdentityPolicy),
            ),
            ("with an explicit deny in a permissions boundary", Some(Denial::PermissionsBoundary)),
            ("because no permissions boundary allows the dms:X action", Some(Denial::PermissionsBoundary)),
            ("because no session policy allows the dms:X action", Some(Denial::SessionPolicy)),
            ("with an explicit deny in a VPC endpoint policy", Some(Denial::EndpointPolicy)),
            ("with an explicit deny in a resource-based policy", Some(Denial::ResourcePolicy)),
            ("because no identity-based policy allows the dms:X action", None),
            ("because no resource-based policy allows the kms:DescribeKey action", None),
            ("", None),
        ] {
            assert_eq!(Denial::parse(&message(denial)), expected, "{denial}");
        }
    }
}
