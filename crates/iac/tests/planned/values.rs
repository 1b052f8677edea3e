//! Values of a property in a CloudFormation template: literals, parameters, conditions, intrinsic functions.

use iac::Settings;

use crate::{IS_PUBLIC, NOT_SET, PRIVATE, PUBLIC, cloudformation, instance, public, public_if, verdicts};

#[test]
fn literals_are_read_as_cloudformation_reads_them() {
    for spelling in ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "'false'", "\"False\""]
    {
        assert_eq!(public("", &format!("PubliclyAccessible: {spelling}")), PRIVATE, "{spelling}");
    }
    for spelling in ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "'true'", "\"TRUE\""] {
        assert_eq!(public("", &format!("PubliclyAccessible: {spelling}")), IS_PUBLIC, "{spelling}");
    }
    for odd in ["0", "n", "'no'", "[false]", "{a: false}", "fAlse_", "''", "' false'"] {
        let verdict = public("", &format!("PubliclyAccessible: {odd}"));
        assert!(verdict.starts_with("NON_COMPLIANT UNKNOWN: PubliclyAccessible is "), "{odd}: {verdict}");
    }
    let null = "NON_COMPLIANT UNKNOWN: PubliclyAccessible is null; DMS's default is public";
    for spelling in ["~", "null", ""] {
        assert_eq!(public("", &format!("PubliclyAccessible: {spelling}")), null);
    }
    assert_eq!(public("", ""), NOT_SET);
    assert_eq!(public("", "PubliclyAccessible: false, PubliclyAccessible: true"), IS_PUBLIC);
    assert_eq!(public("", "PubliclyAccessible: true, PubliclyAccessible: false"), IS_PUBLIC);
}

#[test]
fn a_parameter_passes_only_if_no_value_of_it_is_public() {
    let declared = |declaration: &str| format!("Parameters:\n  P: {{Type: String{declaration}}}");
    for (declaration, wanted) in [
        (", AllowedValues: ['false']", PRIVATE.to_owned()),
        (", AllowedValues: [false], Default: false", PRIVATE.to_owned()),
        (", AllowedValues: ['true']", IS_PUBLIC.to_owned()),
        (", AllowedValues: ['true', 'false'], Default: 'false'", public_if("parameter P is true")),
        (", Default: 'false'", public_if("parameter P is true")),
        (", Default: 'true'", public_if("parameter P is true")),
        ("", public_if("parameter P is true")),
    ] {
        for reference in ["!Ref P", "{Ref: P}", "!Sub '${P}'", "!If [C, !Ref P, !Ref P]"] {
            if reference.starts_with("!Sub") && !declaration.contains("AllowedValues") {
                continue;
            }
            let verdict = public(&declared(declaration), &format!("PubliclyAccessible: {reference}"));
            assert_eq!(verdict, wanted, "{declaration} {reference}");
        }
    }
    let compared = "Parameters:\n  P: {Type: String}\nConditions:\n  IsTrue: !Equals [!Ref P, 'true']";
    let verdict = public(compared, "PubliclyAccessible: !If [IsTrue, false, !Ref P]");
    assert!(verdict.starts_with("NON_COMPLIANT UNKNOWN") && verdict.contains("PUBLIC if "), "{verdict}");
    for unclear in [
        ", AllowedValues: ['false', !Ref Q]",
        ", AllowedValues: 'false'",
        ", AllowedValues: ['false'], AllowedValues: ['true']",
        ", Default: 'false', Default: 'true'",
        ", AllowedValues: ['false'], <<: 5",
    ] {
        let verdict = public(&declared(unclear), "PubliclyAccessible: !Ref P");
        assert_eq!(verdict, public_if("parameter P is true"), "{unclear}");
    }
    // A default that is read in parts, or within a text, is no more certain.
    for (declaration, reference) in [
        (", Default: 'false'", "!Sub '${P}'"),
        (", Default: 'false'", "!Join ['', [!Ref P]]"),
        (", Default: 'false'", "!If [C, !Sub '${P}', false]"),
    ] {
        let verdict = public(&declared(declaration), &format!("PubliclyAccessible: {reference}"));
        assert!(
            verdict.contains("PUBLIC if ")
                && verdict.contains("parameter P is another value and the value of parameter P is true"),
            "{reference}: {verdict}"
        );
    }
    let list = "Parameters:\n  P: {Type: CommaDelimitedList, Default: 'false,true'}";
    let verdict = public(list, "PubliclyAccessible: !Select [0, !Ref P]");
    assert!(
        verdict.contains("PUBLIC if parameter P is another value and the value of parameter P is true"),
        "{verdict}"
    );
    let ssm = "Parameters:\n  P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: 'false'}";
    assert_eq!(public(ssm, "PubliclyAccessible: !Ref P"), public_if("parameter P is true"));
    let twice = "Parameters:\n  P: {Type: String, AllowedValues: ['false']}\n  P: {Type: String}";
    assert_eq!(public(twice, "PubliclyAccessible: !Ref P"), public_if("parameter P is true"));
}

#[test]
fn given_parameters_decide() {
    let template =
        instance("Parameters:\n  P: {Type: String, Default: 'false'}", "PubliclyAccessible: !Ref P");
    let with = |parameters: &[(&str, &str)], assume_defaults| {
        let parameters = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let plan =
            cloudformation(&template, &Settings { parameters, assume_defaults, ..Settings::default() })
                .unwrap();
        verdicts(&plan, PUBLIC).remove(0)
    };
    assert_eq!(with(&[], true), PRIVATE);
    assert_eq!(with(&[("P", "false")], false), PRIVATE);
    assert_eq!(with(&[("P", "true")], true), IS_PUBLIC);
    assert_eq!(with(&[("Q", "false")], false), public_if("parameter P is true"));
}

