//! The paths under which forges show a result: that of its file, or one that stands for a live resource.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Resource;

/// The characters to encode in a path segment: all except those that RFC 3986, section 2.3, calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// Returns the path of a resource that is in no file: `aws/ACCOUNT/REGION/TYPE/NAME`. It does not exist; forges reject a
/// result without a path.
pub(crate) fn live(resource: &Resource) -> String {
    let type_name = resource.resource_type.rsplit("::").next().unwrap_or_default();
    let known = |part: &Option<String>| part.clone().unwrap_or_else(|| "unknown".to_owned());
    let segments = [&known(&resource.account_id), &known(&resource.region), type_name, &resource.name];
    let segments = segments.map(|segment| utf8_percent_encode(segment, SEGMENT).to_string());
    format!("aws/{}", segments.join("/"))
}

/// Returns a path of a file as it is in a URI.
pub(crate) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Returns a path without the `./` at its beginning. A relative path is relative to the working folder of the run, which in
/// most CI systems is the root of the repository.
pub(crate) fn plain(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}
