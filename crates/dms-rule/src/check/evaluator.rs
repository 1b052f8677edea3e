//! Evaluates the resources of one input after the other, and collects the results.

use iac::{Plan, PlannedResource};
use report::{Evaluation, Failure, Position, Report, Resource, Source, SourceKind, SourceSummary};
use rule_core::{ErrorKind, Input as RuleInput, RuleParameters};

use super::error::ReadError;
use super::existing::ExistingResource;
use super::input::InputFile;

/// The rules to run, and their results so far.
pub(super) struct Evaluator<'a> {
    /// The chosen rules.
    pub(super) rules: &'a [RuleParameters],
    /// True if the command line chooses rules or parameters: an event's own rule is then not used.
    pub(super) is_chosen: bool,
    pub(super) report: Report,
}

impl Evaluator<'_> {
    /// Evaluates each resource with every rule for its type, or with the event's `own` rule if none was chosen.
    pub(super) fn evaluate_existing(
        &mut self,
        input: &InputFile,
        kind: SourceKind,
        resources: Vec<ExistingResource>,
        own: Option<&RuleParameters>,
    ) {
        let rules = match own {
            Some(own) if !self.is_chosen => std::slice::from_ref(own),
            _ => self.rules,
        };
        self.add_source(input, kind, resources.len());
        for ExistingResource { item, facts, left_scope } in resources {
            for parameters in rules.iter().filter(|parameters| parameters.rule.applies_to(&item)) {
                let rule = parameters.rule;
                let verdict = if left_scope {
                    rule.left_scope(&item)
                } else {
                    let (parameters, at) = (&parameters.values, Some(self.report.at));
                    rule.evaluate_without_lookups(&RuleInput { item: &item, facts: &facts, parameters, at })
                };
                let source = Source {
                    name: input.name.clone(),
                    kind,
                    position: None,
                    recorded_at: Some(item.configuration_item_capture_time),
                    planned_fix: None,
                };
                let resource = Resource::from_item(&item);
                self.report.evaluations.push(Evaluation { rule, verdict, resource, source });
            }
        }
    }

    /// Evaluates the resources of a template or plan.
    pub(super) fn evaluate_planned(&mut self, input: &InputFile, kind: SourceKind, plan: Plan) {
        self.add_source(input, kind, plan.resources.len());
        for error in plan.failures {
            self.fail(input, &error.into());
        }
        for planned in &plan.resources {
            let rules = self.rules.iter();
            for parameters in
                rules.filter(|parameters| parameters.rule.resource_type == planned.resource_type)
            {
                let evaluation = self.planned_evaluation(planned, parameters, input, kind);
                self.report.evaluations.push(evaluation);
            }
        }
    }

    fn planned_evaluation(
        &self,
        planned: &PlannedResource,
        parameters: &RuleParameters,
        input: &InputFile,
        kind: SourceKind,
    ) -> Evaluation {
        let RuleParameters { rule, values } = parameters;
        let position = planned.position_of(rule.property.path);
        let verdict = rule.evaluate_planned(&planned.possibilities, values, Some(self.report.at));
        let planned_fix = Some(planned.fix(rule, &verdict.finding));
        Evaluation {
            rule,
            verdict,
            resource: Resource {
                resource_type: planned.resource_type.name().to_owned(),
                id: planned.id.clone(),
                name: planned.id.clone(),
                arn: None,
                account_id: None,
                region: None,
            },
            source: Source {
                name: input.name.clone(),
                kind,
                position: position.map(|iac::Position { line, column }| Position { line, column }),
                recorded_at: None,
                planned_fix,
            },
        }
    }

    /// Reports a document that is not supported: as a failure if the file was named on the command line.
    pub(super) fn unsupported(&mut self, input: &InputFile) {
        if input.is_named {
            self.fail(input, &ReadError::Unsupported);
        } else {
            self.add_source(input, SourceKind::Unsupported, 0);
        }
    }

    /// Reports an error of an input.
    pub(super) fn fail(&mut self, input: &InputFile, error: &ReadError) {
        self.report.failures.push(Failure {
            source: input.name.clone(),
            kind: ErrorKind::BadInput,
            message: error.to_string(),
            account_id: None,
            region: None,
        });
    }

    fn add_source(&mut self, input: &InputFile, kind: SourceKind, resources: usize) {
        self.report.sources.push(SourceSummary { name: input.name.clone(), kind, resources });
    }
}
