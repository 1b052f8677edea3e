use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use rule_core::{Fact, KmsKey};
use serde::Deserialize;

use super::clients::Session;
use super::config_service::next_page;
use super::failure;
use super::wire::Wire;
use crate::{Error, ErrorKind};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeKeyAnswer {
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

/// Why a look-up told nothing: for this key alone, or for the whole run.
enum Untold {
    Key(String),
    Run(Error),
}

impl From<Error> for Untold {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

impl Session {
    /// What KMS says of a key; each key is asked for once in an invocation.
    ///
    /// A key that is unknown to KMS, or that KMS will not speak of, is no reason to leave the other resources without
    /// a verdict; but a denial is [remembered](Session::denied), and the invocation fails in the end.
    pub(crate) async fn kms_key(&self, key_id: &str, with_aliases: bool) -> Result<Fact<KmsKey>, Error> {
        let cell = self.kms_keys.lock().await.entry(key_id.to_owned()).or_default().clone();
        let fact = cell.get_or_try_init(|| async move {
            match self.ask_kms(key_id, with_aliases).await {
                Ok(key) => Ok(Fact::Known(key)),
                Err(Untold::Key(why)) => Ok(Fact::Unavailable(why)),
                Err(Untold::Run(error)) => Err(error),
            }
        });
        fact.await.cloned()
    }

    async fn ask_kms(&self, key_id: &str, with_aliases: bool) -> Result<KmsKey, Untold> {
        let about = format!("of {key_id}");
        let wire = Wire::unread("DescribeKey", &self.journal);
        let request = self.kms().await.describe_key().key_id(key_id);
        let answer = request.customize().interceptor(wire.clone()).send().await;
        self.untold(&wire, &about, &answer)?;
        let DescribeKeyAnswer { key_metadata: KeyMetadata { key_manager, arn } } =
            wire.listing(&about, answer)?;
        let alias_arns =
            if with_aliases { self.aliases(arn.as_deref().unwrap_or(key_id)).await? } else { Vec::new() };
        Ok(KmsKey { key_manager, arn, alias_arns })
    }

    async fn aliases(&self, key_id: &str) -> Result<Vec<String>, Untold> {
        let about = format!("of {key_id}");
        let wire = Wire::unread("ListAliases", &self.journal);
        let mut arns = Vec::new();
        let mut marker: Option<String> = None;
        for number in 1.. {
            let request =
                self.kms().await.list_aliases().key_id(key_id).limit(100).set_marker(marker.clone());
            let answer = request.customize().interceptor(wire.clone()).send().await;
            self.untold(&wire, &about, &answer)?;
            let page: AliasesPage = wire.listing(&about, answer)?;
            arns.extend(page.aliases.into_iter().filter_map(|alias| alias.alias_arn));
            marker =
                next_page(&wire, marker.as_deref(), page.next_marker.filter(|_| page.truncated), number)?;
            if marker.is_none() {
                break;
            }
        }
        Ok(arns)
    }

    /// Whether KMS refused to speak of this one key.
    fn untold<O, E: ProvideErrorMetadata>(
        &self,
        wire: &Wire,
        about: &str,
        answer: &Result<O, SdkError<E, HttpResponse>>,
    ) -> Result<(), Untold> {
        let Err(error) = answer else { return Ok(()) };
        let code = error.code().unwrap_or_default();
        if matches!(code, "NotFoundException" | "InvalidArnException" | "KMSInvalidStateException") {
            return Err(Untold::Key(format!("KMS does not find the key ({code})")));
        }
        let error = failure::error(wire.operation(), about, error);
        if error.kind() != ErrorKind::Denied {
            return Ok(()); // the caller's to tell
        }
        self.denied(error);
        Err(Untold::Key(format!("KMS denies kms:{}", wire.operation())))
    }
}
