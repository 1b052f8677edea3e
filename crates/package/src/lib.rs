//! Builds a release, the function as it ships, and `bootstrap.zip`, the deployment package that Lambda takes, for x86_64 and
//! arm64.
//!
//! ```console
//! $ cargo run --locked -p package -- x86_64 arm64
//! $ cargo run --locked -p package -- hook x86_64 arm64
//! ```
//!
//! The second command builds `hook.zip`, the function of the CloudFormation hook.
//!
//! The same sources, Rust and linker give the same bytes on any machine, at any time: paths are mapped to fixed
//! names, the zip holds one entry with a fixed date and mode, and the user's own compiler flags are left out.
//! So `CodeSha256` of the function in the account can be compared with a build of one's own.
//!
//! Tests that drive the function get it from [`function::shipped`], which runs the same command.
//!
//! # arm64 on x86_64
//!
//! That needs Rust's standard library for `aarch64-unknown-linux-gnu` and a linker for it:
//!
//! ```console
//! $ rustup target add aarch64-unknown-linux-gnu
//! $ sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
//! $ cargo run --locked -p package -- arm64
//! ```
//!
//! If rustup's server cannot be reached, Debian 12 with its security updates has all of it, Rust too:
//!
//! ```console
//! $ sudo dpkg --add-architecture arm64
//! $ sudo apt-get update
//! $ sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
//! $ sudo apt-get install rustc-web cargo-web libstd-rust-web-dev:arm64
//! $ cargo run --locked -p package -- arm64 --rustc /usr/bin/rustc
//! ```
//!
//! `rustc-web` replaces Debian's package `rustc`; a Rust in the home folder is not touched.

mod architecture;
pub mod archive;
pub mod binary;
mod cargo;
pub mod channels;
pub mod crates;
pub mod deployment_package;
mod error;
pub mod function;
mod git;
pub mod messages;
pub mod origin;
mod program;
pub mod release;
mod sbom;
mod tarball;
mod toolchain;

pub use crate::architecture::Architecture;
pub use crate::cargo::{Builder, Folders, Profile};
pub use crate::error::Error;
pub use crate::program::Program;
pub use crate::toolchain::Toolchain;
