//! Wheels: `pip install` puts the program on the path.

use std::io::{Cursor, Write as _};

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::architecture::Architecture;

use super::metadata::{PYTHON_NAME, core_metadata};
use super::release::{ChannelError, Program, Release, ReleaseFile};

/// Builds the wheel of a program
/// (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/>).
pub(super) fn wheel(release: &Release, program: &Program) -> Result<ReleaseFile, ChannelError> {
    let stem = format!("{PYTHON_NAME}-{}", release.version);
    let platforms = platforms(program.architecture);
    let name = format!("{stem}-py3-none-{}.whl", platforms.join("."));
    let info = format!("{stem}.dist-info");
    let tags: String = platforms.iter().map(|platform| format!("Tag: py3-none-{platform}\n")).collect();
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
    let mut record = String::new();
    for (path, bytes, _) in &entries {
        let digest = BASE64URL_NOPAD.encode(&Sha256::digest(bytes));
        record.push_str(&format!("{path},sha256={digest},{}\n", bytes.len()));
    }
    record.push_str(&format!("{info}/RECORD,,\n"));
    let record = (format!("{info}/RECORD"), record.into_bytes(), 0o644);

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

/// Lists the platforms of an architecture, as tags of PEP 600 and PEP 656: the oldest systems that pip knows by name, with
/// glibc or musl, since the program needs neither.
fn platforms(architecture: Architecture) -> [String; 3] {
    let machine = match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    };
    ["manylinux_2_17", "manylinux2014", "musllinux_1_1"].map(|system| format!("{system}_{machine}"))
}
