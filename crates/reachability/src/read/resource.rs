use chrono::{DateTime, Utc};
use rule_core::Json;

use super::object::Object;
use crate::listing::{Listing, Unread};

/// A resource that EC2 lists and AWS Config records.
pub trait Resource: Sized {
    /// The member of EC2's response that lists the resources.
    const LIST: &'static str;

    /// The type as AWS Config names it.
    const RECORDED: &'static str;

    /// Reads a resource: an element of the list, or the `configuration` of an item of AWS Config.
    ///
    /// # Errors
    /// Returns the reason if it is no object or has no id. Whatever else cannot be read is unknown in the result.
    fn read(resource: &Json) -> Result<Self, Unread>;
}

/// Reads a response of EC2 that lists resources, such as the output of `aws ec2 describe-security-groups`.
///
/// The listing is incomplete if the response has a `NextToken`, and has nothing if any element cannot be read. A response to
/// a request with filters has no sign of them: give those of a whole VPC.
#[must_use]
pub fn response<T: Resource>(document: &Json, captured: Option<DateTime<Utc>>) -> Listing<T> {
    let unread =
        |reason: &Unread| Listing::unread(Unread::new(format!("cannot be read: the output {reason}")));
    let object = match Object::new(document) {
        Ok(object) => object,
        Err(reason) => return unread(&reason),
    };
    let elements = match object.list(T::LIST) {
        Ok(elements) => elements,
        Err(reason) => return unread(&reason),
    };
    let mut listing = records(elements.iter().map(|element| (element, captured)), object.cut_short());
    listing.captured = captured;
    listing
}

/// Reads resources that AWS Config recorded: the `configuration` of each with the time of its capture. The caller states
/// the reason why there may be more.
#[must_use]
pub fn records<'a, T: Resource>(
    records: impl IntoIterator<Item = (&'a Json, Option<DateTime<Utc>>)>,
    incomplete: Option<Unread>,
) -> Listing<T> {
    let (mut items, mut times) = (Vec::new(), Vec::new());
    for (record, captured) in records {
        times.push(captured);
        match T::read(record) {
            Ok(item) => items.push(item),
            // It may be any of the resources: another of the same id among them.
            Err(reason) => {
                return Listing::unread(Unread::new(format!("may be one that cannot be read: it {reason}")));
            }
        }
    }
    let times: Option<Vec<DateTime<Utc>>> = times.into_iter().collect();
    Listing { items, incomplete, captured: times.and_then(|times| times.into_iter().min()) }
}
