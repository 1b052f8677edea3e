//! The rules of a world as tables: written from their pages, without the code of the rules.

use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

use crate::script::{State, Value};

/// A type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Instance,
    Endpoint,
    Task,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Instance, Kind::Endpoint, Kind::Task];

/// A rule of AWS Config.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) parameters: &'static str,
    /// The result of an exempt resource; `None` if the rule has no exemptions.
    exempt: Option<Expected>,
    /// The subject.
    wants: Wants,
}

#[derive(Debug, PartialEq)]
enum Wants {
    Value,
    Owner,
}

pub(crate) static RULES: [Rule; 4] = [
    Rule {
        name: "public",
        kind: Kind::Instance,
        parameters: r#"{"exemptionTagKey": "Approved"}"#,
        exempt: Some(Expected::NotApplicable),
        wants: Wants::Value,
    },
    Rule {
        name: "tls",
        kind: Kind::Endpoint,
        parameters: concat!(
            r#"{"ruleIdentifier": "dms-endpoint-ssl-configured", "exemptionTagKey": "Approved", "#,
            r#""exemptionCompliance": "COMPLIANT"}"#
        ),
        exempt: Some(Expected::Compliant),
        wants: Wants::Value,
    },
    Rule {
        name: "tagged",
        kind: Kind::Endpoint,
        parameters: r#"{"ruleIdentifier": "dms-endpoint-tagged", "requiredKeyTags": "Owner"}"#,
        exempt: None,
        wants: Wants::Owner,
    },
    Rule {
        name: "logs",
        kind: Kind::Task,
        parameters: concat!(
            r#"{"ruleIdentifier": "dms-replication-task-sourcedb-logging", "#,
            r#""exemptionTagKey": "Approved"}"#
        ),
        exempt: Some(Expected::NotApplicable),
        wants: Wants::Value,
    },
];

/// The result that AWS Config should show of a resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Expected {
    Compliant,
    NonCompliant,
    NotApplicable,
    /// Shown as NOT_APPLICABLE by a schedule. The recorder does not record that a zero-ETL integration owns it, so that a
    /// change may show a good value as COMPLIANT.
    Managed {
        is_good: bool,
    },
}

impl Expected {
    /// Returns the result of a schedule.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Compliant => "COMPLIANT",
            Self::NonCompliant => "NON_COMPLIANT",
            Self::NotApplicable | Self::Managed { .. } => "NOT_APPLICABLE",
        }
    }
}

impl Rule {
    /// Returns the expected result of a resource; `last_day` is that of its exemption.
    pub(crate) fn expected(&self, state: State, last_day: Option<NaiveDate>, today: NaiveDate) -> Expected {
        let is_good = match self.wants {
            Wants::Value => state.value == Value::Good,
            Wants::Owner => state.has_owner,
        };
        if self.kind == Kind::Endpoint && state.is_managed {
            let is_exempt = self.exempt == Some(Expected::Compliant) && last_day >= Some(today);
            return Expected::Managed { is_good: is_good || is_exempt };
        }
        match self.exempt {
            _ if is_good => Expected::Compliant,
            Some(exempt) if last_day >= Some(today) => exempt,
            _ => Expected::NonCompliant,
        }
    }
}

impl Kind {
    pub(crate) fn resource_type(self) -> &'static str {
        match self {
            Self::Instance => "AWS::DMS::ReplicationInstance",
            Self::Endpoint => "AWS::DMS::Endpoint",
            Self::Task => "AWS::DMS::ReplicationTask",
        }
    }

    /// Returns the member of the response of DMS that lists the type.
    pub(crate) fn list(self) -> &'static str {
        match self {
            Self::Instance => "ReplicationInstances",
            Self::Endpoint => "Endpoints",
            Self::Task => "ReplicationTasks",
        }
    }

    /// Returns the word of the type in ARNs and in the names of this test.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Instance => "rep",
            Self::Endpoint => "endpoint",
            Self::Task => "task",
        }
    }

    /// Returns a resource as DMS describes it, with the tags that only `ListTagsForResource` returns.
    pub(crate) fn describe(self, arn: &str, name: &str, state: State, last_day: Option<NaiveDate>) -> Json {
        let (arn_member, name_member, value_member) = match self {
            Self::Instance => {
                ("ReplicationInstanceArn", "ReplicationInstanceIdentifier", "PubliclyAccessible")
            }
            Self::Endpoint => ("EndpointArn", "EndpointIdentifier", "SslMode"),
            Self::Task => ("ReplicationTaskArn", "ReplicationTaskIdentifier", "ReplicationTaskSettings"),
        };
        let mut resource = Map::new();
        resource.insert(arn_member.to_owned(), arn.into());
        resource.insert(name_member.to_owned(), name.into());
        if let Some(value) = self.value(state.value) {
            resource.insert(value_member.to_owned(), value);
        }
        if self == Self::Endpoint {
            resource.insert("EngineName".to_owned(), "mysql".into());
            resource.insert("IsReadOnly".to_owned(), state.is_managed.into());
        }
        let exemption = last_day.map(|day| json!({"Key": "Approved", "Value": format!("{day} OPS-1")}));
        let owner = state.has_owner.then(|| json!({"Key": "Owner", "Value": "orders"}));
        resource.insert("TagList".to_owned(), exemption.into_iter().chain(owner).collect());
        Json::Object(resource)
    }

    fn value(self, value: Value) -> Option<Json> {
        let logging = |is_on: bool| {
            let component = |id: &str| json!({"Id": id, "Severity": "LOGGER_SEVERITY_DEFAULT"});
            let components = [component("SOURCE_CAPTURE"), component("SOURCE_UNLOAD")];
            json!({"Logging": {"EnableLogging": is_on, "LogComponents": components}}).to_string()
        };
        Some(match (self, value) {
            (_, Value::Missing) => return None,
            (Self::Instance, Value::Good) => false.into(),
            (Self::Instance, Value::Bad) => true.into(),
            (Self::Instance, Value::Odd) => Json::Null,
            (Self::Endpoint, Value::Good) => "require".into(),
            (Self::Endpoint, Value::Bad) => "none".into(),
            (Self::Endpoint, Value::Odd) => "perhaps".into(),
            (Self::Task, Value::Good) => logging(true).into(),
            (Self::Task, Value::Bad) => logging(false).into(),
            (Self::Task, Value::Odd) => "{".into(),
        })
    }
}
