//! Small pages of every listing, by the key of the last entry: what is created or deleted meanwhile moves no other entry.

use local_aws::FaultKind;
use serde_json::{Value as Json, json};

/// A listing of AWS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listing {
    list: &'static str,
    token: &'static str,
    /// The pointer to the key of an entry; empty for a listing that stays on one page.
    key: &'static str,
}

/// The end of a token that follows an empty page.
const EMPTY: char = '~';

impl Listing {
    pub(crate) fn from_operation(operation: &str) -> Option<Self> {
        let (list, token, key) = match operation {
            "DescribeReplicationInstances" => ("ReplicationInstances", "Marker", "/ReplicationInstanceArn"),
            "DescribeEndpoints" => ("Endpoints", "Marker", "/EndpointArn"),
            "DescribeReplicationTasks" => ("ReplicationTasks", "Marker", "/ReplicationTaskArn"),
            "ListDiscoveredResources" => ("resourceIdentifiers", "nextToken", "/resourceId"),
            "GetComplianceDetailsByConfigRule" => (
                "EvaluationResults",
                "NextToken",
                "/EvaluationResultIdentifier/EvaluationResultQualifier/ResourceId",
            ),
            "GetResourceConfigHistory" => ("configurationItems", "nextToken", ""),
            _ => return None,
        };
        Some(Self { list, token, key })
    }

    /// Returns the response of an empty listing.
    pub(crate) fn empty(self) -> String {
        json!({self.list: []}).to_string()
    }

    /// Takes the token out of a request, so that the local AWS lists everything.
    pub(crate) fn take_token(self, parameters: &mut Json) -> Option<String> {
        let token = parameters.as_object_mut()?.remove(self.token)?;
        token.as_str().map(str::to_owned)
    }

    /// Returns the page at a token of a response that lists everything. Another body stays as it is.
    pub(crate) fn page(
        self,
        body: &str,
        token: Option<&str>,
        size: usize,
        fault: Option<&FaultKind>,
    ) -> Option<String> {
        let mut json: Json = serde_json::from_str(body).ok()?;
        let mut entries = std::mem::take(json.get_mut(self.list)?.as_array_mut()?);
        let token = token.unwrap_or_default();
        let after = token.trim_end_matches(EMPTY);
        match fault {
            Some(FaultKind::EmptyPageWithToken) => {
                return Some(json!({self.list: [], self.token: format!("{token}{EMPTY}")}).to_string());
            }
            Some(FaultKind::RepeatedToken) => {
                let token = if token.is_empty() { EMPTY.to_string() } else { token.to_owned() };
                return Some(json!({self.list: [], self.token: token}).to_string());
            }
            _ => {}
        }
        if self.key.is_empty() {
            json[self.list] = entries.into();
            return Some(json.to_string());
        }
        let key =
            |entry: &Json| entry.pointer(self.key).and_then(Json::as_str).unwrap_or_default().to_owned();
        entries.sort_by_key(key);
        entries.retain(|entry| key(entry).as_str() > after || after.is_empty());
        let next = if entries.len() > size {
            entries.truncate(size);
            entries.last().map(key)
        } else {
            None
        };
        json[self.list] = entries.into();
        if let Json::Object(members) = &mut json {
            members.remove(self.token);
            // DMS ends a listing by an empty marker, AWS Config by no token.
            let next = next.or_else(|| (self.token == "Marker").then(String::new));
            members.extend(next.map(|next| (self.token.to_owned(), next.into())));
        }
        Some(json.to_string())
    }
}
