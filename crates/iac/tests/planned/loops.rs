//! Loops and merges: parts of a template that stand for others.

use iac::{Plan, Settings};
use proptest::prelude::*;

use crate::{IS_PUBLIC, PRIVATE, PUBLIC, cloudformation, plan, verdicts};

fn ids(plan: &Plan) -> Vec<&str> {
    plan.resources.iter().map(|resource| resource.id.as_str()).collect()
}

/// Returns a template with a loop over a collection.
fn each(sections: &str, collection: &str, body: &str) -> String {
    format!(
        "{sections}\nTransform: AWS::LanguageExtensions\nResources:\n  'Fn::ForEach::Each':\n    - Name\n    - {collection}\n    - {body}\n"
    )
}

const BODY: &str = "'R&{Name}': {Type: 'AWS::DMS::ReplicationInstance', Properties: {ReplicationInstanceIdentifier: !Ref Name, PubliclyAccessible: !Ref Name}}";

#[test]
fn a_loop_over_a_known_collection_is_written_out() {
    for (sections, collection, wanted) in [
        ("", "[]", vec![]),
        ("", "['true', 'false', a.b]", vec!["Rtrue", "Rfalse", "Rab"]),
        ("", "!Split [',', 'x,y']", vec!["Rx", "Ry"]),
        ("Mappings: {M: {k: {names: [u, v]}}}", "!FindInMap [M, k, names]", vec!["Ru", "Rv"]),
        ("Conditions: {C: !Equals [a, b]}", "!If [C, [x], []]", vec![]),
    ] {
        assert_eq!(ids(&plan(&each(sections, collection, BODY))), wanted, "{collection}");
    }
    assert_eq!(verdicts(&plan(&each("", "['true', 'false']", BODY)), PUBLIC), [IS_PUBLIC, PRIVATE]);
    let template = each("Parameters: {Names: {Type: CommaDelimitedList}}", "!Ref Names", BODY);
    let given = |value: &str| {
        let parameters = vec![("Names".to_owned(), value.to_owned())];
        cloudformation(&template, &Settings { parameters, ..Settings::default() }).unwrap()
    };
    assert_eq!(ids(&given("a, b")), ["Ra", "Rb"]);
    // Loops within loops, within conditions and within properties.
    let nested = each(
        "",
        "[a, b]",
        "{'Fn::ForEach::In': [Other, [x, y], {'R${Name}${Other}': {Type: 'AWS::DMS::ReplicationInstance', Condition: 'Is${Other}', Properties: {'Fn::ForEach::P': [Flag, [PubliclyAccessible], {'${Flag}': false}]}}}]}",
    );
    let nested = format!(
        "Conditions:\n  'Fn::ForEach::C': [Other, [x, y], {{'Is${{Other}}': !Equals ['${{Other}}', x]}}]{nested}"
    );
    let nested = plan(&nested);
    assert_eq!(ids(&nested), ["Rax", "Ray", "Rbx", "Rby"]);
    let never = "NOT_APPLICABLE NOT APPLICABLE: it is never created";
    assert_eq!(verdicts(&nested, PUBLIC), [PRIVATE, never, PRIVATE, never]);
}

#[test]
fn a_variable_of_a_loop_is_not_the_parameter_of_the_same_name() {
    let sections = "Parameters: {Name: {Type: String, AllowedValues: ['false']}}";
    for body in [
        BODY.to_owned(),
        BODY.replace("!Ref Name}", "!Sub '${Name}'}"),
        BODY.replace("!Ref Name}", "!Sub ['${Name}', {Name: !Ref Name}]}"),
    ] {
        for collection in ["['true']", "!Ref Unknown"] {
            let verdicts = verdicts(&plan(&each(sections, collection, &body)), PUBLIC);
            assert!(
                verdicts.len() == 1 && verdicts[0].starts_with("NON_COMPLIANT"),
                "{collection} {body}: {verdicts:?}"
            );
        }
    }
    let failing = plan(&each("", "[a]", "{'Fn::Transform': {Name: Mine}}"));
    assert_eq!(failing.failures.len(), 1);
    // With more than the bound a loop is planned once, with an undecided variable.
    let names: Vec<String> = (0..1000).map(|n| format!("n{n}")).collect();
    let names = format!("[{}]", names.join(", "));
    let body = format!(
        "{{'Fn::ForEach::In': [Other, {names}, {{'R${{Name}}${{Other}}': {{Type: 'AWS::DMS::ReplicationInstance', Properties: {{PubliclyAccessible: !Ref Other}}}}}}]}}"
    );
    let huge = verdicts(&plan(&each("", &names, &body)), PUBLIC);
    assert_eq!(huge.len(), 1000);
    assert!(huge.iter().all(|verdict| verdict.starts_with("NON_COMPLIANT")));
}

