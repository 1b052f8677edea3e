//! Writes the files of all channels into a folder that holds the archives of a release: `channels FOLDER ADDRESS`.
//!
//! The checks in `tests/oracles` start it with an address of their own, which is none of the project.

#![expect(clippy::print_stdout, reason = "it prints the names of the files")]

use std::error::Error;
use std::fs;
use std::path::Path;

use package::Architecture;
use package::channels::{Release, files};
use package::origin::Origin;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, address] = arguments.as_slice() else {
        return Err("usage: channels FOLDER ADDRESS".into());
    };
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = (env!("CARGO_PKG_VERSION"), address.as_str());
    let release = Release::read(
        Path::new(folder),
        (&checkout, &Origin::head(&checkout)?),
        workspace,
        &Architecture::ALL,
    )?;
    for file in files(&release)? {
        fs::write(Path::new(folder).join(&file.name), &file.bytes)?;
        println!("{}", file.name);
    }
    Ok(())
}
