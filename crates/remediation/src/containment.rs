//! The first step of a plan: what lets the Internet in is closed at once.

use crate::exposure::Exposure;
use crate::plan::Plan;
use crate::step::{Instruction, State, Step, words};

/// The condition under which a rule is left as it is, and what comes then.
const SHARED: &str = "another resource shares the group: leave it, and go on";

impl Plan {
    /// Returns the step that closes the network. No program does it, as other resources may need the rules.
    pub(crate) fn contain(&self) -> Step {
        let mut step = Step::new(State::Contained, "Close the network to the Internet at once (optional)");
        match &self.exposure {
            Some(exposure) if exposure.is_closed => nothing(&mut step, exposure),
            Some(exposure) if !exposure.rules.is_empty() => revoke(&mut step, exposure),
            exposure => self.search(&mut step, exposure.as_ref()),
        }
        step
    }

    /// Adds the query of all rules: those to revoke are not known.
    fn search(&self, step: &mut Step, exposure: Option<&Exposure>) {
        step.instructions.extend(exposure.map(|exposure| Instruction::Note(exposure.state.clone())));
        let groups = self.instance.active_security_groups().unwrap_or_default().join(",");
        let filter = format!("Name=group-id,Values={groups}");
        step.instructions.extend([
            Instruction::Print(words(&["aws", "ec2", "describe-security-group-rules", "--filters", &filter])),
            Instruction::Note(
                "DMS connects outwards: revoke each ingress rule from 0.0.0.0/0 or ::/0 with aws ec2 \
                 revoke-security-group-ingress, unless another resource of the group needs it"
                    .to_owned(),
            ),
        ]);
        step.outcome(
            "no ingress rule of the groups is open to the world",
            SHARED,
            "authorize the same rules again",
        );
    }
}

fn nothing(step: &mut Step, exposure: &Exposure) {
    let text = format!("nothing of the Internet reaches it as its network is now: {}", exposure.state);
    step.instructions = vec![Instruction::Note(text)];
    step.outcome("there is nothing to close", "no call is made, so that none can fail", "none is needed");
}

fn revoke(step: &mut Step, exposure: &Exposure) {
    step.instructions.push(Instruction::Note(exposure.state.clone()));
    step.instructions.extend(exposure.revocations().into_iter().map(Instruction::Print));
    step.instructions.push(Instruction::Note(
        "DMS connects outwards and needs no ingress rule: revoke these, unless another resource of the group needs them"
            .to_owned(),
    ));
    if !exposure.unknown.is_empty() {
        let text = format!("more may enter, as this is not known: {}", exposure.unknown.join("; "));
        step.instructions.push(Instruction::Note(text));
    }
    step.outcome(
        "a new plan no longer states OPEN",
        SHARED,
        "the same commands with authorize-security-group-ingress",
    );
}
