//! `cargo dev`: see the library.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use dev::new_rule::{self, NewRule};
use dev::{Error, Repository, generate, site};

/// Tools for contributors
#[derive(Debug, Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev")]
enum Command {
    /// Writes the generated files: blocks of the rules' pages and of the README, rules.json, the templates
    Generate {
        /// Write nothing: print how the committed files differ, and exit with 1 if one does
        #[arg(long)]
        check: bool,
        /// First take over the calls that the end-to-end test measured and wrote to FILE
        #[arg(long, value_name = "FILE", conflicts_with = "check")]
        measured: Option<PathBuf>,
    },
    /// Makes a rule that compiles and fails its first test: its file, page and cases, and its entry in the list
    NewRule(NewRule),
    /// Builds the documents as a site, with mdBook: a page for each rule, search, no requests to other servers
    Site {
        /// The program mdbook
        #[arg(long, value_name = "PROGRAM", default_value = "mdbook")]
        mdbook: OsString,
        /// The folder for the source of the book and, in `book`, the site
        #[arg(long, value_name = "FOLDER", default_value = site::FOLDER)]
        output: PathBuf,
    },
}

fn main() -> ExitCode {
    let repository = Repository::current();
    let outcome = match Command::parse() {
        Command::Generate { check: true, .. } => check(&repository),
        Command::Generate { measured, .. } => write(&repository, measured),
        Command::NewRule(new_rule) => create(&repository, &new_rule),
        Command::Site { mdbook, output } => build_site(&repository, &output, &mdbook),
    };
    outcome.unwrap_or_else(|error| {
        print(&mut std::io::stderr(), &format!("error: {error}\n"));
        ExitCode::FAILURE
    })
}

fn check(repository: &Repository) -> Result<ExitCode, Error> {
    let differences = generate::differences(repository)?;
    if differences.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let (paths, diffs): (Vec<String>, Vec<String>) = differences.into_iter().unzip();
    print(&mut std::io::stdout(), &diffs.concat());
    let paths = lines(&paths);
    let message = format!("error: these files are not as generated:\n{paths}run `cargo dev generate`\n");
    print(&mut std::io::stderr(), &message);
    Ok(ExitCode::FAILURE)
}

fn write(repository: &Repository, measured: Option<PathBuf>) -> Result<ExitCode, Error> {
    if let Some(path) = measured {
        let measured = std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
        generate::accept_measured_calls(repository, &measured)?;
    }
    let written = generate::write(repository)?;
    let report = if written.is_empty() {
        "every generated file is up to date\n".to_owned()
    } else {
        format!("wrote\n{}", lines(&written))
    };
    print(&mut std::io::stdout(), &report);
    Ok(ExitCode::SUCCESS)
}

fn create(repository: &Repository, new_rule: &NewRule) -> Result<ExitCode, Error> {
    let files = new_rule::create(repository, new_rule)?;
    print(&mut std::io::stdout(), &format!("{}\n{}", lines(&files), new_rule.next_steps()));
    Ok(ExitCode::SUCCESS)
}

fn build_site(repository: &Repository, folder: &Path, mdbook: &OsStr) -> Result<ExitCode, Error> {
    let built = site::build(repository, folder, mdbook)?;
    print(&mut std::io::stdout(), &format!("{}\n", built.join("index.html").display()));
    Ok(ExitCode::SUCCESS)
}

fn lines(paths: &[String]) -> String {
    paths.iter().flat_map(|path| [path, "\n"]).collect()
}

/// Prints a text. A reader that has gone away is not an error.
fn print(stream: &mut impl Write, text: &str) {
    drop(stream.write_all(text.as_bytes()));
}
