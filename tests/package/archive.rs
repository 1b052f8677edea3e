//! The bytes of the zip and its checksum.

use std::fs;
use std::io::{Cursor, Read as _};
use std::process::Command;
use std::time::Duration;

use package::Architecture;
use package::archive::{Checksum, zip};

use crate::programs::{HERE, STRIPPED, with_machine};

#[test]
fn the_same_bytes_make_the_same_zip() {
    let binary = &*STRIPPED;
    let first = zip(binary).unwrap();
    // The clock of a zip counts in steps of two seconds.
    std::thread::sleep(Duration::from_millis(2_100));
    assert!(zip(binary).unwrap() == first);
    assert!(zip(&with_machine(binary, 183)).unwrap() != first || HERE == Architecture::Arm64);
}

#[test]
fn the_zip_is_known_to_the_last_byte() {
    let binary: Vec<u8> = (0..60_000_u32).flat_map(|number| (number * number / 7).to_be_bytes()).collect();
    let bytes = zip(&binary).unwrap();
    let checksum = Checksum::new(&bytes);
    assert_eq!(
        checksum.hex, "3229e678690ca897a70d81cfa056c4c9d77c0364a2f60c7369f8a082f4b4e033",
        "another zip of the same binary: every CodeSha256 that people hold changes with it"
    );
}

#[test]
fn the_zip_holds_an_executable_bootstrap_of_1980() {
    let binary = &*STRIPPED;
    let bytes = zip(binary).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut entry = archive.by_index(0).unwrap();
    let mut held = Vec::new();
    entry.read_to_end(&mut held).unwrap();
    assert!(&held == binary);
    assert_eq!((&*entry.name().unwrap(), entry.unix_mode()), ("bootstrap", Some(0o100_755)));
    assert_eq!(entry.last_modified(), Some(zip::DateTime::DEFAULT));
    assert!(bytes.len() < binary.len(), "compressed");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bootstrap.zip");
    fs::write(&file, &bytes).unwrap();
    let script = "import sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1])\n\
        assert z.testzip() is None\n\
        print([(i.filename, oct(i.external_attr >> 16), i.date_time, i.file_size) for i in z.infolist()])";
    let Ok(output) = Command::new("python3").args(["-c", script]).arg(&file).output() else {
        return; // no second implementation on this machine
    };
    assert_eq!(
        (String::from_utf8_lossy(&output.stdout).trim(), String::from_utf8_lossy(&output.stderr).trim()),
        (&*format!("[('bootstrap', '0o100755', (1980, 1, 1, 0, 0, 0), {})]", binary.len()), "")
    );
}

#[test]
fn a_checksum_is_encoded_as_sha256sum_and_lambda_encode_it() {
    let checksum = Checksum::new(b"");
    assert_eq!(checksum.base64, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert_eq!(
        checksum.line("bootstrap.zip"),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  bootstrap.zip\n"
    );
}
