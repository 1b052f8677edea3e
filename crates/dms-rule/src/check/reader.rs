//! Recognizes the documents of an input by their content.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use iac::Template;
use report::SourceKind;
use serde_json::value::RawValue;

use super::error::ReadError;
use super::evaluator::Evaluator;
use super::existing::{self, ExistingResource, Members};
use super::input::InputFile;
use super::lists::{Lists, is_list};
use super::progress::Progress;
use super::scanner::Scanner;

/// The bytes at the beginning of a file that decide if it is read as a stream.
const HEAD: u64 = 64 * 1024;

/// The largest document that is held in memory. CloudFormation accepts templates of 1 MB; plans have some megabytes.
const WHOLE_MAXIMUM: u64 = 64 * 1024 * 1024;

/// Reads inputs, and has their resources evaluated.
pub(super) struct Reader<'a> {
    pub(super) evaluator: Evaluator<'a>,
    /// The settings of templates.
    pub(super) settings: iac::Settings,
}

impl Reader<'_> {
    /// Reads one input to its end, or as far as it can be read.
    pub(super) fn read(&mut self, input: &InputFile, progress: &Progress) {
        progress.show(&input.name);
        if let Err(error) = self.read_bytes(input, progress) {
            self.evaluator.fail(input, &error);
        }
    }

    fn read_bytes(&mut self, input: &InputFile, progress: &Progress) -> Result<(), ReadError> {
        let mut reader = input.open(progress)?;
        let mut head = Vec::new();
        (&mut reader).take(HEAD).read_to_end(&mut head)?;
        if (head.len() as u64) < HEAD || !is_stream(&head) {
            (&mut reader).take(WHOLE_MAXIMUM).read_to_end(&mut head)?;
            if (head.len() as u64) < WHOLE_MAXIMUM {
                return self.read_whole(input, &head);
            }
        }
        self.read_stream(input, Cursor::new(head).chain(reader))
    }

    /// Reads an input that is held in memory.
    fn read_whole(&mut self, input: &InputFile, bytes: &[u8]) -> Result<(), ReadError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(utf16(bytes).ok_or(ReadError::Encoding)?),
        };
        if text.trim().is_empty() {
            return Err(ReadError::Empty);
        }
        if !text.trim_start().starts_with(['{', '[']) {
            return self.read_template(input, &text);
        }
        let documents: Result<Vec<&RawValue>, _> =
            serde_json::Deserializer::from_str(&text).into_iter::<&RawValue>().collect();
        let Ok(documents) = documents else {
            // It may be a template in YAML's flow style. If not, the scanner keeps the complete part, and reports where the
            // rest breaks.
            return match Template::recognize(&text) {
                Some(template) => self.read_planned(input, &template?),
                None => self.read_stream(input, text.as_bytes()),
            };
        };
        for document in documents {
            self.read_document(input, document.get())?;
        }
        Ok(())
    }

    /// Reads one JSON document.
    fn read_document(&mut self, input: &InputFile, text: &str) -> Result<(), ReadError> {
        if !text.trim_start().starts_with('{') {
            return self.read_stream(input, text.as_bytes());
        }
        let members: Members<'_> = serde_json::from_str(text).unwrap_or_default();
        let has = |name: &str| members.contains_key(name);
        let is_plan = has("planned_values") || has("resource_changes");
        let kinds = [
            has("invokingEvent"),
            has("Resources"),
            is_plan,
            has("configurationItem") || has("configurationItemSummary") || has("detail"),
            members.keys().any(|name| is_list(name)),
        ];
        if kinds.into_iter().filter(|is_kind| *is_kind).count() > 1 {
            return Err(ReadError::Mixed);
        }
        if has("invokingEvent") {
            let (resource, own) = existing::event(text)?;
            self.evaluator.evaluate_existing(input, SourceKind::ConfigEvent, vec![resource], Some(&own));
        } else if has("Resources") {
            self.read_template(input, text)?;
        } else if is_plan || (has("values") && has("format_version")) {
            if is_plan {
                let plan = iac::terraform_plan(text)?;
                self.evaluator.evaluate_planned(input, SourceKind::TerraformPlan, plan);
            } else {
                let state = iac::terraform_state(text)?;
                let resources = state.resources.into_iter().map(ExistingResource::in_state).collect();
                self.evaluator.evaluate_existing(input, SourceKind::TerraformState, resources, None);
                for error in state.failures {
                    self.evaluator.fail(input, &error.into());
                }
            }
        } else if let Some(item) = existing::notification(&members) {
            let resource = ExistingResource::recorded(item?);
            self.evaluator.evaluate_existing(input, SourceKind::ConfigNotification, vec![resource], None);
        } else if let Some(single) = existing::single(text, self.evaluator.report.at) {
            let (kind, resource) = single?;
            self.evaluator.evaluate_existing(input, kind, vec![resource], None);
        } else {
            self.read_stream(input, text.as_bytes())?;
        }
        Ok(())
    }

    /// Reads documents with lists of items or resources, of any length.
    fn read_stream(&mut self, input: &InputFile, bytes: impl Read) -> Result<(), ReadError> {
        let mut scanner = Scanner::new(bytes);
        loop {
            let mut lists = Lists::new(self.evaluator.report.at);
            let read = scanner.document(is_list, |piece| lists.add(piece));
            let kind = lists.kind();
            let (resources, errors) = lists.finish();
            if let Some(kind) = kind {
                self.evaluator.evaluate_existing(input, kind, resources, None);
            }
            for error in errors {
                self.evaluator.fail(input, &error);
            }
            match read? {
                false => return Ok(()),
                true if kind.is_none() => self.evaluator.unsupported(input),
                true => {}
            }
        }
    }

    fn read_template(&mut self, input: &InputFile, text: &str) -> Result<(), ReadError> {
        if let Some(template) = Template::recognize(text) {
            return self.read_planned(input, &template?);
        }
        self.evaluator.unsupported(input);
        Ok(())
    }

    fn read_planned(&mut self, input: &InputFile, template: &Template) -> Result<(), ReadError> {
        let plan = template.plan(&self.settings)?;
        self.evaluator.evaluate_planned(input, SourceKind::CloudFormationTemplate, plan);
        Ok(())
    }
}

/// Returns true if the beginning of a file shows that it is a list of any length.
fn is_stream(head: &[u8]) -> bool {
    ["\"configurationItems\"", "\"baseConfigurationItems\"", "\"Results\""]
        .iter()
        .any(|name| memchr::memmem::find(head, name.as_bytes()).is_some())
}

/// Decodes UTF-16 with a byte order mark, which PowerShell writes to redirected files.
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
