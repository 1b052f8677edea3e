//! Writes a sample report into a folder, in every format: `report.json`, `report.csv` and so on.

mod findings;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use report::{Format, Layout};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = env::args_os().nth(1).ok_or("usage: sample FOLDER")?.into();
    let report = findings::report()?;
    fs::create_dir_all(&folder)?;
    for format in Format::ALL {
        let mut file = fs::File::create(folder.join(format!("report.{}", format.extension())))?;
        format.write(&report, &mut file, Layout::default())?;
    }
    Ok(())
}
