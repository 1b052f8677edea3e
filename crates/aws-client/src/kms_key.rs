//! Describes KMS keys, each at most once in a session.

use std::pin::pin;

use futures_util::TryStreamExt;
use rule_core::{Arn, ErrorKind, Fact, KmsKey};
use serde::Deserialize;

use crate::error::Error;
use crate::pages::pages;
use crate::session::Session;
use crate::wire::Wire;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeKeyResponse {
    key_metadata: KeyMetadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyMetadata {
    key_id: Option<String>,
    key_manager: Option<String>,
    arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AliasesPage {
    aliases: Vec<Alias>,
    #[serde(default)]
    truncated: bool,
    next_marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Alias {
    alias_arn: Option<String>,
    target_key_id: Option<String>,
}

impl KeyMetadata {
    /// Returns true if this is the key that `requested` names in one of the four forms of `DescribeKey` (API
    /// reference of AWS KMS, "KeyId"): the key itself, or for an alias, which does not name it, the place. `own` is
    /// an ARN in the account and Region of the session, whose keys the forms without an ARN name; `None` if they
    /// are not known.
    fn describes(&self, requested: &str, own: Option<Arn<'_>>) -> bool {
        let arn = self.arn.as_deref().map(|arn| Arn::parse(arn).filter(|arn| key_id(arn.resource).is_some()));
        if arn == Some(None) {
            return false; // the ARN of no key
        }
        let arn = arn.flatten();
        let id_by_arn = arn.and_then(|arn| key_id(arn.resource));
        let id = self.key_id.as_deref();
        if id.is_none() && id_by_arn.is_none() || id.zip(id_by_arn).is_some_and(|(id, by_arn)| id != by_arn) {
            return false;
        }
        let named = Arn::parse(requested);
        let wanted = match named {
            Some(named) => key_id(named.resource),
            None => Some(requested).filter(|requested| !requested.starts_with("alias/")),
        };
        let is_in_place = |place: Arn<'_>| arn.is_none_or(|arn| is_same_place(arn, place));
        (wanted.is_none() || wanted == id.or(id_by_arn)) && named.or(own).is_none_or(is_in_place)
    }
}

impl Alias {
    /// Returns true if this is an alias of the key with this ARN or id. An alias is in the account and Region of
    /// its key (AWS KMS developer guide, "Aliases in AWS KMS").
    fn is_of_key(&self, key: &str) -> bool {
        let arn = Arn::parse(key);
        let id = arn.and_then(|arn| key_id(arn.resource)).unwrap_or(key);
        let alias_arn = self.alias_arn.as_deref().and_then(Arn::parse);
        self.target_key_id.as_deref() == Some(id)
            && arn.zip(alias_arn).is_none_or(|(key, alias)| is_same_place(key, alias))
    }
}

/// Returns the id of a key, from the resource part of its ARN.
fn key_id(resource: &str) -> Option<&str> {
    resource.strip_prefix("key/")
}

fn is_same_place(one: Arn<'_>, other: Arn<'_>) -> bool {
    (one.partition, one.region, one.account_id) == (other.partition, other.region, other.account_id)
}

impl Session {
    /// Describes a KMS key, once in a session.
    ///
    /// A key that KMS does not find, or denies, leaves the other resources their verdicts. A denial is
    /// recorded, and [`Session::finish`] returns it.
    ///
    /// # Errors
    /// Returns any other error of `DescribeKey` or `ListAliases`.
    pub(crate) async fn kms_key(&self, key_id: &str, with_aliases: bool) -> Result<Fact<KmsKey>, Error> {
        let cell = self.kms_key_cell(key_id);
        let fact = cell.get_or_try_init(|| async {
            match self.describe_key(key_id, with_aliases).await {
                Ok(key) => Ok(key),
                Err(error) => self.unavailable_key(error).map(Fact::Unavailable),
            }
        });
        fact.await.cloned()
    }

    /// Describes a key. A response that is about another key, or about none, is no fact about this one.
    async fn describe_key(&self, key_id: &str, with_aliases: bool) -> Result<Fact<KmsKey>, Error> {
        let wire = Wire::raw("DescribeKey", self.journal());
        let request = self.clients().kms().await.describe_key().key_id(key_id);
        let result = request.customize().interceptor(wire.clone()).send().await;
        let DescribeKeyResponse { key_metadata } = wire.read(&format!("of {key_id}"), result)?;
        if !key_metadata.describes(key_id, self.dms_arn("", "").as_deref().and_then(Arn::parse)) {
            return Ok(Fact::Unavailable("KMS describes another key in its place".to_owned()));
        }
        let KeyMetadata { key_id: described_id, key_manager, arn } = key_metadata;
        let mut alias_arns = Vec::new();
        if with_aliases {
            let described = arn.as_deref().or(described_id.as_deref()).unwrap_or(key_id);
            for alias in self.aliases(described).await? {
                if !alias.is_of_key(described) {
                    return Ok(Fact::Unavailable(
                        "KMS lists an alias of another key with its own".to_owned(),
                    ));
                }
                alias_arns.extend(alias.alias_arn);
            }
        }
        Ok(Fact::Known(KmsKey { key_manager, arn, alias_arns }))
    }

    async fn aliases(&self, key_id: &str) -> Result<Vec<Alias>, Error> {
        let subject = &format!("of {key_id}");
        let mut pages = pin!(pages("ListAliases", |position| async move {
            let wire = Wire::raw("ListAliases", self.journal());
            let client = self.clients().kms().await;
            let request = client.list_aliases().key_id(key_id).limit(100).set_marker(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: AliasesPage = wire.read(subject, result)?;
            Ok((page.aliases, page.next_marker.filter(|_| page.truncated)))
        }));
        let mut all = Vec::new();
        while let Some(aliases) = pages.try_next().await? {
            all.extend(aliases);
        }
        Ok(all)
    }

    /// Returns why the facts of this one key are unavailable; `Err` if the error is not about the key.
    fn unavailable_key(&self, error: Error) -> Result<String, Error> {
        match error.code() {
            // API reference of AWS KMS, `DescribeKey` and `ListAliases`, "Errors".
            Some(code @ ("NotFoundException" | "InvalidArnException" | "KMSInvalidStateException")) => {
                Ok(format!("KMS does not find the key ({code})"))
            }
            Some(_) if error.kind() == ErrorKind::Denied => {
                let reason = format!("KMS denies kms:{}", error.operation());
                self.record_denial(error);
                Ok(reason)
            }
            _ => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";
    const OWN: &str = "arn:aws:dms:us-east-1:123456789012::";

    fn describes(requested: &str, arn: Option<&str>, id: Option<&str>) -> bool {
        let key = KeyMetadata {
            key_id: id.map(str::to_owned),
            key_manager: Some("CUSTOMER".to_owned()),
            arn: arn.map(str::to_owned),
        };
        key.describes(requested, Arn::parse(OWN))
    }

    #[test]
    fn a_key_that_was_not_requested_is_no_fact() {
        let elsewhere = KEY.replace("123456789012", "999999999999");
        let alias_arn = "arn:aws:kms:us-east-1:123456789012:alias/dms";
        for requested in [KEY, "1234abcd", "alias/dms", alias_arn] {
            assert!(describes(requested, Some(KEY), Some("1234abcd")), "{requested}");
            assert!(describes(requested, Some(KEY), None), "{requested}");
            assert!(describes(requested, None, Some("1234abcd")), "{requested}");
            for (arn, id) in [
                (None, None),
                (Some(KEY), Some("99999999")),
                (Some(elsewhere.as_str()), Some("1234abcd")),
                (Some("arn:aws:kms:eu-west-1:123456789012:key/1234abcd"), Some("1234abcd")),
                (Some("arn:aws-cn:kms:us-east-1:123456789012:key/1234abcd"), Some("1234abcd")),
                (Some("1234abcd"), Some("1234abcd")),
                (Some(alias_arn), None),
            ] {
                assert!(!describes(requested, arn, id), "{requested} {arn:?} {id:?}");
            }
        }
        for requested in [KEY, "1234abcd"] {
            let other = KEY.replace("1234abcd", "1234abce");
            assert!(!describes(requested, Some(&other), Some("1234abce")), "{requested}");
            assert!(!describes(requested, None, Some("1234abce")), "{requested}");
        }
        assert!(describes(&elsewhere, Some(&elsewhere), Some("1234abcd")), "a key of another account");
    }

    #[test]
    fn an_alias_of_another_key_is_noticed() {
        let is_of_key = |target: Option<&str>, arn: &str| {
            let alias = Alias { alias_arn: Some(arn.to_owned()), target_key_id: target.map(str::to_owned) };
            alias.is_of_key(KEY)
        };
        let arn = "arn:aws:kms:us-east-1:123456789012:alias/dms";
        assert!(is_of_key(Some("1234abcd"), arn));
        for target in [None, Some("1234abce"), Some(""), Some(KEY)] {
            assert!(!is_of_key(target, arn), "{target:?}");
        }
        assert!(!is_of_key(Some("1234abcd"), "arn:aws:kms:us-east-1:999999999999:alias/dms"));
    }
}
