//! The calls of AWS DMS by which an instance is created anew and its tasks are moved: listings as the API sends them,
//! and the acts that change something.

mod act;
mod document;
mod listing;
mod next_step;
mod parameters;
mod recorded;
mod records;
mod role;
#[cfg(test)]
mod scripted;

pub use document::document;
pub use listing::Listing;
