//! The formats of a plan: for a person, a change request, a program, a shell, the console.
//!
//! A plan holds what DMS gave: names, tags and messages that anybody may have chosen. In every format they stay values:
//! they end no line, cell, fence or quotation.

mod code;
mod command_line;
mod console;
mod correction;
mod found;
mod instruction;
mod json;
mod markdown;
mod overview;
mod paint;
mod shell;
mod terminal;
mod words;

pub use console::console;
pub use correction::{fix_json, fix_terminal};
pub use instruction::command_line;
pub use json::{SCHEMA, json, read};
pub use markdown::markdown;
pub use overview::overview;
pub use shell::{SCRIPT_NAMES, SCRIPT_ORIGIN, Script, shell};
pub use terminal::terminal;
pub use words::shown;
