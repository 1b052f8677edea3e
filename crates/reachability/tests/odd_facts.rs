//! Facts that are missing, odd, or given twice never make a result stronger.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod facts;

use std::path::Path;

use reachability::region::Region;
use reachability::{Reachability, State};
use rule_core::Json;

use facts::{Case, Facts, read_cases};

/// The members that EC2 leaves out where there is nothing to say, so that one without them is as one with the opposite.
const LEFT_OUT: [&str; 8] = [
    "AssociationState",
    "DenyAllIgwTraffic",
    "IgwFirewall",
    "Ipv6AddressAttribute",
    "Ipv6CidrBlockState",
    "NextToken",
    "Ipv6CidrBlock", // of an ACL entry or a VPC
    "State",         // of a prefix list
];

/// The cases in which two facts contradict each other: without one of them, the other holds.
const CONTRADICTIONS: [&str; 2] =
    ["two targets", "ranges that AWS Config records in one of its lists alone count"];

/// A way in which a member can be odd.
#[derive(Clone, Copy, Debug)]
enum Oddity {
    Absent,
    Null,
    Empty,
    OtherType,
    Nested,
    UnknownWord,
    WhiteSpace,
    UpperCase,
    TwiceWithNull,
    TwiceWithOther,
}

const ODDITIES: [Oddity; 10] = [
    Oddity::Absent,
    Oddity::Null,
    Oddity::Empty,
    Oddity::OtherType,
    Oddity::Nested,
    Oddity::UnknownWord,
    Oddity::WhiteSpace,
    Oddity::UpperCase,
    Oddity::TwiceWithNull,
    Oddity::TwiceWithOther,
];

/// Returns the paths of all members, each as the places on the way.
fn paths(value: &Json, here: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    let children: Vec<&Json> = match value {
        Json::Object(members) => members.iter().map(|(_, value)| value).collect(),
        Json::List(values) => values.iter().collect(),
        _ => return,
    };
    for (place, child) in children.into_iter().enumerate() {
        here.push(place);
        if matches!(value, Json::Object(_)) {
            found.push(here.clone());
        }
        paths(child, here, found);
        here.pop();
    }
}

/// Makes the member at the path odd. Returns its name; `None` if it cannot be odd in this way.
fn spoil(value: &mut Json, path: &[usize], oddity: Oddity) -> Option<String> {
    let (place, rest) = path.split_first().unwrap();
    match value {
        Json::List(values) => spoil(values.get_mut(*place).unwrap(), rest, oddity),
        Json::Object(members) if !rest.is_empty() => {
            spoil(&mut members.get_mut(*place).unwrap().1, rest, oddity)
        }
        Json::Object(members) => {
            let (name, old) = members.get(*place).unwrap().clone();
            if members.iter().filter(|(other, _)| other.eq_ignore_ascii_case(&name)).count() > 1 {
                return None; // it is given twice already
            }
            let new = match (oddity, &old) {
                (Oddity::Absent, _) => None,
                (Oddity::Null, _) => Some(Json::Null),
                (Oddity::Empty, Json::Text(_)) => Some(Json::Text(String::new())),
                (Oddity::OtherType, Json::Number(_)) => Some(Json::Text("x".to_owned())),
                (Oddity::OtherType, _) => Some(Json::Number(70_000.into())),
                (Oddity::Nested, _) => Some(Json::List(vec![old.clone()])),
                // An id, a block or a text for people that is another one is a fact, and not an odd one.
                (Oddity::UnknownWord, Json::Text(_)) if is_word(&name) => {
                    Some(Json::Text("perhaps".to_owned()))
                }
                (Oddity::WhiteSpace, Json::Text(text)) => Some(Json::Text(format!(" {text}"))),
                (Oddity::UpperCase, Json::Text(text)) if text.chars().any(char::is_lowercase) => {
                    Some(Json::Text(text.to_uppercase()))
                }
                (Oddity::TwiceWithNull, _) => {
                    members.push((name.to_uppercase(), Json::Null));
                    return Some(name);
                }
                (Oddity::TwiceWithOther, _) => {
                    members.push((name.to_lowercase(), Json::Number(9.into())));
                    return Some(name);
                }
                _ => return None,
            };
            match new {
                Some(new) => members.get_mut(*place).unwrap().1 = new,
                None => drop(members.remove(*place)),
            }
            Some(name)
        }
        _ => None,
    }
}

