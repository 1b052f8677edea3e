//! Evaluates the resources of all inputs, and collects the results.

use std::borrow::Cow;
use std::rc::Rc;

use iac::{Plan, PlannedResource};
use report::{
    Evaluation, Exception, Failure, NotEvaluated, Position, RefusedException, Report, Resource, Source,
    SourceKind,
};
use rule_core::rules::dms_replication_not_public;
use rule_core::{Fact, Facts, Input as RuleInput, Need, Outcome, Rule, RuleParameters, Verdict};

use super::answers::{FIND_KEY_MANAGER, ONLY_DMS, unanswered};
use super::error::ReadError;
use super::existing::ExistingResource;
use super::inline;
use super::network::Networks;
use super::records::{Kept, Record, RecordedResource, Records};
use super::sources::Sources;

/// The rules to run, and their results so far.
pub(super) struct Evaluator<'a> {
    /// The chosen rules.
    rules: &'a [RuleParameters],
    /// True if the command line chooses rules or parameters: an event's own rule is then not used.
    is_chosen: bool,
    /// True if exceptions beside resources are allowed.
    takes_exceptions: bool,
    /// The networks of the instances, if files describe them.
    networks: Option<Networks>,
    /// The exceptions beside resources.
    exceptions: Vec<Exception>,
    records: Records,
    sources: Sources,
    report: Report,
}

impl<'a> Evaluator<'a> {
    /// Returns an evaluator that adds to the report.
    pub(super) fn new(
        rules: &'a [RuleParameters],
        is_chosen: bool,
        takes_exceptions: bool,
        networks: Option<Networks>,
        report: Report,
    ) -> Self {
        Self {
            rules,
            is_chosen,
            takes_exceptions,
            networks,
            exceptions: Vec::new(),
            records: Records::default(),
            sources: Sources::default(),
            report,
        }
    }

    /// Returns the evaluator with all records of each resource instead of the newest, for
    /// [`into_records`](Self::into_records).
    pub(super) fn with_every_record(self) -> Self {
        Self { records: Records::new(Kept::All), ..self }
    }

    /// Returns the time of the run.
    pub(super) fn at(&self) -> chrono::DateTime<chrono::Utc> {
        self.report.at
    }

    /// Adds a resource that exists, with the `own` rule of its event. It is evaluated when all inputs have been read, if no
    /// newer record of it comes.
    pub(super) fn add_record(
        &mut self,
        input: &Rc<str>,
        kind: SourceKind,
        mut resource: ExistingResource,
        own: Option<RuleParameters>,
    ) {
        iac::add_validity(&mut resource.item);
        // The rule of an event has the severity that the settings give it.
        let severity = |own: RuleParameters| {
            let chosen = self.rules.iter().find(|chosen| chosen.rule.identifier == own.rule.identifier);
            let mut own = chosen.map_or(own.clone(), |chosen| RuleParameters { rule: chosen.rule, ..own });
            own.values.reachability |= self.networks.is_some();
            own
        };
        let own = own.filter(|_| !self.is_chosen).map(severity);
        self.records.add(Record { resource, input: Rc::clone(input), kind, own });
    }

    /// Evaluates the resources of a template or plan.
    /// A resource of another than the first `document` of an input has the number in its id: the same id may be in each.
    pub(super) fn evaluate_planned(&mut self, input: &str, kind: SourceKind, document: usize, plan: Plan) {
        self.sources.count(input, kind, plan.resources.len(), 0);
        for error in plan.failures {
            self.fail(input, &error.into());
        }
        for mut planned in plan.resources {
            if document > 1 {
                planned.id = format!("{} (document {document})", planned.id);
            }
            planned.possibilities.iter_mut().for_each(|one| iac::add_validity(&mut one.item));
            let first = self.report.evaluations.len();
            let mut not_evaluated = Vec::new();
            let rules = self.rules.iter();
            for parameters in
                rules.filter(|parameters| parameters.rule.resource_type == planned.resource_type)
            {
                let evaluation = self.planned_evaluation(&planned, parameters, input, kind);
                if parameters.rule.is_decided_by_dms_alone(&evaluation.verdict.finding) {
                    let rule = parameters.rule;
                    not_evaluated.push(NotEvaluated { rule, kind, resources: 1, reason: ONLY_DMS });
                } else {
                    self.report.evaluations.push(evaluation);
                }
            }
            not_evaluated.into_iter().for_each(|one| self.add_not_evaluated(one));
            let results = first..self.report.evaluations.len();
            for exception in inline::exceptions(&planned, input) {
                match exception {
                    Ok(exception) if self.takes_exceptions => {
                        self.exceptions.push(Exception { results: Some(results.clone()), ..exception });
                    }
                    Ok(Exception { origin, .. }) => {
                        self.refuse(origin, &planned, inline::NOT_ALLOWED.to_owned());
                    }
                    Err((origin, reason)) => self.refuse(origin, &planned, reason),
                }
            }
        }
    }

