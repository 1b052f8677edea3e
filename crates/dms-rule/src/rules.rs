//! `dms-rule rules`: the list of rules, and their pages.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::process::ExitCode;

use rule_core::rules::RULES;
use rule_core::{Parameter, Rule, parameter};
use serde_json::{Value, json};

use crate::markdown;
use crate::rule_name::RuleName;
use crate::terminal::print;

/// The arguments of `dms-rule rules`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dms-rule rules
  dms-rule rules dms-endpoint-ssl-configured
  dms-rule rules dms-endpoint-ssl-configured --format markdown > page.md
  dms-rule rules --format json | jq -r '.[].identifier'")]
pub(crate) struct Arguments {
    /// The rule whose page is printed [default: list all rules]
    #[arg(value_parser = RuleName, hide_possible_values = true)]
    name: Option<&'static Rule>,
    /// The format to print
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Print the page as Markdown
    #[arg(long, hide = true, requires = "name", conflicts_with = "format")]
    markdown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a terminal: the list, or the page of the rule
    Table,
    /// For programs: everything about the rules, or the rule
    Json,
    /// The list, or the page of the rule, as Markdown
    Markdown,
}

/// The width of a page that is not printed to a terminal.
const PAGE_WIDTH: usize = 100;

/// Prints the list of rules, or one page.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let width = std::io::stdout().is_terminal().then(textwrap::termwidth);
    let format = if arguments.markdown { Format::Markdown } else { arguments.format };
    print(&match (arguments.name, format) {
        (None, Format::Table) => list(width),
        (None, Format::Json) => format!("{:#}\n", RULES.iter().map(|rule| document(rule)).collect::<Value>()),
        (None, Format::Markdown) => markdown_list(),
        (Some(rule), Format::Table) => {
            let width = width.unwrap_or(PAGE_WIDTH);
            let common = common_parameters(&parameter::COMMON);
            markdown::render(rule.page, width) + &markdown::render(&common, width)
        }
        (Some(rule), Format::Json) => format!("{:#}\n", document(rule)),
        (Some(rule), Format::Markdown) => rule.page.to_owned(),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Lists the rules, one on a line. If a terminal has no room for that, the summary of a rule is on the lines under its name.
fn list(width: Option<usize>) -> String {
    let longest =
        |text: fn(&Rule) -> &'static str| RULES.iter().map(|rule| text(rule).len()).max().unwrap_or_default();
    let names = longest(|rule| rule.identifier);
    let types = longest(|rule| rule.resource_type.name());
    let line = |name: &str, severity: &str, resource_type: &str, triggers: &str, summary: &str| {
        format!("{name:names$}  {severity:8}  {resource_type:types$}  {triggers:16}  {summary}\n")
    };
    let rows = |rule: &&Rule| {
        let Rule { identifier, severity, resource_type, .. } = rule;
        line(identifier, severity.as_str(), resource_type.name(), rule.triggers(), rule.summary())
    };
    let list: String = RULES.iter().map(rows).collect();
    match width {
        Some(width) if list.lines().any(|line| line.len() > width) => narrow_list(width, names),
        _ => {
            format!("{BOLD}{}{PLAIN}{list}", line("RULE", "SEVERITY", "RESOURCE TYPE", "TRIGGERS", "SUMMARY"))
        }
    }
}

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Lists the rules, each on two lines or more: name, severity and resource type, and the summary under them. All types are
/// those of DMS, and nearly all rules have the same triggers.
fn narrow_list(width: usize, names: usize) -> String {
    let mut page = String::new();
    for rule in RULES {
        let Rule { identifier, severity, resource_type, .. } = rule;
        let resource_type = resource_type.name().rsplit(':').next().unwrap_or_default();
        let severity = severity.as_str();
        let padding = names - identifier.len();
        let line = format!("{:padding$}  {severity:8}  {resource_type}", "");
        let line = if identifier.len() + line.len() <= width { line } else { format!("  {severity}") };
        let _ = writeln!(page, "{BOLD}{identifier}{PLAIN}{line}"); // writing to a String cannot fail
        let wrap = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
        page.push_str(&textwrap::fill(rule.summary(), wrap));
        page.push('\n');
    }
    page
}

fn markdown_list() -> String {
    let rows = RULES.iter().map(|rule| {
        let Rule { identifier, severity, resource_type, .. } = rule;
        let (severity, triggers, summary) = (severity.as_str(), rule.triggers(), rule.summary());
        format!("| `{identifier}` | {severity} | `{}` | {triggers} | {summary} |\n", resource_type.name())
    });
    let head = "| rule | severity | resource type | triggers | summary |\n|---|---|---|---|---|\n";
    std::iter::once(head.to_owned()).chain(rows).collect()
}

/// Returns what is known about a rule.
fn document(rule: &Rule) -> Value {
    let parameters = parameter::COMMON.iter().chain(rule.parameters).map(
        |Parameter { name, default, meaning, must_be, .. }| json!({"name": name, "default": default, "meaning": meaning, "mustBe": must_be}),
    );
    let requirements =
        rule.requirements.iter().map(|one| json!({"framework": one.framework, "ids": one.ids}));
    json!({
        "identifier": rule.identifier,
        "resourceType": rule.resource_type.name(),
        "severity": rule.severity.as_str(),
        "triggers": rule.triggers().split(", ").collect::<Vec<_>>(),
        "summary": rule.summary(),
        "parameters": parameters.collect::<Vec<_>>(),
        "requirements": requirements.collect::<Vec<_>>(),
        "page": rule.page,
    })
}

fn common_parameters(parameters: &[&Parameter]) -> String {
    let rows = parameters.iter().map(|Parameter { name, default, meaning, .. }| {
        let default = if default.is_empty() { "none" } else { default };
        format!("| `{name}` | {default} | {meaning} |\n")
    });
    let head = "## Parameters of every rule\n\n| name | default | meaning |\n|---|---|---|\n";
    std::iter::once(head.to_owned()).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_of_any_width_shows_the_name_severity_and_summary_of_every_rule() {
        for width in [40, 60, 80, 100, 140, 250] {
            let page = list(Some(width)).replace(BOLD, "").replace(PLAIN, "");
            let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
            for rule in RULES {
                let line = page.lines().find(|line| line.starts_with(rule.identifier)).unwrap();
                assert!(line.contains(rule.severity.as_str()), "{width}: {line}");
                assert!(words.contains(rule.summary()), "{width}: {}", rule.summary());
            }
            if width >= 60 {
                assert!(page.lines().all(|line| line.len() <= width), "{width}:\n{page}");
            }
        }
        assert!(list(Some(80)).contains("  ReplicationSubnetGroup\n"), "80 columns have room for the types");
    }
}
