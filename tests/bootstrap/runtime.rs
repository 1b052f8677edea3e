//! The function as a program of the Lambda runtime.

use local_aws::Outcome;
use serde_json::json;

use crate::support::{Cloud, error, example, scheduled};

#[test]
fn a_panic_is_an_error_response_and_the_function_goes_on() {
    let mut cloud = Cloud::start_program(&example("panicking-function"), "INFO");
    let first = cloud.invoke(&scheduled());
    assert!(error(&first).1.contains("the first event panics"), "{first:?}");
    assert_eq!(cloud.invoke(&scheduled()), Outcome::Succeeded(json!("alive")));
    assert!(cloud.function.is_running());
}