    fn refuse(&mut self, origin: String, planned: &PlannedResource, reason: String) {
        self.report.refused_exceptions.push(RefusedException {
            origin,
            resource: planned.id.clone(),
            reason,
        });
    }

    fn planned_evaluation(
        &self,
        planned: &PlannedResource,
        parameters: &RuleParameters,
        input: &str,
        kind: SourceKind,
    ) -> Evaluation {
        let RuleParameters { rule, values } = parameters;
        let verdict = rule.evaluate_planned(&planned.possibilities, values, Some(self.report.at));
        let position = planned.position_of(rule.property.path);
        let own_fix = Some(planned.fix(rule, &verdict.finding));
        let resource = Resource {
            resource_type: planned.resource_type.name().to_owned(),
            id: planned.id.clone(),
            name: planned.id.clone(),
            arn: None,
            account_id: None,
            region: None,
        };
        let source = Source {
            name: input.to_owned(),
            kind,
            position: position.map(|iac::Position { line, column }| Position { line, column }),
            recorded_at: None,
            own_fix,
            role: None,
        };
        Evaluation::new(rule, verdict, resource, source)
    }

    /// Reports an input of this kind, also if nothing in it is evaluated.
    pub(super) fn add_source(&mut self, input: &str, kind: SourceKind) {
        self.sources.count(input, kind, 0, 0);
    }

    /// Adds the SHA-256 of the bytes of an input.
    pub(super) fn add_checksum(&mut self, input: &str, sha256: String) {
        self.sources.add_checksum(input, sha256);
    }

    /// Reports an error of an input, once.
    pub(super) fn fail(&mut self, input: &str, error: &ReadError) {
        let failure = Failure::in_file(input.to_owned(), error.to_string());
        if !self.report.failures.contains(&failure) {
            self.report.failures.push(failure);
        }
    }

    /// Evaluates the newest record of each resource that exists, and returns the report with the exceptions beside resources.
    pub(super) fn finish(mut self) -> (Report, Vec<Exception>) {
        let resources = std::mem::take(&mut self.records).resources();
        for resource in &resources {
            self.evaluate_recorded(resource);
        }
        self.select_rules_of_events(&resources);
        self.report.sources.extend(self.sources.into_summaries());
        (self.report, self.exceptions)
    }

    /// Returns the records of each resource that exists, without evaluating them, and the report of what was read.
    pub(super) fn into_records(mut self) -> (Report, Vec<RecordedResource>) {
        let resources = std::mem::take(&mut self.records).resources();
        for resource in &resources {
            for record in &resource.records {
                self.sources.count(&record.input, record.kind, 1, 0);
            }
            for (input, kind) in &resource.superseded {
                self.sources.count(input, *kind, 0, 1);
            }
        }
        self.report.sources.extend(self.sources.into_summaries());
        (self.report, resources)
    }

    /// Lists the rules of the events as those that ran, if nothing but events was evaluated.
    fn select_rules_of_events(&mut self, resources: &[RecordedResource]) {
        let has_events_only = self.sources.are_all(SourceKind::ConfigEvent)
            && resources.iter().all(|resource| !resource.wants_every_rule);
        if has_events_only && !resources.is_empty() {
            let own = resources.iter().flat_map(|resource| &resource.own_rules);
            let is_own = |rule: &Rule| own.clone().any(|own| own.rule.identifier == rule.identifier);
            self.report.selected.retain(|selected| is_own(selected.rule));
        }
    }

