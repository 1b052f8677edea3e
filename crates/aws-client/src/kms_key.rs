//! Describes KMS keys, each at most once in a session.

use std::pin::pin;

use futures_util::TryStreamExt;
use rule_core::{ErrorKind, Fact, KmsKey};
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
                Ok(key) => Ok(Fact::Known(key)),
                Err(error) => self.unavailable_key(error).map(Fact::Unavailable),
            }
        });
        fact.await.cloned()
    }

    async fn describe_key(&self, key_id: &str, with_aliases: bool) -> Result<KmsKey, Error> {
        let wire = Wire::raw("DescribeKey", self.journal());
        let request = self.clients().kms().await.describe_key().key_id(key_id);
        let result = request.customize().interceptor(wire.clone()).send().await;
        let DescribeKeyResponse { key_metadata: KeyMetadata { key_manager, arn } } =
            wire.read(&format!("of {key_id}"), result)?;
        let alias_arns =
            if with_aliases { self.alias_arns(arn.as_deref().unwrap_or(key_id)).await? } else { Vec::new() };
        Ok(KmsKey { key_manager, arn, alias_arns })
    }

    async fn alias_arns(&self, key_id: &str) -> Result<Vec<String>, Error> {
        let subject = &format!("of {key_id}");
        let mut pages = pin!(pages("ListAliases", |position| async move {
            let wire = Wire::raw("ListAliases", self.journal());
            let client = self.clients().kms().await;
            let request = client.list_aliases().key_id(key_id).limit(100).set_marker(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: AliasesPage = wire.read(subject, result)?;
            Ok((page.aliases, page.next_marker.filter(|_| page.truncated)))
        }));
        let mut arns = Vec::new();
        while let Some(aliases) = pages.try_next().await? {
            arns.extend(aliases.into_iter().filter_map(|alias| alias.alias_arn));
        }
        Ok(arns)
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
