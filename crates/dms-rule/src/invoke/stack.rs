//! What the templates of `rule-templates` deploy, as far as it meets an event: function, roles, permission, rules.

use config_lambda::{ConfigEvent, InvokingEvent};
use local_aws::{ORGANIZATION, Policy, conditions_of, partition_of};
use rule_core::Json;
use serde_json::{Map, Value, json};
use templates::{Deployed, Settings};

/// The delegated administrator, in whose account the function of an organization is.
const CENTRAL_ACCOUNT: &str = "111122223333";

/// Templates, and where they are deployed.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// The account of the function.
    pub(crate) account_id: String,
    /// The rules.
    pub(crate) rules: Vec<Rule>,
    /// The function; none: the templates hold none, so that it runs with the rights to do anything.
    pub(crate) function: Option<Function>,
    /// What the role in the account of the event may do, and its name.
    pub(crate) member_role: Option<(String, Policy)>,
    /// Whether AWS Config may call the function for the account of the event.
    invocable: bool,
}

/// The function as it is deployed.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) policy: Policy,
    pub(crate) timeout_seconds: Option<u64>,
    pub(crate) environment: Vec<(String, String)>,
}

/// A rule of AWS Config as it is deployed.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) parameters: Value,
    messages: Vec<String>,
    resource_types: Vec<String>,
}

impl Rule {
    /// Whether AWS Config sends it this event.
    pub(crate) fn takes(&self, event: &ConfigEvent) -> bool {
        let of_type = match &event.invoking_event {
            InvokingEvent::ConfigurationItemChangeNotification(item) => Some(&item.resource_type),
            InvokingEvent::OversizedConfigurationItemChangeNotification(summary) => {
                Some(&summary.item.resource_type)
            }
            _ => None,
        };
        self.messages.iter().any(|message| message == event.invoking_event.message_type())
            && of_type.is_none_or(|of| self.resource_types.is_empty() || self.resource_types.contains(of))
    }
}

/// A template that was read from a file.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) file: String,
    pub(crate) text: String,
}

impl Stack {
    /// Deploys templates for events of one account and Region.
    ///
    /// # Errors
    /// A template cannot be read, or does something that does not work, or that this does not know.
    pub(crate) fn deploy(
        templates: &[Template],
        parameters: &[(String, String)],
        account_id: &str,
        region: &str,
    ) -> Result<Self, String> {
        let mut listed = Vec::new();
        for template in templates {
            let resources = templates::resources_of(&template.text).map_err(|error| template.says(&error))?;
            listed.push((template, resources));
        }
        for (name, value) in parameters {
            let mut declared = false;
            for template in templates {
                declared |= template.declares(name, value)?;
            }
            if !declared {
                return Err(format!("--parameter-overrides {name}: no template has such a parameter"));
            }
        }
        let is_central = listed
            .iter()
            .any(|(_, all)| all.iter().any(|(_, of)| of == "AWS::Config::OrganizationConfigRule"));
        let mut stack = Self {
            account_id: if is_central { CENTRAL_ACCOUNT } else { account_id }.to_owned(),
            ..Self::default()
        };
        let mut deployed = Vec::new();
        for (template, resources) in listed {
            let has_function = resources.iter().any(|(_, of)| is_function(of));
            let place = if has_function { stack.account_id.as_str() } else { account_id };
            let named = names(&resources, place, region);
            let settings = Settings { parameters: parameters.to_vec(), assume_defaults: true, named };
            let made =
                templates::deployed(&template.text, &settings).map_err(|error| template.says(&error))?;
            let made: Vec<Made> = made
                .iter()
                .map(|one| Made::of(one).map_err(|error| template.says(&error)))
                .collect::<Result<_, _>>()?;
            deployed.push((template, settings, made));
        }
        let mut function_arns = Vec::new();
        let mut function_role = None;
        for (template, settings, made) in &deployed {
            for one in made.iter().filter(|one| is_function(&one.resource_type)) {
                if stack.function.is_some() {
                    return Err(template.says(&"a second function"));
                }
                stack.function = Some(one.function(made, settings).map_err(|error| template.says(&error))?);
                function_role = Some(one.text("Role")?);
                let ends = [one.id.clone(), format!("{}.Arn", one.id)];
                function_arns = ends.iter().filter_map(|name| value_of(settings, name)).collect();
            }
        }
        for (template, settings, made) in &deployed {
            for one in made {
                let role = function_role.as_deref().map(|role| {
                    (role, value_of(settings, &format!("{}.Arn", one.id)).is_some_and(|arn| arn == role))
                });
                stack
                    .take(one, account_id, &function_arns, role)
                    .map_err(|error| template.says(&format!("{}: {error}", one.id)))?;
            }
        }
        Ok(stack)
    }

