//! Finds the documents that are pages of the site, and gives each its part and its address.

use rule_core::rules::RULES;

use crate::{Error, Repository, pages};

/// A part of the table of contents. They are in the order in which a reader meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Start,
    Use,
    Rules,
    Templates,
    Project,
}

impl Part {
    pub(super) const ALL: [Self; 5] = [Self::Start, Self::Use, Self::Rules, Self::Templates, Self::Project];

    /// Returns the heading of the part; the first has none.
    pub(super) fn heading(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::Use => Some("In use"),
            Self::Rules => Some("Rules"),
            Self::Templates => Some("Templates"),
            Self::Project => Some("The project"),
        }
    }
}

/// A page of the site.
#[derive(Debug)]
pub(super) struct Page {
    /// The part that it is in.
    pub(super) part: Part,
    /// The name in the table of contents.
    pub(super) title: String,
    /// The path in the repository of the document or, for a list of files, of the folder.
    pub(super) home: String,
    /// The path below the source of the book; `.html` takes the place of `.md` in the built site.
    pub(super) address: String,
    /// The number of folders of the table of contents that it is in.
    pub(super) depth: usize,
    /// The Markdown, with its links as they are in the repository.
    pub(super) text: String,
}

/// All pages.
#[derive(Debug)]
pub(super) struct Map {
    pages: Vec<Page>,
    repository: Repository,
}

/// A place in the repository that a link leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A page, by its address.
    Page(&'a str),
    /// A file that is copied to the same path.
    File,
}

impl Map {
    /// Finds the documents: those of the root, of `docs`, of the rules, and each `README.md` of templates, crates and
    /// tests. A folder below `rule-templates` without a README gets a page that lists its files.
    pub(super) fn read(repository: &Repository) -> Result<Self, Error> {
        let mut map = Self { pages: Vec::new(), repository: repository.clone() };
        map.add(Part::Start, "README.md", "index.md".to_owned(), None)?;
        for name in documents(repository, "docs")? {
            map.add(Part::Use, &format!("docs/{name}"), name.to_lowercase(), None)?;
        }
        let parameters = "crates/rule-core/src/rules/parameters.md";
        map.add(Part::Rules, parameters, "parameters.md".to_owned(), None)?;
        for rule in RULES {
            let (home, name) = (pages::path(rule.identifier), rule.identifier);
            map.add(Part::Rules, &home, format!("{name}/index.md"), Some(name))?;
        }
        map.add(Part::Templates, "rule-templates/README.md", "rule-templates/index.md".to_owned(), None)?;
        map.add_folders(Part::Templates, "rule-templates")?;
        for name in documents(repository, "")? {
            if name != "README.md" {
                map.add(Part::Project, &name, name.to_lowercase(), None)?;
            }
        }
        for parent in ["crates", "tests"] {
            for folder in folders(repository, parent)? {
                if repository.path(&format!("{folder}/README.md")).is_file() {
                    map.add_folder(Part::Project, &folder)?;
                }
            }
        }
        Ok(map)
    }

    pub(super) fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Returns what is at a path of the repository, `None` if there is nothing.
    pub(super) fn target(&self, path: &str) -> Option<Target<'_>> {
        let readme = format!("{path}/README.md");
        let page = self.pages.iter().find(|page| page.home == path || page.home == readme);
        match page {
            Some(page) => Some(Target::Page(&page.address)),
            None => self.repository.path(path).is_file().then_some(Target::File),
        }
    }

    fn add(&mut self, part: Part, home: &str, address: String, title: Option<&str>) -> Result<(), Error> {
        let text = self.repository.read(home)?;
        let heading = text.lines().find_map(|line| line.strip_prefix("# "));
        let title = title.or(heading).unwrap_or(home.strip_suffix("/README.md").unwrap_or(home)).to_owned();
        let depth = if part == Part::Templates { address.matches('/').count().saturating_sub(2) } else { 0 };
        self.pages.push(Page { part, title, home: home.to_owned(), address, depth, text });
        Ok(())
    }

    /// Adds every folder in `parent`, and those in them.
    fn add_folders(&mut self, part: Part, parent: &str) -> Result<(), Error> {
        for folder in folders(&self.repository, parent)? {
            self.add_folder(part, &folder)?;
            self.add_folders(part, &folder)?;
        }
        Ok(())
    }

    fn add_folder(&mut self, part: Part, folder: &str) -> Result<(), Error> {
        let address = format!("{folder}/index.md");
        let readme = format!("{folder}/README.md");
        if self.repository.path(&readme).is_file() {
            return self.add(part, &readme, address, None);
        }
        let names = self.repository.entries(folder)?;
        let bullets: Vec<String> = names.iter().map(|name| format!("- [`{name}`]({name})\n")).collect();
        let text = format!("# Files of {folder}\n\n{}", bullets.concat());
        let title = folder.rsplit('/').next().unwrap_or(folder).to_owned() + "/";
        let depth = folder.matches('/').count().saturating_sub(1);
        self.pages.push(Page { part, title, home: folder.to_owned(), address, depth, text });
        Ok(())
    }
}

/// Returns the names of the Markdown files in a folder, in order.
fn documents(repository: &Repository, folder: &str) -> Result<Vec<String>, Error> {
    let is_document = |name: &String| std::path::Path::new(name).extension().is_some_and(|end| end == "md");
    Ok(repository.entries(folder)?.into_iter().filter(is_document).collect())
}

/// Returns the paths of the folders in a folder, in order.
fn folders(repository: &Repository, parent: &str) -> Result<Vec<String>, Error> {
    let path = |name: String| name.strip_suffix('/').map(|name| format!("{parent}/{name}"));
    Ok(repository.entries(parent)?.into_iter().filter_map(path).collect())
}
