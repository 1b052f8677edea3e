//! A plain rule: the SDK with its default features, one PutEvaluations for each change.

use aws_config::BehaviorVersion;
use aws_sdk_config::Client;
use aws_sdk_config::primitives::{DateTime, DateTimeFormat};
use aws_sdk_config::types::{ComplianceType, Evaluation};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigEvent {
    invoking_event: String,
    result_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InvokingEvent {
    configuration_item: ConfigurationItem,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConfigurationItem {
    resource_type: String,
    resource_id: String,
    configuration_item_capture_time: String,
    configuration: Value,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);
    lambda_runtime::run(service_fn(|event| handle(event, &client))).await
}

async fn handle(event: LambdaEvent<ConfigEvent>, client: &Client) -> Result<(), Error> {
    let invoking: InvokingEvent = serde_json::from_str(&event.payload.invoking_event)?;
    let item = invoking.configuration_item;
    let flag = ["publiclyAccessible", "PubliclyAccessible"]
        .iter()
        .find_map(|name| item.configuration.get(name)?.as_bool());
    let (compliance, annotation) = match flag {
        Some(false) => (ComplianceType::Compliant, "The instance is not publicly accessible."),
        _ => (ComplianceType::NonCompliant, "The instance is publicly accessible."),
    };
    let at = DateTime::from_str(&item.configuration_item_capture_time, DateTimeFormat::DateTimeWithOffset)?;
    let evaluation = Evaluation::builder()
        .compliance_resource_type(item.resource_type)
        .compliance_resource_id(item.resource_id)
        .compliance_type(compliance)
        .annotation(annotation)
        .ordering_timestamp(at)
        .build()?;
    client.put_evaluations().result_token(event.payload.result_token).evaluations(evaluation).send().await?;
    Ok(())
}
