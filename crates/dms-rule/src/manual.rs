//! `dms-rule completions` and `dms-rule man`, generated from the argument parser.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use crate::suggestion::did_you_mean;
use crate::terminal::print;

/// The arguments of `dms-rule completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dms-rule completions bash > /etc/bash_completion.d/dms-rule
  dms-rule completions zsh > \"${fpath[1]}/_dms-rule\"
  dms-rule completions fish > ~/.config/fish/completions/dms-rule.fish
  source <(dms-rule completions bash)     # for this shell only")]
pub(crate) struct CompletionsArguments {
    /// The shell
    shell: Shell,
}

/// The arguments of `dms-rule man`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dms-rule man check | man -l -
  dms-rule man --all ~/.local/share/man/man1")]
pub(crate) struct ManArguments {
    /// The command to document [default: the program]
    command: Option<String>,
    /// Write the pages of the program and of every command to a folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    all: Option<PathBuf>,
}

/// The arguments of `dms-rule manual`, the earlier name of both.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell, or man for the man page
    #[arg(value_name = "WHAT")]
    output: Output,
    /// The command to document [default: the program]
    #[arg(long, value_name = "NAME")]
    command: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Output {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Man,
}

/// Prints the completion script or the man page of `program`.
pub(crate) fn run(arguments: &Arguments, program: Command) -> Result<ExitCode, Box<dyn Error>> {
    let shell = match arguments.output {
        Output::Bash => Shell::Bash,
        Output::Zsh => Shell::Zsh,
        Output::Fish => Shell::Fish,
        Output::Powershell => Shell::PowerShell,
        Output::Elvish => Shell::Elvish,
        Output::Man => return man(&ManArguments { command: arguments.command.clone(), all: None }, program),
    };
    completions(&CompletionsArguments { shell }, &program)
}

/// Prints the completion script of `program`.
pub(crate) fn completions(
    arguments: &CompletionsArguments,
    program: &Command,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut script = Vec::new(); // the generator would panic if a pipe is closed early
    clap_complete::generate(arguments.shell, &mut visible(program), "dms-rule", &mut script);
    // clap_complete 4.6 spells a name with a hyphen in two ways in its script for bash, which then completes nothing after a
    // command: https://github.com/clap-rs/clap/issues/6421
    print(&String::from_utf8(script)?.replace("dms__subcmd__rule", "dms__rule"))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns a command without what its help hides, which completions would offer.
fn visible(command: &Command) -> Command {
    let shown = Command::new(command.get_name().to_owned())
        .args(command.get_arguments().filter(|argument| !argument.is_hide_set()))
        .subcommands(command.get_subcommands().filter(|inner| !inner.is_hide_set()).map(visible));
    let shown = match command.get_about() {
        Some(about) => shown.about(about.clone()),
        None => shown,
    };
    match command.get_version() {
        Some(version) => shown.version(version.to_owned()),
        None => shown,
    }
}

/// Prints the man page of `program` or of a command, or writes all of them.
pub(crate) fn man(arguments: &ManArguments, mut program: Command) -> Result<ExitCode, Box<dyn Error>> {
    if let Some(folder) = &arguments.all {
        write_all(folder, program).map_err(|error| format!("--all {}: {error}", folder.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    program.build();
    let command = match &arguments.command {
        None => program,
        Some(name) => program.find_subcommand(name).ok_or_else(|| unknown(name, &program))?.clone(),
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    print(&String::from_utf8(page)?)?;
    Ok(ExitCode::SUCCESS)
}

fn write_all(folder: &Path, program: Command) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(program, folder)
}

fn unknown(name: &str, program: &Command) -> String {
    let shown = program.get_subcommands().filter(|command| !command.is_hide_set());
    let question = did_you_mean(name, shown.map(Command::get_name));
    let hint = if question.is_empty() { "; `dms-rule --help` lists the commands" } else { &question };
    format!("there is no command `{name}`{hint}")
}
