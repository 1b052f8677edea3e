use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use rule_core::rules::RULES;
use serde_json::{Value, json};

use super::*;
use crate::{Failure, Resource, SourceKind, SourceSummary};

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + hour * 3_600, 0).unwrap()
}

fn condition(letter: &str) -> Condition {
    match letter {
        "N" => Condition::NonCompliant,
        "U" => Condition::Unknown,
        "C" => Condition::Compliant,
        "-" => Condition::NotApplicable,
        "D" => Condition::Deleted,
        other => panic!("{other}"),
    }
}

fn letter(condition: Condition) -> &'static str {
    match condition {
        Condition::NonCompliant => "N",
        Condition::Unknown => "U",
        Condition::Compliant => "C",
        Condition::NotApplicable => "-",
        Condition::Deleted => "D",
    }
}

/// Reads records such as `3N` and `3N#7`: the hour, the condition, and the state id.
fn observations(text: &str) -> Vec<Observation> {
    let one = |word: &str| {
        let (word, state_id) = match word.split_once('#') {
            Some((word, state_id)) => (word, Some(state_id.to_owned())),
            None => (word, None),
        };
        let (hour, letter) = word.split_at(word.len() - 1);
        Observation {
            at: at(hour.parse().unwrap()),
            state_id,
            condition: condition(letter),
            reason: format!("STATE: {letter}"),
            source: "file.json".to_owned(),
        }
    };
    text.split_whitespace().map(one).collect()
}

/// Writes periods such as `N~0-3`: the condition, `~` if its start is not known, and the hours. The last one ends with `.`.
fn written(periods: &[Period]) -> String {
    let hour = |time: DateTime<Utc>| (time - at(0)).num_hours();
    let one = |period: &Period| {
        let start = if period.is_start_known { "" } else { "~" };
        let end = if period.next.is_none() { "." } else { "" };
        format!("{}{start}{}-{}{end}", letter(period.condition), hour(period.from), hour(period.to))
    };
    periods.iter().map(one).collect::<Vec<_>>().join(" ")
}

const END: i64 = 10;

#[test]
fn records_become_the_right_periods() {
    for (description, records, expected) in [
        ("nothing", "", ""),
        ("public from the first record on", "1N", "N~1-10."),
        ("fixed", "1N 4C", "N~1-4 C4-10."),
        ("out of order", "4C 1N", "N~1-4 C4-10."),
        ("given twice", "1N 1N 4C 4C 4C", "N~1-4 C4-10."),
        ("several records of one condition", "1N 2N 3N 4C 5C", "N~1-4 C4-10."),
        ("deleted", "1C 2N 5D", "C~1-2 N2-5 D5-10."),
        ("made again under the same id", "1N 3D 6N", "N~1-3 D3-6 N6-10."),
        ("unknown between", "1C 2N 4U 6N 8C", "C~1-2 N2-4 U4-6 N~6-8 C8-10."),
        ("unknown and then compliant", "1N 3U 5C", "N~1-3 U3-5 C~5-10."),
        ("deleted at first", "2D", "D~2-10."),
        ("no longer of a kind that the rule is for", "1N 3-", "N~1-3 -3-10."),
        ("one time, the worst counts", "1C 3N 3C", "C~1-3 N3-10."),
        ("one time, unknown beside compliant", "3U 3C", "U~3-10."),
        ("one time, public beside deleted", "3D 3N", "N~3-10."),
        ("one time, the state id decides", "1C 3C#7 3U#8", "C~1-3 U3-10."),
        ("one time, one without a state id", "1C 3N#7 3C#8 3U", "C~1-3 N3-3 U3-10."),
        ("one time, equal state ids", "3N#7 3C#7", "N~3-10."),
        ("overtaken at once is a period without a duration", "1C 3N#7 3C#8", "C~1-3 N3-3 C3-10."),
        ("better and overtaken at once is none", "1N 3C#7 3N#8", "N~1-10."),
        ("state ids are compared as numbers", "3N#9 3C#10", "N~3-3 C3-10."),
        ("a state id that is no number decides nothing", "3N#a 3C#b", "N~3-10."),
        ("at the end", "1C 10N", "C~1-10 N10-10."),
        ("after the end", "1C 11N", "C~1-10."),
        ("all after the end", "11N", ""),
    ] {
        assert_eq!(written(&periods(&observations(records), at(END))), expected, "{description}: {records}");
    }
}

#[test]
fn a_period_names_its_first_and_its_last_record() {
    let mut records = observations("1C 3N#3 3N#3 5N#5");
    for (record, source) in records.iter_mut().zip(["a", "c", "b", "d"]) {
        record.source = source.to_owned();
    }
    let periods = periods(&records, at(END));
    let public = &periods[1];
    assert_eq!((public.first.source.as_str(), public.first.state_id.as_deref()), ("b", Some("3")));
    assert_eq!((public.last.source.as_str(), public.last.at), ("d", at(5)));
    assert_eq!(public.records, 2, "the same record in two files is one");
}

