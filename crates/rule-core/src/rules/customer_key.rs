//! The evaluation of the rules on the KMS key of a resource: the customer must manage it, or a list name it.

use crate::parameter::ANY_TEXT;
use crate::rules::description::description;
use crate::text::cut;
use crate::{
    Arn, Change, Configuration, Finding, Input, Json, KeyPattern, KmsKey, Lookup, Parameter, Property, Stop,
    Unknown,
};

/// A property that names a KMS key, and the remedies of findings on it.
pub(super) struct CustomerKey {
    /// The property.
    pub(super) property: Property,
    /// The remedy for a key that is not as wanted.
    pub(super) fix: &'static str,
    /// The remedy for a key that cannot be read.
    pub(super) describe: &'static str,
}

/// The meaning of a property that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// DMS uses its default key, which AWS manages.
    IsDefault,
    /// The key is not known.
    IsUnknown,
}

/// The parameter `kmsKeyArns`.
pub(super) static KMS_KEY_ARNS: Parameter = Parameter {
    name: "kmsKeyArns",
    default: "",
    meaning: concat!(
        "the keys that are allowed, with commas between them: ARNs of keys or aliases, in which `*` and `?` are wildcards, ",
        "such as `arn:aws:kms:*:123456789012:alias/dms-*`. The id of a key must be named by at least 8 characters, or start ",
        "with `mrk-`, since a pattern for every key of an account names the keys that AWS manages too. Aliases that start ",
        "with `alias/aws/` are never allowed. Not given: every customer managed key is allowed, as KMS describes it"
    ),
    must_be: "ARNs of KMS keys (at least 8 characters of the id) or aliases (not alias/aws/), with commas between them",
    pattern: ANY_TEXT,
    read: |values, text| {
        let patterns: Option<Vec<KeyPattern>> =
            text.split(',').map(|arn| KeyPattern::parse(arn.trim())).collect();
        let is_read = patterns.is_some();
        values.kms_key_arns = patterns.unwrap_or_default();
        is_read
    },
};

/// The remedy where KMS does not show the manager of a key.
pub(super) const FIND_OUT: &str =
    "allow kms:DescribeKey and kms:ListAliases on the key, or name it in kmsKeyArns";

const SCAN: Change = Change::AfterDeployment("dms-rule scan, which reads the key from KMS");

/// The key, as far as the resource itself shows it.
enum Key<'a> {
    /// The id or ARN of the key, or of an alias of it.
    Named(&'a str),
    /// A key that is created together with the resource, by the reference in the text.
    Created(String),
    /// The key that DMS uses by default.
    Default,
}

impl CustomerKey {
    /// Returns the finding on the key that the properties in `holder` name.
    ///
    /// # Errors
    /// Returns the look-up of a key whose manager is not known yet.
    pub(super) fn check(
        &self,
        input: &Input,
        holder: &Configuration,
        missing: Missing,
    ) -> Result<Finding, Stop> {
        let key = match self.key(holder, missing) {
            Ok(key) => key,
            Err(unknown) => return Ok(self.unknown(unknown)),
        };
        let allowed = &input.parameters.kms_key_arns;
        let key_id = match key {
            Key::Named(key_id) if is_aws_managed_alias(key_id) => {
                return Ok(self.aws_managed("AWS manages its alias").with_evidence("key", cut(key_id, 84)));
            }
            Key::Named(key_id) => key_id,
            // DMS uses its default key, which is aws/dms (CreateReplicationInstance, CreateEndpoint; DMS user guide, "Setting an
            // encryption key").
            Key::Default => {
                let fact = format!("{} is not set, and DMS uses aws/dms", self.property.path);
                return Ok(self.aws_managed(&fact));
            }
            // KMS gives no customer a key that it manages itself.
            Key::Created(by) if allowed.is_empty() => {
                return Ok(Finding::compliant(
                    "CUSTOMER MANAGED",
                    format!("the key is created with it ({by})"),
                ));
            }
            Key::Created(by) => {
                let fact = format!("the ARN of the key is not known before deployment ({by})");
                return Ok(Finding::unknown(fact).with_change(SCAN));
            }
        };
        let finding = if allowed.is_empty() {
            self.by_manager(input, key_id)?
        } else {
            self.by_list(input, key_id, allowed)?
        };
        Ok(finding.with_evidence("key", cut(key_id, 84)))
    }

