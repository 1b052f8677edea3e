//! The files of a crate use each other in one direction only.
//!
//! A file uses another if a path in its code leads to an item of the other, through `use` lines and re-exports. That a
//! file declares another with `mod` is no use of it. Code for tests is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{File, Item, ItemMod, ItemUse, Macro, UseTree};

use crate::source::{crates, read, shown};

/// The path of a module or an item from the root of its crate.
type ModulePath = Vec<String>;

#[test]
fn no_two_files_of_a_crate_use_each_other() {
    let mut circles = Vec::new();
    for folder in crates() {
        for root in ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file)) {
            if root.exists() {
                circles.extend(Crate::read(&root).circles());
            }
        }
    }
    let circles: Vec<String> =
        circles.iter().map(|(one, other)| format!("{} and {}", shown(one), shown(other))).collect();
    assert!(circles.is_empty(), "these use each other:\n{}", circles.join("\n"));
}

/// The modules of one crate.
#[derive(Debug, Default)]
struct Crate {
    modules: BTreeMap<ModulePath, Module>,
}

/// A module, in a file of its own or within that of another.
#[derive(Debug, Default)]
struct Module {
    file: PathBuf,
    /// The names that `use` lines bring in, and the paths they lead to.
    imports: BTreeMap<String, ModulePath>,
    /// The modules of which everything is brought in.
    globs: Vec<ModulePath>,
    /// The names of items that are defined here.
    items: BTreeSet<String>,
    /// The paths in the code.
    paths: BTreeSet<Vec<String>>,
}

impl Crate {
    fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        modules.add_file(root, &root.with_file_name(""), Vec::new());
        modules
    }

    fn add_file(&mut self, file: &Path, folder: &Path, path: ModulePath) {
        let File { items, .. } =
            syn::parse_file(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.add_items(&items, file, folder, path);
    }

    /// Adds a module with these items; `folder` is where the files of the modules that it declares are.
    fn add_items(&mut self, items: &[Item], file: &Path, folder: &Path, path: ModulePath) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items.iter().filter(|item| !is_for_tests(item)) {
            match item {
                Item::Mod(ItemMod { ident, content, .. }) => {
                    let name = ident.to_string();
                    let inner = folder.join(&name);
                    let path = [path.as_slice(), std::slice::from_ref(&name)].concat();
                    if let Some((_, items)) = content {
                        self.add_items(items, file, &inner, path);
                    } else {
                        let candidates = [folder.join(format!("{name}.rs")), inner.join("mod.rs")];
                        let file = candidates.iter().find(|file| file.exists());
                        self.add_file(file.expect("a file for the module"), &inner, path);
                    }
                }
                item => {
                    module.items.extend(name_of(item));
                    module.visit_item(item);
                }
            }
        }
        self.modules.insert(path, module);
    }

    /// Returns the pairs of files that use each other.
    fn circles(&self) -> Vec<(PathBuf, PathBuf)> {
        let uses: BTreeSet<(&Path, &Path)> = self
            .modules
            .iter()
            .flat_map(|(path, module)| {
                self.files_used_by(path, module).map(|file| (module.file.as_path(), file))
            })
            .collect();
        uses.iter()
            .filter(|(one, other)| one < other && uses.contains(&(*other, *one)))
            .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()))
            .collect()
    }

    fn files_used_by<'a>(&'a self, path: &'a [String], module: &'a Module) -> impl Iterator<Item = &'a Path> {
        let paths = module.paths.iter().chain(module.imports.values()).chain(&module.globs);
        paths.filter_map(|used| self.file_of(path, used, 0)).filter(|file| *file != module.file)
    }

    /// Returns the file that defines what `used` leads to from the module at `path`; `None` for a path that leads to
    /// another crate, or to a module as a whole.
    fn file_of(&self, path: &[String], used: &[String], depth: usize) -> Option<&Path> {
        let (first, rest) = used.split_first()?;
        let module = self.modules.get(path)?;
        match first.as_str() {
            _ if depth > 16 => None,
            "crate" => self.file_of(&[], rest, depth + 1),
            "self" => self.file_of(path, rest, depth + 1),
            "super" => self.file_of(path.split_last()?.1, rest, depth + 1),
            name => {
                let child = [path, std::slice::from_ref(first)].concat();
                if self.modules.contains_key(&child) {
                    return self.file_of(&child, rest, depth + 1);
                }
                if module.items.contains(name) {
                    return Some(&module.file);
                }
                if let Some(import) = module.imports.get(name) {
                    return self.file_of(path, &[import, rest].concat(), depth + 1);
                }
                module.globs.iter().find_map(|glob| self.file_of(path, &[glob, used].concat(), depth + 1))
            }
        }
    }
}