#[test]
fn only_a_plain_merge_key_of_yaml_merges() {
    let one = |properties: &str| {
        format!(
            "Shared: &s {{PubliclyAccessible: false}}\nOther: &o {{PubliclyAccessible: true}}\nResources:\n  A: {{Type: 'AWS::DMS::ReplicationInstance', Properties: {properties}}}\n"
        )
    };
    let not_set = crate::NOT_SET;
    let unclear = "NON_COMPLIANT UNKNOWN: the configuration is unreadable (merges (<<) may change the properties); DMS's default is public";
    for (properties, wanted) in [
        ("{<<: *s}", PRIVATE),
        ("{<<: [*s, *o]}", PRIVATE),
        ("{<<: [*o, *s]}", IS_PUBLIC),
        ("{<<: *s, PubliclyAccessible: true}", IS_PUBLIC),
        ("{'<<': *s}", not_set),
        ("{\"<<\": {PubliclyAccessible: false}}", not_set),
        ("{<<: *s, <<: *o}", unclear),
        ("{<<: *o, <<: *s}", unclear),
        ("{<<: [*s, text]}", unclear),
        ("{PubliclyAccessible: false, <<: 5}", unclear),
        ("{<<: {'Fn::If': [C, *s, *o]}}", unclear),
    ] {
        assert_eq!(verdicts(&plan(&one(properties)), PUBLIC), [wanted], "{properties}");
    }
    for resource in
        ["{<<: *bucket, <<: *instance}", "{<<: *instance, <<: *bucket}", "{<<: [*bucket, 5]}", "{<<: 5}"]
    {
        let text = format!(
            "B: &bucket {{Type: 'AWS::S3::Bucket'}}\nI: &instance {{Type: 'AWS::DMS::ReplicationInstance', Properties: {{PubliclyAccessible: false}}}}\nResources:\n  A: {resource}\n"
        );
        let plan = cloudformation(&text, &Settings::default()).unwrap();
        let is_told = !plan.failures.is_empty()
            || verdicts(&plan, PUBLIC).iter().any(|verdict| verdict.starts_with("NON_COMPLIANT"));
        assert!(is_told, "{text}: {plan:?}");
    }
    let root = cloudformation("<<: 5\nResources: {}\n", &Settings::default()).unwrap();
    assert_eq!(root.failures.len(), 1);
}

proptest! {
    /// A loop makes what its body makes if it is written out for each entry by hand.
    #[test]
    fn a_loop_is_its_body_for_each_entry(names in proptest::collection::vec("[a-z]{1,3}|true|false", 0..5), is_sub in any::<bool>()) {
        let value = |name: &str| if is_sub { format!("!Sub '{name}'") } else { format!("'{name}'") };
        let by_hand: Vec<String> = names
            .iter()
            .map(|name| format!("  R{name}: {{Type: 'AWS::DMS::ReplicationInstance', Properties: {{PubliclyAccessible: {}}}}}\n", value(name)))
            .collect();
        let by_hand = cloudformation(&format!("Resources:\n  T: {{Type: X}}\n{}", by_hand.concat()), &Settings::default()).unwrap();
        let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let variable = if is_sub { "!Sub '${Name}'" } else { "!Ref Name" };
        let body = format!("'R${{Name}}': {{Type: 'AWS::DMS::ReplicationInstance', Properties: {{PubliclyAccessible: {variable}}}}}");
        let looped = plan(&each("", &format!("[{}]", quoted.join(", ")), &body));
        prop_assert_eq!(ids(&looped), ids(&by_hand));
        prop_assert_eq!(verdicts(&looped, PUBLIC), verdicts(&by_hand, PUBLIC));
    }
}
