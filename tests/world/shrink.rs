//! Makes a failing script short.

use crate::defects::Defect;
use crate::player::{Played, play};
use crate::script::{Action, Attempt, Record, Script};

/// Removes steps, and then faults and deliveries, for as long as the script fails (Zeller and Hildebrandt, "Simplifying and
/// Isolating Failure-Inducing Input"). Any violation counts as the failure.
pub(crate) fn shrink(mut script: Script, defect: Option<Defect>) -> (Script, Played) {
    let fails = |script: &Script| play(script, defect, false).violation.is_some();
    let mut size = script.steps.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        let mut was_shortened = false;
        while from < script.steps.len() {
            let mut shorter = script.clone();
            let end = (from + size).min(shorter.steps.len());
            let waits = shorter.steps.drain(from..end).map(|step| step.wait).sum::<std::time::Duration>();
            if let Some(next) = shorter.steps.get_mut(from) {
                next.wait += waits; // the others happen when they did
            }
            if fails(&shorter) {
                script = shorter;
                was_shortened = true;
            } else {
                from += size;
            }
        }
        if size > 1 || !was_shortened {
            size /= 2;
        }
    }
    for index in 0..script.steps.len() {
        for simplify in SIMPLIFICATIONS {
            let mut simpler = script.clone();
            simplify(&mut simpler.steps[index].action);
            if fails(&simpler) {
                script = simpler;
            }
        }
    }
    let played = play(&script, defect, true);
    (script, played)
}

const SIMPLIFICATIONS: [fn(&mut Action); 5] = [
    |action| record(action, |record| record.deliveries = [Vec::new(), Vec::new()]),
    |action| attempts(action, |attempt| attempt.faults.clear()),
    |action| attempts(action, |attempt| attempt.kill = None),
    |action| attempts(action, |attempt| attempt.freeze = None),
    |action| attempts(action, |attempt| attempt.is_warm = false),
];

fn record(action: &mut Action, change: impl FnOnce(&mut Record)) {
    match action {
        Action::Create { record, .. }
        | Action::Change { record, .. }
        | Action::Rename { record, .. }
        | Action::Delete { record, .. } => change(record),
        Action::Schedule { .. } => {}
    }
}

fn attempts(action: &mut Action, mut change: impl FnMut(&mut Attempt)) {
    match action {
        Action::Schedule { delivery, .. } => delivery.attempts.iter_mut().for_each(change),
        other => record(other, |record| {
            let deliveries = record.deliveries.iter_mut().flatten();
            deliveries.flat_map(|delivery| &mut delivery.attempts).for_each(&mut change);
        }),
    }
}
