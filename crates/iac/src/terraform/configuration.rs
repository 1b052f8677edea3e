//! The configuration in a plan: which arguments are given, and what their expressions refer to (Terraform's "JSON Output
//! Format", "Configuration Representation").

use std::collections::HashSet;

use serde_json::{Map, Value};

/// The types of keys that a customer manages.
pub(super) const KEY_TYPES: [&str; 6] = [
    "aws_kms_key",
    "aws_kms_replica_key",
    "aws_kms_external_key",
    "aws_kms_replica_external_key",
    "awscc_kms_key",
    "awscc_kms_replica_key",
];

/// The longest chain of references through modules.
const DEPTH_MAXIMUM: usize = 16;

/// A resource in the configuration: the calls that lead to its module, its type and its name. An address without its keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Address {
    modules: Vec<String>,
    type_name: String,
    name: String,
}

impl Address {
    /// Parses the address of a managed resource. `None` for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let names = names(text);
        let mut rest = names.as_slice();
        let mut modules = Vec::new();
        while let [word, name, further @ ..] = rest
            && word == "module"
        {
            modules.push(name.clone());
            rest = further;
        }
        let [type_name, name] = rest else { return None };
        Some(Self { modules, type_name: type_name.clone(), name: name.clone() })
    }
}

/// Splits an address or reference at its dots, and leaves out the keys in brackets, which may hold any text.
fn names(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    for letter in text.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '.' => names.push(String::new()),
            _ => {
                if let Some(last) = names.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    names
}

/// The configuration of a plan; of a plan without one, nothing is known.
pub(super) struct Configuration<'a> {
    document: Option<&'a Value>,
    /// The values of the variables of the root module.
    variables: Option<&'a Value>,
    /// The keys that are there after apply.
    keys: HashSet<Address>,
}

impl<'a> Configuration<'a> {
    /// Takes the configuration, the values of its variables, and the addresses of the resources that are there after apply.
    pub(super) fn new(
        document: Option<&'a Value>,
        variables: Option<&'a Value>,
        planned: impl Iterator<Item = &'a str>,
    ) -> Self {
        let addresses = planned.filter_map(Address::parse);
        let keys = addresses.filter(|address| KEY_TYPES.contains(&address.type_name.as_str())).collect();
        Self { document, variables, keys }
    }