fn record() -> impl Strategy<Value = Observation> {
    let letters = prop::sample::select(vec!["N", "U", "C", "-", "D"]);
    let state_id = prop::option::of(0..3_u8);
    (0..12_i64, state_id, letters, 0..2_u8).prop_map(|(hour, state_id, letter, source)| Observation {
        at: at(hour),
        state_id: state_id.map(|id| id.to_string()),
        condition: condition(letter),
        reason: format!("STATE: {letter}"),
        source: source.to_string(),
    })
}

fn records() -> impl Strategy<Value = Vec<Observation>> {
    prop::collection::vec(record(), 0..12)
}

proptest! {
    #[test]
    fn order_and_repetition_change_nothing(
        (one, other) in records().prop_flat_map(|all| {
            let twice = all.iter().chain(&all).cloned().collect::<Vec<_>>();
            (Just(all), Just(twice).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(periods(&one, at(END)), periods(&other, at(END)));
    }

    #[test]
    fn periods_partition_the_time_and_differ_from_their_neighbours(all in records()) {
        let periods = periods(&all, at(END));
        let first = all.iter().map(|one| one.at).filter(|time| *time <= at(END)).min();
        prop_assert_eq!(periods.first().map(|one| one.from), first);
        prop_assert_eq!(periods.last().map(|one| (one.to, one.next)), first.map(|_| (at(END), None)));
        for pair in periods.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert_eq!(pair[0].next, Some(pair[1].condition));
            prop_assert_ne!(pair[0].condition, pair[1].condition);
        }
        let sum: TimeDelta = periods.iter().map(Period::duration).sum();
        prop_assert_eq!(sum, first.map_or(TimeDelta::zero(), |first| at(END) - first));
    }

    /// At each time the condition is that of the latest records before it, by a search that knows nothing of periods.
    #[test]
    fn no_time_is_better_than_its_latest_records(all in records(), hour in 0..END) {
        let time = at(hour) + TimeDelta::minutes(30);
        let latest = all.iter().map(|one| one.at).filter(|at| *at <= time).max();
        let latest: Vec<&Observation> = all.iter().filter(|one| Some(one.at) == latest).collect();
        let number = |one: &Observation| one.state_id.as_ref().map(|id| id.parse::<u8>().unwrap());
        let highest = latest.iter().filter_map(|one| number(one)).max();
        let counts = |one: &&&Observation| number(one).is_none() || number(one) == highest;
        let expected = latest.iter().filter(counts).map(|one| one.condition).max();
        let periods = periods(&all, at(END));
        let found = periods.iter().find(|period| period.from <= time && time < period.to);
        prop_assert_eq!(found.map(|period| period.condition), expected);
    }

    #[test]
    fn every_bad_record_is_in_a_period_that_shows_it(all in records()) {
        let periods = periods(&all, at(END));
        for record in all.iter().filter(|one| one.condition == Condition::NonCompliant && one.at <= at(END)) {
            let shows = |period: &Period| {
                period.condition == Condition::NonCompliant && period.from <= record.at && record.at <= period.to
            };
            prop_assert!(periods.iter().any(shows), "{:?} {}", record, written(&periods));
        }
    }
}

fn resource(name: &str, account_id: Option<&str>) -> Resource {
    Resource {
        resource_type: "AWS::DMS::ReplicationInstance".to_owned(),
        id: name.to_owned(),
        name: name.to_owned(),
        arn: None,
        account_id: account_id.map(str::to_owned),
        region: account_id.map(|_| "eu-west-1".to_owned()),
    }
}

fn history(resources: &[(&str, Option<&str>, &str)], end: Option<DateTime<Utc>>) -> History {
    let rule = RULES[0];
    let observed =
        resources.iter().map(|(name, account, text)| (rule, resource(name, *account), observations(text)));
    let observed: Vec<_> = observed.collect();
    let times = observed.iter().flat_map(|(_, _, all)| all).map(|one: &Observation| one.at);
    let end = End::new(end, times);
    History::new(vec![rule], observed, end)
}

fn sample() -> History {
    let resources = [
        ("orders", Some("111111111111"), "1C 2N#2 5C#5 6N#6"),
        ("billing", Some("111111111111"), "1C 2N 4D"),
        ("old", Some("111111111111"), "0N 8C"),
        ("odd", Some("222222222222"), "1C 2N 4U"),
        ("good", Some("222222222222"), "1C"),
        ("=nowhere", None, "1U 9N"),
    ];
    let mut history = history(&resources, None);
    history.sources.push(SourceSummary::new("file.json", SourceKind::ConfigFile, 9));
    history.failures.push(Failure::in_file("bad.json".to_owned(), "is empty".to_owned()));
    history
}

#[test]
fn an_account_has_its_count_its_total_its_median_and_its_longest_time() {
    let history = sample();
    assert_eq!(history.end, End::LatestRecord(at(9)));
    let hours = |duration: TimeDelta| duration.num_minutes();
    let figures: Vec<_> = history
        .totals()
        .iter()
        .map(|one| {
            let counts = (one.resources, one.exposures, one.open, one.lost, one.unknown, one.is_exact);
            (one.account_id.clone(), counts, hours(one.total), one.median.map(hours), one.longest.map(hours))
        })
        .collect();
    let account = |id: &str| Some(id.to_owned());
    assert_eq!(
        figures,
        [
            (None, (1, 1, 1, 0, 0, false), 0, None, None),
            // 3 h, 2 h and 8 h are over, 3 h are not.
            (account("111111111111"), (3, 4, 1, 0, 0, false), 16 * 60, Some(3 * 60), Some(8 * 60)),
            (account("222222222222"), (2, 1, 0, 1, 1, false), 2 * 60, None, None),
        ]
    );
    let exact = self::history(&[("a", None, "1C 2N 5C 6N 8C")], None).totals();
    assert_eq!((exact[0].median, exact[0].is_exact), (Some(TimeDelta::minutes(150)), true));
}

#[test]
fn records_after_a_given_end_are_counted_and_left_out() {
    let history = history(&[("a", None, "1C 2N 5C 6N"), ("b", None, "7N")], Some(at(5)));
    assert_eq!((history.later_records, history.resources.len()), (2, 1));
    assert_eq!(history.at_end(Condition::NonCompliant), 0);
    let later = self::history(&[("a", None, "1N")], Some(at(5)));
    assert_eq!(later.resources[0].periods[0].duration(), TimeDelta::hours(4));
}

fn document(history: &History) -> Value {
    let mut out = Vec::new();
    json::write(history, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn faults(document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(json::SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(document).map(|error| error.to_string()).collect()
}

#[test]
fn a_history_matches_the_schema_which_takes_no_other() {
    let whole = document(&sample());
    assert_eq!(faults(&whole), Vec::<String>::new());
    let empty = history(&[], None);
    assert_eq!(faults(&document(&empty)), Vec::<String>::new());
    for (pointer, value) in [
        ("/complete", json!(true)),
        ("/failures", json!([])),
        ("/end", json!("today")),
        ("/resources/0/periods", json!([])),
        ("/resources/0/periods/0/condition", json!("PRIVATE")),
        ("/resources/0/periods/0/seconds", json!(-1)),
        ("/resources/0/periods/0/first/source", json!("")),
        ("/resources/0/atEnd", Value::Null),
        ("/accounts/0/open", json!(0.5)),
    ] {
        let mut broken = whole.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert_ne!(faults(&broken), Vec::<String>::new(), "{pointer}");
    }
    for pointer in ["", "/accounts/0", "/resources/0", "/resources/0/periods/0", "/sources/0", "/atEnd"] {
        let members = whole.pointer(pointer).unwrap().as_object().unwrap();
        for member in members.keys() {
            let mut less = whole.clone();
            less.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(member);
            assert_ne!(faults(&less), Vec::<String>::new(), "{pointer}/{member}");
        }
        let mut more = whole.clone();
        more.pointer_mut(pointer).unwrap()["other"] = Value::Null;
        assert_ne!(faults(&more), Vec::<String>::new(), "{pointer}");
    }
}

#[test]
fn a_table_states_since_when_until_when_and_by_which_record() {
    let mut out = Vec::new();
    table::write(&sample(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "History for dms-replication-not-public, to 2026-09-21T23:13:20Z (the latest record)",
        "orders 111111111111 eu-west-1, NON_COMPLIANT at the end",
        "NON_COMPLIANT 2026-09-21T20:13:20Z still so at the end 3 h STATE: N by file.json, captured 2026-09-21T20:13:20Z, state 6",
        "NON_COMPLIANT 2026-09-21T16:13:20Z deleted 2026-09-21T18:13:20Z 2 h STATE: N",
        "NON_COMPLIANT at least 2026-09-21T14:13:20Z until 2026-09-21T22:13:20Z 8 h",
        "unknown from 2026-09-21T18:13:20Z",
        "111111111111 4 1 0 16 h 3 h 8 h at least",
        "COULD NOT FINISH: the history is not complete bad.json: is empty",
        "6 histories, at the end: 2 NON_COMPLIANT, 1 UNKNOWN, 2 COMPLIANT, 1 DELETED.",
    ] {
        assert!(words.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("good"), "a resource that was always compliant is counted alone: {text}");
}

#[test]
fn a_row_is_a_period_an_account_or_a_failure() {
    let mut out = Vec::new();
    csv::write(&sample(), &mut out).unwrap();
    let mut reader = ::csv::Reader::from_reader(out.as_slice());
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let count = |record: &str| rows.iter().filter(|row| row[0] == record).count();
    let all: usize = sample().resources.iter().map(|one| one.periods.len()).sum();
    assert_eq!((count("period"), count("account"), count("failure")), (all, 3, 1));
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with('=')), "{rows:?}");
}
