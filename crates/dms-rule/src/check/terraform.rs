//! Recognizes files of Terraform that are not the output of `terraform show -json`.

use std::ffi::OsStr;
use std::path::Path;

/// Returns true for a zip archive whose first file is `tfplan`, as `terraform plan -out` writes it.
pub(super) fn is_plan_file(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") && bytes.get(30..36) == Some(b"tfplan")
}

/// Returns true for a text in the language of Terraform, by the name of its file or a block of a resource.
pub(super) fn is_terraform(name: &str, text: &str) -> bool {
    let begins_block = |line: &str| {
        let line = line.trim_start();
        line.strip_prefix("resource").is_some_and(|rest| rest.trim_start().starts_with('"'))
    };
    is_terraform_file(name) || text.lines().any(begins_block)
}

/// Returns true for the name of a file in the language of Terraform.
pub(super) fn is_terraform_file(name: &str) -> bool {
    let is_ending =
        |ending: &OsStr| ["tf", "tofu", "tfvars"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    Path::new(name).extension().is_some_and(is_ending)
}
