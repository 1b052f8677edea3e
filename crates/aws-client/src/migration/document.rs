use rule_core::Json;
use serde_json::{Map, Value};

/// Converts JSON as it came into a value whose objects have each member once.
///
/// # Errors
/// Returns a reason if a member is given twice: one of them would be lost, and it cannot be known which one is right.
pub fn document(json: Json) -> Result<Value, String> {
    Ok(match json {
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Value::Number(number),
        Json::Text(text) => Value::String(text),
        Json::List(list) => Value::Array(list.into_iter().map(document).collect::<Result<_, _>>()?),
        Json::Object(members) => Value::Object(object(members)?),
        // Only JSON that was read comes here, and that holds none of the last two.
        Json::Null | Json::Undecided(_) | Json::Created { .. } => Value::Null,
    })
}

/// Converts the members of an object, as [`document`] does.
///
/// # Errors
/// Returns a reason if a member is given twice.
pub(crate) fn object(members: Vec<(String, Json)>) -> Result<Map<String, Value>, String> {
    let mut object = Map::new();
    for (name, value) in members {
        if object.contains_key(&name) {
            let name: String = name.chars().take(64).collect();
            return Err(format!("gives the member {name} twice"));
        }
        object.insert(name, document(value)?);
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        document(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_document_is_the_json_that_came_unless_a_member_is_given_twice() {
        let text = r#"{"A":[1,2.5,null,true,"x",{"B":{}}]}"#;
        assert_eq!(read(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        for text in [r#"{"A":1,"A":1}"#, r#"{"A":[{"B":{"C":1,"C":2}}]}"#] {
            assert!(read(text).unwrap_err().ends_with("twice"), "{text}");
        }
    }
}