    /// Evaluates a resource with every rule for its type, or with the rules of its events. If it cannot be known which of
    /// several records is the newest, the worst verdict of a rule counts.
    fn evaluate_recorded(&mut self, resource: &RecordedResource) {
        let every_rule: &[RuleParameters] = if resource.wants_every_rule { self.rules } else { &[] };
        let all = every_rule.iter().chain(&resource.own_rules);
        let mut worst: Vec<Evaluation> = Vec::new();
        for parameters in all {
            let rule = parameters.rule;
            let records: Vec<&Record> =
                resource.records.iter().filter(|record| rule.applies_to(&record.resource.item)).collect();
            // A record that cannot answer the rule still speaks against one that may be older.
            let reasons: Vec<_> = records
                .iter()
                .filter_map(|record| Some((record.kind, unanswered(record.kind, parameters)?)))
                .collect();
            let has_no_answer = reasons.len() == records.len();
            let evaluations = records.into_iter().map(|record| self.recorded_evaluation(parameters, record));
            // What is known to be wrong is reported wherever it is found.
            let evaluations: Vec<Evaluation> =
                evaluations.filter(|one| !has_no_answer || one.outcome() == Outcome::NonCompliant).collect();
            if evaluations.is_empty() {
                for (kind, reason) in reasons.into_iter().take(1) {
                    self.add_not_evaluated(NotEvaluated { rule, kind, resources: 1, reason });
                }
                continue;
            }
            for evaluation in evaluations {
                match worst.iter_mut().find(|known| known.rule.identifier == rule.identifier) {
                    Some(known) if known.outcome() < evaluation.outcome() => *known = evaluation,
                    Some(_) => {}
                    None => worst.push(evaluation),
                }
            }
        }
        self.report.evaluations.append(&mut worst);
        for (number, record) in resource.records.iter().enumerate() {
            let is_first = usize::from(number == 0);
            self.sources.count(&record.input, record.kind, is_first, 1 - is_first);
        }
        for (input, kind) in &resource.superseded {
            self.sources.count(input, *kind, 0, 1);
        }
    }

    fn add_not_evaluated(&mut self, entry: NotEvaluated) {
        let is_same = |known: &&mut NotEvaluated| {
            known.rule.identifier == entry.rule.identifier && known.kind == entry.kind
        };
        match self.report.not_evaluated.iter_mut().find(is_same) {
            Some(known) => known.resources += entry.resources,
            None => self.report.not_evaluated.push(entry),
        }
    }

    /// Evaluates a record.
    fn recorded_evaluation(&self, parameters: &RuleParameters, record: &Record) -> Evaluation {
        let rule = parameters.rule;
        let ExistingResource { item, left_scope, .. } = &record.resource;
        let left_scope = *left_scope && record.own.as_ref() == Some(parameters);
        let verdict: Verdict = if left_scope {
            rule.left_scope(item)
        } else {
            let facts = self.facts(parameters, record);
            let (parameters, at) = (&parameters.values, Some(self.report.at));
            rule.evaluate_without_lookups(&RuleInput { item, facts: &facts, parameters, at })
        };
        let source = Source {
            name: record.input.to_string(),
            kind: record.kind,
            position: None,
            recorded_at: Some(item.configuration_item_capture_time),
            own_fix: (verdict.is_unknown() && rule.needs.contains(&Need::Key))
                .then(|| FIND_KEY_MANAGER.to_owned()),
            role: None,
        };
        Evaluation::new(rule, verdict, Resource::from_item(item), source)
    }

    /// Returns the facts of a record, with what reaches the instance if files describe its network.
    fn facts<'r>(&self, parameters: &RuleParameters, record: &'r Record) -> Cow<'r, Facts> {
        let ExistingResource { item, facts, is_dated, .. } = &record.resource;
        match &self.networks {
            Some(networks) if is_needed(parameters) => {
                let captured = is_dated.then_some(item.configuration_item_capture_time);
                let reachability = Fact::Known(networks.line(item, captured));
                Cow::Owned(Facts { reachability, ..facts.clone() })
            }
            _ => Cow::Borrowed(facts),
        }
    }
}

/// Returns true if a rule states what reaches an instance.
fn is_needed(parameters: &RuleParameters) -> bool {
    let RuleParameters { rule, values } = parameters;
    values.reachability && rule.identifier == dms_replication_not_public::RULE.identifier
}
