//! The texts of a realistic plan, letter for letter.

use std::path::Path;

use remediation::{Choices, formats};

use crate::sample::{facts, made, sample};

/// Compares a text with the file of that name. With the environment variable `WRITE_GOLDEN` it writes the file.
fn compare(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let wanted = std::fs::read_to_string(&file).unwrap_or_default();
    let first = text.lines().zip(wanted.lines()).find(|(new, old)| new != old);
    assert!(text == wanted, "{name} differs (WRITE_GOLDEN=1 writes it), first here: {first:#?}");
}

#[test]
fn a_realistic_plan_has_its_text_in_every_format() {
    let plan = sample();
    assert!(plan.is_ready(), "{:?}", plan.refusals().collect::<Vec<_>>());
    compare("plan-100.txt", &formats::terminal(&plan, Some(100), false));
    compare("plan-80.txt", &formats::terminal(&plan, Some(80), false));
    compare("plan.md", &formats::markdown(&plan));
    compare("console.txt", &formats::console(&plan));
    for script in formats::shell(&plan) {
        compare(script.name, &script.text);
    }
    compare("plan.json", &formats::json(&plan).unwrap());
}

#[test]
fn a_blocked_plan_begins_with_what_blocks() {
    let mut blocked = facts();
    blocked.tasks.as_mut().unwrap()[0].replication_task_stats.as_mut().unwrap().tables_loading = Some(3);
    blocked.orderable.as_mut().unwrap()[0].engine_version = Some("3.6.1".to_owned());
    let blocked = made(&blocked, Choices::default());
    let mut private = facts();
    private.instance.publicly_accessible = Some(false);
    let private = made(&private, Choices::default());
    assert!(!blocked.is_ready() && !private.is_ready());
    compare("blocked-100.txt", &formats::terminal(&blocked, Some(100), false));
    compare("overview-100.txt", &formats::overview(&[sample(), blocked, private], Some(100), false));
}

#[test]
fn a_plan_for_managed_code_has_the_steps_in_the_code_and_of_the_others_those_that_they_name() {
    let owners = [
        (
            "cloudformation",
            vec![("aws:cloudformation:stack-name", "orders"), ("aws:cloudformation:logical-id", "Orders")],
        ),
        ("terraform", vec![("dms-rule:managed-by", "terraform")]),
    ];
    for (name, tags) in owners {
        let mut facts = facts();
        facts.tags = Some(tags.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect());
        let plan = made(&facts, Choices::default());
        let text = formats::terminal(&plan, Some(100), false);
        let (_, steps) = text.split_once("\nSteps in the code: ").unwrap();
        compare(&format!("{name}-100.txt"), &format!("Steps in the code: {steps}"));
        let page = formats::markdown(&plan);
        for text in [&text, &page, &formats::console(&plan)] {
            let head = text
                .find("follow \"Steps in the code\"")
                .or_else(|| text.find("follow \\\"Steps"))
                .or(text.find("follow \"Steps"));
            let code = text.find("Steps in the code: ").unwrap();
            let api = text.find("Steps by API that").unwrap();
            assert!(head.unwrap() < code && code < api, "{text}");
            let (_, api) = text.split_at(api);
            assert!(api.contains("Test") && !api.contains("Create the private"), "{api}");
            assert!(
                !text.contains("create-replication-instance")
                    && !text.contains("delete-replication-instance")
            );
            assert!(
                !text.contains("Create replication instance") && !text.contains("Actions, Delete"),
                "{text}"
            );
        }
        let chosen = made(&facts, Choices { managed: true, ..Choices::default() });
        let text_by_api = formats::terminal(&chosen, Some(100), false);
        assert!(text_by_api.contains("create-replication-instance"));
        let (_, page) = page.split_once("\n## Steps in the code: ").unwrap();
        compare(&format!("{name}.md"), &format!("## Steps in the code: {page}"));
    }
}