    /// Takes in what a resource says. `function_role` is the ARN of the function's role, and whether this is it.
    fn take(
        &mut self,
        one: &Made,
        account_id: &str,
        function_arns: &[String],
        function_role: Option<(&str, bool)>,
    ) -> Result<(), String> {
        let calls = |arn: &str| {
            let known = function_arns.is_empty() || function_arns.iter().any(|name| name == arn);
            if known { Ok(()) } else { Err(format!("{arn} is not the function of these templates")) }
        };
        match one.resource_type.as_str() {
            "AWS::Config::ConfigRule" => {
                let source = one.properties.get("Source").cloned().unwrap_or_default();
                match source.get("Owner").and_then(Value::as_str) {
                    Some("CUSTOM_LAMBDA") => {}
                    Some("AWS" | "CUSTOM_POLICY") => return Ok(()), // it calls no function
                    owner => return Err(format!("no rule has the owner {}", owner.unwrap_or("(none)"))),
                }
                calls(source.get("SourceIdentifier").and_then(Value::as_str).unwrap_or_default())?;
                let details = source.get("SourceDetails").and_then(Value::as_array).into_iter().flatten();
                let details =
                    details.filter(|one| one.get("EventSource").is_some_and(|it| it == "aws.config"));
                let messages = details.filter_map(|one| one.get("MessageType")?.as_str()).map(str::to_owned);
                let scope = one.properties.get("Scope").and_then(Value::as_object);
                if let Some(other) =
                    scope.into_iter().flatten().find(|(name, _)| *name != "ComplianceResourceTypes")
                {
                    return Err(format!("a scope by {} is not understood here", other.0));
                }
                self.rules.push(Rule {
                    name: one.text("ConfigRuleName")?,
                    parameters: one.properties.get("InputParameters").cloned().unwrap_or(json!({})),
                    messages: messages.collect(),
                    resource_types: texts(
                        one.properties.get("Scope").and_then(|it| it.get("ComplianceResourceTypes")),
                    ),
                });
            }
            "AWS::Config::OrganizationConfigRule" => {
                let rule = one.properties.get("OrganizationCustomRuleMetadata").cloned().unwrap_or_default();
                calls(rule.get("LambdaFunctionArn").and_then(Value::as_str).unwrap_or_default())?;
                let parameters = rule.get("InputParameters").and_then(Value::as_str).unwrap_or("{}");
                let parameters = serde_json::from_str(parameters)
                    .map_err(|error| format!("InputParameters is not JSON: {error}"))?;
                if texts(one.properties.get("ExcludedAccounts")).iter().any(|excluded| excluded == account_id)
                {
                    return Ok(());
                }
                self.rules.push(Rule {
                    name: one.text("OrganizationConfigRuleName")?,
                    parameters,
                    messages: texts(rule.get("OrganizationConfigRuleTriggerTypes")),
                    resource_types: texts(rule.get("ResourceTypesScope")),
                });
            }
            "AWS::Lambda::Permission" => {
                calls(&one.text("FunctionName")?)?;
                let is_ours = match one.properties.get("SourceAccount") {
                    None => true,
                    Some(source) => source == account_id,
                };
                self.invocable |= one.text("Action")? == "lambda:InvokeFunction"
                    && one.text("Principal")? == "config.amazonaws.com"
                    && is_ours;
            }
            "AWS::Lambda::ResourcePolicy" => {
                calls(&one.text("ResourceArn")?)?;
                let function = one.text("ResourceArn")?;
                let statements = one.properties.get("PolicyDocument").and_then(|it| it.get("Statement"));
                for statement in statements.and_then(Value::as_array).into_iter().flatten() {
                    self.invocable |= lets_config_in(statement, account_id, &function)?;
                }
            }
            "AWS::IAM::Role" => {
                let name = one.text("RoleName").unwrap_or_else(|_| one.id.clone());
                match function_role {
                    Some((_, true)) => {
                        trusts(one, "Service", "lambda.amazonaws.com")?;
                    }
                    Some((role, false)) => {
                        trusts(one, "AWS", role)?;
                        self.member_role = Some((name, one.policy()?));
                    }
                    None => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Why AWS Config does not get through to the function; none: it does.
    pub(crate) fn refusal(&self, account_id: &str) -> Option<String> {
        let is_refused = self.function.is_some() && !self.invocable;
        is_refused.then(|| {
            format!(
                "no permission of the template lets config.amazonaws.com call the function on behalf of account {account_id}"
            )
        })
    }
}

impl Template {
    /// Whether it has the parameter; an error, if it does not allow the value.
    fn declares(&self, name: &str, value: &str) -> Result<bool, String> {
        let declared = templates::parameters_of(&self.text).map_err(|error| self.says(&error))?;
        let Some((_, allowed)) = declared.iter().find(|(known, _)| known == name) else { return Ok(false) };
        if allowed.is_empty() || allowed.iter().any(|one| one == value) {
            return Ok(true);
        }
        Err(self.says(&format!("{name} must be one of {}, not {value}", allowed.join(", "))))
    }

    fn says(&self, error: &dyn std::fmt::Display) -> String {
        format!("--template {}: {error}", self.file)
    }
}

fn is_function(resource_type: &str) -> bool {
    ["AWS::Lambda::Function", "AWS::Serverless::Function"].contains(&resource_type)
}

fn value_of(settings: &Settings, name: &str) -> Option<String> {
    settings.named.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// The values of pseudo parameters, resources and their ARNs.
fn names(resources: &[(String, String)], account_id: &str, region: &str) -> Vec<(String, String)> {
    let partition = partition_of(region);
    let mut named = Vec::new();
    for (name, value) in [
        ("AWS::Partition", partition),
        ("AWS::Region", region),
        ("AWS::AccountId", account_id),
        ("AWS::StackName", "dms-rule"),
    ] {
        named.push((name.to_owned(), value.to_owned()));
    }
    for (id, resource_type) in resources {
        let (name, arn) = match resource_type.as_str() {
            of if is_function(of) => {
                ("dms-rule", format!("arn:{partition}:lambda:{region}:{account_id}:function:dms-rule"))
            }
            "AWS::IAM::Role" => (id.as_str(), format!("arn:{partition}:iam::{account_id}:role/{id}")),
            "AWS::Logs::LogGroup" => {
                (id.as_str(), format!("arn:{partition}:logs:{region}:{account_id}:log-group:{id}:*"))
            }
            _ => (id.as_str(), format!("arn:{partition}:local:{region}:{account_id}:{id}")),
        };
        named.push((id.clone(), name.to_owned()));
        named.push((format!("{id}.Arn"), arn));
    }
    named
}

/// A resource with everything decided.
#[derive(Debug)]
struct Made {
    id: String,
    resource_type: String,
    properties: Map<String, Value>,
}

/// The types that meet an event, with the properties that are understood here: one that is not may change everything,
/// so it is refused. Of other types it does not matter what is undecided.
const TYPES: [(&str, &[&str]); 7] = [
    (
        "AWS::Config::ConfigRule",
        &["ConfigRuleName", "Description", "InputParameters", "Scope", "Source", "MaximumExecutionFrequency"],
    ),
    (
        "AWS::Config::OrganizationConfigRule",
        &["OrganizationConfigRuleName", "OrganizationCustomRuleMetadata", "ExcludedAccounts"],
    ),
    (
        "AWS::IAM::Role",
        &["RoleName", "Description", "AssumeRolePolicyDocument", "Policies", "Tags", "MaxSessionDuration"],
    ),
    ("AWS::Lambda::Function", FUNCTION),
    ("AWS::Lambda::Permission", &["FunctionName", "Action", "Principal", "SourceAccount"]),
    ("AWS::Lambda::ResourcePolicy", &["ResourceArn", "PolicyDocument"]),
    ("AWS::Serverless::Function", FUNCTION),
];

const FUNCTION: &[&str] = &[
    "FunctionName",
    "Description",
    "Runtime",
    "Handler",
    "Architectures",
    "MemorySize",
    "Timeout",
    "ReservedConcurrentExecutions",
    "Role",
    "KmsKeyArn",
    "VpcConfig",
    "LoggingConfig",
    "Environment",
    "Tags",
    "TracingConfig",
];

/// Where the zip is: here it is the program itself.
const CODE: [&str; 2] = ["Code", "CodeUri"];

/// Types that would change what a role may do or who may call the function, beside those above.
const NOT_UNDERSTOOD: [&str; 5] = [
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
];

impl Made {
    fn of(deployed: &Deployed) -> Result<Self, String> {
        let Deployed { id, resource_type, properties } = deployed;
        let mut decided = Map::new();
        if NOT_UNDERSTOOD.contains(&resource_type.as_str()) {
            return Err(format!("{id}: {resource_type} is not understood here"));
        }
        if let Some((_, known)) = TYPES.iter().find(|(name, _)| name == resource_type) {
            for (name, value) in properties {
                if CODE.contains(&name.as_str()) {
                    continue;
                }
                if !known.contains(&name.as_str()) {
                    return Err(format!("{id}: the property {name} is not understood here"));
                }
                let value = plain(value).map_err(|by| {
                    format!("{name} of {id} depends on {by}; give parameters with --parameter-overrides NAME=VALUE")
                })?;
                decided.insert(name.clone(), value);
            }
        }
        Ok(Self { id: id.clone(), resource_type: resource_type.clone(), properties: decided })
    }

    fn text(&self, name: &str) -> Result<String, String> {
        let text = self.properties.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| format!("{} has no {name}", self.id))
    }

    fn policy(&self) -> Result<Policy, String> {
        let mut policy = Policy::default();
        for one in self.properties.get("Policies").and_then(Value::as_array).into_iter().flatten() {
            let document = one.get("PolicyDocument").unwrap_or(&Value::Null);
            policy.add(document).map_err(|error| error.to_string())?;
        }
        Ok(policy)
    }

    fn function(&self, made: &[Self], settings: &Settings) -> Result<Function, String> {
        let role = self.text("Role")?;
        let is_it = |one: &&Self| {
            one.resource_type == "AWS::IAM::Role"
                && value_of(settings, &format!("{}.Arn", one.id)).is_some_and(|arn| arn == role)
        };
        let policy = made.iter().find(is_it).ok_or(format!("there is no role {role}"))?.policy()?;
        let runtime = self.text("Runtime")?;
        if runtime != "provided.al2023" {
            return Err(format!(
                "the runtime {runtime} does not start a bootstrap built for provided.al2023"
            ));
        }
        if self
            .properties
            .get("ReservedConcurrentExecutions")
            .is_some_and(|reserved| reserved.as_u64() == Some(0))
        {
            return Err("with ReservedConcurrentExecutions 0 the function never runs".to_owned());
        }
        let architectures = texts(self.properties.get("Architectures"));
        if architectures.iter().any(|one| one != "x86_64" && one != "arm64") {
            return Err(format!("there is no architecture {}", architectures.join(", ")));
        }
        let mut environment = Vec::new();
        let variables = self.properties.get("Environment").and_then(|it| it.get("Variables"));
        for (name, value) in variables.and_then(Value::as_object).into_iter().flatten() {
            environment.push((name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        }
        let logging = self.properties.get("LoggingConfig");
        for (member, variable) in
            [("LogFormat", "AWS_LAMBDA_LOG_FORMAT"), ("ApplicationLogLevel", "AWS_LAMBDA_LOG_LEVEL")]
        {
            let value = logging.and_then(|it| it.get(member)).and_then(Value::as_str);
            environment.extend(value.map(|value| (variable.to_owned(), value.to_owned())));
        }
        Ok(Function {
            policy,
            environment,
            timeout_seconds: self.properties.get("Timeout").and_then(Value::as_u64),
        })
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A value in JSON; an error names what it depends on.
fn plain(value: &Json) -> Result<Value, String> {
    Ok(match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => number.clone().into(),
        Json::Text(text) => text.clone().into(),
        Json::List(list) => list.iter().map(plain).collect::<Result<Vec<_>, _>>()?.into(),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| Ok((name.clone(), plain(value)?)));
            Value::Object(members.collect::<Result<_, String>>()?)
        }
        Json::Undecided(by) => return Err(by.clone()),
    })
}

/// The conditions of a statement that allows.
fn allowed_under(statement: &Value, known: &[&str]) -> Result<Vec<(String, String)>, String> {
    let conditions = conditions_of(statement, known).map_err(|error| error.to_string())?;
    if statement.get("Effect").is_none_or(|effect| effect != "Allow") {
        return Err("a statement that does not allow is not understood here".to_owned());
    }
    Ok(conditions)
}

fn holds(one_or_more: Option<&Value>, wanted: &str) -> bool {
    match one_or_more {
        Some(Value::Array(list)) => list.iter().any(|one| one == wanted),
        one => one.is_some_and(|one| one == wanted),
    }
}

/// Whether a statement of a function's policy lets AWS Config call it for this account.
fn lets_config_in(statement: &Value, account_id: &str, function: &str) -> Result<bool, String> {
    let conditions =
        allowed_under(statement, &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"])?;
    let known = [("aws:SourceOrgID", ORGANIZATION), ("aws:SourceAccount", account_id)];
    Ok(holds(statement.get("Action"), "lambda:InvokeFunction")
        && holds(statement.get("Resource"), function)
        && holds(statement.get("Principal").and_then(|it| it.get("Service")), "config.amazonaws.com")
        && conditions.iter().all(|(key, wanted)| {
            known.iter().any(|(name, value)| key.eq_ignore_ascii_case(name) && wanted == value)
        }))
}

/// Whether a role lets a service, or another role of the same organization, assume it.
fn trusts(role: &Made, kind: &str, by: &str) -> Result<(), String> {
    let statements = role.properties.get("AssumeRolePolicyDocument").and_then(|it| it.get("Statement"));
    for statement in statements.and_then(Value::as_array).into_iter().flatten() {
        let conditions = allowed_under(statement, &["Sid", "Effect", "Principal", "Action", "Condition"])?;
        let is_here = |(key, wanted): &(String, String)| {
            key.eq_ignore_ascii_case("aws:PrincipalOrgID") && wanted == ORGANIZATION
        };
        if holds(statement.get("Action"), "sts:AssumeRole")
            && holds(statement.get("Principal").and_then(|it| it.get(kind)), by)
            && conditions.iter().all(is_here)
        {
            return Ok(());
        }
    }
    Err(format!(
        "the role {} does not trust {by} in organization {ORGANIZATION}; here these are the values of FunctionRoleArns and OrganizationId",
        role.id
    ))
}