    /// Returns the properties that show the key: those of the item if they name it, else the description by DMS.
    ///
    /// # Errors
    /// Returns [`Stop`] if DMS must be called first, or if its description is not known.
    pub(super) fn holder<'a>(
        &self,
        input: &Input<'a>,
        configuration: &'a Configuration,
    ) -> Result<&'a Configuration, Stop> {
        if configuration.given(self.property.path).next().is_some() {
            return Ok(configuration);
        }
        Ok(description(input, self.property.path)?.unwrap_or(configuration))
    }

    /// Returns the finding on a key that cannot be read.
    pub(super) fn unknown(&self, Unknown(reason): Unknown) -> Finding {
        Finding { fix: Some(self.describe), ..Finding::unknown(reason) }
    }

    fn key<'a>(&self, holder: &'a Configuration, missing: Missing) -> Result<Key<'a>, Unknown> {
        let Property { path, .. } = self.property;
        let unreadable = |what: String| Unknown::new(format!("{path} is {what}"));
        match holder.only(self.property.name()).map_err(unreadable)? {
            Some(Json::Text(key_id)) if !key_id.is_empty() && key_id.trim() == key_id => {
                Ok(Key::Named(key_id))
            }
            Some(Json::Created { resource_type, by }) if CUSTOMER_KEYS.contains(&resource_type.as_str()) => {
                Ok(Key::Created(cut(by, 80)))
            }
            Some(odd) => Err(unreadable(odd.in_words())),
            None if missing == Missing::IsDefault => Ok(Key::Default),
            None => Err(Unknown::new(format!("{path} is missing"))),
        }
    }

    /// Returns the key that KMS describes, or the reason why it is not known.
    fn described<'a>(
        input: &Input<'a>,
        key_id: &str,
        with_aliases: bool,
    ) -> Result<Result<&'a KmsKey, String>, Lookup> {
        let lookup = || Lookup::KmsKey { key_id: key_id.to_owned(), with_aliases };
        Ok(match input.facts.kms_key.get(lookup)? {
            Err(reason) => Err(reason.to_owned()),
            Ok(KmsKey { arn: Some(arn), .. }) if is_key_arn(key_id) && arn != key_id => {
                Err("the manager of the key is not known".to_owned()) // a resource can have several keys
            }
            Ok(key) => Ok(key),
        })
    }

    fn by_manager(&self, input: &Input, key_id: &str) -> Result<Finding, Lookup> {
        Ok(match Self::described(input, key_id, false)? {
            Err(reason) => Finding::unknown(reason).with_change(SCAN),
            Ok(key) => match key.key_manager.as_deref() {
                Some("CUSTOMER") => Finding::compliant("CUSTOMER MANAGED", "KeyManager=CUSTOMER"),
                Some("AWS") => self.aws_managed("KeyManager=AWS"),
                Some(other) => Finding::unknown(format!("KeyManager is {:?}", cut(other, 24))),
                None => Finding::unknown("KMS returned no KeyManager"),
            },
        })
    }

    fn by_list(&self, input: &Input, key_id: &str, allowed: &[KeyPattern]) -> Result<Finding, Lookup> {
        let is_allowed = |arn: &str| allowed.iter().any(|pattern| pattern.matches(arn));
        if is_allowed(key_id) {
            return Ok(Finding::compliant("ALLOWED", "the key is in kmsKeyArns"));
        }
        let with_aliases = allowed.iter().any(KeyPattern::is_for_aliases);
        if is_key_arn(key_id) && !with_aliases {
            return Ok(self.not_allowed());
        }
        Ok(match Self::described(input, key_id, with_aliases)? {
            Err(reason) => Finding::unknown(reason).with_change(SCAN),
            Ok(KmsKey { key_manager: Some(manager), .. }) if manager == "AWS" => {
                self.aws_managed("KeyManager=AWS")
            }
            Ok(key) => match key.arn.iter().chain(&key.alias_arns).find(|arn| is_allowed(arn)) {
                Some(arn) => Finding::compliant("ALLOWED", format!("{} is in kmsKeyArns", cut(arn, 84))),
                None => self.not_allowed(),
            },
        })
    }

    fn aws_managed(&self, fact: &str) -> Finding {
        Finding::non_compliant("AWS MANAGED", fact, self.fix)
    }

    fn not_allowed(&self) -> Finding {
        Finding::non_compliant("NOT ALLOWED", "the key is not in kmsKeyArns", self.fix)
            .with_change(Change::set(self.property, "the ARN of a key that kmsKeyArns names"))
    }
}

/// The types of CloudFormation whose resources are keys that the customer manages.
const CUSTOMER_KEYS: [&str; 2] = ["AWS::KMS::Key", "AWS::KMS::ReplicaKey"];

/// Returns true for the name or ARN of an alias that AWS manages: no one else can create one (KMS API reference,
/// `CreateAlias`).
fn is_aws_managed_alias(key_id: &str) -> bool {
    Arn::parse(key_id).map_or(key_id, |arn| arn.resource).starts_with("alias/aws/")
}

fn is_key_arn(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| arn.resource.starts_with("key/"))
}
