//! Makes `bootstrap.zip`, the function as Lambda takes it, for x86_64 and for arm64.
//!
//! ```console
//! $ cargo run --locked -p package -- x86_64 arm64
//! ```
//!
//! The same sources, Rust and linker give the same bytes, whoever builds, where and when: paths are mapped to fixed
//! names, the zip holds one entry with a fixed date and mode, and the user's own compiler flags are left out.
//! So `CodeSha256` of the function in the account can be compared with a build of one's own.
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
//! Where rustup's server cannot be reached, Debian 12 with its security updates has all of it, Rust too:
//!
//! ```console
//! $ sudo dpkg --add-architecture arm64
//! $ sudo apt-get update
//! $ sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
//! $ sudo apt-get install rustc-web cargo-web libstd-rust-web-dev:arm64
//! $ cargo run --locked -p package -- arm64 --rustc /usr/bin/rustc
//! ```
//!
//! `rustc-web` takes the place of Debian's package `rustc`; a Rust in the home folder is not touched.

pub mod archive;
pub mod binary;
pub mod build;
pub mod toolchain;

use std::fmt;

use object::elf::{self, Machine};

/// What Lambda can run a function on; the names are Lambda's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Architecture {
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86_64,
    /// AWS Graviton.
    Arm64,
}

impl Architecture {
    /// As Rust names it.
    #[must_use]
    pub fn triple(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }

    /// The cross compiler and linker, as Debian and others name it.
    #[must_use]
    pub fn linker(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-linux-gnu-gcc",
            Self::Arm64 => "aarch64-linux-gnu-gcc",
        }
    }

    fn machine(self) -> Machine {
        match self {
            Self::X86_64 => elf::EM_X86_64,
            Self::Arm64 => elf::EM_AARCH64,
        }
    }

    /// Debian's package with the linker, and its name for the architecture.
    fn debian(self) -> (&'static str, &'static str) {
        match self {
            Self::X86_64 => ("gcc-x86-64-linux-gnu", "amd64"),
            Self::Arm64 => ("gcc-aarch64-linux-gnu", "arm64"),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}

/// Why there is no zip.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    /// Something is to be installed first; the text says what.
    Missing(String),
    /// The build failed, or what it made is refused.
    Failed(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Missing(words) | Self::Failed(words)) = self;
        f.write_str(words)
    }
}
