//! A function that panics on its first event: the test of what the runtime makes of a panic runs it.

use std::sync::atomic::{AtomicBool, Ordering};

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

static FIRST: AtomicBool = AtomicBool::new(true);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| async {
        assert!(!FIRST.swap(false, Ordering::Relaxed), "the first event panics");
        Ok::<_, lambda_runtime::Error>("alive")
    }))
    .await
}
