//! The program that is `bootstrap` in the zip of the hook.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    cloudformation_hook::run().await
}
