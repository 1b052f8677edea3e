//! `target/package/release/`, all that a release holds.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::architecture::Architecture;
use crate::archive::Checksum;
use crate::binary::{self, Platform};
use crate::cargo::Builder;
use crate::channels::{self, archive_stem};
use crate::error::Error;
use crate::origin::Origin;
use crate::program::Program;
use crate::tarball::Tarball;
use crate::{deployment_package, sbom, toolchain};

/// The command line.
const PROGRAM: &str = "dms-rule";
/// The version of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The file with the checksums of all others.
const CHECKSUMS: &str = "SHA256SUMS";

/// The programs beside Cargo that a release needs, each with the command that installs it.
const TOOLS: [(&str, &str); 3] = [
    ("cargo-zigbuild", "pip install cargo-zigbuild ziglang"),
    ("cargo-auditable", "cargo install --locked cargo-auditable"),
    ("cargo-cyclonedx", "cargo install --locked cargo-cyclonedx"),
];

/// The shells with a completion script: the shell and the name of its file.
const COMPLETIONS: [(&str, &str); 3] =
    [("bash", "dms-rule.bash"), ("zsh", "_dms-rule"), ("fish", "dms-rule.fish")];

/// The folder of a release.
#[derive(Clone, Debug)]
pub struct ReleaseFolder {
    /// Its path.
    pub path: PathBuf,
    /// The names of its files with their sizes and checksums, sorted.
    pub files: Vec<(String, usize, Checksum)>,
}

/// Builds both programs for each architecture, and writes all that a release holds into a new folder.
///
/// # Errors
/// Returns [`Error::Missing`] if something must be installed or committed first, and the error of any step. Then the folder
/// of an earlier release is gone, and that of this one has no checksums.
pub fn write(builders: &[(Architecture, Builder)]) -> Result<ReleaseFolder, Error> {
    let Some((_, first)) = builders.first() else {
        return Err(Error::Missing("a release needs an architecture".to_owned()));
    };
    let origin = Origin::unchanged(&first.folders.workspace)?;
    check_tools()?;
    for (architecture, builder) in builders {
        builder.toolchain.check(*architecture)?;
    }
    let folder = first.folders.workspace.join("target/package/release");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    let mut writer = Writer { folder, files: Vec::new() };

    let mut programs = Vec::new();
    for (architecture, builder) in builders {
        programs.push((*architecture, program(builder, *architecture, &origin)?));
    }
    let host = programs.iter().find(|(architecture, _)| architecture.triple() == first.toolchain.host);
    let Some((_, (host, _))) = host else {
        return Err(Error::Missing(
            "a release needs the architecture of this machine among its own".to_owned(),
        ));
    };
    let documents = documents(&first.folders.workspace, host)?;
    for (architecture, (_, bytes)) in &programs {
        let name = archive_stem(VERSION, *architecture);
        let archive = archive(&name, bytes, &documents).map_err(Error::file(&name))?;
        writer.write(&format!("{name}.tar.gz"), &archive)?;
    }
    let mut artifacts = Vec::new();
    for (architecture, builder) in builders {
        for program in Program::ALL {
            let zip = deployment_package::write(builder, program, *architecture)?.path;
            let bytes = fs::read(&zip).map_err(Error::file(&zip))?;
            writer.write(&zip_name(program, *architecture), &bytes)?;
        }
        let [function, hook] = Program::ALL.map(Program::package);
        for (package, text) in sbom::sboms(builder, [PROGRAM, function, hook], *architecture, &origin)? {
            writer.write(&format!("{package}-{VERSION}-{architecture}.cdx.json"), text.as_bytes())?;
        }
        artifacts.push(compilers(builder, *architecture));
    }
    let build = json!({
        "version": VERSION,
        "commit": origin.commit,
        "date": origin.date,
        "artifacts": artifacts.into_iter().flatten().collect::<Vec<_>>(),
    });
    writer.write("BUILD.json", format!("{build:#}\n").as_bytes())?;
    let address = env!("CARGO_PKG_HOMEPAGE");
    let architectures: Vec<_> = builders.iter().map(|(architecture, _)| *architecture).collect();
    let workspace = &first.folders.workspace;
    let release =
        channels::Release::read(&writer.folder, (workspace, &origin), (VERSION, address), &architectures)?;
    for file in channels::files(&release)? {
        writer.write(&file.name, &file.bytes)?;
    }
    // The sources that were compiled must still be those of the commit.
    if Origin::unchanged(workspace)? != origin {
        return Err(Error::Missing(
            "another commit was checked out meanwhile: build the release again".to_owned(),
        ));
    }
    writer.finish()
}

