//! The parts of a release that need no compiler.

use std::path::Path;
use std::process::Command;

use package::Error;
use package::origin::Origin;

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
    assert!(matches!(Origin::unchanged(folder), Err(Error::Missing(_))), "no repository");
    git(folder, &["init", "-q"]);
    std::fs::write(folder.join("file"), "1").unwrap();
    git(folder, &["add", "file"]);
    git(folder, &["commit", "-q", "-m", "first"]);
    let origin = Origin::unchanged(folder).unwrap();
    assert_eq!((origin.date.as_str(), origin.time), ("2026-11-28", 1_795_829_400), "the day is that of UTC");
    assert_eq!(origin.timestamp, "2026-11-28T01:30:00Z");
    assert_eq!((origin.commit.len(), origin.short().len()), (40, 12));
    for change in ["file", "another"] {
        std::fs::write(folder.join(change), "2").unwrap();
        let Err(Error::Missing(message)) = Origin::unchanged(folder) else { panic!("{change}") };
        assert_eq!(Origin::head(folder).unwrap(), origin);
        assert!(message.contains(change) && message.contains("commit or remove"), "{message}");
        git(folder, &["checkout", "-q", "--", "file"]);
        let _ = std::fs::remove_file(folder.join("another"));
    }
    assert_eq!(Origin::unchanged(folder).unwrap(), origin);
}