/// Returns true for the members whose values are of a fixed list of words.
fn is_word(name: &str) -> bool {
    let words = ["State", "RuleAction", "Protocol", "IpProtocol", "Origin", "InternetGatewayBlockMode"];
    let more = ["InternetGatewayExclusionMode", "ExclusionsAllowed"];
    words.iter().chain(&more).any(|word| word.eq_ignore_ascii_case(name))
}

/// Returns true if `spoilt` claims something that `known` does not.
fn is_stronger(known: &State, spoilt: &State) -> bool {
    match (known, spoilt) {
        (_, State::Unknown(_)) | (State::Closed(_), State::Closed(_)) => false,
        (State::Open(known), State::Open(spoilt)) => spoilt.exposures.iter().any(|exposure| {
            let before = known.exposures.iter().find(|one| one.version() == exposure.version());
            before.is_none_or(|before| !exposure.flows().difference(before.flows()).is_empty())
        }),
        (State::Unknown(_) | State::Open(_) | State::Closed(_), State::Open(_) | State::Closed(_)) => true,
    }
}

/// Checks one of `every` spoilt facts, and adds the wrong results. Returns the number of those that were checked.
fn check(case: &Case, known: &Reachability, facts: &Facts, every: usize, wrong: &mut Vec<String>) -> usize {
    let (mut number, mut checked) = (0, 0);
    // The facts in which the case differs; all facts of a case that does not.
    let commands: Vec<&String> =
        if case.facts.is_empty() { facts.given.keys().collect() } else { case.facts.keys().collect() };
    for command in commands {
        let mut found = Vec::new();
        paths(facts.given.get(command).unwrap(), &mut Vec::new(), &mut found);
        for path in found {
            for oddity in ODDITIES {
                number += 1;
                if number % every != 0 {
                    continue;
                }
                let mut facts = facts.clone();
                let document = facts.given.get_mut(command).unwrap();
                let Some(name) = spoil(document, &path, oddity) else { continue };
                let is_left_out = matches!(oddity, Oddity::Absent | Oddity::Null | Oddity::Empty)
                    && LEFT_OUT.iter().any(|one| one.eq_ignore_ascii_case(&name));
                let Ok((_, _, result)) = case.evaluate(&facts) else { continue };
                checked += 1;
                if !is_left_out && is_stronger(&known.state, &result.state) {
                    wrong.push(format!(
                        "{}: {command}: {name} {oddity:?}\n  was {known}\n  is  {result}",
                        case.description
                    ));
                }
            }
        }
    }
    checked
}

fn check_all(every: usize) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reachability");
    let mut wrong = Vec::new();
    let mut checked = 0;
    for file in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        if file.ends_with("ordinary.json") {
            continue;
        }
        let (ordinary, cases) = read_cases(&file).unwrap();
        for case in cases.iter().filter(|case| !CONTRADICTIONS.contains(&case.description.as_str())) {
            assert_eq!(case.differences(&ordinary).unwrap(), [], "{}", case.description);
            let facts = case.all_facts(&ordinary).unwrap();
            let (_, _, known) = case.evaluate(&facts).unwrap();
            checked += check(case, &known, &facts, every, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
    checked
}

#[test]
fn no_odd_fact_makes_a_result_stronger() {
    let checked = check_all(7); // a prime, so that each oddity has its turn
    assert!(checked > 8_000, "{checked}");
}

#[test]
#[ignore = "takes minutes"]
fn no_odd_fact_at_all_makes_a_result_stronger() {
    let checked = check_all(1);
    assert!(checked > 60_000, "{checked}");
}
