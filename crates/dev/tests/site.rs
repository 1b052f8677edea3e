//! The source of the site: each document from its one home, with links that lead within the site.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::Path;

use dev::{Repository, site};
use rule_core::rules::RULES;
use tempfile::TempDir;

/// Lays out a small repository with this README; returns the folder of the pages, or the error.
fn laid_out(readme: &str, folder: &Path) -> Result<std::path::PathBuf, String> {
    let repository = Repository::at(folder.join("repository"));
    for file in ["crates/a/README.md", "tests/b/README.md", "docs/Tour.md", "SECURITY.md"] {
        repository.write(file, &format!("# Of {file}\n")).unwrap();
    }
    for file in ["iam/x.json", "iam/inner/y.json", "z.yaml"] {
        repository.write(&format!("rule-templates/{file}"), file).unwrap();
    }
    repository
        .write("rule-templates/README.md", "# Templates\n\n[home](../README.md#try), [z](z.yaml)\n")
        .unwrap();
    for page in RULES.iter().map(|rule| rule.identifier.replace('-', "_")).chain(["parameters".to_owned()]) {
        let path = format!("crates/rule-core/src/rules/{page}.md");
        repository.write(&path, "# Rule\n\n[these](parameters.md), [all](../../../../README.md)\n").unwrap();
    }
    repository.write("README.md", readme).unwrap();
    let site = folder.join("site");
    site::lay_out(&repository, &site).map_err(|error| error.to_string())?;
    Ok(site.join("site-pages"))
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

#[test]
fn a_link_leads_to_the_same_page_and_place_as_in_the_repository() {
    let folder = TempDir::new().unwrap();
    let readme = concat!(
        "# Home\n\n[a](docs/Tour.md#b) [c](rule-templates) [d](rule-templates/iam/) [e](#f) [g](https://example.com/h.md)\n",
        "[i](crates/rule-core/src/rules/dms_redis_tls_enabled.md) [j](rule-templates/iam/x.json) `[k](l.md)`\n"
    );
    let pages = laid_out(readme, folder.path()).unwrap();
    let expected = concat!(
        "# Home\n\n[a](tour.md#b) [c](rule-templates/index.md) [d](rule-templates/iam/index.md) [e](#f) ",
        "[g](https://example.com/h.md)\n",
        "[i](dms-redis-tls-enabled/index.md) [j](rule-templates/iam/x.json) `[k](l.md)`\n"
    );
    assert_eq!(read(&pages, "index.md"), expected);
    assert_eq!(
        read(&pages, "rule-templates/index.md"),
        "# Templates\n\n[home](../index.md#try), [z](../rule-templates/z.yaml)\n"
    );
    assert_eq!(
        read(&pages, "dms-redis-tls-enabled/index.md"),
        "# Rule\n\n[these](../parameters.md), [all](../index.md)\n"
    );
}

#[test]
fn files_that_pages_link_to_are_copied_and_folders_listed() {
    let folder = TempDir::new().unwrap();
    let pages = laid_out("# Home\n", folder.path()).unwrap();
    assert_eq!(read(&pages, "rule-templates/z.yaml"), "z.yaml");
    assert_eq!(read(&pages, "rule-templates/iam/inner/y.json"), "iam/inner/y.json");
    let listed = read(&pages, "rule-templates/iam/index.md");
    assert!(listed.contains("[`x.json`](../../rule-templates/iam/x.json)"), "{listed}");
}

#[test]
fn the_contents_name_every_page_and_each_document_of_docs() {
    let folder = TempDir::new().unwrap();
    let summary = read(&laid_out("# Home\n", folder.path()).unwrap(), "SUMMARY.md");
    for rule in RULES {
        let line = format!("- [{name}]({name}/index.md)\n", name = rule.identifier);
        assert!(summary.contains(&line), "{line}{summary}");
    }
    assert!(summary.contains("- [Of docs/Tour.md](tour.md)\n"), "{summary}");
    assert!(summary.contains("- [iam/](rule-templates/iam/index.md)\n  - [inner/]"), "{summary}");
}

#[test]
fn a_link_to_nothing_is_an_error_that_names_both() {
    for target in ["docs/missing.md", "../outside.md", "docs/Tour.md/x"] {
        let folder = TempDir::new().unwrap();
        let error = laid_out(&format!("[a]({target})\n"), folder.path()).unwrap_err();
        assert_eq!(error, format!("README.md links to {target}, which is not in the repository"));
    }
}

#[test]
fn what_an_earlier_run_left_is_no_page_and_the_rest_of_the_folder_stays() {
    let folder = TempDir::new().unwrap();
    for file in ["site/site-pages/old.md", "site/src/mine.md"] {
        Repository::at(folder.path()).write(file, "text").unwrap();
    }
    let pages = laid_out("# Home\n", folder.path()).unwrap();
    assert!(!pages.join("old.md").exists());
    assert!(folder.path().join("site/src/mine.md").exists());
}

#[test]
fn a_program_that_is_missing_or_warns_builds_no_site() {
    let folder = TempDir::new().unwrap();
    laid_out("# Home\n", folder.path()).unwrap();
    let repository = Repository::at(folder.path().join("repository"));
    let build = |program: &str| site::build(&repository, &folder.path().join("site"), program.as_ref());
    let error = build("no-such-mdbook").unwrap_err().to_string();
    assert!(error.starts_with("cannot start no-such-mdbook: "), "{error}");
    let warns = folder.path().join("warns");
    std::fs::write(&warns, "#!/bin/sh\necho '[WARN] odd' >&2\n").unwrap();
    make_executable(&warns);
    let error = build(warns.to_str().unwrap()).unwrap_err().to_string();
    assert!(error.contains("[WARN] odd"), "{error}");
}

#[cfg(unix)]
fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}
