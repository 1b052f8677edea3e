//! A small template: its text, and what one deployment makes of it.

use serde_json::{Map, Value, json};

/// A value of a property, or a part of one.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    Bool(bool),
    Text(&'static str),
    Parameter(usize),
    /// The variable of the loop.
    Variable,
    NoValue,
    If(usize, Box<Term>, Box<Term>),
    /// The map of the template, its first key, and the default of the language extensions.
    FindInMap(Box<Term>, Option<Box<Term>>),
    Sub(&'static str, usize),
    Join(Vec<Term>),
    Select(usize, Vec<Term>),
}

/// A condition, which may use those before it.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Equals(Term, Term),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Named(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// `None` if every text is allowed.
    pub(crate) allowed: Option<Vec<&'static str>>,
    pub(crate) default: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) conditions: Vec<Condition>,
    /// The first keys of the map, with its flag.
    pub(crate) map: Vec<(&'static str, &'static str)>,
    /// The condition of the resource.
    pub(crate) condition: Option<usize>,
    /// The flag; `None` if the property is not written.
    pub(crate) flag: Option<Term>,
    /// The values of a loop around the resource.
    pub(crate) each: Option<Vec<&'static str>>,
}

/// A value in one deployment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Concrete {
    Absent,
    Text(String),
    /// CloudFormation rejects the deployment.
    Rejected,
}

/// The values of all parameters, and of the variable of a loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deployment<'a> {
    pub(crate) parameters: &'a [&'static str],
    pub(crate) variable: &'static str,
}

impl Term {
    fn json(&self) -> Value {
        let list = |terms: &[Self]| terms.iter().map(Self::json).collect::<Vec<_>>();
        match self {
            Self::Bool(flag) => json!(flag),
            Self::Text(text) => json!(text),
            Self::Parameter(index) => json!({ "Ref": format!("P{index}") }),
            Self::Variable => json!({ "Ref": "X" }),
            Self::NoValue => json!({ "Ref": "AWS::NoValue" }),
            Self::If(condition, yes, no) => {
                json!({ "Fn::If": [format!("C{condition}"), yes.json(), no.json()] })
            }
            Self::FindInMap(key, None) => json!({ "Fn::FindInMap": ["M", key.json(), "V"] }),
            Self::FindInMap(key, Some(default)) => {
                json!({ "Fn::FindInMap": ["M", key.json(), "V", { "DefaultValue": default.json() }] })
            }
            Self::Sub(text, index) => json!({ "Fn::Sub": format!("{text}${{P{index}}}") }),
            Self::Join(terms) => json!({ "Fn::Join": ["", list(terms)] }),
            Self::Select(index, terms) => json!({ "Fn::Select": [index, list(terms)] }),
        }
    }

    fn concrete(&self, template: &Template, deployment: Deployment) -> Concrete {
        let value = |term: &Self| term.concrete(template, deployment);
        match self {
            Self::Bool(flag) => Concrete::Text(flag.to_string()),
            Self::Text(text) => Concrete::Text((*text).to_owned()),
            Self::Parameter(index) => Concrete::Text(deployment.parameters[*index].to_owned()),
            Self::Variable => Concrete::Text(deployment.variable.to_owned()),
            Self::NoValue => Concrete::Absent,
            Self::If(condition, yes, no) => match template.conditions[*condition].holds(template, deployment)
            {
                Some(true) => value(yes),
                Some(false) => value(no),
                None => Concrete::Rejected,
            },
            Self::FindInMap(key, default) => {
                let Concrete::Text(key) = value(key) else { return Concrete::Rejected };
                match (template.map.iter().find(|(known, _)| *known == key), default) {
                    (Some((_, flag)), _) => Concrete::Text((*flag).to_owned()),
                    (None, Some(default)) => value(default),
                    (None, None) => Concrete::Rejected,
                }
            }
            Self::Sub(text, index) => Concrete::Text(format!("{text}{}", deployment.parameters[*index])),
            Self::Join(terms) => {
                let mut joined = String::new();
                for term in terms {
                    let Concrete::Text(text) = value(term) else { return Concrete::Rejected };
                    joined.push_str(&text);
                }
                Concrete::Text(joined)
            }
            // An entry without a value is no entry.
            Self::Select(index, terms) => terms
                .iter()
                .map(value)
                .filter(|entry| *entry != Concrete::Absent)
                .nth(*index)
                .unwrap_or(Concrete::Rejected),
        }
    }
}

