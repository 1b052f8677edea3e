//! Holds the statements of Python's packages about themselves.

use super::release::{ChannelError, Release};

/// The name of the files of the package: PEP 503 reads `-` and `_` alike, and a file name has `_`.
pub(super) const PYTHON_NAME: &str = "dms_rule";

/// Returns the core metadata of the package, `METADATA` of a wheel and `PKG-INFO` of a source distribution, of version
/// 2.4 (<https://packaging.python.org/en/latest/specifications/core-metadata/>).
///
/// # Errors
/// Returns [`ChannelError::Version`] if the version has more than numbers and dots: Python spells others differently.
pub(super) fn core_metadata(release: &Release) -> Result<String, ChannelError> {
    let Release { version, address, .. } = release;
    let is_plain = version.split('.').all(|part| part.parse::<u32>().is_ok());
    if !is_plain {
        return Err(ChannelError::Version(version.clone()));
    }
    let address = match address.as_str() {
        "" => String::new(),
        address => format!("Project-URL: Homepage, {address}\n"),
    };
    let readme = String::from_utf8_lossy(release.source("README.md")?);
    Ok(format!(
        "Metadata-Version: 2.4\n\
         Name: dms-rule\n\
         Version: {version}\n\
         Summary: Evaluates AWS DMS resources by the rules of this project for AWS Config\n\
         License-Expression: Apache-2.0\n\
         License-File: LICENSE\n\
         Classifier: Environment :: Console\n\
         Classifier: Operating System :: POSIX :: Linux\n\
         Classifier: Programming Language :: Rust\n\
         Classifier: Topic :: Security\n\
         Keywords: aws,dms,config,compliance,security\n\
         Requires-Python: >=3.8\n\
         {address}\
         Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM\n\
         \n\
         {readme}"
    ))
}
