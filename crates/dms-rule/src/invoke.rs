mod stack;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use config_lambda::{ConfigEvent, InvokingEvent};
use local_aws::{
    AcceptedEvaluation, Call, EvaluationResult, Fleet, Function, FunctionSpec, Invocation, KmsKey, LocalAws,
    Outcome, configuration_item_of, discovered, parse_fleet, parse_keys,
};
use serde_json::{Value, json};

use stack::{Stack, Template};

/// What `dms-rule invoke` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each event goes over HTTP to the function that Lambda would run, and from it, signed, to an AWS Config, DMS and STS on
this machine. No AWS account is used and nothing leaves the machine.

Examples:
  dms-rule invoke tests/events/change-public.json
  dms-rule invoke tests/events/*.json --json
  aws dms describe-replication-instances > fleet.json
  dms-rule invoke tests/events/scheduled.json --fleet fleet.json --fail-on non-compliant
  dms-rule invoke tests/events/change-public.json --template rule-templates/cloudformation/single-account.yaml

With --template the event goes to each rule of the template that takes its message and type, with the rule's own name and
parameters; the function may do what its role says and nothing else, and is called only if AWS Config may call it. What of a template
is not understood (a loop, a property that is not known here) is refused.

Exit codes: 0 every event was evaluated, whatever the results; 1 with --fail-on, a result is NON_COMPLIANT;
2 an event failed, went to no rule or could not be read, or wrong usage.")]
pub(crate) struct Arguments {
    /// Files that each hold one event as AWS Config sends it
    #[arg(required = true, value_name = "EVENT.json")]
    events: Vec<PathBuf>,
    /// The DMS resources that exist: output of one `aws dms describe-...`, or several in one object; default: a sample
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// The CloudFormation template (or conformance pack) that deploys the rules; for an organization one more, with the
    /// role of the members
    #[arg(long, value_name = "FILE")]
    template: Vec<PathBuf>,
    /// Values of its parameters; the others have their defaults
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., value_parser = crate::check::pair, requires = "template")]
    parameter_overrides: Vec<(String, String)>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// End with 1 if a result is this
    #[arg(long, value_name = "RESULT")]
    fail_on: Option<FailOn>,
    /// The function's timeout in seconds; default: the template's, or 30
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=900))]
    timeout: Option<u64>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FailOn {
    /// A NON_COMPLIANT evaluation
    NonCompliant,
}

const SAMPLE_FLEET: &str = include_str!("sample-fleet.json");
const SAMPLE_ACCOUNT: &str = "123456789012";
const SAMPLE_REGION: &str = "us-east-1";

/// How many evaluations of one event are printed.
const SHOWN: usize = 12;

/// An AWS account in a Region on this machine, and the function in it.
struct World {
    aws: LocalAws,
    stack: Option<Stack>,
    _function: Function,
}

/// What became of one event.
struct Invoked {
    file: String,
    event: Option<String>,
    outcome: Outcome,
    accepted: Vec<AcceptedEvaluation>,
    calls: Vec<Call>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let exists = match &arguments.fleet {
        None => Exists::read(SAMPLE_FLEET)?,
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| error.to_string())
            .and_then(|text| Exists::read(&text))
            .map_err(|error| format!("--fleet {}: {error}", file.display()))?,
    };
    let templates = read_templates(&arguments.template)?;
    let fleet = &exists.fleet;
    let mut worlds: HashMap<(String, String), World> = HashMap::new();
    let mut invoked = Vec::new();
    let mut rules: Vec<(String, String, String)> = Vec::new();
    for file in &arguments.events {
        let name = file.display().to_string();
        let payload =
            match std::fs::read_to_string(file).map_err(|error| error.to_string()).and_then(json_text) {
                Ok(payload) => payload,
                Err(error) => {
                    invoked.push(Invoked::not_called(name, None, ("BadInput", error)));
                    continue;
                }
            };
        let event = ConfigEvent::from_json(&payload).ok();
        let account = event.as_ref().and_then(ConfigEvent::account).unwrap_or(SAMPLE_ACCOUNT).to_owned();
        let region = event.as_ref().and_then(ConfigEvent::region).unwrap_or(SAMPLE_REGION).to_owned();
        let key = (account.clone(), region.clone());
        if !worlds.contains_key(&key) {
            let stack = match templates.as_slice() {
                [] => None,
                all => Some(Stack::deploy(all, &arguments.parameter_overrides, &account, &region)?),
            };
            worlds.insert(key.clone(), world(&account, &region, &exists, stack)?);
        }
        let Some(world) = worlds.get(&key) else { continue };
        let payloads = match (&event, &world.stack) {
            (Some(event), Some(stack)) => match deliveries(stack, event, &payload, &account) {
                Ok(payloads) => payloads,
                Err(error) => {
                    invoked.push(Invoked::not_called(name, Some(about(event, &account, &region)), error));
                    continue;
                }
            },
            _ => vec![payload],
        };
        for payload in payloads {
            let event = ConfigEvent::from_json(&payload).ok();
            if let Some(event) = &event {
                prepare(world, event, &account, &region, fleet);
                let rule = event.config_rule_name.clone().unwrap_or_else(|| "(no name)".to_owned());
                let shown = (account.clone(), region.clone(), rule);
                if !rules.contains(&shown) {
                    rules.push(shown);
                }
            }
            let place = (account.as_str(), region.as_str());
            invoked.push(invoke(world, name.clone(), event.as_ref(), payload, place, arguments.timeout));
        }
    }
    let shows: Vec<(String, Vec<EvaluationResult>)> = rules
        .iter()
        .filter_map(|(account, region, rule)| {
            let world = worlds.get(&(account.clone(), region.clone()))?;
            let results = world.aws.account(account, region, |account| account.results(rule));
            Some((format!("{rule} in {account} {region}"), results))
        })
        .collect();
    let mut out = anstream::stdout();
    if arguments.json {
        writeln!(out, "{:#}", document(&invoked, &shows))?;
    } else {
        let page = page(&invoked, &shows, arguments.fleet.is_none());
        write!(out, "{}", if std::io::stdout().is_terminal() { wrapped(&page) } else { page })?;
    }
    let failed = invoked.iter().any(|invoked| !matches!(invoked.outcome, Outcome::Succeeded(_)));
    let non_compliant = invoked
        .iter()
        .flat_map(|invoked| &invoked.accepted)
        .any(|put| put.result.compliance_type == "NON_COMPLIANT");
    Ok(match (failed, arguments.fail_on) {
        (true, _) => ExitCode::from(2),
        (false, Some(FailOn::NonCompliant)) if non_compliant => ExitCode::from(1),
        (false, _) => ExitCode::SUCCESS,
    })
}

/// Lambda takes nothing but JSON, so neither do we.
fn json_text(text: String) -> Result<String, String> {
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

/// What exists on this machine's AWS.
struct Exists {
    fleet: Fleet,
    kms_keys: Vec<KmsKey>,
}

impl Exists {
    fn read(text: &str) -> Result<Self, String> {
        let fleet = parse_fleet(text).map_err(|error| error.to_string())?;
        let kms_keys = parse_keys(text).map_err(|error| error.to_string())?;
        Ok(Self { fleet, kms_keys })
    }
}

fn read_templates(files: &[PathBuf]) -> Result<Vec<Template>, String> {
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("--template {}: {error}", file.display()))?;
        Ok(Template { file: file.display().to_string(), text })
    };
    files.iter().map(read).collect()
}

/// The event as AWS Config sends it to each rule of the stack that takes it.
fn deliveries(
    stack: &Stack,
    event: &ConfigEvent,
    payload: &str,
    account_id: &str,
) -> Result<Vec<String>, (&'static str, String)> {
    if let Some(refusal) = stack.refusal(account_id) {
        return Err(("AccessDenied", refusal));
    }
    let mut sent: Value = serde_json::from_str(payload).unwrap_or_default();
    let payloads: Vec<String> = stack
        .rules
        .iter()
        .filter(|rule| rule.takes(event))
        .map(|rule| {
            if let Value::Object(members) = &mut sent {
                members.insert("configRuleName".to_owned(), rule.name.as_str().into());
                members.insert("ruleParameters".to_owned(), rule.parameters.to_string().into());
                members.insert("resultToken".to_owned(), format!("token-of-{}", rule.name).into());
            }
            sent.to_string()
        })
        .collect();
    if payloads.is_empty() {
        let message = event.invoking_event.message_type();
        let rules: Vec<&str> = stack.rules.iter().map(|rule| rule.name.as_str()).collect();
        let rules = if rules.is_empty() { "none".to_owned() } else { rules.join(", ") };
        return Err((
            "NotDelivered",
            format!("no rule of the template takes this {message}; its rules: {rules}"),
        ));
    }
    Ok(payloads)
}

fn world(
    account_id: &str,
    region: &str,
    exists: &Exists,
    mut stack: Option<Stack>,
) -> std::io::Result<World> {
    let aws = LocalAws::start()?;
    aws.account(account_id, region, |account| {
        account.dms = exists.fleet.clone();
        account.kms_keys.clone_from(&exists.kms_keys);
        account.discovered_resources = discovered(&exists.fleet, account_id, region);
    });
    let owner = stack.as_ref().map_or(account_id, |stack| &stack.account_id).to_owned();
    let mut env = Vec::new();
    if let Some(stack) = &mut stack {
        if let Some((name, policy)) = stack.member_role.take() {
            aws.account(account_id, region, |account| {
                account.role_names.insert(name);
                account.policy = Some(policy);
            });
        }
        if let Some(function) = &mut stack.function {
            env.append(&mut function.environment);
            let policy = std::mem::take(&mut function.policy);
            aws.account(&owner, region, |account| account.policy = Some(policy));
        }
    }
    let function = Function::spawn(
        &aws,
        FunctionSpec {
            program: std::env::current_exe()?,
            args: vec!["function".to_owned()],
            env,
            account_id: owner,
            region: region.to_owned(),
        },
    )?;
    Ok(World { aws, stack, _function: function })
}

/// The rule, its token, its role and, of an oversized notification, the item that it speaks of.
fn prepare(world: &World, event: &ConfigEvent, account_id: &str, region: &str, fleet: &Fleet) {
    world.aws.account(account_id, region, |account| {
        if !event.result_token.is_test_mode() {
            let rule = event.config_rule_name.as_deref().unwrap_or("(no name)");
            account.expect_token(rule, event.result_token.as_str());
        }
        account.role_names.extend(event.rule_parameters.execution_role.name.clone());
        if let InvokingEvent::OversizedConfigurationItemChangeNotification(summary) = &event.invoking_event {
            let item = &summary.item;
            let (id, captured) = (&item.resource_id, item.configuration_item_capture_time);
            let of_it = |resource: &&Value| {
                let members = resource.as_object().into_iter().flatten();
                members.filter(|(name, _)| name.ends_with("Arn") || name.ends_with("Identifier")).any(
                    |(_, value)| {
                        value.as_str().is_some_and(|value| value == id || item.arn.as_deref() == Some(value))
                    },
                )
            };
            if let Some(resource) = fleet.values().flatten().find(of_it) {
                let mut item =
                    configuration_item_of(&item.resource_type, resource, account_id, region, captured);
                if let Value::Object(members) = &mut item {
                    members.insert("resourceId".to_owned(), id.clone().into());
                    members.remove("configurationStateId");
                }
                account.history.push(item);
            }
        }
    });
}

fn invoke(
    world: &World,
    file: String,
    event: Option<&ConfigEvent>,
    payload: String,
    (account, region): (&str, &str),
    timeout: Option<u64>,
) -> Invoked {
    let stack = world.stack.as_ref();
    let function = stack.and_then(|stack| stack.function.as_ref());
    let timeout = timeout.or(function.and_then(|function| function.timeout_seconds)).unwrap_or(30);
    let owner = stack.map_or(account, |stack| &stack.account_id);
    world.aws.clear_calls();
    let outcome = world.aws.invoke(&Invocation {
        payload,
        timeout: Duration::from_secs(timeout),
        function_arn: Some(format!("arn:aws:lambda:{region}:{owner}:function:dms-rule")),
    });
    let about = event.map(|event| about(event, account, region));
    Invoked { file, event: about, outcome, accepted: world.aws.accepted(), calls: world.aws.calls() }
}

/// What an event is, in a line.
fn about(event: &ConfigEvent, account: &str, region: &str) -> String {
    let identifier = event.rule_parameters.rule.identifier;
    let name = event.config_rule_name.as_deref().unwrap_or("(no name)");
    let rule = if name == identifier { name.to_owned() } else { format!("{name} ({identifier})") };
    format!("{} for rule {rule}, account {account}, {region}", event.invoking_event.message_type())
}

impl Invoked {
    /// The function was never called.
    fn not_called(file: String, event: Option<String>, (kind, message): (&str, String)) -> Self {
        let outcome = Outcome::Failed { error_type: kind.to_owned(), error_message: message };
        Self { file, event, outcome, accepted: Vec::new(), calls: Vec::new() }
    }

    fn error(&self) -> Option<(&str, &str)> {
        match &self.outcome {
            Outcome::Succeeded(_) => None,
            Outcome::Failed { error_type, error_message } => Some((error_type, error_message)),
            Outcome::TimedOut => {
                Some(("TimedOut", "the function gave no answer within its timeout; raise it with --timeout"))
            }
        }
    }
}

/// The page in the width of the terminal, its second column kept.
fn wrapped(page: &str) -> String {
    let options = textwrap::Options::with_termwidth()
        .subsequent_indent("              ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false);
    page.lines().map(|line| textwrap::fill(line, &options) + "\n").collect()
}

fn colour(compliance_type: &str) -> &'static str {
    match compliance_type {
        "COMPLIANT" => "\x1b[32m",
        "NON_COMPLIANT" => "\x1b[31m",
        _ => "\x1b[2m",
    }
}

fn page(invoked: &[Invoked], shows: &[(String, Vec<EvaluationResult>)], sample: bool) -> String {
    let mut page = String::new();
    let mut line = |text: &str| {
        page.push_str(text);
        page.push('\n');
    };
    for event in invoked {
        line(&format!("\x1b[1m{}\x1b[0m", event.file));
        if let Some(about) = &event.event {
            line(&format!("  event       {about}"));
        }
        for AcceptedEvaluation { result, test_mode, .. } in event.accepted.iter().take(SHOWN) {
            let note = if *test_mode { "  (test mode: validated, not stored)" } else { "" };
            line(&result_line("evaluation", result, note));
            line(&format!("  reason      {}", result.annotation.as_deref().unwrap_or("none")));
        }
        if event.accepted.len() > SHOWN {
            line(&format!(
                "  ...         {} more evaluations; --json shows all",
                event.accepted.len() - SHOWN
            ));
        }
        match event.error() {
            Some((kind, message)) => line(&format!("  \x1b[31merror\x1b[0m       {kind}: {message}")),
            None if event.accepted.is_empty() => {
                line("  evaluation  none: no resource of the rule's type exists");
            }
            None => {}
        }
        if !event.calls.is_empty() {
            line(&format!("  calls       {}", calls(&event.calls)));
        }
        line("");
    }
    for (rule, results) in shows {
        line(&format!("\x1b[1mAWS Config now shows for rule {rule}\x1b[0m"));
        if results.is_empty() {
            line("  no results");
        }
        for result in results.iter().take(SHOWN) {
            let colour = colour(&result.compliance_type);
            line(&format!("  {colour}{:14}\x1b[0m  {}", result.compliance_type, result.resource_id));
        }
        if results.len() > SHOWN {
            line(&format!("  ... and {} more", results.len() - SHOWN));
        }
    }
    if sample {
        line("\nThe DMS resources were a sample; --fleet FILE gives yours.");
    }
    page
}

fn result_line(label: &str, result: &EvaluationResult, note: &str) -> String {
    let colour = colour(&result.compliance_type);
    format!(
        "  {label}  {colour}{:14}\x1b[0m  {}  {}{note}",
        result.compliance_type, result.resource_type, result.resource_id
    )
}

/// Operations in order; the same one in a row is counted.
fn calls(calls: &[Call]) -> String {
    let mut words = String::new();
    for group in calls
        .chunk_by(|a, b| a.operation == b.operation && a.status == b.status && a.error_code == b.error_code)
    {
        let Some(call) = group.first() else { continue };
        if !words.is_empty() {
            words.push_str(", ");
        }
        let answer = call.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let _ = write!(words, "{} {answer}", call.operation); // a String takes everything
        if let Some(code) = &call.error_code {
            let _ = write!(words, " {code}");
        }
        if group.len() > 1 {
            let _ = write!(words, " ×{}", group.len());
        }
    }
    words
}

fn document(invoked: &[Invoked], shows: &[(String, Vec<EvaluationResult>)]) -> Value {
    let result = |result: &EvaluationResult| {
        json!({
            "resourceType": result.resource_type,
            "resourceId": result.resource_id,
            "complianceType": result.compliance_type,
            "annotation": result.annotation,
            "orderingTimestamp": result.ordering_timestamp,
        })
    };
    let events: Vec<Value> = invoked
        .iter()
        .map(|event| {
            json!({
                "file": event.file,
                "event": event.event,
                "evaluations": event.accepted.iter().map(|accepted| {
                    let mut evaluation = result(&accepted.result);
                    if let Value::Object(members) = &mut evaluation {
                        members.insert("testMode".to_owned(), accepted.test_mode.into());
                    }
                    evaluation
                }).collect::<Vec<_>>(),
                "error": event.error().map(|(kind, message)| json!({"type": kind, "message": message})),
                "calls": event.calls.iter().map(|call| json!({
                    "operation": call.operation,
                    "status": call.status,
                    "errorCode": call.error_code,
                    "requestId": call.request_id,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let shows: Vec<Value> = shows
        .iter()
        .map(|(rule, results)| json!({"rule": rule, "results": results.iter().map(result).collect::<Vec<_>>()}))
        .collect();
    json!({"events": events, "awsConfigShows": shows})
}
