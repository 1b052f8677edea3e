//! Texts that are no template or plan.

use iac::{Settings, Template, terraform_plan, terraform_state};
use proptest::prelude::*;

use crate::{PUBLIC, cloudformation, instance, verdicts};

#[test]
fn an_invalid_template_is_reported_with_its_position() {
    for (text, wanted) in [
        ("Resources:\n  A: [\n", "line 3, column 1: neither YAML nor JSON"),
        ("Resources: {A: }}\n", "line 1, column"),
        ("AWSTemplateFormatVersion: '2010-09-09'\n", "the template has no Resources"),
        ("Resources: {}\n---\nResources: {}\n", "line 3, column 1: more than one YAML document"),
        ("Resources: *nobody\n", "line 1, column"),
    ] {
        let error = cloudformation(text, &Settings::default()).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{text}: {error}");
    }
    let deep = format!("Resources: {}", "[".repeat(50_000));
    let error = cloudformation(&deep, &Settings::default()).unwrap_err().to_string();
    assert!(error.contains("recursion limit") || error.contains("nested too deeply"), "{error}");
    let lines: Vec<String> = (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)).collect();
    let bomb = lines.concat();
    let bomb = format!("a0: &a0 [x]\n{bomb}Resources: {{}}\n");
    assert!(cloudformation(&bomb, &Settings::default()).unwrap_err().to_string().contains("too large"));
    for other in
        ["", "hello", "apiVersion: v1\nkind: List\n", "[1]", "{\"Resources\": 1}", "a: [", "Resources: [x]"]
    {
        assert!(Template::recognize(other).is_none(), "{other}");
    }
}

proptest! {
    /// Any text is parsed or rejected, and no broken template is COMPLIANT without an explicit false.
    #[test]
    fn no_text_panics_or_passes_without_an_explicit_false(text in any::<String>(), cut in 0..600_usize, put in "[-!&*{}\\[\\]:,'\"\\n a-z]{0,6}") {
        let _ = Template::recognize(&text);
        let _ = cloudformation(&text, &Settings::default());
        let _ = terraform_plan(&text);
        let _ = terraform_state(&text);
        let _ = Template::parse_all(&text);
        let template = instance("Conditions:\n  C: !Equals [!Ref X, a]", "PubliclyAccessible: !If [C, !Sub '${X}', on]");
        let at = template.char_indices().map(|(at, _)| at).nth(cut % template.len()).unwrap_or(0);
        let (before, after) = template.split_at(at);
        let broken = [before, put.as_str(), after].concat();
        if let Ok(plan) = cloudformation(&broken, &Settings::default()) {
            for verdict in verdicts(&plan, PUBLIC) {
                prop_assert!(!verdict.starts_with("COMPLIANT"), "{}", broken);
            }
        }
    }
}
