//! Reads inputs: recognizes their documents by content, and has their resources evaluated.
//!
//! Every input takes the same way, however long it is and however it was given. A document that mentions DMS resources is
//! evaluated or a failure; one that does not mention them is nothing to report.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::rc::Rc;

use iac::Template;
use report::SourceKind;

use super::comment::comment;
use super::companions::Companions;
use super::documents::{
    Companion, Content, content, decoded, is_bare_response, is_cli_error, is_configuration, is_other_kind,
    may_be_response, odd_section, plural, unpacked, unsupported, unsupported_entry, unsupported_text,
};
use super::encoding::{decode, is_binary};
use super::error::ReadError;
use super::evaluator::Evaluator;
use super::input::{Hashed, InputFile};
use super::items;
use super::lists::{Lists, is_list};
use super::members::Members;
use super::mention::mentions_dms;
use super::progress::Progress;
use super::scanner::{Piece, ScanError, Scanner};
use super::terraform::{is_plan_file, is_terraform, is_terraform_file};
use crate::suggestion::did_you_mean;

/// The most documents that are within each other.
const DEPTH_MAXIMUM: usize = 8;

/// Reads inputs, and has their resources evaluated.
pub(super) struct Reader<'a> {
    evaluator: Evaluator<'a>,
    /// The settings of templates.
    settings: iac::Settings,
    companions: Companions,
    /// The names of the parameters that templates declare.
    declared: BTreeSet<String>,
}

/// A document that is being read: the input, and the documents around it.
#[derive(Clone)]
struct Place {
    input: Rc<str>,
    depth: usize,
    /// The number of the document in its input, from 1.
    document: usize,
    /// True for an entry of a list.
    is_entry: bool,
    /// True if the input is named, not found in a folder: it is then meant to be one.
    is_named: bool,
}

/// The end of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is of a kind that is read.
    Read,
    /// It does not mention DMS resources.
    WithoutDms,
}

impl<'a> Reader<'a> {
    pub(super) fn new(evaluator: Evaluator<'a>, settings: iac::Settings) -> Self {
        Self { evaluator, settings, companions: Companions::default(), declared: BTreeSet::new() }
    }

    /// Reads one input to its end, or as far as it can be read.
    pub(super) fn read(&mut self, input: &InputFile, progress: &Progress) {
        progress.show(&input.name);
        let (name, is_named) = (Rc::from(input.name.as_str()), input.is_named);
        let place = Place { input: name, depth: 0, document: 1, is_entry: false, is_named };
        let (read, hashed) = match input.open(progress) {
            Ok((bytes, hashed)) => (self.bytes(&place, bytes), Some(hashed)),
            Err(error) => (Err(ReadError::Io(error)), None),
        };
        match read {
            Ok(Fate::Read) => {}
            Ok(Fate::WithoutDms) => self.evaluator.add_source(&place.input, SourceKind::WithoutDms),
            Err(error) => self.evaluator.fail(&place.input, &error),
        }
        match hashed.map(Hashed::checksum) {
            Some(Ok(sha256)) => self.evaluator.add_checksum(&place.input, sha256),
            Some(Err(error)) => self.evaluator.fail(&place.input, &ReadError::Io(error)),
            None => {}
        }
    }

