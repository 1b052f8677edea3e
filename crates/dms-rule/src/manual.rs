//! Shell completions and the man page, made from the argument parser.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;

/// What `dms-rule manual` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dms-rule manual bash > /etc/bash_completion.d/dms-rule
  dms-rule manual man --command check | man -l -

Exit codes: 0 printed; 2 wrong usage.")]
pub(crate) struct Arguments {
    /// The shell, or man
    what: What,
    /// The page of this command; default: of the program
    #[arg(long, value_name = "NAME")]
    command: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Man,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    use clap_complete::Shell;
    let mut program = crate::Arguments::command();
    let mut page = Vec::new(); // the generator panics where a pipe closes early
    let shell = match arguments.what {
        What::Bash => Shell::Bash,
        What::Zsh => Shell::Zsh,
        What::Fish => Shell::Fish,
        What::Powershell => Shell::PowerShell,
        What::Elvish => Shell::Elvish,
        What::Man => {
            program.build();
            let of = match &arguments.command {
                None => program,
                Some(name) => program
                    .find_subcommand(name)
                    .ok_or_else(|| format!("there is no command {name}"))?
                    .clone(),
            };
            clap_mangen::Man::new(of).render(&mut page)?;
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
