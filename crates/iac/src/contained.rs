//! DMS resources within a resource of another type, which holds a template or a description of a resource, or names a
//! template elsewhere.

use std::collections::BTreeMap;

use rule_core::text::is_same_name;
use rule_core::{Json, ResourceType, tags};

use crate::error::{Error, Position};
use crate::node::{Node, scalar_text};
use crate::plan::{Elsewhere, Plan};
use crate::settings::Settings;

/// The deepest nesting of templates in templates.
const DEPTH_MAXIMUM: usize = 4;

/// The type of a resource that Cloud Control makes from a description.
pub(crate) const CLOUD_CONTROL: &str = "Cloud Control";

/// A resource that may hold others.
pub(crate) struct Holder<'a> {
    /// The logical id or the Terraform address.
    pub(crate) id: &'a str,
    pub(crate) position: Option<Position>,
    pub(crate) kind: HolderKind,
    /// The properties that matter, in the spelling of CloudFormation.
    pub(crate) properties: &'a [(String, Json)],
    /// The file of the template, where a tool noted it.
    pub(crate) file: Option<String>,
    /// The number of templates around the resource.
    pub(crate) depth: usize,
    pub(crate) settings: &'a Settings,
}

/// The way in which a resource holds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HolderKind {
    /// A stack, with the text of its template or a URL.
    Stack,
    /// A set of stacks, in any accounts and Regions. One of its stacks may have parameters of its own.
    StackSet,
    /// An application of the Serverless Application Repository, or of a path or URL (`AWS::Serverless::Application`).
    Application,
    /// Something that AWS keeps: a module of the registry, a product of Service Catalog.
    Registered,
    /// A description of one resource for Cloud Control.
    CloudControl,
}

impl HolderKind {
    /// The properties that matter.
    pub(crate) const PROPERTIES: [&'static str; 5] =
        ["TemplateBody", "TemplateURL", "Location", "Parameters", "StackInstancesGroup"];

    /// Finds the kind of a type of CloudFormation, however its case is spelled. `None` if it makes nothing but itself.
    pub(crate) fn from_type(type_name: &str) -> Option<Self> {
        Some(match type_name.to_ascii_lowercase().as_str() {
            "aws::cloudformation::stack" => Self::Stack,
            "aws::cloudformation::stackset" => Self::StackSet,
            "aws::serverless::application" => Self::Application,
            "aws::servicecatalog::cloudformationprovisionedproduct"
            | "aws::servicecatalog::cloudformationproduct" => Self::Registered,
            name if name.ends_with("::module") => Self::Registered,
            _ if type_name == CLOUD_CONTROL => Self::CloudControl,
            _ => return None,
        })
    }
}

/// Plans the resources of a template that has this many templates around it.
pub(crate) type PlanTemplate = fn(&Node, &Settings, usize) -> Result<Plan, Error>;

impl Holder<'_> {
    /// Adds the resources that are held, and those parts that cannot be read, to the plan.
    pub(crate) fn add_to(&self, plan: &mut Plan, plan_template: PlanTemplate) {
        match self.kind {
            HolderKind::Stack | HolderKind::StackSet => self.add_stack(plan, plan_template),
            HolderKind::Application => {
                let location = self.values("Location").find_map(|location| match location {
                    Json::Object(members) => {
                        let id = members.iter().find(|(name, _)| name == "ApplicationId");
                        id.and_then(|(_, id)| id.as_str())
                    }
                    other => other.as_str(),
                });
                self.add_elsewhere(location, plan);
            }
            HolderKind::Registered => self.add_elsewhere(None, plan),
            HolderKind::CloudControl => self.add_described(plan, plan_template),
        }
    }

    /// Returns the values of a property that are not null.
    fn values<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Json> {
        let all = self.properties.iter().filter(move |(known, _)| known == name);
        all.map(|(_, value)| value).filter(|value| **value != Json::Null)
    }

