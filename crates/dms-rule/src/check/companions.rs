//! Documents that are complete only beside others of the same run: a template that names another, the configuration of
//! Terraform, metadata of the CDK. They are settled when all inputs have been read.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use iac::Elsewhere;

use super::documents::Companion;
use super::error::ReadError;
use super::evaluator::Evaluator;

/// The documents to settle, and the inputs that settle them.
#[derive(Default)]
pub(super) struct Companions {
    unsettled: Vec<(Rc<str>, Companion)>,
    elsewhere: Vec<(Rc<str>, Elsewhere)>,
    /// The names of the inputs that hold templates, and if these mention DMS.
    templates: Vec<(Rc<str>, bool)>,
    /// True if a plan of Terraform mentions DMS.
    has_plan: bool,
}

impl Companions {
    pub(super) fn add(&mut self, input: &Rc<str>, companion: Companion) {
        self.unsettled.push((Rc::clone(input), companion));
    }

    /// Adds a template that a resource of an input names.
    pub(super) fn add_elsewhere(&mut self, input: &Rc<str>, elsewhere: Elsewhere) {
        self.elsewhere.push((Rc::clone(input), elsewhere));
    }

    /// Adds an input that holds a template.
    pub(super) fn add_template(&mut self, input: &Rc<str>, mentions_dms: bool) {
        self.templates.push((Rc::clone(input), mentions_dms));
    }

    /// Adds a plan of Terraform. One that does not mention DMS is not of a configuration that does.
    pub(super) fn add_plan(&mut self, mentions_dms: bool) {
        self.has_plan |= mentions_dms;
    }

    /// Reports each document: as a failure, if the run lacks what it describes.
    pub(super) fn finish(&mut self, evaluator: &mut Evaluator<'_>) {
        for (input, companion) in std::mem::take(&mut self.unsettled) {
            let is_settled = match companion {
                Companion::TerraformConfiguration | Companion::TerraformPlanFile => self.has_plan,
                Companion::CdkMetadata => {
                    let folder = Path::new(&*input).parent();
                    folder.is_some_and(|folder| {
                        self.templates.iter().any(|(template, mentions_dms)| {
                            *mentions_dms && Path::new(&**template).starts_with(folder)
                        })
                    })
                }
            };
            if is_settled {
                evaluator.add_source(&input, companion.kind());
            } else {
                evaluator.fail(&input, &companion.error());
            }
        }
        for (input, elsewhere) in std::mem::take(&mut self.elsewhere) {
            let Elsewhere { resource, location, .. } = elsewhere;
            if location.as_deref().is_some_and(|location| self.has_template(&input, location)) {
                continue;
            }
            let location = location.unwrap_or_else(|| "its location is known only at deployment".to_owned());
            evaluator.fail(&input, &ReadError::Elsewhere { resource, location });
        }
    }

    /// Returns true if another input with a template is at a location: at a path that is relative to the input which names it,
    /// or, for a URL, with the file name at its end in the folder of that input or below.
    fn has_template(&self, input: &Rc<str>, location: &str) -> bool {
        let path = location.split(['?', '#']).next().unwrap_or(location);
        let folder = Path::new(&**input).parent().unwrap_or(Path::new(""));
        let others = || self.templates.iter().map(|(name, _)| name).filter(|name| *name != input);
        if location.contains("://") {
            let Some(name) = path.rsplit('/').next().filter(|name| !name.is_empty()) else { return false };
            return others().any(|other| {
                let other = Path::new(&**other);
                other.file_name().is_some_and(|file| file == name) && other.starts_with(folder)
            });
        }
        let wanted = normalized(&folder.join(path));
        others().any(|other| normalized(Path::new(&**other)) == wanted)
    }
}

/// Returns a path without `.` and, as far as it is known what they lead out of, `..`.
fn normalized(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
