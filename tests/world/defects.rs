//! Defects of a function, made between it and AWS: the simulation must find each of them.

use chrono::{DateTime, Utc};
use local_aws::Response;
use serde_json::{Value as Json, json};

/// A defect that a function might have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Defect {
    /// Evaluations are ordered by the clock, not by their items.
    OrderedByTheClock,
    /// The first page of a listing of DMS is taken for all of it.
    OnlyTheFirstPage,
    /// A page that fails is taken for the end of the listing.
    ErrorIsTheEnd,
    /// `FailedEvaluations` are not read.
    FailedEvaluationsIgnored,
    /// An error of `PutEvaluations` is taken for a success.
    ErrorsOfPutIgnored,
    /// The deletion of a resource is reported as COMPLIANT.
    DeletedIsCompliant,
    /// An exemption counts after its last day.
    ExpiredExemptionCounts,
    /// An unknown property is reported as COMPLIANT.
    UnknownIsCompliant,
    /// One evaluation of each batch is lost.
    OneOfABatchIsLost,
    /// The recorder's ids are not read.
    OwnIdsOnly,
    /// The results of deleted resources stay.
    NothingIsCleared,
    /// Every earlier result is cleared, also one that was reported after the run began.
    NewerResultsAreCleared,
    /// An exemption is read from no tag: all are exempt.
    EverythingIsExempt,
}

pub(crate) const DEFECTS: [Defect; 13] = [
    Defect::OrderedByTheClock,
    Defect::OnlyTheFirstPage,
    Defect::ErrorIsTheEnd,
    Defect::FailedEvaluationsIgnored,
    Defect::ErrorsOfPutIgnored,
    Defect::DeletedIsCompliant,
    Defect::ExpiredExemptionCounts,
    Defect::UnknownIsCompliant,
    Defect::OneOfABatchIsLost,
    Defect::OwnIdsOnly,
    Defect::NothingIsCleared,
    Defect::NewerResultsAreCleared,
    Defect::EverythingIsExempt,
];

impl Defect {
    /// Changes a request on its way to AWS.
    pub(crate) fn change_request(self, operation: &str, parameters: &mut Json, now: DateTime<Utc>) {
        if operation != "PutEvaluations" {
            return;
        }
        let Some(evaluations) = parameters["Evaluations"].as_array_mut() else { return };
        if self == Self::OneOfABatchIsLost && evaluations.len() > 1 {
            evaluations.pop();
        }
        for evaluation in evaluations {
            let annotation = evaluation["Annotation"].as_str().unwrap_or_default();
            let other = match self {
                Self::DeletedIsCompliant if annotation.contains("the resource was deleted") => "COMPLIANT",
                Self::ExpiredExemptionCounts if annotation.contains("xpired") => "NOT_APPLICABLE",
                Self::UnknownIsCompliant if annotation.contains("UNKNOWN") => "COMPLIANT",
                Self::EverythingIsExempt if evaluation["ComplianceType"] == "NON_COMPLIANT" => {
                    "NOT_APPLICABLE"
                }
                _ => "",
            };
            if !other.is_empty() {
                evaluation["ComplianceType"] = other.into();
            }
            if self == Self::OrderedByTheClock {
                #[expect(clippy::cast_precision_loss, reason = "a time of our days in milliseconds")]
                let seconds = now.timestamp_millis() as f64 / 1000.0;
                evaluation["OrderingTimestamp"] = seconds.into();
            }
        }
    }

    /// Changes a response on its way to the function. `is_later` is true for a page after the first.
    pub(crate) fn change_response(self, operation: &str, is_later: bool, response: &mut Response) {
        let Response::Sent { status, body, .. } = response else { return };
        let is_dms_listing = operation.starts_with("Describe");
        let list = crate::paging::Listing::from_operation(operation);
        match (self, operation) {
            (Self::ErrorIsTheEnd, _) if is_later && *status != 200 => {
                if let Some(list) = list {
                    (*status, *body) = (200, list.empty());
                }
            }
            (Self::ErrorsOfPutIgnored, "PutEvaluations") if *status != 200 => {
                (*status, *body) = (200, "{}".to_owned());
            }
            (Self::FailedEvaluationsIgnored, "PutEvaluations") if *status == 200 => "{}".clone_into(body),
            (Self::OwnIdsOnly, "ListDiscoveredResources")
            | (Self::NothingIsCleared, "GetComplianceDetailsByConfigRule") => {
                if let Some(list) = list.filter(|_| *status == 200) {
                    *body = list.empty();
                }
            }
            (Self::OnlyTheFirstPage, _) if is_dms_listing && *status == 200 => {
                change_json(body, |json| json["Marker"] = "".into());
            }
            (Self::NewerResultsAreCleared, "GetComplianceDetailsByConfigRule") if *status == 200 => {
                change_json(body, |json| {
                    for result in json["EvaluationResults"].as_array_mut().into_iter().flatten() {
                        result["EvaluationResultIdentifier"]["OrderingTimestamp"] = json!(1.0);
                    }
                });
            }
            _ => {}
        }
    }
}

fn change_json(body: &mut String, change: impl FnOnce(&mut Json)) {
    if let Ok(mut json) = serde_json::from_str(body) {
        change(&mut json);
        *body = json.to_string();
    }
}
