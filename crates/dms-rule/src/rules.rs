//! `dms-rule rules`: the list of rules, and their pages.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use rule_core::rules::{RULES, find};
use rule_core::{Parameter, parameter};

use crate::markdown;

/// The arguments of `dms-rule rules`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dms-rule rules
  dms-rule rules dms-endpoint-ssl-configured
  dms-rule rules dms-endpoint-ssl-configured --markdown > page.md")]
pub(crate) struct Arguments {
    /// The rule whose page is printed [default: list all rules]
    name: Option<String>,
    /// Print the page as Markdown
    #[arg(long, requires = "name")]
    markdown: bool,
}

/// Prints the list of rules, or one page.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut out = anstream::stdout();
    let width = std::io::stdout().is_terminal().then(textwrap::termwidth);
    let Some(name) = &arguments.name else {
        write!(out, "{}", list(width))?;
        return Ok(ExitCode::SUCCESS);
    };
    let known = || RULES.iter().map(|rule| rule.identifier).collect::<Vec<_>>().join(", ");
    let rule = find(name).ok_or_else(|| format!("there is no rule `{name}`; the rules are {}", known()))?;
    if arguments.markdown {
        write!(out, "{}", rule.page)?;
        return Ok(ExitCode::SUCCESS);
    }
    write!(out, "{}", markdown::render(rule.page, width.unwrap_or(100)))?;
    let common = common_parameters(&parameter::COMMON);
    write!(out, "{}", markdown::render(&common, width.unwrap_or(100)))?;
    Ok(ExitCode::SUCCESS)
}

/// Lists the rules, one on a line; without the columns for which a terminal of that width has no room.
fn list(width: Option<usize>) -> String {
    let column = |text: fn(&rule_core::Rule) -> &'static str| {
        RULES.iter().map(|rule| text(rule).len()).max().unwrap_or_default()
    };
    let (names, types) = (column(|rule| rule.identifier), column(|rule| rule.resource_type.name()));
    let sentences = width.is_none_or(|width| {
        width >= names + types + 32 + RULES.iter().map(|rule| rule.summary().len()).max().unwrap_or_default()
    });
    let types = if width.is_some_and(|width| width < names + types + 32) { None } else { Some(types) };
    let mut page = String::new();
    let mut line = |name: &str, resource_type: &str, severity: &str, triggers: &str, sentence: &str| {
        let resource_type = types.map(|width| format!("{resource_type:width$}  ")).unwrap_or_default();
        let sentence = if sentences { sentence } else { "" };
        let text = format!("{name:names$}  {resource_type}{severity:8}  {triggers:16}  {sentence}");
        page.push_str(text.trim_end());
        page.push('\n');
    };
    line("RULE", "RESOURCE TYPE", "SEVERITY", "TRIGGERS", "SUMMARY");
    for rule in RULES {
        let severity = rule.severity.as_str();
        line(rule.identifier, rule.resource_type.name(), severity, rule.triggers(), rule.summary());
    }
    match page.split_once('\n') {
        Some((head, rest)) => format!("\x1b[1m{head}\x1b[0m\n{rest}"),
        None => page,
    }
}

fn common_parameters(parameters: &[&Parameter]) -> String {
    let rows = parameters.iter().map(|Parameter { name, default, meaning, .. }| {
        let default = if default.is_empty() { "none" } else { default };
        format!("| `{name}` | {default} | {meaning} |\n")
    });
    let head = "## Parameters of every rule\n\n| name | default | meaning |\n|---|---|---|\n";
    std::iter::once(head.to_owned()).chain(rows).collect()
}
