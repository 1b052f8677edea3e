//! Reads what AWS Config has in one account and Region.

use aws_client::Error;
use aws_client::scan::{Account, Caller, ConfigService, Recording};
use report::coverage::{
    Conditions, DeployedRule, Facts, NotRead, Place, Reading, Recorder, RecorderStatus, Runs,
};
use rule_core::ResourceType;

use super::not_read::{joined, not_read};
use super::ours::ours;

/// Reads an account and Region. Each call that fails is a fact of its own; the others are made all the same.
pub(super) async fn read(caller: &Caller, account: &Account, region: &str, conditions: &Conditions) -> Place {
    let service = caller.config_service(account, region);
    let reader = PlaceReader { service, account_id: account.id(), region, conditions };
    let recorder = reader.recorder().await;
    let rules = reader.rules().await;
    Place {
        account_id: Some(account.id().to_owned()),
        region: Some(region.to_owned()),
        facts: Ok(Facts { recorder, rules }),
    }
}

struct PlaceReader<'a> {
    service: ConfigService,
    account_id: &'a str,
    region: &'a str,
    conditions: &'a Conditions,
}

impl PlaceReader<'_> {
    fn not_read(&self, error: &Error) -> NotRead {
        not_read(error, &[self.account_id, self.region])
    }

    async fn recorder(&self) -> Reading<Option<Recorder>> {
        let recorder = self.service.recorder().await.map_err(|error| self.not_read(&error))?;
        let Some(recorder) = recorder else { return Ok(None) };
        let status = self.service.recorder_status(&recorder.name).await;
        let status = status.map_err(|error| self.not_read(&error)).map(|status| {
            status.map(|status| RecorderStatus {
                recording: status.recording,
                last_status: status.last_status,
                last_error: joined(status.last_error_code, status.last_error_message),
            })
        });
        let (mut not_recorded, mut daily, mut unclear) = (Vec::new(), Vec::new(), Vec::new());
        for resource_type in self.recordable_types() {
            match recorder.recording(resource_type.name()) {
                Recording::Continuous => {}
                Recording::Daily => daily.push(resource_type.name()),
                Recording::No => not_recorded.push(resource_type.name()),
                Recording::Unknown => unclear.push(resource_type.name()),
            }
        }
        Ok(Some(Recorder { name: recorder.name, not_recorded, daily, unclear, status }))
    }

    /// Lists the types of the rules that AWS Config can record in this Region.
    fn recordable_types(&self) -> impl Iterator<Item = ResourceType> {
        let is_ruled =
            |one: &ResourceType| self.conditions.rules.iter().any(|rule| rule.resource_type == *one);
        ResourceType::ALL.into_iter().filter(is_ruled).filter(|one| one.is_recorded_in(self.region))
    }

    async fn rules(&self) -> Reading<Vec<DeployedRule>> {
        let all = self.service.config_rules().await.map_err(|error| self.not_read(&error))?;
        let mut found = ours(&all);
        found.retain(|(rule, _)| self.conditions.rules.contains(rule));
        let names: Vec<String> = found.iter().map(|(_, rule)| rule.name.clone()).collect();
        let statuses = self.service.rule_statuses(&names).await;
        let mut deployed = Vec::new();
        for (rule, config_rule) in found {
            let name = &config_rule.name;
            let runs = match &statuses {
                Err(error) => Err(self.not_read(error)),
                Ok(statuses) => {
                    let status = statuses.iter().find(|status| status.name == *name);
                    let runs = status.map_or_else(Runs::default, |status| Runs {
                        has_status: true,
                        successful_evaluation: status.successful_evaluation,
                        last_result: None,
                        successful_invocation: status.successful_invocation,
                        failed_invocation: status.failed_invocation,
                        failed_evaluation: status.failed_evaluation,
                        first_activated: status.first_activated,
                        last_error: joined(status.last_error_code.clone(), status.last_error_message.clone()),
                    });
                    self.with_last_result(name, runs).await
                }
            };
            deployed.push(DeployedRule {
                identifier: rule.identifier,
                name: name.clone(),
                on_change: config_rule.is_triggered_by_changes(),
                on_schedule: config_rule.is_scheduled(),
                runs,
            });
        }
        Ok(deployed)
    }

    /// Adds the time of the last result, unless the status has a successful evaluation.
    async fn with_last_result(&self, name: &str, mut runs: Runs) -> Reading<Runs> {
        if runs.successful_evaluation.is_none() {
            let enough = self.conditions.at - self.conditions.max_age;
            let last = self.service.last_result(name, enough).await;
            runs.last_result = last.map_err(|error| self.not_read(&error))?;
        }
        Ok(runs)
    }
}
