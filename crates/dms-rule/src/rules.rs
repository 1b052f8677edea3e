use std::io::Write;
use std::process::ExitCode;

use rule_core::rules::{RULES, find};

/// What `dms-rule rules` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dms-rule rules\n  dms-rule rules dms-replication-not-public")]
pub(crate) struct Arguments {
    /// The rule whose page is printed
    name: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut out = anstream::stdout();
    let Some(name) = &arguments.name else {
        let width = RULES.iter().map(|rule| rule.identifier.len()).max().unwrap_or_default();
        let types = RULES.iter().map(|rule| rule.resource_type.len()).max().unwrap_or_default();
        writeln!(
            out,
            "\x1b[1m{:width$}  {:types$}  {:8}  SUMMARY\x1b[0m",
            "RULE", "RESOURCE TYPE", "SEVERITY"
        )?;
        for rule in RULES {
            let severity = rule.severity.as_str();
            writeln!(
                out,
                "{:width$}  {:types$}  {severity:8}  {}",
                rule.identifier,
                rule.resource_type,
                rule.summary()
            )?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let known = || RULES.iter().map(|rule| rule.identifier).collect::<Vec<_>>().join(", ");
    let rule = find(name).ok_or_else(|| format!("there is no rule `{name}`; the rules are {}", known()))?;
    for line in rule.page.lines() {
        if line.starts_with('#') {
            writeln!(out, "\x1b[1m{}\x1b[0m", line.trim_start_matches(['#', ' ']))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