impl Module {
    fn add_imports(&mut self, tree: &UseTree, prefix: &[String]) {
        let with = |name: String| [prefix, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.add_imports(&path.tree, &with(path.ident.to_string())),
            UseTree::Name(name) if name.ident == "self" => {
                self.import(prefix.last().cloned(), prefix.to_vec());
            }
            UseTree::Name(name) => self.import(Some(name.ident.to_string()), with(name.ident.to_string())),
            UseTree::Rename(rename) => {
                self.import(Some(rename.rename.to_string()), with(rename.ident.to_string()));
            }
            UseTree::Glob(_) => self.globs.push(prefix.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_imports(tree, prefix)),
        }
    }

    /// Adds a name. One that leads to itself, as in `use clap;`, is of another crate.
    fn import(&mut self, name: Option<String>, path: ModulePath) {
        if let Some(name) = name.filter(|name| path != [name.clone()]) {
            self.imports.insert(name, path);
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_imports(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.paths.insert(segments);
        syn::visit::visit_path(self, path);
    }

    /// Reads the paths among the tokens of a macro, which syn does not parse.
    fn visit_macro(&mut self, call: &'ast Macro) {
        let tokens = call.tokens.to_string().replace(" :: ", "::");
        let words =
            tokens.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'));
        let paths = words.filter(|word| word.contains("::"));
        self.paths.extend(paths.map(|path| path.split("::").map(str::to_owned).collect()));
        self.visit_path(&call.path);
    }
}

fn is_for_tests(item: &Item) -> bool {
    let attributes = match item {
        Item::Mod(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|option| option.is_ident("test"))
    })
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}

mod tests {
    use super::*;

    /// Adds the modules of a crate from their texts.
    fn circles(files: &[(&str, &str)]) -> Vec<(PathBuf, PathBuf)> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let circles = Crate::read(&folder.path().join("lib.rs")).circles();
        let relative = |path: PathBuf| path.strip_prefix(folder.path()).unwrap().to_owned();
        circles.into_iter().map(|(one, other)| (relative(one), relative(other))).collect()
    }

    #[test]
    fn two_files_that_use_each_other_through_a_re_export_are_a_circle() {
        let files = [
            ("lib.rs", "mod one; mod two; pub use one::One; pub use two::Two;"),
            ("one.rs", "use crate::Two; pub struct One(Two); pub fn name() {}"),
            ("two.rs", "pub struct Two; fn two() { println!(\"{:?}\", super::one::name()); }"),
        ];
        assert_eq!(circles(&files), [("one.rs".into(), "two.rs".into())]);
    }

    #[test]
    fn a_parent_that_calls_its_child_and_is_used_by_it_is_a_circle() {
        let child = ("one/child.rs", "pub fn child() { super::parent() }");
        let calls = ("one.rs", "mod child; pub fn parent() { child::child() }");
        let lib = ("lib.rs", "mod one;");
        assert_eq!(circles(&[lib, child, calls]), [("one/child.rs".into(), "one.rs".into())]);
        let declares = ("one.rs", "mod child; pub fn parent() {}");
        assert_eq!(circles(&[lib, child, declares]), []);
    }

    #[test]
    fn code_for_tests_is_left_out() {
        let files = [
            ("lib.rs", "mod one; mod two;"),
            ("one.rs", "pub fn one() { crate::two::two() }"),
            ("two.rs", "pub fn two() {} #[cfg(test)] mod tests { use crate::one::one; }"),
        ];
        assert_eq!(circles(&files), []);
    }
}
