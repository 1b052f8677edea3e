//! The customer managed recorder of AWS Config, as `DescribeConfigurationRecorders` and
//! `DescribeConfigurationRecorderStatus` describe it (service model `config/2014-11-12`).

use serde::Deserialize;

/// A recorder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorder {
    /// The name, `default` unless another was chosen.
    pub name: String,
    recording_group: Option<RecordingGroup>,
    recording_mode: Option<RecordingMode>,
    service_principal: Option<String>,
}

/// How a recorder records a type of resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Each change.
    Continuous,
    /// The state at the end of a day, if it differs from that of the day before.
    Daily,
    /// Not at all.
    No,
    /// The settings contradict each other, or have a value that no page of AWS lists.
    Unknown,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordingGroup {
    all_supported: Option<bool>,
    resource_types: Option<Vec<String>>,
    exclusion_by_resource_types: Option<Exclusion>,
    recording_strategy: Option<Strategy>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exclusion {
    resource_types: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    use_only: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordingMode {
    recording_frequency: String,
    recording_mode_overrides: Option<Vec<Override>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Override {
    resource_types: Vec<String>,
    recording_frequency: String,
}

impl Recorder {
    /// Returns true if a service of AWS owns the recorder. It records for that service only, and triggers no rules.
    pub(crate) fn is_service_linked(&self) -> bool {
        self.service_principal.is_some()
    }

    /// Returns how the recorder records a type that AWS Config supports in its Region, by the name of the type.
    #[must_use]
    pub fn recording(&self, type_name: &str) -> Recording {
        match self.recording_group.as_ref().and_then(|group| group.includes(type_name)) {
            None => Recording::Unknown,
            Some(false) => Recording::No,
            Some(true) => match self.frequency(type_name) {
                Some("CONTINUOUS") | None => Recording::Continuous, // recorders are older than the setting
                Some("DAILY") => Recording::Daily,
                Some(_) => Recording::Unknown,
            },
        }
    }

    fn frequency(&self, type_name: &str) -> Option<&str> {
        let mode = self.recording_mode.as_ref()?;
        let mut overrides = mode.recording_mode_overrides.iter().flatten();
        let own = overrides.find(|one| one.resource_types.iter().any(|name| name == type_name));
        Some(own.map_or(&mode.recording_frequency, |own| &own.recording_frequency))
    }
}

impl RecordingGroup {
    /// Returns true if the group has the type; `None` if its members contradict each other (`RecordingGroup`: a list of
    /// types and a list of exclusions each require that `allSupported` is false).
    fn includes(&self, type_name: &str) -> Option<bool> {
        let has = |types: Option<&Vec<String>>| {
            types.is_some_and(|types| types.iter().any(|name| name == type_name))
        };
        let excluded = self.exclusion_by_resource_types.as_ref().and_then(|one| one.resource_types.as_ref());
        let is_excluded = has(excluded);
        let is_listed = has(self.resource_types.as_ref());
        let has_exclusions = excluded.is_some_and(|types| !types.is_empty());
        let use_only = self.recording_strategy.as_ref().and_then(|strategy| strategy.use_only.as_deref());
        match (use_only, self.all_supported) {
            (Some("ALL_SUPPORTED_RESOURCE_TYPES"), Some(true) | None) | (None, Some(true)) => {
                (!is_excluded).then_some(true)
            }
            (Some("EXCLUSION_BY_RESOURCE_TYPES"), Some(false) | None) => Some(!is_excluded),
            (None, Some(false)) if has_exclusions => Some(!is_excluded),
            (Some("INCLUSION_BY_RESOURCE_TYPES"), Some(false) | None) | (None, Some(false)) => {
                Some(is_listed)
            }
            _ => None,
        }
    }
}

/// The status of a recorder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecorderStatus {
    /// The name of the recorder.
    pub name: String,
    /// True if the recorder records; `None` if AWS Config sent neither.
    pub recording: Option<bool>,
    /// The status of the last delivery of a recorded change. The model spells `Success` and `Failure`; AWS's examples
    /// have capitals.
    pub last_status: Option<String>,
    /// The error code of the last failure.
    pub last_error_code: Option<String>,
    /// The message of the last failure.
    pub last_error_message: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TYPE: &str = "AWS::DMS::Endpoint";

    fn recording(group: &Value, mode: &Value) -> Recording {
        let recorder = json!({"name": "default", "recordingGroup": group, "recordingMode": mode});
        serde_json::from_value::<Recorder>(recorder).unwrap().recording(TYPE)
    }

    #[test]
    fn a_type_is_recorded_only_if_the_group_clearly_has_it() {
        let only = |strategy: &str| json!({"useOnly": strategy});
        let other = json!(["AWS::EC2::Instance"]);
        for (group, expected) in [
            (json!({"allSupported": true}), Recording::Continuous),
            (
                json!({"allSupported": true, "recordingStrategy": only("ALL_SUPPORTED_RESOURCE_TYPES")}),
                Recording::Continuous,
            ),
            (json!({"allSupported": false, "resourceTypes": [TYPE]}), Recording::Continuous),
            (json!({"allSupported": false, "resourceTypes": other}), Recording::No),
            (json!({"allSupported": false}), Recording::No),
            (
                json!({"allSupported": false, "exclusionByResourceTypes": {"resourceTypes": other}}),
                Recording::Continuous,
            ),
            (
                json!({"allSupported": false, "exclusionByResourceTypes": {"resourceTypes": [TYPE]},
                       "recordingStrategy": only("EXCLUSION_BY_RESOURCE_TYPES")}),
                Recording::No,
            ),
            (
                json!({"allSupported": false, "resourceTypes": [TYPE],
                       "recordingStrategy": only("INCLUSION_BY_RESOURCE_TYPES")}),
                Recording::Continuous,
            ),
            (
                json!({"allSupported": true, "exclusionByResourceTypes": {"resourceTypes": [TYPE]}}),
                Recording::Unknown,
            ),
            (
                json!({"allSupported": true, "recordingStrategy": only("INCLUSION_BY_RESOURCE_TYPES")}),
                Recording::Unknown,
            ),
            (json!({"allSupported": true, "recordingStrategy": only("SOMETHING_NEW")}), Recording::Unknown),
            (json!({}), Recording::Unknown),
            (json!(null), Recording::Unknown),
        ] {
            assert_eq!(recording(&group, &Value::Null), expected, "{group}");
        }
    }

    #[test]
    fn an_override_of_the_frequency_counts_for_its_types() {
        let daily = |types: Value| json!([{"resourceTypes": types, "recordingFrequency": "DAILY"}]);
        for (mode, expected) in [
            (json!({"recordingFrequency": "CONTINUOUS"}), Recording::Continuous),
            (json!({"recordingFrequency": "DAILY"}), Recording::Daily),
            (
                json!({"recordingFrequency": "CONTINUOUS", "recordingModeOverrides": daily(json!([TYPE]))}),
                Recording::Daily,
            ),
            (
                json!({"recordingFrequency": "CONTINUOUS", "recordingModeOverrides": daily(json!(["A"]))}),
                Recording::Continuous,
            ),
            (json!({"recordingFrequency": "WEEKLY"}), Recording::Unknown),
        ] {
            assert_eq!(recording(&json!({"allSupported": true}), &mode), expected, "{mode}");
        }
    }
}
