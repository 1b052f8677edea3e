//! Wheels: `pip install` puts the program on the path.

use std::io::{Cursor, Write as _};

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::architecture::Architecture;

use super::linkage::Linkage;
use super::metadata::{PYTHON_NAME, core_metadata};
use super::release::{ChannelError, Program, Release, ReleaseFile};

/// Builds the wheel of a program
/// (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/>).
pub(super) fn wheel(release: &Release, program: &Program) -> Result<ReleaseFile, ChannelError> {
    let stem = format!("{PYTHON_NAME}-{}", release.version);
    let platforms = platforms(program)?;
    let name = format!("{stem}-py3-none-{}.whl", platforms.join("."));
    let info = format!("{stem}.dist-info");
    let tags: Vec<String> = platforms.iter().map(|platform| format!("Tag: py3-none-{platform}\n")).collect();
    let tags = tags.concat();
    let entries = [
        (format!("{stem}.data/scripts/dms-rule"), program.binary.clone(), 0o755),
        (format!("{info}/METADATA"), core_metadata(release)?.into_bytes(), 0o644),
        (
            format!("{info}/WHEEL"),
            format!("Wheel-Version: 1.0\nGenerator: dms-rule\nRoot-Is-Purelib: false\n{tags}").into_bytes(),
            0o644,
        ),
        (format!("{info}/licenses/LICENSE"), release.source("LICENSE")?.to_vec(), 0o644),
    ];
    let mut record: Vec<String> = entries
        .iter()
        .map(|(path, bytes, _)| {
            let digest = BASE64URL_NOPAD.encode(&Sha256::digest(bytes));
            format!("{path},sha256={digest},{}\n", bytes.len())
        })
        .collect();
    record.push(format!("{info}/RECORD,,\n"));
    let record = (format!("{info}/RECORD"), record.concat().into_bytes(), 0o644);

    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes, mode) in entries.into_iter().chain([record]) {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9)) // above it, Zopfli takes minutes for a program of this size
            .last_modified_time(DateTime::DEFAULT) // 1980-01-01, the first day that a zip can express
            .unix_permissions(mode);
        writer.start_file(path, options).map_err(ChannelError::archive(&name))?;
        writer.write_all(&bytes).map_err(ChannelError::archive(&name))?;
    }
    let bytes = writer.finish().map_err(ChannelError::archive(&name))?.into_inner();
    Ok(ReleaseFile { name, bytes })
}

/// Lists the platforms that a program runs on, as tags of PEP 600 and PEP 656. A static one runs beside musl too; the
/// oldest systems are those that pip knows by name.
fn platforms(program: &Program) -> Result<Vec<String>, ChannelError> {
    let architecture = program.architecture;
    let machine = match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    };
    let linkage = Linkage::read(architecture, &program.binary)
        .map_err(|fault| ChannelError::Program { architecture, fault })?;
    let newer = format!("manylinux_2_{}", linkage.glibc);
    let systems = match linkage.glibc {
        0 => vec!["manylinux_2_17", "manylinux2014", "musllinux_1_1"],
        1..=17 => vec!["manylinux_2_17", "manylinux2014"],
        _ => vec![&*newer],
    };
    Ok(systems.into_iter().map(|system| format!("{system}_{machine}")).collect())
}