#[test]
fn conditions_are_followed_through_both_branches() {
    let free = "Conditions:\n  C: !Equals [!Ref 'AWS::Region', us-east-1]";
    for (value, wanted) in [
        ("!If [C, false, false]", PRIVATE.to_owned()),
        ("!If [C, 'false', false]", PRIVATE.to_owned()),
        ("!If [C, true, true]", IS_PUBLIC.to_owned()),
        ("!If [C, true, false]", public_if("condition C is true")),
        ("!If [C, false, true]", public_if("condition C is false")),
        ("{'Fn::If': [C, false, true]}", public_if("condition C is false")),
        ("!If [C, !If [C, false, true], false]", PRIVATE.to_owned()),
        ("!If [C, !If [D, false, true], false]", public_if("condition C is true and condition D is false")),
        ("!If [Unknown, false, true]", public_if("condition Unknown is false")),
        ("!Ref 'AWS::NoValue'", NOT_SET.to_owned()),
        (
            "!If [C, false, !Ref 'AWS::NoValue']",
            "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if condition C is false: PubliclyAccessible is not set, and DMS's default is true".to_owned(),
        ),
    ] {
        assert_eq!(public(free, &format!("PubliclyAccessible: {value}")), wanted, "{value}");
    }
    let malformed = public(free, "PubliclyAccessible: !If [C, false]");
    assert_eq!(malformed, public_if("Fn::If is true"));
    // What the parameters decide is not free.
    let stage = "Parameters:\n  S: {Type: String, AllowedValues: [dev, prod]}\nConditions:\n  P: !Equals [!Ref S, prod]\n  N: !Not [!Condition P]\n  A: !And [!Condition P, !Condition N]\n  O: !Or [!Condition P, !Condition N]\n  X: !Condition X";
    for (value, wanted) in [
        ("!If [P, false, true]", public_if("parameter S is dev")),
        ("!If [N, false, true]", public_if("parameter S is prod")),
        ("!If [A, true, false]", PRIVATE.to_owned()),
        ("!If [O, false, true]", PRIVATE.to_owned()),
        ("!If [P, !If [N, true, false], !If [P, true, false]]", PRIVATE.to_owned()),
        ("!If [X, true, false]", public_if("condition X is true")),
    ] {
        assert_eq!(public(stage, &format!("PubliclyAccessible: {value}")), wanted, "{value}");
    }
}

/// Without that the test would not end.
#[test]
fn conditions_that_repeat_each_other_are_evaluated_once() {
    let levels: Vec<String> = (0..14)
        .map(|n| format!("  C{n}: !And [{}]\n", vec![format!("!Condition C{}", n + 1); 10].join(", ")))
        .collect();
    let tower = format!("Conditions:\n{}  C14: !Equals [a, a]", levels.concat());
    assert_eq!(public(&tower, "PubliclyAccessible: !If [C0, false, true]"), PRIVATE);
    let ring = tower.replace("C14: !Equals [a, a]", "C14: !And [!Condition C0, !Condition C1]");
    assert!(public(&ring, "PubliclyAccessible: !If [C0, false, true]").contains("PUBLIC if condition"));
}

#[test]
fn values_from_outside_the_template_are_unknown() {
    for (value, by) in [
        ("!ImportValue shared-public", "the import shared-public"),
        ("{'Fn::ImportValue': !Sub '${AWS::StackName}-public'}", "an import"),
        ("!GetAtt Other.Public", "the attribute Other.Public"),
        ("!Ref Other", "the resource Other"),
        ("!Ref AWS::Region", "AWS::Region"),
        ("!Transform {Name: X}", "Fn::Transform"),
        ("!FindInMap [Absent, a, b]", "the mapping Absent"),
        ("!Unheard of", "Fn::Unheard"),
    ] {
        assert_eq!(
            public("", &format!("PubliclyAccessible: {value}")),
            public_if(&format!("{by} is true")),
            "{value}"
        );
    }
    let map = "Mappings:\n  M:\n    a: {public: true, private: false, s: 'false'}\n    b: {public: false, private: 'false', s: false}";
    for (value, wanted) in [
        ("!FindInMap [M, a, private]", PRIVATE.to_owned()),
        ("!FindInMap [M, a, public]", IS_PUBLIC.to_owned()),
        ("!FindInMap [M, !Ref 'AWS::Region', private]", PRIVATE.to_owned()),
        ("!FindInMap [M, !Ref 'AWS::Region', public]", public_if("the mapping M is true")),
        ("!FindInMap [M, c, public]", public_if("the mapping M is true")),
    ] {
        assert_eq!(public(map, &format!("PubliclyAccessible: {value}")), wanted, "{value}");
    }
    for (value, wanted) in [
        ("!Sub 'false'", PRIVATE),
        ("!Sub ['${X}', {X: 'false'}]", PRIVATE),
        ("!Join ['', [fal, se]]", PRIVATE),
        ("!Select [1, ['true', 'false']]", PRIVATE),
        ("!Select [0, !Split [',', 'true,false']]", IS_PUBLIC),
    ] {
        assert_eq!(public("", &format!("PubliclyAccessible: {value}")), wanted, "{value}");
    }
}

#[test]
fn a_macro_may_change_a_value() {
    let verdict = public("Transform: [AWS::LanguageExtensions, Mine]", "PubliclyAccessible: false");
    assert!(
        verdict.starts_with("NON_COMPLIANT UNKNOWN: cannot be known before deployment, UNKNOWN if the macro Mine is changing it"),
        "{verdict}"
    );
    assert_eq!(public("Transform: AWS::Serverless-2016-10-31", "PubliclyAccessible: false"), PRIVATE);
    assert_eq!(public("Transform: Mine", "PubliclyAccessible: true"), IS_PUBLIC);
}
