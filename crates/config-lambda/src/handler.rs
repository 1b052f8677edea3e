//! The flow of one event: event → rule → verdict → evaluation → report.

use std::sync::Arc;

use rule_core::ConfigurationItem;

use crate::aws::{Aws, Session};
use crate::evaluation::Evaluation;
use crate::journal::Journal;
use crate::{ConfigEvent, Error, InvokingEvent, periodic};

/// What an invocation did; Lambda's answer.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Evaluations that AWS Config took.
    pub evaluations: usize,
}

pub(crate) async fn handle(
    event: &ConfigEvent,
    function_arn: &str,
    aws: &Aws,
    journal: &Arc<Journal>,
) -> Result<Report, Error> {
    let session = aws.session(event, function_arn, journal).await?;
    match &event.invoking_event {
        InvokingEvent::ConfigurationItemChangeNotification(item) => evaluate(event, item, &session).await?,
        InvokingEvent::OversizedConfigurationItemChangeNotification(summary)
            if summary.needs_configuration(event) =>
        {
            let item = session.configuration_item(summary).await?;
            evaluate(event, &item, &session).await?;
        }
        InvokingEvent::OversizedConfigurationItemChangeNotification(summary) => {
            evaluate(event, &summary.item, &session).await?;
        }
        InvokingEvent::ScheduledNotification | InvokingEvent::ConfigurationSnapshotDeliveryCompleted => {
            periodic::run(event, &session).await?;
        }
    }
    Ok(Report { evaluations: journal.snapshot().accepted_in_all() })
}

/// One item, one evaluation: never a word about any other resource.
async fn evaluate(event: &ConfigEvent, item: &ConfigurationItem, session: &Session) -> Result<(), Error> {
    let rule = event.rule_parameters.rule;
    let verdict = if event.event_left_scope {
        rule.left_scope(item)
    } else {
        rule.evaluate(item, &event.rule_parameters, event.notification_creation_time)
    };
    session.put_evaluations(&event.result_token, vec![Evaluation::new(item, &verdict)]).await
}
