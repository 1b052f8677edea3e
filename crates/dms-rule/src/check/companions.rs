//! Documents that are complete only beside others of the same run: a template that names another, the configuration of
//! Terraform, metadata of the CDK. They are settled when all inputs have been read.

use std::path::Path;
use std::rc::Rc;

use iac::Elsewhere;

use super::documents::Companion;
use super::error::ReadError;
use super::evaluator::Evaluator;

/// The documents to settle, and the inputs that settle them.
#[derive(Default)]
pub(super) struct Companions {
    unsettled: Vec<(Rc<str>, Companion)>,
    /// The input and the resource of each template that is elsewhere, and its location.
    elsewhere: Vec<(Rc<str>, String, Option<String>)>,
    /// The names of the inputs that hold templates.
    templates: Vec<Rc<str>>,
    has_plan: bool,
}

impl Companions {
    pub(super) fn add(&mut self, input: &Rc<str>, companion: Companion) {
        self.unsettled.push((Rc::clone(input), companion));
    }

    /// Adds a template that a resource of an input names.
    pub(super) fn add_elsewhere(&mut self, input: &Rc<str>, elsewhere: &Elsewhere) {
        let Elsewhere { resource, location, .. } = elsewhere;
        self.elsewhere.push((Rc::clone(input), resource.clone(), location.clone()));
    }

    /// Adds an input that holds a template.
    pub(super) fn add_template(&mut self, input: &Rc<str>) {
        self.templates.push(Rc::clone(input));
    }

    /// Adds a plan of Terraform.
    pub(super) fn add_plan(&mut self) {
        self.has_plan = true;
    }

    /// Reports each document: as a failure, if the run lacks what it describes.
    pub(super) fn finish(&mut self, evaluator: &mut Evaluator<'_>) {
        for (input, companion) in std::mem::take(&mut self.unsettled) {
            let is_settled = match companion {
                Companion::TerraformConfiguration | Companion::TerraformPlanFile => self.has_plan,
                Companion::CdkMetadata => {
                    let folder = Path::new(&*input).parent();
                    folder.is_some_and(|folder| {
                        self.templates.iter().any(|template| Path::new(&**template).starts_with(folder))
                    })
                }
            };
            if is_settled {
                evaluator.add_source(&input, companion.kind());
            } else {
                evaluator.fail(&input, &companion.error());
            }
        }
        for (input, resource, location) in std::mem::take(&mut self.elsewhere) {
            if !location.as_deref().is_some_and(|location| self.has_template(location)) {
                let location = location.unwrap_or_else(|| "it is known only at deployment".to_owned());
                evaluator.fail(&input, &ReadError::Elsewhere { resource, location });
            }
        }
    }

    /// Returns true if an input with a template has the file name that ends a location, a URL or path.
    fn has_template(&self, location: &str) -> bool {
        let path = location.split(['?', '#']).next().unwrap_or(location);
        let Some(name) = path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()) else {
            return false;
        };
        self.templates
            .iter()
            .any(|template| Path::new(&**template).file_name().is_some_and(|file| file == name))
    }
}
