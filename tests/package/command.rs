//! The command line, with scripts instead of Cargo and Rust.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use package::archive::{Checksum, zip};
use tempfile::TempDir;

use crate::programs::{DEBUGGABLE, STRIPPED, with_machine};

fn script(path: &Path, commands: &str) {
    fs::write(path, format!("#!/bin/sh\n{commands}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A checkout, a script that copies `binary` to the place where Cargo would build it, and a Rust with some targets.
struct Machine {
    folder: PathBuf,
    _temporary: TempDir,
}

impl Machine {
    fn new(binary: &[u8], targets: &[&str]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().canonicalize().unwrap();
        for part in ["checkout/crates/package", "home/registry/src/a-mirror", "elsewhere"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        for target in targets {
            let libraries = folder.join("rust/lib/rustlib").join(target).join("lib");
            fs::create_dir_all(&libraries).unwrap();
            fs::write(libraries.join("libstd-0123.rlib"), "").unwrap();
        }
        fs::write(folder.join("binary"), binary).unwrap();
        script(
            &folder.join("cargo"),
            &format!(
                "cd {folder}; echo \"$@\" >> arguments; \
                 env | grep -E '^(CC_|RUSTC|RUSTFLAGS|CARGO_(ENCODED|INCREMENTAL|PKG|PROFILE|TARGET))' | tr '\\037' ' ' > environment\n\
                 [ \"$1\" = fetch ] && exit\n\
                 while [ $# -gt 1 ]; do case $1 in --target) triple=$2;; --target-dir) into=$2;; --bin) bin=$2;; esac; shift; done\n\
                 mkdir -p $into/$triple/function && cp binary $into/$triple/function/$bin\n\
                 echo '{{\"reason\":\"build-finished\",\"success\":true}}'\n\
                 echo '{{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///config-lambda#0.1.0\",\"features\":[],'\
                 '\"filenames\":[\"'$into/$triple/function/$bin'\"],\"executable\":\"'$into/$triple/function/$bin'\"}}'",
                folder = folder.display()
            ),
        );
        script(
            &folder.join("rustc"),
            &format!(
                "case \"$*\" in\n\
                 -vV) echo 'host: x86_64-unknown-linux-gnu'; echo 'commit-hash: c0ffee'; echo 'release: 1.95.0';;\n\
                 '--print sysroot') echo {rust};;\n\
                 *) echo {rust}/lib/rustlib/$4/lib;; esac",
                rust = folder.join("rust").display()
            ),
        );
        Self { folder, _temporary: temporary }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_package"));
        command
            .current_dir(self.folder.join("checkout"))
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.folder)
            .env("CARGO_HOME", self.folder.join("home"))
            .env("CARGO_MANIFEST_DIR", self.folder.join("checkout/crates/package"))
            .env("CARGO", self.folder.join("cargo"))
            .env("RUSTC", self.folder.join("rustc"));
        command
    }

    fn written(&self, name: &str) -> String {
        let text = fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        text.replace(&*self.folder.to_string_lossy(), "")
    }
}

fn results(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

const X86_64: &str = "x86_64-unknown-linux-gnu";
const ARM64: &str = "aarch64-unknown-linux-gnu";

#[test]
fn a_build_leaves_a_zip_its_checksum_and_a_line() {
    let (binary, old) = (with_machine(&STRIPPED, 62), SystemTime::UNIX_EPOCH + Duration::from_hours(900_000));
    let machine = Machine::new(&binary, &[X86_64]);
    let (code, out, errors) = results(&machine.command().env("RUSTFLAGS", "-Cdebuginfo=2").output().unwrap());
    assert_eq!(code, Some(0), "{errors}");
    let written = fs::read(machine.folder.join("checkout/target/package/x86_64/bootstrap.zip")).unwrap();
    assert!(written == zip(&binary).unwrap());
    let checksum = Checksum::new(&written);
    assert_eq!(
        out.lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>(),
        [
            "target/package/x86_64/bootstrap.zip",
            &written.len().to_string(),
            &binary.len().to_string(),
            &checksum.hex,
            &checksum.base64
        ]
    );
    let [heading, row] = [0, 1].map(|line| out.lines().nth(line).unwrap());
    assert_eq!(heading.find("CodeSha256"), row.find(&checksum.base64), "aligned:\n{out}");
    assert_eq!(
        machine.written("checkout/target/package/x86_64/bootstrap.zip.sha256"),
        format!("{}  bootstrap.zip\n", checksum.hex)
    );
    assert_eq!(
        machine.written("arguments"),
        "fetch --locked --target x86_64-unknown-linux-gnu\n\
         build --profile function --locked -p config-lambda --bin bootstrap \
         --message-format json-render-diagnostics --target x86_64-unknown-linux-gnu \
         --target-dir /checkout/target/package/build\n"
    );
    let mut environment: Vec<_> = machine.written("environment").lines().map(str::to_owned).collect();
    environment.sort();
    assert_eq!(
        environment,
        [
            "CARGO_ENCODED_RUSTFLAGS=--remap-path-prefix=/checkout=/workspace \
             --remap-path-prefix=/home=/cargo --remap-path-prefix=/home/registry/src/a-mirror=/cargo \
             --remap-path-prefix=/rust/lib/rustlib/src/rust=/rustc/c0ffee \
             --remap-path-prefix=/checkout/target/package/build=/target",
            "RUSTC=/rustc"
        ]
    );

    // A binary with another date, in another folder, and with other flags gives the same zip.
    File::options().append(true).open(machine.folder.join("binary")).unwrap().set_modified(old).unwrap();
    let mut again = machine.command();
    again
        .env("CARGO_TARGET_DIR", "../elsewhere")
        .env("CARGO_PROFILE_FUNCTION_DEBUG", "2")
        .env("CARGO_INCREMENTAL", "1");
    assert_eq!(results(&again.output().unwrap()).1, out);
    assert!(machine.folder.join("elsewhere").join(X86_64).is_dir());
    let environment = machine.written("environment");
    assert!(
        !["PROFILE", "INCREMENTAL", "PKG"].iter().any(|name| environment.contains(name)),
        "{environment}"
    );
}

#[test]
fn the_hook_has_a_zip_of_its_own_in_which_it_has_the_name_that_lambda_starts() {
    let binary = with_machine(&STRIPPED, 62);
    let machine = Machine::new(&binary, &[X86_64]);
    let folder = machine.folder.join("checkout/target/package/x86_64");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("bootstrap.zip"), "the function").unwrap();
    let (code, out, errors) = results(&machine.command().args(["hook", "x86_64"]).output().unwrap());
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("target/package/x86_64/hook.zip "), "{out}");
    assert!(fs::read(folder.join("hook.zip")).unwrap() == zip(&binary).unwrap(), "the entry is bootstrap");
    assert!(machine.written("checkout/target/package/x86_64/hook.zip.sha256").ends_with("  hook.zip\n"));
    assert_eq!(fs::read(folder.join("bootstrap.zip")).unwrap(), b"the function", "the other zip stays");
    let arguments = machine.written("arguments");
    let build = "build --profile function --locked -p cloudformation-hook --bin cloudformation-hook ";
    assert!(arguments.lines().any(|line| line.starts_with(build)), "{arguments}");
}

#[test]
fn a_refused_binary_leaves_no_older_zip() {
    let machine = Machine::new(&with_machine(&STRIPPED, 62), &[X86_64]);
    assert_eq!(machine.command().output().unwrap().status.code(), Some(0));
    fs::write(machine.folder.join("binary"), with_machine(&DEBUGGABLE, 183)).unwrap();
    let (code, out, errors) = results(&machine.command().output().unwrap());
    assert_eq!((code, &*out), (Some(1), ""), "{errors}");
    for word in
        ["bootstrap is rejected: it is for arm64, not for x86_64", "; and it is not stripped", ".debug_info"]
    {
        assert!(errors.contains(word), "{errors}");
    }
    assert_eq!(fs::read_dir(machine.folder.join("checkout/target/package/x86_64")).unwrap().count(), 0);

    for (cargo, words) in [
        ("exit 101", "cargo fetch --locked --target x86_64-unknown-linux-gnu failed; its messages are above"),
        ("kill -9 $$", "was stopped from outside, signal: 9"),
    ] {
        script(&machine.folder.join("cargo"), cargo);
        let (code, _, errors) = results(&machine.command().output().unwrap());
        assert_eq!(code, Some(1));
        assert!(errors.contains(words), "{errors}");
    }
}

#[test]
fn arm64_is_built_with_its_linker() {
    let machine = Machine::new(&with_machine(&STRIPPED, 183), &[X86_64, ARM64]);
    script(&machine.folder.join("aarch64-linux-gnu-gcc"), "");
    let mut command = machine.command();
    command.arg("arm64").env("PATH", format!("/usr/bin:/bin:{}", machine.folder.display()));
    let (code, out, errors) = results(&command.output().unwrap());
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("\ntarget/package/arm64/bootstrap.zip "), "{out}");
    let environment = machine.written("environment");
    for line in [
        "CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc",
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc",
    ] {
        assert!(environment.lines().any(|other| other == line), "{environment}");
    }

    // Another linker, and a Rust by a path relative to the current folder.
    let mut command = machine.command();
    command.args(["arm64", "--rustc", "../rustc"]).env("RUSTC", "/nowhere/rustc");
    command
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", machine.folder.join("aarch64-linux-gnu-gcc"));
    command.env("CC_aarch64_unknown_linux_gnu", "clang");
    let (code, _, errors) = results(&command.output().unwrap());
    assert_eq!(code, Some(0), "{errors}");
    let environment = machine.written("environment");
    for line in [
        "CC_aarch64_unknown_linux_gnu=clang",
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=/aarch64-linux-gnu-gcc",
    ] {
        assert!(environment.lines().any(|other| other == line), "{environment}");
    }
    assert!(environment.contains("rustc\n"), "{environment}");
}

#[test]
fn missing_parts_for_arm64_are_reported_before_the_build() {
    let machine = Machine::new(b"", &[X86_64]);
    let (code, out, errors) =
        results(&machine.command().args(["x86_64", "arm64"]).env("PATH", "").output().unwrap());
    assert_eq!((code, &*out), (Some(3), ""));
    assert_eq!(
        errors,
        "package: arm64 cannot be built here yet; missing:\n  \
         Rust's standard library for aarch64-unknown-linux-gnu, of Rust 1.95.0\n  \
         the linker aarch64-linux-gnu-gcc (to use another one, set CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER)\n\
         Install it:\n  \
         rustup target add aarch64-unknown-linux-gnu\n  \
         sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross\n\
         Without rustup's server: Debian 12 with its security updates has all of it, Rust too:\n  \
         sudo dpkg --add-architecture arm64\n  \
         sudo apt-get update\n  \
         sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross\n  \
         sudo apt-get install rustc-web cargo-web libstd-rust-web-dev:arm64\n  \
         cargo run --locked -p package -- arm64 --rustc /usr/bin/rustc\n"
    );
    assert_eq!(machine.written("arguments"), "");

    let machine = Machine::new(b"", &[X86_64, ARM64]);
    let (code, _, errors) = results(&machine.command().arg("arm64").env("PATH", "").output().unwrap());
    assert_eq!(code, Some(3));
    assert!(errors.contains("the linker aarch64-linux-gnu-gcc"), "{errors}");
    assert!(!errors.contains("rustup") && !errors.contains("standard library"), "{errors}");
}

#[test]
fn a_program_that_is_no_rustc_is_named() {
    let machine = Machine::new(b"", &[]);
    for (rustc, words) in [
        ("/nowhere/rustc", "/nowhere/rustc -vV cannot be started: "),
        ("/bin/true", "/bin/true -vV prints no host and release"),
        ("/bin/false", "/bin/false -vV: "),
    ] {
        let (code, _, errors) = results(&machine.command().args(["--rustc", rustc]).output().unwrap());
        assert_eq!(code, Some(3), "{errors}");
        assert!(errors.contains(words), "{errors}");
    }
    let (code, _, errors) = results(&machine.command().env_remove("CARGO_MANIFEST_DIR").output().unwrap());
    assert_eq!(code, Some(3));
    assert!(errors.contains("cargo run --locked -p package"), "{errors}");
    assert_eq!(machine.command().arg("mips").output().unwrap().status.code(), Some(2));
}