    fn add_stack(&self, plan: &mut Plan, plan_template: PlanTemplate) {
        let has_location = self.values("TemplateURL").next().is_some();
        for body in self.values("TemplateBody") {
            match body {
                Json::Text(text) => match Node::parse(text) {
                    Ok(root) => self.add_template(&root, plan, plan_template),
                    Err(error) => self.fail(format!("its template cannot be read: {error}"), plan),
                },
                Json::Object(_) => self.add_template(&Node::from_json(body.clone()), plan, plan_template),
                // Terraform reads the body of a template elsewhere back after it deployed it.
                Json::Undecided(_) if has_location => {}
                other => {
                    let what = other.in_words();
                    self.fail(format!("its template cannot be evaluated, because it is {what}"), plan);
                }
            }
        }
        for location in self.values("TemplateURL") {
            self.add_elsewhere(location.as_str(), plan);
        }
        if !has_location && self.values("TemplateBody").next().is_none() {
            self.add_elsewhere(None, plan);
        }
    }

    fn add_template(&self, root: &Node, plan: &mut Plan, plan_template: PlanTemplate) {
        if self.depth >= DEPTH_MAXIMUM {
            return self.fail("its template is not evaluated, because templates are nested too deeply", plan);
        }
        match plan_template(root, &self.inner_settings(), self.depth + 1) {
            Ok(inner) => self.add_plan(inner, &format!("{}/", self.id), plan),
            Err(error) => self.fail(format!("its template cannot be evaluated: {error}"), plan),
        }
    }

    /// Plans the resource that Cloud Control makes.
    fn add_described(&self, plan: &mut Plan, plan_template: PlanTemplate) {
        let mut states = self.values("DesiredState");
        let (state, second) = (states.next(), states.next());
        let type_name = self.values("TypeName").next();
        let Some(Json::Text(type_name)) = type_name else {
            return self.fail("the type of the resource that it makes is not known before deployment", plan);
        };
        if ResourceType::from_name(type_name.trim()).is_none() && HolderKind::from_type(type_name).is_none() {
            if is_unknown_type(type_name) {
                self.fail(format!("makes a {type_name}, which is no type of AWS DMS that is known"), plan);
            }
            return;
        }
        let described = match (state, second) {
            (Some(Json::Text(text)), None) => serde_json::from_str::<Json>(text).ok(),
            _ => None,
        };
        let Some(properties @ Json::Object(_)) = described else {
            return self
                .fail(format!("its {type_name} cannot be evaluated: desired_state is no JSON object"), plan);
        };
        let object = |members: Vec<(&str, Json)>| {
            Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        };
        let resource = object(vec![("Type", Json::Text(type_name.clone())), ("Properties", properties)]);
        let root = Node::from_json(object(vec![("Resources", object(vec![(self.id, resource)]))]));
        // No stack adds tags.
        let settings = Settings { stack_tags: Some(BTreeMap::new()), ..Settings::default() };
        match plan_template(&root, &settings, self.depth) {
            Ok(inner) => self.add_plan(inner, "", plan),
            Err(error) => self.fail(format!("its {type_name} cannot be evaluated: {error}"), plan),
        }
    }

    /// Adds the resources of an inner plan. A position in an inner text is none in the outer.
    fn add_plan(&self, inner: Plan, prefix: &str, plan: &mut Plan) {
        for mut resource in inner.resources {
            resource.id = format!("{prefix}{}", resource.id);
            resource.positions =
                self.position.map(|position| (String::new(), position)).into_iter().collect();
            for possibility in &mut resource.possibilities {
                possibility.item.resource_id.clone_from(&resource.id);
                possibility.item.resource_name = Some(resource.id.clone());
            }
            plan.resources.push(resource);
        }
        for error in inner.failures {
            self.fail(format!("in its template, {error}"), plan);
        }
        for Elsewhere { resource, location, .. } in inner.elsewhere {
            let resource = format!("{prefix}{resource}");
            plan.elsewhere.push(Elsewhere { resource, location, position: self.position });
        }
    }

    fn add_elsewhere(&self, location: Option<&str>, plan: &mut Plan) {
        let location = self.file.clone().or_else(|| location.map(str::to_owned));
        plan.elsewhere.push(Elsewhere { resource: self.id.to_owned(), location, position: self.position });
    }

    fn fail(&self, message: impl AsRef<str>, plan: &mut Plan) {
        let message = format!("{}: {}", self.id, message.as_ref());
        plan.failures.push(Error { message, position: self.position });
    }

