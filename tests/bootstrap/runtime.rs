//! The function as a program of the Lambda runtime.

use local_aws::Outcome;
use serde_json::json;

use crate::support::{Cloud, bootstrap, error, example, scheduled};

#[test]
fn a_panic_is_an_error_response_and_the_function_goes_on() {
    let mut cloud = Cloud::start_program(&example("panicking-function"), "INFO");
    let first = cloud.invoke(&scheduled());
    assert!(error(&first).1.contains("the first event panics"), "{first:?}");
    assert_eq!(cloud.invoke(&scheduled()), Outcome::Succeeded(json!("alive")));
    assert!(cloud.function.is_running());
}

#[test]
fn the_function_needs_no_symbol_newer_than_glibc_2_34() {
    let binary = std::fs::read(bootstrap()).unwrap();
    let needle = b"GLIBC_2.";
    let newest = binary
        .windows(needle.len() + 2)
        .filter(|window| window.starts_with(needle))
        .filter_map(|window| {
            let digits: String = window[needle.len()..]
                .iter()
                .map(|&byte| char::from(byte))
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse::<u32>().ok()
        })
        .max();
    assert!(
        newest.is_some_and(|minor| minor <= 34),
        "provided.al2023 has glibc 2.34; the binary needs 2.{newest:?}"
    );
}
