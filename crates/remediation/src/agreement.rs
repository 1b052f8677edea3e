//! The agreement of a plan with itself: all that follows from its facts is in it.

use serde_json::{Map, Value};

use crate::note::Note;
use crate::owner::Owner;
use crate::plan::Plan;
use crate::{arn, checks, planning};

const KERBEROS: &str = "KerberosAuthenticationSettings";
const KRB5: &str = "Krb5FileContents";

impl Plan {
    /// Lists the members of the plan that its own facts contradict, each with the reason: a plan that was changed after it was
    /// made, or damaged. Texts of notes may differ, as they do between versions of this program.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let arn = self.instance.arn();
        let account = arn::account(arn);
        if arn::region(arn) != Some(self.region.as_str()) {
            found.push("region: the instance is in another one".to_owned());
        }
        if account.is_none() || self.account_id.as_deref() != account {
            found.push("accountId: the instance is in another account".to_owned());
        }
        for tag in self.tags.keys().filter(|key| !planning::is_copied(key)) {
            found.push(format!("tags.{tag}: such a tag is not copied"));
        }
        // The tags of CloudFormation are AWS's, and are not copied.
        let is_owner =
            matches!(self.owner, Owner::CloudFormation { .. }) || self.owner == Owner::from_tags(&self.tags);
        if !is_owner {
            found.push("owner: the tags name another one".to_owned());
        }
        self.target_contradictions(&mut found);
        if planning::ordered(self.tasks.clone()) != self.tasks {
            found.push("tasks: their order is not that of a plan".to_owned());
        }
        let arns = self.endpoints.iter().map(|endpoint| endpoint.arn.as_str());
        let mut wanted = planning::endpoint_arns(&self.tasks);
        let mut given: Vec<&str> = arns.collect();
        wanted.sort_unstable();
        given.sort_unstable();
        if wanted != given {
            found.push("endpoints: they are not those of the tasks".to_owned());
        }
        self.note_contradictions(&mut found);
        found
    }

    fn target_contradictions(&self, found: &mut Vec<String>) {
        let wanted = planning::target(&self.instance, &self.choices);
        if self.target.identifier != wanted.identifier {
            found.push(format!("target.identifier: the facts lead to {}", wanted.identifier));
        }
        let given = without_krb5(&self.target.parameters, &wanted.parameters);
        for name in wanted.parameters.keys().filter(|name| !given.contains_key(*name)) {
            found.push(format!("target.parameters.{name}: missing"));
        }
        for (name, value) in given {
            match wanted.parameters.get(&name) {
                Some(wanted) if *wanted == value => {}
                Some(wanted) => found.push(format!("target.parameters.{name}: the facts lead to {wanted}")),
                None => found.push(format!("target.parameters.{name}: the facts do not lead to it")),
            }
        }
    }

    fn note_contradictions(&self, found: &mut Vec<String>) {
        let follows = checks::notes(self);
        let has = |notes: &[Note], wanted: &Note| {
            let is_it = |note: &Note| {
                (note.weight, &note.code, &note.subject) == (wanted.weight, &wanted.code, &wanted.subject)
            };
            notes.iter().any(is_it)
        };
        let missing = follows.iter().filter(|note| !has(&self.notes, note));
        found.extend(missing.map(|note| format!("notes: {} is missing: {}", note.code, note.statement())));
        let is_ours = |note: &&Note| checks::WARNINGS.contains(&note.code.as_str());
        let odd = self.notes.iter().filter(is_ours).filter(|note| !has(&follows, note));
        found.extend(odd.map(|note| format!("notes: the facts do not lead to {}", note.code)));
    }
}

/// Returns the parameters without the contents of `krb5.conf`, where DMS did not give them: a person adds them to the plan.
fn without_krb5(given: &Map<String, Value>, wanted: &Map<String, Value>) -> Map<String, Value> {
    let mut given = given.clone();
    let is_wanted = wanted.get(KERBEROS).is_some_and(|settings| settings.get(KRB5).is_some());
    let settings = given.get_mut(KERBEROS).and_then(Value::as_object_mut);
    if let Some(settings) =
        settings.filter(|settings| !is_wanted && settings.get(KRB5).is_some_and(Value::is_string))
    {
        settings.remove(KRB5);
    }
    given
}
