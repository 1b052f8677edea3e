//! The parts of the function's binary, by kind of section and by crate.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

use crate::error::Error;
use crate::figures::float;
use crate::programs;
use crate::symbols::crate_of;

/// Crates with a smaller share of the code are summed up in one row.
const SHOWN_PERCENT: f64 = 0.5;

/// Kinds of sections with the beginnings of their names. The first that fits counts.
const KINDS: [(&str, &[&str]); 6] = [
    ("code", &[".text", ".init", ".fini", ".plt"]),
    ("tables for unwinding", &[".eh_frame", ".gcc_except_table"]),
    ("constants", &[".rodata"]),
    ("constants with addresses", &[".data.rel.ro", ".got"]),
    ("relocations of addresses", &[".rela", ".dynsym", ".dynstr", ".gnu"]),
    ("variables", &[".data", ".tdata", ".init_array"]),
];

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads a build with names, in the profile `profiling`: the code is that of the function that ships. A generic function
counts for the crate that defines it; ring's own C and assembly have no crate in their names.

Examples:
  cargo run --locked -p bench -- size")]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments) -> Result<(), Error> {
    let program = programs::build_function(package::Profile::Profiling)?;
    write!(anstream::stdout().lock(), "{}", text(&program)?)?;
    Ok(())
}

fn text(program: &Path) -> Result<String, Error> {
    let bytes = std::fs::read(program)?;
    let file = ElfFile64::<object::Endianness>::parse(bytes.as_slice())?;
    let mut text = String::new();
    let mut sections: Vec<(&str, u64)> = KINDS.iter().map(|(kind, _)| (*kind, 0)).collect();
    for section in file.sections().filter(|section| section.address() != 0) {
        let (name, on_disk) = (section.name().unwrap_or_default(), section.file_range());
        let fits = |(_, starts): &(&str, &[&str])| starts.iter().any(|start| name.starts_with(start));
        if let (Some(kind), Some((_, size))) = (KINDS.iter().position(fits), on_disk)
            && let Some((_, sum)) = sections.get_mut(kind)
        {
            *sum += size;
        }
    }
    let all = sections.iter().map(|(_, size)| size).sum();
    rows(&mut text, "What is loaded", sections.into_iter().map(|(kind, size)| (kind.to_owned(), size)), all);

    let mut crates: HashMap<String, u64> = HashMap::new();
    let functions =
        file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition());
    for symbol in functions {
        let name = format!("{:#}", rustc_demangle::demangle(symbol.name().unwrap_or_default()));
        let name = if name.contains("::") { crate_of(&name) } else { "C and assembly" };
        *crates.entry(name.to_owned()).or_default() += symbol.size();
    }
    let all: u64 = crates.values().sum();
    let is_small = |size: u64| share(size, all) < SHOWN_PERCENT;
    let rest = crates.values().filter(|size| is_small(**size)).sum();
    let mut crates: Vec<_> = crates.into_iter().filter(|(_, size)| !is_small(*size)).collect();
    crates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    crates.push(("all others".to_owned(), rest));
    rows(&mut text, "Code by crate", crates.into_iter(), all);
    Ok(text)
}

fn rows(text: &mut String, title: &str, rows: impl Iterator<Item = (String, u64)>, all: u64) {
    let _ = writeln!(text, "{title}: {all} bytes"); // a String takes everything
    for (name, size) in rows {
        let _ = writeln!(text, "  {:5.1} %  {size:8}  {name}", share(size, all));
    }
    text.push('\n');
}

fn share(size: u64, all: u64) -> f64 {
    let float = |size: u64| float(usize::try_from(size).unwrap_or(usize::MAX));
    100.0 * float(size) / float(all)
}
