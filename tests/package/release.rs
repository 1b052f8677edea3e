//! The parts of a release that need no compiler.

use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use flate2::read::GzDecoder;
use package::Error;
use package::origin::Origin;
use package::tarball::{File, tarball};

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@b"), ("GIT_COMMITTER_NAME", "a")])
        .envs([("GIT_COMMITTER_EMAIL", "a@b"), ("GIT_COMMITTER_DATE", "2026-11-27T23:30:00-02:00")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_release_is_of_a_commit_and_not_of_what_differs_from_it() {
    let checkout = tempfile::tempdir().unwrap();
    let folder = checkout.path();
    assert!(matches!(Origin::query(folder), Err(Error::Missing(_))), "no repository");
    git(folder, &["init", "-q"]);
    std::fs::write(folder.join("file"), "1").unwrap();
    git(folder, &["add", "file"]);
    git(folder, &["commit", "-q", "-m", "first"]);
    let origin = Origin::query(folder).unwrap();
    assert_eq!((origin.date.as_str(), origin.time), ("2026-11-28", 1_795_829_400), "the day is that of UTC");
    assert_eq!((origin.commit.len(), origin.short().len()), (40, 12));
    for change in ["file", "another"] {
        std::fs::write(folder.join(change), "2").unwrap();
        let Err(Error::Missing(message)) = Origin::query(folder) else { panic!("{change}") };
        assert!(message.contains(change) && message.contains("commit or remove"), "{message}");
        git(folder, &["checkout", "-q", "--", "file"]);
        let _ = std::fs::remove_file(folder.join("another"));
    }
    assert_eq!(Origin::query(folder).unwrap(), origin);
}

#[test]
fn a_tarball_depends_on_its_files_and_on_nothing_else() {
    let files = || vec![File::program("tool", "#!"), File::new("man/tool.1", "page")];
    let bytes = tarball("tool-1", files(), 86_400).unwrap();
    assert_eq!(tarball("tool-1", files().into_iter().rev().collect(), 86_400).unwrap(), bytes);
    let mut plain = Vec::new();
    GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
    let mut archive = tar::Archive::new(plain.as_slice());
    let entries: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|entry| {
            let mut entry = entry.unwrap();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            let header = entry.header();
            let owner = (header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap());
            (entry.path().unwrap().display().to_string(), header.mode().unwrap(), owner, text)
        })
        .collect();
    let owner = (0, 0, 86_400);
    assert_eq!(
        entries,
        [
            ("tool-1/man/tool.1".to_owned(), 0o644, owner, "page".to_owned()),
            ("tool-1/tool".to_owned(), 0o755, owner, "#!".to_owned()),
        ]
    );
}
