//! The flow of one event: event → rule → verdict → evaluation → report.

use std::sync::Arc;

use rule_core::ConfigurationItem;

use crate::aws::{Aws, Session};
use crate::evaluation::Evaluation;
use crate::journal::Journal;
use crate::lookup::{self, Case};
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
    session.end()?;
    Ok(Report { evaluations: journal.snapshot().accepted_in_all() })
}

/// One item, one evaluation: never a word about any other resource.
async fn evaluate(event: &ConfigEvent, item: &ConfigurationItem, session: &Session) -> Result<(), Error> {
    let judged = if event.event_left_scope {
        vec![(Case::recorded(item.clone()), event.rule_parameters.rule.left_scope(item))]
    } else {
        let case = Case::recorded(item.clone());
        lookup::verdicts(&event.rule_parameters, event.notification_creation_time, vec![case], session)
            .await?
    };
    let evaluations = judged.iter().map(|(case, verdict)| Evaluation::new(&case.item, verdict)).collect();
    session.put_evaluations(&event.result_token, evaluations).await
}
