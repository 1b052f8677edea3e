//! Lists the tags of many resources in one call.

use std::collections::{BTreeMap, HashMap};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rule_core::Fact;
use serde::Deserialize;

use crate::error::Error;
use crate::session::Session;
use crate::wire::Wire;

/// The tags of resources by their ARNs.
pub(crate) type TagsByArn = HashMap<String, Fact<BTreeMap<String, String>>>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagsResponse {
    tag_list: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: Option<String>,
    value: Option<String>,
    resource_arn: Option<String>,
}

impl Session {
    /// Lists the tags of resources, in one call if DMS takes the list of ARNs. A list that DMS rejects (it is
    /// too long, or a resource was deleted meanwhile) is halved, down to one resource, whose tags then are
    /// unavailable.
    ///
    /// # Errors
    /// Returns any other error of `ListTagsForResource`.
    pub(crate) fn tags<'a>(&'a self, arns: &'a [&'a str]) -> BoxFuture<'a, Result<TagsByArn, Error>> {
        async move {
            if arns.is_empty() {
                return Ok(TagsByArn::new());
            }
            let wire = Wire::raw("ListTagsForResource", self.journal());
            let request = self.clients().dms().await.list_tags_for_resource();
            let request = match arns {
                [only] => request.resource_arn(*only),
                several => {
                    request.set_resource_arn_list(Some(several.iter().map(|&arn| arn.to_owned()).collect()))
                }
            };
            let result = request.customize().interceptor(wire.clone()).send().await;
            let response = wire.read::<TagsResponse, _, _>(&format!("of {} resources", arns.len()), result);
            match (response, arns) {
                (Ok(TagsResponse { tag_list }), [only]) => Ok(by_arn(arns, tag_list, Some(only))),
                (Ok(TagsResponse { tag_list }), several) => {
                    if tag_list.iter().any(|tag| tag.resource_arn.is_none()) {
                        return self.tags_in_halves(several).await; // the response does not assign the tags to resources
                    }
                    Ok(by_arn(several, tag_list, None))
                }
                (Err(error), _) if !is_about_the_list(&error) => Err(error),
                (Err(error), [only]) => {
                    let reason = format!("DMS does not list them ({})", error.code().unwrap_or_default());
                    Ok(TagsByArn::from([((*only).to_owned(), Fact::Unavailable(reason))]))
                }
                (Err(_), several) => self.tags_in_halves(several).await,
            }
        }
        .boxed()
    }

    async fn tags_in_halves(&self, arns: &[&str]) -> Result<TagsByArn, Error> {
        let (front, back) = arns.split_at(arns.len() / 2);
        let mut tags = self.tags(front).await?;
        tags.extend(self.tags(back).await?);
        Ok(tags)
    }
}

/// Sorts tags by their resources. A tag without an ARN is of the resource `only`. Tags that cannot be sorted, or of
/// which one cannot be read, are unavailable.
fn by_arn(arns: &[&str], tag_list: Vec<Tag>, only: Option<&str>) -> TagsByArn {
    let unavailable = |reason: &str| Fact::Unavailable(reason.to_owned());
    let mut tags: TagsByArn =
        arns.iter().map(|&arn| (arn.to_owned(), Fact::Known(BTreeMap::new()))).collect();
    for Tag { key, value, resource_arn } in tag_list {
        let arn = resource_arn.as_deref().or(only).unwrap_or_default();
        let Some(fact) = tags.get_mut(arn) else {
            // The response is about other resources than the request, so nothing is known of those.
            let reason = unavailable("DMS lists the tags of another resource in their place");
            return arns.iter().map(|&arn| (arn.to_owned(), reason.clone())).collect();
        };
        let Fact::Known(known) = fact else { continue };
        let Some(key) = key else {
            *fact = unavailable("DMS lists a tag without a key");
            continue;
        };
        let value = value.unwrap_or_default();
        if known.insert(key, value.clone()).is_some_and(|before| before != value) {
            *fact = unavailable("DMS lists a tag twice, with two values");
        }
    }
    tags
}

/// Returns true if DMS rejects the list of ARNs or one of them, rather than the call (API reference of AWS
/// DMS, `ListTagsForResource`, "Errors").
fn is_about_the_list(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(
            "ResourceNotFoundFault"
                | "InvalidParameterValueException"
                | "InvalidParameterCombinationException"
                | "ValidationException"
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: Option<&str>, value: &str, arn: Option<&str>) -> Tag {
        let text = |text: &str| Some(text.to_owned());
        Tag { key: key.and_then(text), value: text(value), resource_arn: arn.and_then(text) }
    }

    #[test]
    fn tags_that_cannot_be_sorted_are_unavailable() {
        let is_known = |tags: Vec<Tag>, only: Option<&str>| {
            let tags = by_arn(&["a", "b"], tags, only);
            ["a", "b"].map(|arn| matches!(tags[arn], Fact::Known(_)))
        };
        assert_eq!(is_known(vec![tag(Some("k"), "1", Some("a"))], None), [true, true]);
        assert_eq!(is_known(vec![tag(Some("k"), "1", None)], Some("a")), [true, true]);
        assert_eq!(is_known(vec![tag(None, "1", Some("a"))], None), [false, true]);
        let twice = vec![
            tag(Some("k"), "1", Some("b")),
            tag(Some("k"), "2", Some("b")),
            tag(Some("l"), "2", Some("b")),
        ];
        assert_eq!(is_known(twice, None), [true, false]);
        let of_another = vec![tag(Some("k"), "1", Some("a")), tag(Some("k"), "1", Some("c"))];
        assert_eq!(is_known(of_another, Some("a")), [false, false]);
    }
}
