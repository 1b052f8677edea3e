//! Looks up DB instances of Amazon RDS, as AWS Config records them, by their addresses.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use rule_core::{Configuration, DatabasesByHost, ErrorKind, Fact, Flag};
use serde::Deserialize;

use crate::error::{Cause, Error};
use crate::recorded_query::{EXPRESSION_MAXIMUM, OPERATION};
use crate::session::Session;

const QUERY: &str = "SELECT configuration.endpoint.address, configuration.publiclyAccessible WHERE resourceType = \
                     'AWS::RDS::DBInstance' AND configuration.endpoint.address IN (";

#[derive(Deserialize)]
struct Recorded {
    configuration: Configuration,
}

impl Session {
    /// Looks up the DB instances with these addresses, in as few queries as their length allows. If AWS Config denies the query, the
    /// denial is recorded, and [`Session::finish`] returns it.
    ///
    /// # Errors
    /// Returns any other error of `SelectResourceConfig`, and [`Cause::UnreadableResponse`] if a result cannot be read.
    pub(crate) async fn databases(&self, hosts: &BTreeSet<String>) -> Result<Fact<DatabasesByHost>, Error> {
        let mut databases: DatabasesByHost = hosts.iter().map(|host| (host.clone(), None)).collect();
        let mut seen: BTreeMap<String, Option<bool>> = BTreeMap::new();
        for expression in expressions(hosts) {
            let query = self.recorded_query(&expression, "of AWS::RDS::DBInstance");
            let results: Vec<String> = match query.try_concat().await {
                Err(error) if error.kind() == ErrorKind::Denied => {
                    let reason = format!("AWS Config denies config:{OPERATION}");
                    self.record_denial(error);
                    return Ok(Fact::Unavailable(reason));
                }
                results => results?,
            };
            for text in results {
                let (host, is_public) =
                    read(&text).map_err(|reason| Error::new(OPERATION, "", Cause::unreadable(reason)))?;
                if !hosts.contains(&host) {
                    let reason = "AWS Config returns another DB instance in its place";
                    return Ok(Fact::Unavailable(reason.to_owned()));
                }
                // Of two instances with one address, a public one counts, and then one that is not clear.
                let known = seen.entry(host).or_insert(is_public);
                *known = match (*known, is_public) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                };
            }
        }
        databases.extend(seen);
        Ok(Fact::Known(databases))
    }
}

/// Writes the queries for these addresses, each as long as is allowed at most. An address holds nothing that ends a text in the
/// query language: one that does is left out, and stays unknown.
fn expressions(hosts: &BTreeSet<String>) -> Vec<String> {
    let is_plain =
        |host: &&String| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let mut expressions: Vec<String> = Vec::new();
    for host in hosts.iter().filter(is_plain) {
        let quoted = format!("'{host}'");
        match expressions.last_mut() {
            // A comma before it, and a bracket at the end.
            Some(last) if last.len() + quoted.len() + 2 <= EXPRESSION_MAXIMUM => {
                last.push(',');
                last.push_str(&quoted);
            }
            _ => expressions.push(format!("{QUERY}{quoted}")),
        }
    }
    expressions.iter_mut().for_each(|expression| expression.push(')'));
    expressions
}

/// Reads the address of a result, in lower case, and if the DB instance is public; `None` if that is not clear.
///
/// # Errors
/// Returns a reason that begins with a verb if the result has no address.
fn read(text: &str) -> Result<(String, Option<bool>), String> {
    let Recorded { configuration } =
        serde_json::from_str(text).map_err(|error| format!("has a result that is not JSON: {error}"))?;
    let endpoint = configuration.group("Endpoint");
    let mut addresses = endpoint.values("Address");
    let address =
        addresses.next().and_then(|address| address.as_str()).filter(|_| addresses.next().is_none());
    let address = address.ok_or("has a result without an address")?;
    let is_public = match Flag::read(&configuration, "PubliclyAccessible", false) {
        Flag::Is(is_public) => Some(is_public),
        Flag::Absent | Flag::Null | Flag::Unreadable(_) => None,
    };
    Ok((address.to_ascii_lowercase(), is_public))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(number: usize) -> String {
        format!("orders-{number:04}.abcdefghijkl.us-east-1.rds.amazonaws.com")
    }

    #[test]
    fn all_hosts_are_in_as_few_queries_as_their_length_allows() {
        for (count, queries) in [(0, 0), (1, 1), (60, 1), (250, 4), (1000, 16)] {
            let hosts: BTreeSet<String> = (0..count).map(host).collect();
            let expressions = expressions(&hosts);
            assert!(expressions.len() <= queries, "{count}: {}", expressions.len());
            assert!(expressions.iter().all(|one| one.len() <= EXPRESSION_MAXIMUM && one.ends_with("')")));
            for host in &hosts {
                let quoted = format!("'{host}'");
                assert_eq!(expressions.iter().filter(|one| one.contains(&quoted)).count(), 1, "{host}");
            }
        }
        let odd = BTreeSet::from(["a' OR 'b'='b.rds.amazonaws.com".to_owned(), host(1)]);
        assert_eq!(expressions(&odd), [format!("{QUERY}'{}')", host(1))]);
    }

    #[test]
    fn a_result_is_public_private_or_not_clear() {
        let read = |flag: &str| {
            read(&format!(r#"{{"configuration":{{"endpoint":{{"address":"A.rds.amazonaws.com"}}{flag}}}}}"#))
        };
        for (flag, wanted) in [
            (r#","publiclyAccessible":true"#, Some(true)),
            (r#","publiclyAccessible":"true""#, Some(true)),
            (r#","publiclyAccessible":false"#, Some(false)),
            (r#","publiclyAccessible":false,"publiclyAccessible":true"#, Some(true)),
            (r#","publiclyAccessible":null"#, None),
            (r#","publiclyAccessible":0"#, None),
            (r#","publicly_accessible":false"#, None),
            ("", None),
        ] {
            assert_eq!(read(flag).unwrap(), ("a.rds.amazonaws.com".to_owned(), wanted), "{flag}");
        }
        for text in
            ["", "[]", "{}", r#"{"configuration":{}}"#, r#"{"configuration":{"endpoint":{"address":1}}}"#]
        {
            assert!(super::read(text).is_err(), "{text}");
        }
    }
}
