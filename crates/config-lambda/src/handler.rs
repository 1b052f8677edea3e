//! The flow of one event: event → rule → verdict → evaluation → AWS Config.

use std::sync::Arc;

use aws_client::{Aws, Evaluation, ItemWithFacts, Journal, Session};
use rule_core::ConfigurationItem;

use crate::error::Error;
use crate::event::{ConfigEvent, InvokingEvent};
use crate::periodic;

/// The response of an invocation.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The number of evaluations that AWS Config accepted.
    evaluations: usize,
}

pub(crate) async fn handle(
    event: &ConfigEvent,
    function_arn: &str,
    aws: &Aws,
    journal: &Arc<Journal>,
) -> Result<Report, Error> {
    let session = aws.session(&event.place(function_arn)?, journal).await?;
    match &event.invoking_event {
        InvokingEvent::ConfigurationItemChangeNotification(item) => evaluate(event, item, &session).await?,
        InvokingEvent::OversizedConfigurationItemChangeNotification(summary)
            if summary.needs_configuration(event) =>
        {
            let item = session.configuration_item(&summary.item).await?;
            evaluate(event, &item, &session).await?;
        }
        InvokingEvent::OversizedConfigurationItemChangeNotification(summary) => {
            evaluate(event, &summary.item, &session).await?;
        }
        InvokingEvent::ScheduledNotification | InvokingEvent::ConfigurationSnapshotDeliveryCompleted => {
            periodic::run(event, &session).await?;
        }
    }
    session.finish()?;
    Ok(Report { evaluations: journal.snapshot().accepted_total() })
}

/// Evaluates one item and submits one evaluation, of this resource and no other.
async fn evaluate(event: &ConfigEvent, item: &ConfigurationItem, session: &Session) -> Result<(), Error> {
    let evaluations = if event.event_left_scope {
        vec![Evaluation::new(item, &event.rule_parameters.rule.left_scope(item))]
    } else {
        let items = vec![ItemWithFacts::recorded(item.clone())];
        let evaluated =
            session.evaluate(&event.rule_parameters, event.notification_creation_time, items).await?;
        evaluated.iter().map(|(evaluated, verdict)| Evaluation::new(&evaluated.item, verdict)).collect()
    };
    Ok(session.put_evaluations(&event.result_token, evaluations).await?)
}
