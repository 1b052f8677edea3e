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

/// Describes the application for the Serverless Application Repository (its developer guide, "AWS SAM template Metadata
/// section properties"). Files are named relative to the template. It has no home page: the project has no public
/// address.
const METADATA: &str = indoc::indoc! {"
    Metadata:
      AWS::ServerlessRepo::Application:
        Name: dms-rule
        Description: AWS Config rules that evaluate AWS DMS, public replication instances first
        Author: dms-rule-maintainers
        SpdxLicenseId: LICENSE-ID
        LicenseUrl: ../../LICENSE
        ReadmeUrl: ../README.md
        Labels: [config, dms, compliance, security, public-access]
        SemanticVersion: SEMANTIC-VERSION
"};

/// Returns the template for SAM, which builds the function instead of taking a zip.
pub(super) fn template(single_account: Document) -> Result<Document, Error> {
    let head = format!(
        "# Generated from cloudformation/single-account.yaml {GENERATED_BY}\n\
         AWSTemplateFormatVersion: \"2010-09-09\"\n\
         Transform: AWS::Serverless-2016-10-31\n"
    );
    let metadata = METADATA
        .replace("LICENSE-ID", env!("CARGO_PKG_LICENSE"))
        .replace("SEMANTIC-VERSION", env!("CARGO_PKG_VERSION"));
    single_account
        .at("rule-templates/sam/template.yaml")
        .with_text_for_block("code", "")?
        .with_text_for_block("code switch", "")?
        .with_text(&indent(4, LAMBDA), &indent(4, SERVERLESS))?
        .with_text(&indent(6, CODE), "")?
        .with_text("that the zip was built for", "that the function is built for")?
        .with_text("AWSTemplateFormatVersion: \"2010-09-09\"\n", &head)?
        .with_text("\nParameters:\n", &format!("\n{metadata}\nParameters:\n"))
}