/// Builds the archive of a program.
fn archive(name: &str, program: &[u8], documents: &[(String, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let mut tarball = Tarball::new();
    tarball.file(&format!("{name}/{PROGRAM}"), program, 0o755)?;
    for (path, bytes) in documents {
        tarball.file(&format!("{name}/{path}"), bytes, 0o644)?;
    }
    tarball.gzip()
}

fn check_tools() -> Result<(), Error> {
    let missing: Vec<_> = TOOLS.iter().filter(|(tool, _)| !toolchain::is_program(OsStr::new(tool))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|(tool, _)| *tool).collect();
    let commands: Vec<String> = missing.iter().map(|(_, command)| format!("  {command}")).collect();
    let message = format!("a release needs {}. Install:\n{}", names.join(", "), commands.join("\n"));
    Err(Error::Missing(message))
}

/// Builds the command line, and returns its path and bytes.
fn program(
    builder: &Builder,
    architecture: Architecture,
    origin: &Origin,
) -> Result<(PathBuf, Vec<u8>), Error> {
    let variables = [("DMS_RULE_COMMIT", origin.short()), ("DMS_RULE_DATE", &origin.date)];
    let path = builder.build_portable(architecture, PROGRAM, &variables)?;
    let bytes = fs::read(&path).map_err(Error::file(&path))?;
    let rejected = |faults: String| Error::Rejected { path: path.clone(), faults };
    let faults = binary::faults(&bytes, architecture, Platform::Linux).map_err(rejected)?;
    if !faults.is_empty() {
        return Err(rejected(faults.join("; and ")));
    }
    Ok((path, bytes))
}

/// Returns what stands beside the program, each file by its path: licence, README, changelog, completions and man pages.
fn documents(workspace: &Path, program: &Path) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut files = Vec::new();
    for name in ["LICENSE", "README.md", "CHANGELOG.md"] {
        let path = workspace.join(name);
        files.push((name.to_owned(), fs::read(&path).map_err(Error::file(&path))?));
    }
    for (shell, name) in COMPLETIONS {
        files.push((format!("completions/{name}"), output(program, &["completions", shell])?));
    }
    let pages = workspace.join("target/package/man");
    if pages.exists() {
        fs::remove_dir_all(&pages).map_err(Error::file(&pages))?;
    }
    output(program, &["man", "--all", &pages.display().to_string()])?;
    for page in pages.read_dir().map_err(Error::file(&pages))?.flatten() {
        let bytes = fs::read(page.path()).map_err(Error::file(page.path()))?;
        files.push((format!("man/{}", page.file_name().display()), bytes));
    }
    files.sort();
    Ok(files)
}

fn output(program: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let output = Command::new(program).args(arguments).output().map_err(Error::file(program))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(Error::Cargo(format!("{PROGRAM} {} failed: {}", arguments.join(" "), message.trim())))
}

/// Returns the name that the zip of a function has in a release.
fn zip_name(program: Program, architecture: Architecture) -> String {
    format!("{}-{architecture}.zip", program.zip_stem())
}

/// Describes how the artifacts of an architecture were compiled.
fn compilers(builder: &Builder, architecture: Architecture) -> [Value; 3] {
    let rust = json!({
        "release": builder.toolchain.release,
        "commit": builder.toolchain.commit,
        "host": builder.toolchain.host,
    });
    let [function, hook] = Program::ALL.map(|program| {
        json!({
            "file": zip_name(program, architecture),
            "rust": rust,
            "target": architecture.triple(),
            "glibc": Platform::Lambda.glibc_version(),
            "linker": "gcc",
            "profile": "function",
        })
    });
    [
        json!({
            "file": format!("{}.tar.gz", archive_stem(VERSION, architecture)),
            "rust": rust,
            "target": architecture.triple(),
            "glibc": Platform::Linux.glibc_version(),
            "linker": "zig, by cargo-zigbuild",
            "profile": "release",
        }),
        function,
        hook,
    ]
}

struct Writer {
    folder: PathBuf,
    files: Vec<(String, usize, Checksum)>,
}

impl Writer {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).map_err(Error::file(&path))?;
        self.files.push((name.to_owned(), bytes.len(), Checksum::new(bytes)));
        Ok(())
    }

    fn finish(mut self) -> Result<ReleaseFolder, Error> {
        self.files.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let lines: String = self.files.iter().map(|(name, _, checksum)| checksum.line(name)).collect();
        let path = self.folder.join(CHECKSUMS);
        fs::write(&path, lines).map_err(Error::file(&path))?;
        Ok(ReleaseFolder { path: self.folder, files: self.files })
    }
}
