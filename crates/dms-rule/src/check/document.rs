//! What an input holds, and the verdicts on it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use report::{Evaluation, Failure, Report, Resource, Source, SourceKind, SourceSummary};
use rule_core::{ConfigurationItem, ErrorKind, Facts, Input as RuleInput, Lookup, RuleParameters, Verdict};
use serde_json::value::RawValue;

use super::input::{Input, Progress};
use super::recorded::{self, Recorded};
use super::scanner::Scanner;
use super::written;

/// How much of a file is looked at to tell whether it must be read as a stream.
const HEAD: u64 = 64 * 1024;

/// The largest document that is held as a whole. CloudFormation takes templates of 1 MB; plans are some megabytes.
const WHOLE_MAXIMUM: u64 = 64 * 1024 * 1024;

/// The running check.
pub(crate) struct Check<'a> {
    /// The chosen rules.
    pub(crate) rules: &'a [RuleParameters],
    /// They were chosen on the command line, so they go before an event's own.
    pub(crate) is_chosen: bool,
    /// Of templates.
    pub(crate) settings: templates::Settings,
    /// What was found so far.
    pub(crate) report: Report,
}

impl Check<'_> {
    /// Reads one input to its end, or as far as it can be read.
    pub(crate) fn read(&mut self, input: &Input, progress: &Progress) {
        progress.at(input);
        if let Err(why) = self.read_bytes(input, progress) {
            self.fail(input, why);
        }
    }

    fn read_bytes(&mut self, input: &Input, progress: &Progress) -> Result<(), String> {
        let cannot = |error: std::io::Error| format!("cannot be read: {error}");
        let mut reader = input.open(progress).map_err(cannot)?;
        let mut head = Vec::new();
        (&mut reader).take(HEAD).read_to_end(&mut head).map_err(cannot)?;
        if (head.len() as u64) < HEAD || !is_stream(&head) {
            (&mut reader).take(WHOLE_MAXIMUM).read_to_end(&mut head).map_err(cannot)?;
            if (head.len() as u64) < WHOLE_MAXIMUM {
                return self.read_whole(input, &head);
            }
        }
        self.read_stream(input, Cursor::new(head).chain(reader))
    }

    /// A document that is held in memory.
    fn read_whole(&mut self, input: &Input, bytes: &[u8]) -> Result<(), String> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(utf16(bytes).ok_or("is neither UTF-8 nor UTF-16 text")?),
        };
        if text.trim().is_empty() {
            return Err("is empty".to_owned());
        }
        if !text.trim_start().starts_with(['{', '[']) {
            return self.read_template(input, &text);
        }
        let documents: Result<Vec<&RawValue>, _> =
            serde_json::Deserializer::from_str(&text).into_iter::<&RawValue>().collect();
        let Ok(documents) = documents else {
            // Perhaps a template in YAML's flow style; else the scanner tells where it breaks, and keeps what is whole.
            return if templates::looks_like_cloudformation(&text) {
                self.read_template(input, &text)
            } else {
                self.read_stream(input, text.as_bytes())
            };
        };
        for document in documents {
            self.read_document(input, document.get())?;
        }
        Ok(())
    }

    fn read_document(&mut self, input: &Input, text: &str) -> Result<(), String> {
        if !text.trim_start().starts_with('{') {
            return self.read_stream(input, text.as_bytes());
        }
        let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        let has = |name: &str| members.contains_key(name);
        let is_plan = has("planned_values") || has("resource_changes");
        let kinds = [
            has("invokingEvent"),
            has("Resources"),
            is_plan,
            has("configurationItem") || has("configurationItemSummary") || has("detail"),
            members.keys().any(|name| recorded::is_list(name)),
        ];
        if kinds.into_iter().filter(|is| *is).count() > 1 {
            return Err("holds several kinds of things at once, such as a template and a list of items; give each a file of its own".to_owned());
        }
        if has("invokingEvent") {
            self.read_event(input, text)
        } else if has("Resources") {
            self.read_template(input, text)
        } else if is_plan || (has("values") && has("format_version")) {
            let kind = if is_plan { SourceKind::TerraformPlan } else { SourceKind::TerraformState };
            self.read_planned(input, kind, templates::terraform(text))
        } else if let Some(message) = recorded::notification(&members) {
            self.judge_all(input, SourceKind::ConfigNotification, vec![message?], None);
            Ok(())
        } else if let Some(item) = recorded::single(text, self.report.at) {
            let (kind, recorded) = item?;
            self.judge_all(input, kind, vec![recorded], None);
            Ok(())
        } else {
            self.read_stream(input, text.as_bytes())
        }
    }

    /// Lists of items and resources, of any length.
    fn read_stream(&mut self, input: &Input, bytes: impl Read) -> Result<(), String> {
        let mut scanner = Scanner::new(bytes);
        loop {
            let mut lists = recorded::Lists::new(self.report.at);
            let read = scanner.document(recorded::is_list, |piece| lists.take(piece));
            let kind = lists.kind();
            let (resources, failures) = lists.end();
            if let Some(kind) = kind {
                self.judge_all(input, kind, resources, None);
            }
            for why in failures {
                self.fail(input, why);
            }
            match read {
                Err(error) => return Err(error.to_string()),
                Ok(false) => return Ok(()),
                Ok(true) if kind.is_none() => self.unknown(input),
                Ok(true) => {}
            }
        }
    }

    fn read_event(&mut self, input: &Input, text: &str) -> Result<(), String> {
        let (recorded, own) = recorded::event(text)?;
        self.judge_all(input, SourceKind::ConfigEvent, vec![recorded], Some(&own));
        Ok(())
    }

    fn read_template(&mut self, input: &Input, text: &str) -> Result<(), String> {
        if !templates::looks_like_cloudformation(text) {
            if input.is_named || written::may_speak_of_dms(text) {
                self.unknown(input);
            } else {
                self.looked(input, SourceKind::Unsupported, 0);
            }
            return Ok(());
        }
        let planned = templates::cloudformation(text, &self.settings);
        self.read_planned(input, SourceKind::CloudFormationTemplate, planned)
    }

    fn read_planned(
        &mut self,
        input: &Input,
        kind: SourceKind,
        planned: Result<templates::Plan, templates::Unreadable>,
    ) -> Result<(), String> {
        let plan = planned.map_err(|error| error.to_string())?;
        self.looked(input, kind, plan.resources.len());
        for why in plan.failures {
            self.fail(input, why);
        }
        for planned in &plan.resources {
            for parameters in self.rules {
                if parameters.rule.resource_type.name == planned.resource_type.name {
                    let judged = written::judged(planned, parameters, &input.name, kind, self.report.at);
                    self.report.evaluations.push(judged);
                }
            }
        }
        Ok(())
    }

    /// Every rule of its type on each resource; an event's own rule where none was chosen.
    fn judge_all(
        &mut self,
        input: &Input,
        kind: SourceKind,
        resources: Vec<Recorded>,
        own: Option<&RuleParameters>,
    ) {
        let rules = match own {
            Some(own) if !self.is_chosen => std::slice::from_ref(own),
            _ => self.rules,
        };
        self.report.sources.push(SourceSummary { name: input.name.clone(), kind, resources: resources.len() });
        for Recorded { item, facts, left_scope } in resources {
            for parameters in rules.iter().filter(|parameters| parameters.rule.judges(&item)) {
                let rule = parameters.rule;
                let verdict = if left_scope {
                    rule.left_scope(&item)
                } else {
                    verdict(&item, &facts, parameters, self.report.at)
                };
                let source = Source {
                    name: input.name.clone(),
                    kind,
                    position: None,
                    recorded_at: Some(item.configuration_item_capture_time),
                    planned_fix: None,
                };
                self.report.evaluations.push(Evaluation { rule, verdict, resource: Resource::from_item(&item), source });
            }
        }
    }

    fn looked(&mut self, input: &Input, kind: SourceKind, resources: usize) {
        self.report.sources.push(SourceSummary { name: input.name.clone(), kind, resources });
    }

    /// A document in which there is nothing to judge: an error if it was named.
    fn unknown(&mut self, input: &Input) {
        if input.is_named {
            self.fail(
                input,
                "holds nothing that can be judged; `dms-rule check --help` tells what is read".to_owned(),
            );
        } else {
            self.looked(input, SourceKind::Unsupported, 0);
        }
    }

    fn fail(&mut self, input: &Input, message: String) {
        self.report.failures.push(Failure {
            source: input.name.clone(),
            kind: ErrorKind::BadInput,
            message,
            account_id: None,
            region: None,
        });
    }
}

/// Nothing can be looked up from a file, so the facts say so for everything that a rule asks for.
fn verdict(
    item: &ConfigurationItem,
    facts: &Facts,
    parameters: &RuleParameters,
    at: chrono::DateTime<chrono::Utc>,
) -> Verdict {
    let input = RuleInput { item, facts, parameters, at: Some(at) };
    parameters.rule.evaluate(&input).unwrap_or_else(|lookup: Lookup| {
        let why = format!("{lookup:?} is not told by a file");
        Verdict::new(rule_core::Finding::unknown(why, "run dms-rule scan."), String::new())
    })
}

/// Whether the beginning of a file says that it is a long list.
fn is_stream(head: &[u8]) -> bool {
    ["\"configurationItems\"", "\"baseConfigurationItems\"", "\"Results\""]
        .iter()
        .any(|name| memchr::memmem::find(head, name.as_bytes()).is_some())
}

/// What Windows' shells write when output is redirected.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (order, rest) = bytes.split_at_checked(2)?;
    let unit: fn([u8; 2]) -> u16 = match order {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return None };
    String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>()).ok()
}