impl Condition {
    fn json(&self) -> Value {
        let list = |conditions: &[Self]| conditions.iter().map(Self::json).collect::<Vec<_>>();
        match self {
            Self::Equals(one, other) => json!({ "Fn::Equals": [one.json(), other.json()] }),
            Self::Not(condition) => json!({ "Fn::Not": [condition.json()] }),
            Self::And(conditions) => json!({ "Fn::And": list(conditions) }),
            Self::Or(conditions) => json!({ "Fn::Or": list(conditions) }),
            Self::Named(index) => json!({ "Condition": format!("C{index}") }),
        }
    }

    /// Returns true if the condition holds, `None` if CloudFormation rejects it.
    fn holds(&self, template: &Template, deployment: Deployment) -> Option<bool> {
        let holds = |condition: &Self| condition.holds(template, deployment);
        match self {
            Self::Equals(one, other) => {
                match (one.concrete(template, deployment), other.concrete(template, deployment)) {
                    (Concrete::Text(one), Concrete::Text(other)) => Some(one == other),
                    _ => None,
                }
            }
            Self::Not(condition) => holds(condition).map(|holds| !holds),
            Self::And(conditions) => {
                let all: Option<Vec<bool>> = conditions.iter().map(holds).collect();
                all.map(|all| !all.contains(&false))
            }
            Self::Or(conditions) => {
                let all: Option<Vec<bool>> = conditions.iter().map(holds).collect();
                all.map(|all| all.contains(&true))
            }
            Self::Named(index) => holds(&template.conditions[*index]),
        }
    }
}

impl Template {
    /// Returns the template as JSON.
    pub(crate) fn text(&self) -> String {
        let mut resource = json!({ "Type": "AWS::DMS::ReplicationInstance", "Properties": { "ReplicationInstanceClass": "dms.c5.large" } });
        if let Some(condition) = self.condition {
            resource["Condition"] = json!(format!("C{condition}"));
        }
        if let Some(flag) = &self.flag {
            resource["Properties"]["PubliclyAccessible"] = flag.json();
        }
        let resources = match &self.each {
            None => json!({ "R": resource }),
            Some(values) => json!({ "Fn::ForEach::L": ["X", values, { "R${X}": resource }] }),
        };
        let parameters = self.parameters.iter().enumerate().map(|(index, parameter)| {
            let mut written = json!({ "Type": "String" });
            if let Some(allowed) = &parameter.allowed {
                written["AllowedValues"] = json!(allowed);
            }
            if let Some(default) = parameter.default {
                written["Default"] = json!(default);
            }
            (format!("P{index}"), written)
        });
        let parameters: Map<_, _> = parameters.collect();
        let conditions = self.conditions.iter().enumerate();
        let conditions: Map<_, _> =
            conditions.map(|(index, one)| (format!("C{index}"), one.json())).collect();
        let map: Map<_, _> =
            self.map.iter().map(|(key, flag)| ((*key).to_owned(), json!({ "V": flag }))).collect();
        let mut template = json!({
            "AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::LanguageExtensions", "Parameters": parameters,
            "Conditions": conditions, "Resources": resources,
        });
        if !map.is_empty() {
            template["Mappings"] = json!({ "M": map });
        }
        template.to_string()
    }

    /// Returns the flags of the resources that a deployment creates; `None` if CloudFormation rejects it.
    pub(crate) fn flags(&self, parameters: &[&'static str]) -> Option<Vec<Concrete>> {
        // Conditions are evaluated before anything is created.
        let first = Deployment { parameters, variable: "" };
        let conditions: Option<Vec<bool>> =
            self.conditions.iter().map(|condition| condition.holds(self, first)).collect();
        let conditions = conditions?;
        let variables = self.each.clone().unwrap_or_else(|| vec![""]);
        if self.condition.is_some_and(|condition| !conditions[condition]) {
            return Some(vec![]);
        }
        let flag = |variable| {
            let deployment = Deployment { parameters, variable };
            match self.flag.as_ref().map_or(Concrete::Absent, |flag| flag.concrete(self, deployment)) {
                Concrete::Rejected => None,
                flag => Some(flag),
            }
        };
        variables.into_iter().map(flag).collect()
    }
}
