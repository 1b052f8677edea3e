//! The `bootstrap` that the `provided.al2023` runtime starts.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    config_lambda::run().await
}
