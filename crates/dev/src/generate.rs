//! Generated files: what follows from the rules, from `rule-templates/iam`, from `tests/calls.json` and from the
//! dependencies of the function.

use package::function;

use crate::{
    Error, GeneratedFile, Repository, calls, costs, exemption_policy, pages, readme, rules_json, templates,
    terraform,
};

/// Returns every generated file.
///
/// # Errors
/// Returns the first file that cannot be read or generated.
pub fn files(repository: &Repository) -> Result<Vec<GeneratedFile>, Error> {
    let mut files = pages::files(repository)?;
    files.push(readme::file(repository)?);
    files.push(costs::file(repository)?);
    files.push(rules_json::file()?);
    files.push(exemption_policy::file());
    files.push(crates_of_the_function()?);
    files.extend(templates::files(repository)?);
    files.extend(terraform::files(repository, &files)?);
    Ok(files)
}

/// Returns the list of the crates and features in the function, with which its tests compare what they run.
fn crates_of_the_function() -> Result<GeneratedFile, Error> {
    Ok(GeneratedFile { path: function::CRATES_FILE.to_owned(), text: function::crates_file()? })
}

/// Returns how the files in the repository differ from the generated ones: a path and a unified diff for each file that
/// does.
///
/// # Errors
/// Returns the first file that cannot be read or generated.
pub fn differences(repository: &Repository) -> Result<Vec<(String, String)>, Error> {
    let difference = |file: GeneratedFile| {
        let committed = repository.read(&file.path).unwrap_or_default();
        let diff = file.diff(&committed);
        (committed != file.text).then_some((file.path, diff))
    };
    Ok(files(repository)?.into_iter().filter_map(difference).collect())
}

/// Writes the generated files that differ from those in the repository, and returns their paths.
///
/// # Errors
/// Returns the first file that cannot be read, generated or written.
pub fn write(repository: &Repository) -> Result<Vec<String>, Error> {
    let mut written = Vec::new();
    for GeneratedFile { path, text } in files(repository)? {
        if repository.read(&path).ok().as_ref() != Some(&text) {
            repository.write(&path, &text)?;
            written.push(path);
        }
    }
    Ok(written)
}

/// Takes over the calls that the end-to-end test measured. The pages follow from them with [`write()`].
///
/// # Errors
/// Returns [`Error::Json`] if `measured` is not what the test writes, and [`Error::Write`] if the file with the
/// measurement cannot be written.
pub fn accept_measured_calls(repository: &Repository, measured: &str) -> Result<(), Error> {
    calls::accept(repository, measured)
}