    /// Returns the evaluator when all inputs were read, with what could be evaluated only then.
    pub(super) fn finish(mut self) -> Evaluator<'a> {
        self.companions.finish(&mut self.evaluator);
        for (name, _) in &self.settings.parameters {
            if !self.declared.contains(name) {
                let question = did_you_mean(name, self.declared.iter().map(String::as_str));
                let error = ReadError::Parameter { name: name.clone(), question };
                self.evaluator.fail("--parameter-overrides", &error);
            }
        }
        self.evaluator
    }

    /// Reads a sequence of JSON documents, or a text of another kind.
    fn bytes(&mut self, place: &Place, bytes: impl Read) -> Result<Fate, ReadError> {
        if place.depth > DEPTH_MAXIMUM {
            return Err(ReadError::Nested);
        }
        let mut scanner = Scanner::new(bytes);
        if !matches!(scanner.first()?, Some(b'{' | b'[')) {
            return self.text(place, &scanner.rest()?.unwrap_or_default());
        }
        let mut fate = Fate::WithoutDms;
        let mut is_first = true;
        let mut place = place.clone();
        loop {
            let mut document = Document::new(self.evaluator.at(), place.is_named);
            let read = scanner.document(is_list, |piece| document.add(self, &place, piece));
            if let Err(ScanError::Unexpected { .. } | ScanError::Name(_)) = &read {
                let is_known = document.is_of_known_kind() || fate == Fate::Read;
                return match (scanner.text().is_some() && is_first, read) {
                    // It may be a template in YAML's flow style, or JSON with comments.
                    (true, read) => match (self.text(&place, &scanner.rest()?.unwrap_or_default()), read) {
                        (Ok(Fate::WithoutDms), Err(error)) if is_known => Err(error.into()),
                        (read, _) => read,
                    },
                    (false, Err(error)) if is_known || document.is_read() => {
                        self.document(&place, document, None, false)?;
                        Err(error.into())
                    }
                    // What comes behind it is not read.
                    (false, Err(error)) if scanner.any_of_the_rest(mentions_dms)? => Err(error.into()),
                    (false, _) => Ok(fate),
                };
            }
            let is_document = matches!(read, Ok(true));
            if let Fate::Read = self.document(&place, document, scanner.text(), is_document)? {
                fate = Fate::Read;
            }
            match read {
                Ok(true) => {
                    is_first = false;
                    place.document += 1;
                }
                Ok(false) => return Ok(fate),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads a JSON document of which all pieces were added, or those before an error.
    fn document(
        &mut self,
        place: &Place,
        document: Document,
        text: Option<&[u8]>,
        is_complete: bool,
    ) -> Result<Fate, ReadError> {
        let Document { members, lists, list, .. } = document;
        if let Some(list) = list {
            return Ok(self.list(place, list));
        }
        let (kind, lists_are_there) = (lists.kind(), lists.have_begun());
        for error in lists.into_errors() {
            self.evaluator.fail(&place.input, &error);
        }
        if let Some(kind) = kind {
            self.evaluator.add_source(&place.input, kind);
            // The lists are read; a template beside them, say, is not.
            if lists_are_there
                && members.iter().any(|(name, value)| is_other_kind(name) || mentions_dms(value.as_bytes()))
            {
                return Err(ReadError::Mixed);
            }
            return Ok(Fate::Read);
        }
        match text.filter(|_| is_complete) {
            Some(text) => match std::str::from_utf8(text) {
                Ok(text) => self.object(place, text, &members),
                Err(_) if !mentions_dms(text) => Ok(Fate::WithoutDms),
                Err(_) => Err(ReadError::Encoding),
            },
            None => Ok(Fate::WithoutDms),
        }
    }

    /// Reads an object that is not a list of resources.
    fn object(&mut self, place: &Place, text: &str, members: &Members) -> Result<Fate, ReadError> {
        match content(text, members, self.evaluator.at())? {
            Content::Resource(kind, resource, own) => {
                let kind = if place.is_entry { plural(kind) } else { kind };
                self.evaluator.add_source(&place.input, kind);
                self.evaluator.add_record(&place.input, kind, *resource, own);
            }
            Content::Template => match Template::recognize(text) {
                Some(template) => {
                    // YAML would take a comment for the beginning of a name.
                    if let Some(line) = comment(text) {
                        return Err(ReadError::Comment { line });
                    }
                    self.template(place, &template?, mentions_dms(text.as_bytes()))?;
                    // A template has no such section, so nothing in it is evaluated.
                    if let Some(name) = odd_section(members) {
                        return Err(ReadError::Section(name.to_owned()));
                    }
                }
                None if is_configuration(members) => {
                    self.companions.add(&place.input, Companion::TerraformConfiguration);
                }
                None => return unread(place, text, members),
            },
            Content::TerraformPlan => {
                self.companions.add_plan(mentions_dms(text.as_bytes()));
                let plan = iac::terraform_plan(text)?;
                self.planned(place, SourceKind::TerraformPlan, plan);
            }
            Content::TerraformState => self.state(place, text)?,
            Content::Documents(texts) => {
                let fate = self.documents(place, &texts);
                // What stands beside the documents is not read.
                let is_left = |(_, value): (&str, &str)| {
                    let is_read = |text: &String| *text == decoded(value) || value.contains(text.as_str());
                    value.contains('{') && mentions_dms(value.as_bytes()) && !texts.iter().any(is_read)
                };
                if fate == Fate::WithoutDms || members.iter().any(is_left) {
                    return unread(place, text, members);
                }
            }
            Content::Companion(companion) if mentions_dms(text.as_bytes()) => {
                self.companions.add(&place.input, companion);
            }
            Content::Nothing(kind) => self.evaluator.add_source(&place.input, kind),
            Content::Companion(_) | Content::Unknown => return unread(place, text, members),
        }
        Ok(Fate::Read)
    }

    /// Reads the documents that another one holds.
    fn documents(&mut self, place: &Place, texts: &[String]) -> Fate {
        let mut fate = Fate::WithoutDms;
        let inner = Place { depth: place.depth + 1, ..place.clone() };
        for text in texts {
            let unpacked = unpacked(text);
            match self.bytes(&inner, unpacked.as_ref().unwrap_or(text).as_bytes()) {
                Ok(Fate::Read) => fate = Fate::Read,
                // An empty message says nothing.
                Ok(Fate::WithoutDms) | Err(ReadError::Empty) => {}
                Err(error) => {
                    fate = Fate::Read;
                    self.evaluator.fail(&place.input, &error);
                }
            }
        }
        fate
    }

    /// Reports a list at the top whose entries were read one by one.
    fn list(&mut self, place: &Place, list: EntryList) -> Fate {
        if list.entries == 0 {
            self.evaluator.add_source(&place.input, SourceKind::EmptyList);
            return Fate::Read;
        }
        if !list.is_read {
            return Fate::WithoutDms;
        }
        // Most entries that cannot be read have the same defect.
        let mut defects: Vec<(String, usize, usize)> = Vec::new();
        for (number, error) in list.errors {
            let defect = error.to_string();
            match defects.iter_mut().find(|(known, ..)| *known == defect) {
                Some((_, _, others)) => *others += 1,
                None => defects.push((defect, number, 0)),
            }
        }
        for (defect, number, others) in defects {
            self.evaluator.fail(&place.input, &ReadError::InList { number, others, defect });
        }
        Fate::Read
    }

    /// Reads a text that is not JSON: YAML, Terraform's own language, or text without a mention of DMS.
    fn text(&mut self, place: &Place, bytes: &[u8]) -> Result<Fate, ReadError> {
        if is_plan_file(bytes) {
            self.companions.add(&place.input, Companion::TerraformPlanFile);
            return Ok(Fate::Read);
        }
        let Some(text) = decode(bytes) else {
            // Text in an encoding of single bytes shows what it mentions; anything else may hide it.
            let is_clear = !is_binary(bytes) && !mentions_dms(bytes);
            return if is_clear { Ok(Fate::WithoutDms) } else { Err(ReadError::Encoding) };
        };
        let significant = text.trim_start();
        if significant.is_empty() {
            return Err(ReadError::Empty);
        }
        if matches!(text, Cow::Owned(_)) && significant.starts_with(['{', '[']) {
            let inner = Place { depth: place.depth + 1, ..place.clone() };
            return self.bytes(&inner, Cursor::new(text.as_bytes()));
        }
        if is_cli_error(&text) {
            return Err(ReadError::CliError);
        }
        let mentions_dms = mentions_dms(text.as_bytes());
        if !mentions_dms && !Template::may_begin(&text) && !may_be_response(&text) {
            return Ok(Fate::WithoutDms);
        }
        // YAML would take a comment for the beginning of a name.
        if let Some(line) = comment(&text) {
            return if mentions_dms { Err(ReadError::Comment { line }) } else { Ok(Fate::WithoutDms) };
        }
        let documents = match Template::parse_all(&text) {
            Ok(documents) if !is_terraform_file(&place.input) => documents,
            _ if mentions_dms && is_terraform(&place.input, &text) => {
                self.companions.add(&place.input, Companion::TerraformConfiguration);
                return Ok(Fate::Read);
            }
            // A text that is neither, such as a template of templates, names a type of AWS if it is about one.
            Err(_) if !mentions_dms && !text.contains("AWS::CloudFormation::") => {
                return Ok(Fate::WithoutDms);
            }
            Err(_) if mentions_dms && !Template::may_begin(&text) => return Err(unsupported_text(&text)),
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(Fate::WithoutDms),
        };
        let mut fate = Fate::WithoutDms;
        for (number, template) in documents.iter().enumerate() {
            let place = Place { document: number + 1, ..place.clone() };
            if template.is_recognizable() {
                fate = Fate::Read;
                let plan = self.template(&place, template, mentions_dms);
                if let Err(error) = plan
                    && (mentions_dms || documents.len() > 1)
                {
                    return Err(error);
                }
            } else if self.yaml(&place, template)? == Fate::Read {
                fate = Fate::Read;
            }
        }
        if mentions_dms && fate == Fate::WithoutDms {
            if is_terraform(&place.input, &text) {
                self.companions.add(&place.input, Companion::TerraformConfiguration);
                return Ok(Fate::Read);
            }
            return Err(unsupported_text(&text));
        }
        Ok(fate)
    }

    /// Reads a document in YAML that is no template as the JSON document of the same content.
    fn yaml(&mut self, place: &Place, document: &Template) -> Result<Fate, ReadError> {
        let json =
            serde_json::to_string(&document.to_json()).map_err(|error| ReadError::Resource(error.into()))?;
        if !json.starts_with(['{', '[']) {
            return if mentions_dms(json.as_bytes()) {
                Err(unsupported_text(&json))
            } else {
                Ok(Fate::WithoutDms)
            };
        }
        let inner = Place { depth: place.depth + 1, ..place.clone() };
        self.bytes(&inner, json.as_bytes())
    }

    fn template(&mut self, place: &Place, template: &Template, mentions_dms: bool) -> Result<(), ReadError> {
        self.companions.add_template(&place.input, mentions_dms);
        self.declared.extend(template.parameters().into_iter().map(|parameter| parameter.name));
        let plan = template.plan(&self.settings)?;
        self.planned(place, SourceKind::CloudFormationTemplate, plan);
        Ok(())
    }

    fn planned(&mut self, place: &Place, kind: SourceKind, mut plan: iac::Plan) {
        for elsewhere in std::mem::take(&mut plan.elsewhere) {
            self.companions.add_elsewhere(&place.input, elsewhere);
        }
        self.evaluator.evaluate_planned(&place.input, kind, place.document, plan);
    }

    fn state(&mut self, place: &Place, text: &str) -> Result<(), ReadError> {
        let state = iac::terraform_state(text)?;
        self.evaluator.add_source(&place.input, SourceKind::TerraformState);
        for error in state.failures {
            self.evaluator.fail(&place.input, &error.into());
        }
        for elsewhere in state.elsewhere {
            self.companions.add_elsewhere(&place.input, elsewhere);
        }
        for resource in state.resources {
            let resource = super::existing::ExistingResource::from_state(resource, self.evaluator.at());
            self.evaluator.add_record(&place.input, SourceKind::TerraformState, resource, None);
        }
        Ok(())
    }
}

/// Returns the end of an object of no kind that is read: an error if it mentions DMS resources.
fn unread(place: &Place, text: &str, members: &Members) -> Result<Fate, ReadError> {
    let is_odd = mentions_dms(text.as_bytes()) || (place.is_named && is_bare_response(members));
    if is_odd { Err(unsupported(members)) } else { Ok(Fate::WithoutDms) }
}

/// The pieces of a JSON document, as far as it was read.
struct Document {
    /// The members that are not lists of resources.
    members: Members,
    lists: Lists,
    /// The entries of a list at the top; `None` for an object.
    list: Option<EntryList>,
}

/// The entries of a list at the top, as far as they were read.
#[derive(Default)]
struct EntryList {
    entries: usize,
    /// True if an entry is of a kind that is read, or mentions DMS resources.
    is_read: bool,
    errors: Vec<(usize, ReadError)>,
}

impl Document {
    fn new(at: chrono::DateTime<chrono::Utc>, is_named: bool) -> Self {
        Self { members: Members::default(), lists: Lists::new(at, is_named), list: None }
    }

    /// Returns true if what was read shows that the document is of a kind that is read.
    fn is_of_known_kind(&self) -> bool {
        self.lists.kind().is_some() || self.members.iter().any(|(name, _)| is_other_kind(name))
    }

    /// Returns true if an entry of a list at the top is of a kind that is read.
    fn is_read(&self) -> bool {
        self.list.as_ref().is_some_and(|list| list.is_read)
    }

    fn add(&mut self, reader: &mut Reader<'_>, place: &Place, piece: Piece<'_>) {
        match piece {
            Piece::Member(name, value) => {
                self.lists.add_member(name, value);
                self.members.add(name, String::from_utf8_lossy(value).into_owned());
            }
            Piece::List("") => self.list = Some(EntryList::default()),
            Piece::List(name) => self.lists.begin(name),
            Piece::Element("", value) => {
                let list = self.list.get_or_insert_default();
                list.entries += 1;
                match reader.entry(place, value) {
                    Ok(Fate::Read) => list.is_read = true,
                    Ok(Fate::WithoutDms) if items::is_of_another_type(value) => {}
                    Ok(Fate::WithoutDms) => list.errors.push((list.entries, unsupported_entry())),
                    Err(error) => {
                        list.is_read = true;
                        list.errors.push((list.entries, error));
                    }
                }
            }
            Piece::Element(name, value) => {
                if let Some(resource) = self.lists.entry(name, value)
                    && let Some(kind) = self.lists.kind()
                {
                    reader.evaluator.add_record(&place.input, kind, resource, None);
                }
            }
        }
    }
}

impl Reader<'_> {
    /// Reads an entry of a list at the top as a document of its own.
    fn entry(&mut self, place: &Place, value: &[u8]) -> Result<Fate, ReadError> {
        let place = Place { depth: place.depth + 1, is_entry: true, ..place.clone() };
        match value.first() {
            Some(b'{' | b'[') => self.bytes(&place, value),
            Some(b'"') => {
                let text = decoded(&String::from_utf8_lossy(value));
                if text.trim().is_empty() {
                    Ok(Fate::WithoutDms)
                } else {
                    self.bytes(&place, text.as_bytes())
                }
            }
            _ => Ok(Fate::WithoutDms),
        }
    }
}
