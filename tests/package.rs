//! The zip of the function: its bytes, what is refused, what is said where something is missing. Nothing here builds
//! the function; a script stands for Cargo.

#![cfg(unix)]

#[cfg(test)]
mod packaging {
    use std::fs::{self, File};
    use std::io::{Cursor, Read};
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};
    use std::sync::LazyLock;
    use std::time::{Duration, SystemTime};

    use package::Architecture;
    use package::archive::{Checksum, zip_of};
    use package::binary::faults;

    /// A folder of the test's own.
    fn folder(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package").join(name);
        let _ = fs::remove_dir_all(&folder); // of the run before
        fs::create_dir_all(&folder).unwrap();
        folder.canonicalize().unwrap()
    }

    fn script(path: &Path, words: &str) {
        fs::write(path, format!("#!/bin/sh\n{words}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    const HERE: Architecture =
        if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 };

    /// A small program, stripped and with debug information.
    static PROGRAMS: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
        let folder = folder("programs");
        let source = folder.join("program.rs");
        fs::write(&source, "fn main() { println!(\"{}\", std::process::id()); }").unwrap();
        let compile = |name: &str, flags: &[&str]| {
            let program = folder.join(name);
            let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
            command.arg(&source).arg("-o").arg(&program).args(flags);
            assert!(command.status().unwrap().success(), "{command:?}");
            fs::read(program).unwrap()
        };
        (compile("stripped", &["-Cstrip=symbols"]), compile("debuggable", &["-Cdebuginfo=2"]))
    });

    fn with_machine(binary: &[u8], machine: u8) -> Vec<u8> {
        let mut binary = binary.to_vec();
        binary[18] = machine; // e_machine
        binary
    }

    /// One name of a version of glibc in the place of another as long.
    fn with_version(binary: &[u8], from: &str, to: &str) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let mut binary = binary.to_vec();
        let from = format!("{from}\0");
        let at = binary.windows(from.len()).position(|bytes| bytes == from.as_bytes()).unwrap();
        binary[at..at + to.len()].copy_from_slice(to.as_bytes());
        binary
    }

    #[test]
    fn the_same_bytes_make_the_same_zip() {
        let binary = &PROGRAMS.0;
        let first = zip_of(binary).unwrap();
        // The clock of a zip counts in steps of two seconds.
        std::thread::sleep(Duration::from_millis(2_100));
        assert!(zip_of(binary).unwrap() == first);
        assert!(zip_of(&with_machine(binary, 183)).unwrap() != first || HERE == Architecture::Arm64);
    }

    #[test]
    fn the_zip_is_known_to_the_last_byte() {
        let binary: Vec<u8> =
            (0..60_000_u32).flat_map(|number| (number * number / 7).to_be_bytes()).collect();
        let zip = zip_of(&binary).unwrap();
        let checksum = Checksum::of(&zip);
        assert_eq!(
            checksum.hex, "3229e678690ca897a70d81cfa056c4c9d77c0364a2f60c7369f8a082f4b4e033",
            "another zip of the same binary: every CodeSha256 that people hold changes with it"
        );
    }

    #[test]
    fn the_zip_holds_an_executable_bootstrap_of_1980() {
        let binary = &PROGRAMS.0;
        let zip = zip_of(binary).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(&zip)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut entry = archive.by_index(0).unwrap();
        let mut held = Vec::new();
        entry.read_to_end(&mut held).unwrap();
        assert!(&held == binary);
        assert_eq!((&*entry.name().unwrap(), entry.unix_mode()), ("bootstrap", Some(0o100_755)));
        assert_eq!(entry.last_modified(), Some(zip::DateTime::DEFAULT));
        assert!(zip.len() < binary.len(), "compressed");

        let file = folder("python").join("bootstrap.zip");
        fs::write(&file, &zip).unwrap();
        let words = "import sys, zipfile\n\
            z = zipfile.ZipFile(sys.argv[1])\n\
            assert z.testzip() is None\n\
            print([(i.filename, oct(i.external_attr >> 16), i.date_time, i.file_size) for i in z.infolist()])";
        let Ok(output) = Command::new("python3").args(["-c", words]).arg(&file).output() else {
            return; // no second implementation on this machine
        };
        assert_eq!(
            (String::from_utf8_lossy(&output.stdout).trim(), String::from_utf8_lossy(&output.stderr).trim()),
            (&*format!("[('bootstrap', '0o100755', (1980, 1, 1, 0, 0, 0), {})]", binary.len()), "")
        );
    }

    #[test]
    fn a_checksum_is_told_as_sha256sum_and_as_lambda_tell_it() {
        let checksum = Checksum::of(b"");
        assert_eq!(checksum.base64, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(
            checksum.line("bootstrap.zip"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  bootstrap.zip\n"
        );
    }

    #[test]
    fn a_binary_that_lambda_would_not_start_is_refused_in_words() {
        let (stripped, debuggable) = &*PROGRAMS;
        let only = |binary: &[u8]| {
            let mut faults = faults(binary, HERE).unwrap();
            assert_eq!(faults.len(), 1, "{faults:?}");
            faults.remove(0)
        };
        assert_eq!(faults(stripped, HERE).unwrap(), [""; 0]);

        let (other, machine) = match HERE {
            Architecture::X86_64 => ("arm64", 183),
            Architecture::Arm64 => ("x86_64", 62),
        };
        let said = only(&with_machine(stripped, machine));
        assert!(said.starts_with(&format!("it is for {other}, not for {HERE}")), "{said}");
        let said = only(&with_machine(stripped, 243));
        assert!(said.starts_with(&format!("it is for ELF machine 243, not for {HERE}")), "{said}");

        let said = only(debuggable);
        assert!(said.starts_with("it is not stripped, it has .debug_"), "{said}");
        assert!(said.contains(".symtab") && said.contains(".debug_info"), "{said}");

        let newest = "GLIBC_2.34";
        let said = only(&with_version(stripped, newest, "GLIBC_2.39"));
        assert!(said.starts_with("it needs GLIBC_2.39 for ") && said.contains("__libc_start_main"), "{said}");
        assert!(said.contains("has GLIBC_2.34"), "{said}");
        let said = only(&with_version(stripped, newest, "GLIBC_3.01"));
        assert!(said.starts_with("it needs GLIBC_3.01 for "), "{said}");
        let said = only(&with_version(stripped, newest, "GLIBC_ABI9"));
        assert!(said.starts_with("it needs GLIBC_ABI9 for "), "{said}");
        assert_eq!(faults(&with_version(stripped, newest, "GLIBC_2.04"), HERE).unwrap(), [""; 0]);

        // All that is wrong at once.
        let odd = with_machine(&with_version(debuggable, newest, "GLIBC_2.38"), machine);
        assert_eq!(faults(&odd, HERE).unwrap().len(), 3);
    }

    #[test]
    fn what_is_no_elf_file_or_a_part_of_one_is_refused() {
        for bytes in [&b""[..], b"#!/bin/sh\n", &[0x7f, b'E', b'L', b'F'], &PROGRAMS.0[..4_000]] {
            let said = faults(bytes, HERE).unwrap_err();
            assert!(said.starts_with("it is no 64-bit little-endian ELF file"), "{said}");
        }
        // However it is cut or spoilt, there is an answer.
        let binary = &PROGRAMS.0;
        for length in (0..binary.len()).step_by(4_093) {
            assert!(faults(&binary[..length], HERE).is_err(), "{length}");
        }
        for at in 0..0x40 {
            let mut spoilt = binary.clone();
            spoilt[at] ^= 0xff;
            let _ = faults(&spoilt, HERE);
        }
    }

    /// A checkout, a Cargo that puts `binary` where the real one would, and a Rust with these targets.
    struct Machine {
        folder: PathBuf,
    }

    impl Machine {
        fn new(name: &str, binary: &[u8], targets: &[&str]) -> Self {
            let folder = folder(name);
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
                     env | grep -E '^(CC_|RUSTC|RUSTFLAGS|CARGO_(ENCODED|PROFILE|TARGET))' | tr '\\037' ' ' > environment\n\
                     [ \"$1\" = fetch ] && exit\n\
                     while [ $# -gt 1 ]; do case $1 in --target) triple=$2;; --target-dir) into=$2;; esac; shift; done\n\
                     mkdir -p $into/$triple/release && cp binary $into/$triple/release/bootstrap",
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
            Self { folder }
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

        fn told(&self, name: &str) -> String {
            let text = fs::read_to_string(self.folder.join(name)).unwrap_or_default();
            text.replace(&*self.folder.to_string_lossy(), "")
        }
    }

    fn said(output: &Output) -> (Option<i32>, String, String) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    const X86_64: &str = "x86_64-unknown-linux-gnu";
    const ARM64: &str = "aarch64-unknown-linux-gnu";

    #[test]
    fn a_build_leaves_a_zip_its_checksum_and_a_line() {
        let (binary, old) =
            (with_machine(&PROGRAMS.0, 62), SystemTime::UNIX_EPOCH + Duration::from_hours(900_000));
        let machine = Machine::new("made", &binary, &[X86_64]);
        let (code, out, errors) =
            said(&machine.command().env("RUSTFLAGS", "-Cdebuginfo=2").output().unwrap());
        assert_eq!(code, Some(0), "{errors}");
        let zip = fs::read(machine.folder.join("checkout/target/package/x86_64/bootstrap.zip")).unwrap();
        assert!(zip == zip_of(&binary).unwrap());
        let checksum = Checksum::of(&zip);
        assert_eq!(
            out.lines().nth(1).unwrap().split_whitespace().collect::<Vec<_>>(),
            [
                "target/package/x86_64/bootstrap.zip",
                &zip.len().to_string(),
                &binary.len().to_string(),
                &checksum.hex,
                &checksum.base64
            ]
        );
        let [heading, row] = [0, 1].map(|line| out.lines().nth(line).unwrap());
        assert_eq!(heading.find("CodeSha256"), row.find(&checksum.base64), "aligned:\n{out}");
        assert_eq!(
            machine.told("checkout/target/package/x86_64/bootstrap.zip.sha256"),
            format!("{}  bootstrap.zip\n", checksum.hex)
        );
        assert_eq!(
            machine.told("arguments"),
            "fetch --locked --target x86_64-unknown-linux-gnu\n\
             build --release --locked -p config-lambda --bin bootstrap --target x86_64-unknown-linux-gnu \
             --target-dir /checkout/target/package/build\n"
        );
        let mut environment: Vec<_> = machine.told("environment").lines().map(str::to_owned).collect();
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

        // At another time, of a file with another date, into another folder, with other flags.
        File::options().append(true).open(machine.folder.join("binary")).unwrap().set_modified(old).unwrap();
        let mut again = machine.command();
        again.env("CARGO_TARGET_DIR", "../elsewhere").env("CARGO_PROFILE_RELEASE_DEBUG", "2");
        assert_eq!(said(&again.output().unwrap()).1, out);
        assert!(machine.folder.join("elsewhere").join(X86_64).is_dir());
        assert!(!machine.told("environment").contains("PROFILE"));
    }

    #[test]
    fn a_refused_binary_leaves_no_older_zip() {
        let machine = Machine::new("refused", &with_machine(&PROGRAMS.0, 62), &[X86_64]);
        assert_eq!(machine.command().output().unwrap().status.code(), Some(0));
        fs::write(machine.folder.join("binary"), with_machine(&PROGRAMS.1, 183)).unwrap();
        let (code, out, errors) = said(&machine.command().output().unwrap());
        assert_eq!((code, &*out), (Some(1), ""), "{errors}");
        for word in [
            "bootstrap is refused: it is for arm64, not for x86_64",
            "; and it is not stripped",
            ".debug_info",
        ] {
            assert!(errors.contains(word), "{errors}");
        }
        assert_eq!(fs::read_dir(machine.folder.join("checkout/target/package/x86_64")).unwrap().count(), 0);

        for (cargo, words) in [
            (
                "exit 101",
                "cargo fetch --locked --target x86_64-unknown-linux-gnu failed; Cargo says why above",
            ),
            ("kill -9 $$", "was stopped from outside, signal: 9"),
        ] {
            script(&machine.folder.join("cargo"), cargo);
            let (code, _, errors) = said(&machine.command().output().unwrap());
            assert_eq!(code, Some(1));
            assert!(errors.contains(words), "{errors}");
        }
    }

    #[test]
    fn arm64_is_built_with_its_linker() {
        let machine = Machine::new("arm64", &with_machine(&PROGRAMS.0, 183), &[X86_64, ARM64]);
        script(&machine.folder.join("aarch64-linux-gnu-gcc"), "");
        let mut command = machine.command();
        command.arg("arm64").env("PATH", format!("/usr/bin:/bin:{}", machine.folder.display()));
        let (code, out, errors) = said(&command.output().unwrap());
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.contains("\ntarget/package/arm64/bootstrap.zip "), "{out}");
        let environment = machine.told("environment");
        for line in [
            "CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc",
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc",
        ] {
            assert!(environment.lines().any(|told| told == line), "{environment}");
        }

        // Another linker, and a Rust that is named on the command line from where one stands.
        let mut command = machine.command();
        command.args(["arm64", "--rustc", "../rustc"]).env("RUSTC", "/nowhere/rustc");
        command.env(
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER",
            machine.folder.join("aarch64-linux-gnu-gcc"),
        );
        command.env("CC_aarch64_unknown_linux_gnu", "clang");
        let (code, _, errors) = said(&command.output().unwrap());
        assert_eq!(code, Some(0), "{errors}");
        let environment = machine.told("environment");
        for line in [
            "CC_aarch64_unknown_linux_gnu=clang",
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=/aarch64-linux-gnu-gcc",
        ] {
            assert!(environment.lines().any(|told| told == line), "{environment}");
        }
        assert!(environment.contains("rustc\n"), "{environment}");
    }

    #[test]
    fn what_is_missing_for_arm64_is_told_before_anything_is_built() {
        let machine = Machine::new("missing", b"", &[X86_64]);
        let (code, out, errors) =
            said(&machine.command().args(["x86_64", "arm64"]).env("PATH", "").output().unwrap());
        assert_eq!((code, &*out), (Some(3), ""));
        assert_eq!(
            errors,
            "package: arm64 cannot be built here yet; missing:\n  \
             Rust's standard library for aarch64-unknown-linux-gnu, of Rust 1.95.0\n  \
             the linker aarch64-linux-gnu-gcc (to take another one, set CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER)\n\
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
        assert_eq!(machine.told("arguments"), "");

        let machine = Machine::new("linker", b"", &[X86_64, ARM64]);
        let (code, _, errors) = said(&machine.command().arg("arm64").env("PATH", "").output().unwrap());
        assert_eq!(code, Some(3));
        assert!(errors.contains("the linker aarch64-linux-gnu-gcc"), "{errors}");
        assert!(!errors.contains("rustup") && !errors.contains("standard library"), "{errors}");
    }

    #[test]
    fn a_rust_that_is_none_is_named() {
        let machine = Machine::new("rust", b"", &[]);
        for (rustc, words) in [
            ("/nowhere/rustc", "/nowhere/rustc -vV cannot be started: "),
            ("/bin/true", "/bin/true -vV does not answer as rustc does"),
            ("/bin/false", "/bin/false -vV: "),
        ] {
            let (code, _, errors) = said(&machine.command().args(["--rustc", rustc]).output().unwrap());
            assert_eq!(code, Some(3), "{errors}");
            assert!(errors.contains(words), "{errors}");
        }
        let (code, _, errors) = said(&machine.command().env_remove("CARGO_MANIFEST_DIR").output().unwrap());
        assert_eq!(code, Some(3));
        assert!(errors.contains("cargo run --locked -p package"), "{errors}");
        assert_eq!(machine.command().arg("mips").output().unwrap().status.code(), Some(2));
    }
}
