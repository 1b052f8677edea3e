//! The smallest function in Rust: it responds with null.

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| async { Ok::<(), lambda_runtime::Error>(()) }))
        .await
}
