//! The plan for an instance: what it copies, what blocks it, what it says.

mod facts;
mod notes;
mod target;
