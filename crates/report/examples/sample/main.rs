//! Writes a report that holds something of everything into a folder, in every format: `report.json`, `report.csv` and
//! so on. `.ci/check-reports` validates them.

mod findings;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use report::Format;

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = env::args_os().nth(1).ok_or("name the folder to write to")?.into();
    let report = findings::report()?;
    fs::create_dir_all(&folder)?;
    for format in Format::ALL {
        let mut file = fs::File::create(folder.join(format!("report.{}", format.extension())))?;
        format.write(&report, &mut file)?;
    }
    Ok(())
}
