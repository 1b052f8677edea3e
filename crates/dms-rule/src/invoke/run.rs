//! Runs events through the function, one after the other.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use config_lambda::ConfigEvent;
use local_aws::{AcceptedEvaluation, Call, EvaluationResult, Outcome};
use rule_core::Severity;

use super::account::{LocalAccount, Place};
use super::deployment::Deployment;
use super::inventory::Inventory;
use super::template::TemplateFile;

const SAMPLE_ACCOUNT: &str = "123456789012";
const SAMPLE_REGION: &str = "us-east-1";

/// The settings of a run.
pub(super) struct Settings<'a> {
    pub(super) inventory: Inventory,
    pub(super) templates: Vec<TemplateFile>,
    /// The values of parameters of the templates.
    pub(super) parameters: &'a [(String, String)],
    /// The timeout of the function, before that of a template.
    pub(super) timeout_seconds: Option<u64>,
}

/// The results of all events.
#[derive(Default)]
pub(super) struct Run {
    pub(super) events: Vec<EventResult>,
    /// The rules that received an event, in the order of the first one.
    pub(super) rules: Vec<RuleResults>,
}

/// The result of one event under one rule.
pub(super) struct EventResult {
    pub(super) file: String,
    /// Describes the event in one line; `None` if it cannot be read.
    pub(super) description: Option<String>,
    /// The severity of the rule; `None` if the event cannot be read.
    pub(super) severity: Option<Severity>,
    pub(super) evaluations: Vec<AcceptedEvaluation>,
    pub(super) calls: Vec<Call>,
    /// `None` if the event was evaluated.
    pub(super) error: Option<EventError>,
}

/// The error of an invocation, or of an event that did not reach the function.
pub(super) struct EventError {
    pub(super) error_type: String,
    pub(super) message: String,
}

/// The results that AWS Config shows for a rule after all events.
pub(super) struct RuleResults {
    /// The rule, account and Region, in words.
    pub(super) rule: String,
    pub(super) results: Vec<EvaluationResult>,
}

impl Run {
    /// Runs the events of the files in their order.
    ///
    /// # Errors
    /// Returns an error if the templates cannot be deployed, or a local account cannot be started. An event that cannot
    /// be read or evaluated is a result.
    pub(super) fn execute(files: &[PathBuf], settings: &Settings<'_>) -> Result<Self, Box<dyn Error>> {
        let mut run = Self::default();
        let mut accounts: HashMap<Place, LocalAccount> = HashMap::new();
        let mut rules: Vec<(Place, String)> = Vec::new();
        for file in files {
            let name = file.display().to_string();
            let payload = match read_event(file) {
                Ok(payload) => payload,
                Err(message) => {
                    run.events.push(EventResult::not_invoked(name, None, "BadInput", message));
                    continue;
                }
            };
            let event = ConfigEvent::from_json(&payload).ok();
            let place = place(event.as_ref());
            if !accounts.contains_key(&place) {
                accounts.insert(place.clone(), start(&place, settings)?);
            }
            let Some(account) = accounts.get(&place) else { continue };
            let payloads = match &event {
                None => vec![payload],
                Some(event) => match account.deliver(event, payload) {
                    Ok(payloads) => payloads,
                    Err(error) => {
                        let description = Some(describe(event, &place));
                        let (error_type, message) = (error.error_type(), error.to_string());
                        run.events.push(EventResult::not_invoked(name, description, error_type, message));
                        continue;
                    }
                },
            };
            for payload in payloads {
                let event = ConfigEvent::from_json(&payload).ok();
                if let Some(event) = &event {
                    account.prepare(event, &settings.inventory.fleet);
                    let rule = (place.clone(), rule_name(event).to_owned());
                    if !rules.contains(&rule) {
                        rules.push(rule);
                    }
                }
                let invocation = account.invoke(payload, settings.timeout_seconds);
                run.events.push(EventResult {
                    file: name.clone(),
                    description: event.as_ref().map(|event| describe(event, &place)),
                    severity: event.as_ref().map(|event| event.rule_parameters.rule.severity),
                    evaluations: invocation.evaluations,
                    calls: invocation.calls,
                    error: error(invocation.outcome),
                });
            }
        }
        run.rules = rules
            .iter()
            .filter_map(|(place, rule)| {
                let results = accounts.get(place)?.results(rule);
                Some(RuleResults {
                    rule: format!("{rule} in {} {}", place.account_id, place.region),
                    results,
                })
            })
            .collect();
        Ok(run)
    }
}

/// Reads an event. Lambda accepts no payload that is not JSON.
fn read_event(file: &Path) -> Result<String, String> {
    let payload = std::fs::read_to_string(file).map_err(|error| {
        format!(
            "cannot be read: {error}. Name a file with an event of AWS Config, such as one of tests/events"
        )
    })?;
    match serde_json::from_str::<serde::de::IgnoredAny>(&payload) {
        Ok(_) => Ok(payload),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

/// Returns the account and Region of an event, or those of the sample.
fn place(event: Option<&ConfigEvent>) -> Place {
    Place {
        account_id: event.and_then(ConfigEvent::account).unwrap_or(SAMPLE_ACCOUNT).to_owned(),
        region: event.and_then(ConfigEvent::region).unwrap_or(SAMPLE_REGION).to_owned(),
    }
}

fn start(place: &Place, settings: &Settings<'_>) -> Result<LocalAccount, Box<dyn Error>> {
    let Place { account_id, region } = place;
    let deployment = match settings.templates.as_slice() {
        [] => None,
        templates => Some(Deployment::deploy(templates, settings.parameters, account_id, region)?),
    };
    Ok(LocalAccount::start(place, &settings.inventory, deployment)?)
}

fn rule_name(event: &ConfigEvent) -> &str {
    event.config_rule_name.as_deref().unwrap_or("(no name)")
}

fn describe(event: &ConfigEvent, place: &Place) -> String {
    let identifier = event.rule_parameters.rule.identifier;
    let name = rule_name(event);
    let rule = if name == identifier { name.to_owned() } else { format!("{name} ({identifier})") };
    let Place { account_id, region } = place;
    format!("{} for rule {rule}, account {account_id}, {region}", event.invoking_event.message_type())
}

fn error(outcome: Outcome) -> Option<EventError> {
    match outcome {
        Outcome::Succeeded(_) => None,
        Outcome::Failed { error_type, error_message } => {
            Some(EventError { error_type, message: error_message })
        }
        Outcome::TimedOut => Some(EventError {
            error_type: "TimedOut".to_owned(),
            message: "the function did not respond within its timeout; raise it with --timeout".to_owned(),
        }),
    }
}

impl EventResult {
    fn not_invoked(file: String, description: Option<String>, error_type: &str, message: String) -> Self {
        let error = Some(EventError { error_type: error_type.to_owned(), message });
        Self { file, description, severity: None, evaluations: Vec::new(), calls: Vec::new(), error }
    }
}
