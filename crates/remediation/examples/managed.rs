//! Prints the paths for an instance that code manages, as JSON: `managed < facts.json`.
//!
//! The facts are an object with `instance`, `tags`, `tasks` and `endpoints`, each in the shape of the DMS API.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;

use remediation::managed::managed_paths;
use remediation::{Choices, Facts, Instance, Task};
use serde::Deserialize;
use serde_json::Value;

/// The facts from which the paths are made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    instance: Instance,
    tags: BTreeMap<String, String>,
    tasks: Vec<Task>,
    endpoints: Vec<Value>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Input { instance, tags, tasks, endpoints } = serde_json::from_reader(io::stdin())?;
    let facts = Facts {
        instance,
        tags: Some(tags),
        tasks: Some(tasks),
        endpoints: Some(endpoints),
        ..Facts::default()
    };
    let plan = remediation::plan(&facts, Choices::default(), "eu-west-1", None);
    serde_json::to_writer_pretty(io::stdout(), &managed_paths(&plan))?;
    Ok(())
}