    /// Returns the arguments of a resource with their expressions. `None` if they are not known: the configuration lacks the
    /// resource, or has a block that is generated.
    pub(super) fn arguments(&self, address: &Address) -> Option<&'a Map<String, Value>> {
        let arguments = self.resource(address)?.get("expressions")?.as_object()?;
        (!arguments.contains_key("dynamic")).then_some(arguments)
    }

    /// Returns the source of the provider of a resource, such as `registry.terraform.io/hashicorp/aws`.
    pub(super) fn provider(&self, address: &Address) -> Option<&'a str> {
        let key = self.resource(address)?.get("provider_config_key")?.as_str()?;
        self.document?.get("provider_config")?.get(key)?.get("full_name")?.as_str()
    }

    /// Returns the reference by which an argument, or one in a block such as `redshift_settings.x`, leads to keys that the plan
    /// makes or keeps, and to nothing else.
    pub(super) fn key(&self, address: &Address, argument: &str) -> Option<String> {
        let arguments = self.arguments(address)?;
        let expression = match argument.split_once('.') {
            None => arguments.get(argument)?,
            Some((block, argument)) => match arguments.get(block)?.as_array()?.as_slice() {
                [only] => only.get(argument)?,
                _ => return None,
            },
        };
        let references = references(expression)?;
        let leads = self.lead_to_keys(&address.modules, &references, 0);
        leads.then(|| references.first().map(|reference| (*reference).to_owned())).flatten()
    }

    /// Returns true if an argument of a resource is null, by a constant or by variables: it is then not given.
    ///
    /// An expression that refers to such a variable alone could still have a value, but that would be known before apply.
    pub(super) fn is_null(&self, address: &Address, expression: &Value) -> bool {
        self.is_null_in(&address.modules, expression, 0)
    }

    fn is_null_in(&self, modules: &[String], expression: &Value, depth: usize) -> bool {
        if let Some(constant) = expression.get("constant_value") {
            return constant.is_null();
        }
        let references = references(expression).unwrap_or_default();
        let [variable] = references.as_slice() else { return false };
        let names = names(variable);
        let [word, name] = names.as_slice() else { return false };
        if word != "var" || depth > DEPTH_MAXIMUM {
            return false;
        }
        let Some((call, parents)) = modules.split_last() else {
            let variable = self.variables.and_then(|variables| variables.get(name));
            return variable.is_some_and(|variable| variable.get("value").is_none_or(Value::is_null));
        };
        let given = self.module(parents).and_then(|module| module.get("module_calls")?.get(call));
        match given.and_then(|call| call.get("expressions")?.as_object()).map(|given| given.get(name)) {
            Some(Some(given)) => self.is_null_in(parents, given, depth + 1),
            // A variable that a call does not give has its default.
            Some(None) => {
                let variable = self.module(modules).and_then(|module| module.get("variables")?.get(name));
                variable.is_some_and(|variable| variable.get("default").is_none_or(Value::is_null))
            }
            None => false,
        }
    }

    fn module(&self, modules: &[String]) -> Option<&'a Value> {
        let mut module = self.document?.get("root_module")?;
        for call in modules {
            module = module.get("module_calls")?.get(call)?.get("module")?;
        }
        Some(module)
    }

    fn resource(&self, address: &Address) -> Option<&'a Value> {
        let resources = self.module(&address.modules)?.get("resources")?.as_array()?;
        let mut found = resources.iter().filter(|resource| {
            let has =
                |member: &str, wanted: &str| resource.get(member).and_then(Value::as_str) == Some(wanted);
            let is_managed =
                resource.get("mode").and_then(Value::as_str).is_none_or(|mode| mode == "managed");
            is_managed && has("type", &address.type_name) && has("name", &address.name)
        });
        found.next().filter(|_| found.next().is_none())
    }

    /// Returns true if each reference in a module leads to a key, and there is one.
    fn lead_to_keys(&self, modules: &[String], references: &[&str], depth: usize) -> bool {
        // Terraform lists each reference to an attribute, and behind it the one to its resource.
        let is_whole = |reference: &&&str| {
            !references.iter().any(|longer| {
                longer.strip_prefix(**reference).is_some_and(|rest| rest.starts_with(['.', '[']))
            })
        };
        depth <= DEPTH_MAXIMUM
            && !references.is_empty()
            && references
                .iter()
                .filter(is_whole)
                .all(|reference| self.leads_to_key(modules, reference, depth))
    }

    fn leads_to_key(&self, modules: &[String], reference: &str, depth: usize) -> bool {
        let names = names(reference);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let follow = |modules: &[String], expression: Option<&Value>| {
            let references = expression.and_then(references);
            references.is_some_and(|references| self.lead_to_keys(modules, &references, depth + 1))
        };
        let address = |type_name: &str, name: &str| Address {
            modules: modules.to_vec(),
            type_name: type_name.to_owned(),
            name: name.to_owned(),
        };
        match names.as_slice() {
            ["var", name] => {
                let Some((call, parents)) = modules.split_last() else { return false };
                let call = self.module(parents).and_then(|module| module.get("module_calls")?.get(call));
                follow(parents, call.and_then(|call| call.get("expressions")?.get(name)))
            }
            ["module", call, output] => {
                let inner: Vec<String> = modules.iter().cloned().chain([(*call).to_owned()]).collect();
                let output = self.module(&inner).and_then(|module| module.get("outputs")?.get(output));
                follow(&inner, output.and_then(|output| output.get("expression")))
            }
            ["aws_kms_alias", name, "arn" | "target_key_arn" | "target_key_id"] => {
                let arguments = self.arguments(&address("aws_kms_alias", name));
                follow(modules, arguments.and_then(|arguments| arguments.get("target_key_id")))
            }
            [type_name, name] | [type_name, name, "arn" | "id" | "key_id"] => {
                KEY_TYPES.contains(type_name) && self.keys.contains(&address(type_name, name))
            }
            _ => false,
        }
    }
}

/// Lists the references of an expression; `None` if it has none.
fn references(expression: &Value) -> Option<Vec<&str>> {
    let references = expression.get("references")?.as_array()?;
    references.iter().map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_whatever_its_keys_hold() {
        let address =
            Address::parse(r#"module.a["x.y"].module.b[0].aws_dms_endpoint.e["]\".module"]"#).unwrap();
        assert_eq!((address.modules.join("/"), address.name.as_str()), ("a/b".to_owned(), "e"));
        for other in ["data.aws_kms_key.k", "module.a", "aws_kms_key", ""] {
            assert_eq!(Address::parse(other), None, "{other}");
        }
    }
}
