//! The binaries that are rejected, and the reasons.

use package::Architecture;
use package::binary::{Platform, faults};

use crate::programs::{DEBUGGABLE, HERE, STRIPPED, with_machine, with_version};

#[test]
fn a_binary_that_lambda_would_not_start_is_rejected_with_the_reason() {
    let (stripped, debuggable) = (&*STRIPPED, &*DEBUGGABLE);
    let only = |binary: &[u8]| {
        let mut faults = faults(binary, HERE, Platform::Lambda).unwrap();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults.remove(0)
    };
    assert_eq!(faults(stripped, HERE, Platform::Lambda).unwrap(), [""; 0]);

    let (other, machine) = match HERE {
        Architecture::X86_64 => ("arm64", 183),
        Architecture::Arm64 => ("x86_64", 62),
    };
    let fault = only(&with_machine(stripped, machine));
    assert!(fault.starts_with(&format!("it is for {other}, not for {HERE}")), "{fault}");
    let fault = only(&with_machine(stripped, 243));
    assert!(fault.starts_with(&format!("it is for ELF machine 243, not for {HERE}")), "{fault}");

    let fault = only(debuggable);
    assert!(fault.starts_with("it is not stripped, it has .debug_"), "{fault}");
    assert!(fault.contains(".symtab") && fault.contains(".debug_info"), "{fault}");

    let newest = "GLIBC_2.34";
    let fault = only(&with_version(stripped, newest, "GLIBC_2.39"));
    assert!(fault.starts_with("it needs GLIBC_2.39 for ") && fault.contains("__libc_start_main"), "{fault}");
    assert!(fault.contains("has GLIBC_2.34"), "{fault}");
    let fault = only(&with_version(stripped, newest, "GLIBC_3.01"));
    assert!(fault.starts_with("it needs GLIBC_3.01 for "), "{fault}");
    let fault = only(&with_version(stripped, newest, "GLIBC_ABI9"));
    assert!(fault.starts_with("it needs GLIBC_ABI9 for "), "{fault}");
    assert_eq!(
        faults(&with_version(stripped, newest, "GLIBC_2.04"), HERE, Platform::Lambda).unwrap(),
        [""; 0]
    );

    // All faults are listed.
    let odd = with_machine(&with_version(debuggable, newest, "GLIBC_2.38"), machine);
    assert_eq!(faults(&odd, HERE, Platform::Lambda).unwrap().len(), 3);
}

#[test]
fn bytes_that_are_no_elf_file_or_a_part_of_one_are_refused() {
    for bytes in [&b""[..], b"#!/bin/sh\n", &[0x7f, b'E', b'L', b'F'], &STRIPPED[..4_000]] {
        let fault = faults(bytes, HERE, Platform::Lambda).unwrap_err();
        assert!(fault.starts_with("it is no 64-bit little-endian ELF file"), "{fault}");
    }
    // Cut or spoilt bytes never panic.
    let binary = &*STRIPPED;
    for length in (0..binary.len()).step_by(4_093) {
        assert!(faults(&binary[..length], HERE, Platform::Lambda).is_err(), "{length}");
    }
    for at in 0..0x40 {
        let mut spoilt = binary.clone();
        spoilt[at] ^= 0xff;
        let _ = faults(&spoilt, HERE, Platform::Lambda);
    }
}