    /// Returns the settings of the inner template: the parameters that the resource is known to give it.
    fn inner_settings(&self) -> Settings {
        // Every parameter may have any value.
        let open = Settings {
            stack_tags: self.values("StackTags").next().and_then(tags::read),
            ..Settings::default()
        };
        // A set of stacks may give each of its stacks other values.
        if self.values("StackInstancesGroup").any(|groups| *groups != Json::List(Vec::new())) {
            return open;
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        let mut is_complete = true;
        let mut ambiguous: Vec<String> = Vec::new();
        for given in self.values("Parameters").flat_map(pairs) {
            match given {
                Given::Plain(name, value)
                    if parameters.iter().all(|(known, _)| *known != name) && !ambiguous.contains(&name) =>
                {
                    parameters.push((name, value));
                }
                // Given twice, or in a way that is not plain: it cannot be known which value counts.
                Given::Plain(name, _) | Given::Open(name) => {
                    parameters.retain(|(known, _)| *known != name);
                    ambiguous.push(name);
                    is_complete = false;
                }
                Given::Unknown => return open,
            }
        }
        let has_defaults = self.kind == HolderKind::Stack || self.settings.assume_defaults;
        Settings { parameters, assume_defaults: is_complete && has_defaults, ..open }
    }
}

/// Returns true for a type that is named as one of AWS DMS, and is none that is known.
pub(crate) fn is_unknown_type(type_name: &str) -> bool {
    let is_of_dms =
        type_name.split("::").nth(1).is_some_and(|service| service.trim().eq_ignore_ascii_case("DMS"));
    is_of_dms && !ResourceType::WITHOUT_RULES.iter().any(|known| is_same_name(known, type_name))
}

/// A parameter that a resource gives to its template.
enum Given {
    /// The name and the value.
    Plain(String, String),
    /// The name of one whose value is not known.
    Open(String),
    /// One whose name is not known.
    Unknown,
}

/// Returns the parameters of a map, or of a list of keys and values.
fn pairs(parameters: &Json) -> Vec<Given> {
    let given = |name: &str, value: &Json| match plain(value) {
        Some(value) => Given::Plain(name.to_owned(), value),
        None => Given::Open(name.to_owned()),
    };
    match parameters {
        Json::Object(members) => members.iter().map(|(name, value)| given(name, value)).collect(),
        Json::List(entries) => entries.iter().map(pair).collect(),
        _ => vec![Given::Unknown],
    }
}

fn pair(entry: &Json) -> Given {
    let Json::Object(members) = entry else { return Given::Unknown };
    let values_of = |name: &str| -> Vec<&Json> {
        members.iter().filter(|(known, _)| is_same_name(known, name)).map(|(_, value)| value).collect()
    };
    let names = values_of("ParameterKey");
    let [Json::Text(name)] = names.as_slice() else { return Given::Unknown };
    match values_of("ParameterValue").as_slice() {
        [value] if members.len() == 2 => {
            plain(value).map_or_else(|| Given::Open(name.clone()), |value| Given::Plain(name.clone(), value))
        }
        _ => Given::Open(name.clone()),
    }
}

/// Returns true for a text that calls DMS to create a resource, or holds a template with one. The rights of a policy, such as
/// `dms:CreateEndpoint`, create nothing.
pub(crate) fn mentions_creation(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let creates = |what: &str| {
        text.match_indices(what).any(|(at, _)| !text.get(..at).unwrap_or_default().ends_with("dms:"))
    };
    let calls =
        ["\"dms\"", "\\\"dms\\\"", "dms.services.k8s.aws"].into_iter().any(|call| text.contains(call));
    ["createreplicationinstance", "createreplicationtask", "databasemigration:create"]
        .into_iter()
        .any(creates)
        || (calls && (text.contains("create") || text.contains("k8s")))
        || (text.contains("aws::dms::") && text.contains("resources"))
}

/// Returns the text of a scalar, or of a list of them, as CloudFormation passes it on.
fn plain(value: &Json) -> Option<String> {
    match value {
        Json::Text(_) | Json::Bool(_) | Json::Number(_) => Some(scalar_text(value)),
        Json::List(list) => Some(list.iter().map(plain).collect::<Option<Vec<_>>>()?.join(",")),
        _ => None,
    }
}
