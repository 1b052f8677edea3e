use super::names::GENERATED_BY;
use crate::Error;
use crate::document::Document;
use crate::yaml::indent;

const LAMBDA: &str = indoc::indoc! {"
    Type: AWS::Lambda::Function
    Properties:
"};

/// The same function as `sam build` makes it, with `cargo lambda`.
const SERVERLESS: &str = indoc::indoc! {"
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
      BuildProperties:
        Binary: bootstrap
    Properties:
      CodeUri: ../../crates/config-lambda
"};

const CODE: &str = indoc::indoc! {r#"
    Code:
      S3Bucket: !If [IsBucketPerRegion, !Sub "${CodeS3Bucket}-${AWS::Region}", !Ref CodeS3Bucket]
      S3Key: !Ref CodeS3Key
      S3ObjectVersion: !If [HasCodeVersion, !Ref CodeS3ObjectVersion, !Ref AWS::NoValue]
"#};

/// Returns the template for SAM, which builds the function instead of taking a zip.
pub(super) fn template(single_account: Document) -> Result<Document, Error> {
    let head = format!(
        "# Generated from cloudformation/single-account.yaml {GENERATED_BY}\n\
         AWSTemplateFormatVersion: \"2010-09-09\"\n\
         Transform: AWS::Serverless-2016-10-31\n"
    );
    single_account
        .at("rule-templates/sam/template.yaml")
        .with_text_for_block("code", "")?
        .with_text_for_block("code switch", "")?
        .with_text(&indent(4, LAMBDA), &indent(4, SERVERLESS))?
        .with_text(&indent(6, CODE), "")?
        .with_text("that the zip was built for", "that the function is built for")?
        .with_text("AWSTemplateFormatVersion: \"2010-09-09\"\n", &head)
}
