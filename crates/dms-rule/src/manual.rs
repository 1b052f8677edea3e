//! `dms-rule manual`: shell completions and man pages, generated from the argument parser.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;

/// The arguments of `dms-rule manual`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dms-rule manual bash > /etc/bash_completion.d/dms-rule
  dms-rule manual man --command check | man -l -

Exit codes: 0 success; 2 usage error.")]
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

/// Prints the completion script or the man page.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    use clap_complete::Shell;
    let mut program = crate::Arguments::command();
    let mut page = Vec::new(); // the generator would panic if a pipe is closed early
    let shell = match arguments.output {
        Output::Bash => Shell::Bash,
        Output::Zsh => Shell::Zsh,
        Output::Fish => Shell::Fish,
        Output::Powershell => Shell::PowerShell,
        Output::Elvish => Shell::Elvish,
        Output::Man => {
            program.build();
            let command = match &arguments.command {
                None => program,
                Some(name) => program
                    .find_subcommand(name)
                    .ok_or_else(|| format!("unknown command {name}; `dms-rule --help` lists the commands"))?
                    .clone(),
            };
            clap_mangen::Man::new(command).render(&mut page)?;
            return print(&page);
        }
    };
    clap_complete::generate(shell, &mut program, "dms-rule", &mut page);
    print(&page)
}

fn print(page: &[u8]) -> Result<ExitCode, Box<dyn Error>> {
    match std::io::stdout().write_all(page) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(ExitCode::SUCCESS)
}
