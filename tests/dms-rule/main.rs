//! The program `dms-rule` as its user runs it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod apply;
mod bombs;
mod check;
mod containers;
mod coverage;
mod deployment;
mod faults;
mod history;
mod invoke;
mod local;
mod manual;
mod options;
mod plan;
mod plan_exposure;
mod plan_live;
mod plan_rules;
mod plan_shell;
mod reachability;
mod reading;
mod readme;
mod remediation_roles;
mod reports;
mod rules;
mod scan;
mod scan_begin;
mod scan_places;
mod scan_scale;
mod security_hub;
mod settings;
mod support;
