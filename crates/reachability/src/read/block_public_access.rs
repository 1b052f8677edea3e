use chrono::{DateTime, Utc};
use rule_core::Json;

use super::object::{Object, is_id, missing, odd_word};
use super::resource::Resource;
use crate::block_public_access::{BlockMode, BlockPublicAccess, ExcludedResource, Exclusion, ExclusionMode};
use crate::listing::Unread;

/// The type of the options as AWS Config names it.
pub const RECORDED_OPTIONS: &str = "AWS::EC2::VPCBlockPublicAccessOptions";

/// Reads the response of `describe-vpc-block-public-access-options`, or what AWS Config recorded of them, which has no
/// state: it records what was set.
///
/// # Errors
/// Returns the reason if it is no object.
pub fn block_public_access(
    document: &Json,
    captured: Option<DateTime<Utc>>,
) -> Result<BlockPublicAccess, Unread> {
    let document = Object::new(document)?;
    let options = document.object("VpcBlockPublicAccessOptions")?.unwrap_or(document);
    let is_recorded = options.has("AccountId");
    let account = options.id(if is_recorded { "AccountId" } else { "AwsAccountId" });
    let settled = match options.optional_text("State") {
        Ok(Some("update-complete")) => Ok(()),
        // The options of an account that never changed them are off.
        Ok(Some("default-state")) if options.optional_text("InternetGatewayBlockMode") == Ok(Some("off")) => {
            Ok(())
        }
        Ok(Some("default-state")) => Err(Unread::new("has a mode beside the state default-state")),
        Ok(None) if is_recorded => Ok(()),
        Ok(None) => Err(missing("State")),
        Ok(Some("update-in-progress")) => Err(Unread::new("is being changed")),
        Ok(Some(other)) => Err(odd_word("State", other)),
        Err(reason) => Err(reason),
    };
    Ok(BlockPublicAccess {
        mode: account.clone().and(settled).and_then(|()| block_mode(options)),
        account: account.ok().map(str::to_owned),
        allows_exclusions: match options.optional_text("ExclusionsAllowed") {
            Ok(Some("allowed")) => true,
            Ok(None) => is_recorded,
            Ok(Some(_)) | Err(_) => false,
        },
        captured,
    })
}

fn block_mode(options: Object<'_>) -> Result<BlockMode, Unread> {
    match options.text("InternetGatewayBlockMode")? {
        "off" => Ok(BlockMode::Off),
        "block-ingress" => Ok(BlockMode::Ingress),
        "block-bidirectional" => Ok(BlockMode::Bidirectional),
        other => Err(odd_word("InternetGatewayBlockMode", other)),
    }
}

impl Resource for Exclusion {
    const LIST: &'static str = "VpcBlockPublicAccessExclusions";
    const RECORDED: &'static str = "AWS::EC2::VPCBlockPublicAccessExclusion";

    fn read(resource: &Json) -> Result<Self, Unread> {
        let exclusion = Object::new(resource)?;
        let recorded = recorded_resource(exclusion);
        let is_recorded = recorded.is_some();
        Ok(Self {
            id: exclusion.id("ExclusionId")?.to_owned(),
            resource: recorded.unwrap_or_else(|| excluded_resource(exclusion.text("ResourceArn")?)),
            mode: match exclusion.text("InternetGatewayExclusionMode") {
                Ok("allow-bidirectional") => Ok(ExclusionMode::Bidirectional),
                Ok("allow-egress") => Ok(ExclusionMode::Egress),
                Ok(other) => Err(odd_word("InternetGatewayExclusionMode", other)),
                Err(reason) => Err(reason),
            },
            is_in_force: match exclusion.optional_text("State") {
                Ok(Some("create-complete" | "update-complete")) => Ok(true),
                Ok(Some("create-failed" | "delete-complete" | "disable-complete")) => Ok(false),
                Ok(Some(state)) if state.ends_with("-in-progress") => Err(Unread::new("is being changed")),
                Ok(Some(other)) => Err(odd_word("State", other)),
                Ok(None) if is_recorded => Ok(true),
                Ok(None) => Err(missing("State")),
                Err(reason) => Err(reason),
            },
        })
    }
}

/// Returns the resource as AWS Config records it: its id under the name of its type.
fn recorded_resource(exclusion: Object<'_>) -> Option<Result<ExcludedResource, Unread>> {
    match (exclusion.optional_id("VpcId"), exclusion.optional_id("SubnetId")) {
        (Ok(None), Ok(None)) => None,
        (Ok(Some(id)), Ok(None)) => Some(Ok(ExcludedResource::Vpc(id.to_owned()))),
        (Ok(None), Ok(Some(id))) => Some(Ok(ExcludedResource::Subnet(id.to_owned()))),
        (Err(reason), _) | (_, Err(reason)) => Some(Err(reason)),
        (Ok(Some(_)), Ok(Some(_))) => Some(Err(Unread::new("is about a VPC and a subnet"))),
    }
}

fn excluded_resource(arn: &str) -> Result<ExcludedResource, Unread> {
    match arn.rsplit(':').next().and_then(|resource| resource.split_once('/')) {
        Some(("vpc", id)) if is_id(id) => Ok(ExcludedResource::Vpc(id.to_owned())),
        Some(("subnet", id)) if is_id(id) => Ok(ExcludedResource::Subnet(id.to_owned())),
        _ => Err(odd_word("ResourceArn", arn)),
    }
}
