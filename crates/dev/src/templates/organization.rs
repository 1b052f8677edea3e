//! The templates for the delegated administrator of an organization.

use super::conditions;
use super::names::GENERATED_BY;
use super::organization_rules::{self, Order};
use super::part::Part;
use super::policies::{Regions, policy, role};
use crate::document::Document;
use crate::yaml::indent;
use crate::{Error, Repository};

const POLICIES: [(&str, Option<&str>); 4] = [
    ("function", None),
    ("assume-member-role", None),
    ("function-kms", Some("HasKey")),
    ("function-vpc", Some("IsInVpc")),
];

const SETTINGS: &str = indoc::indoc! {r#"
    OrganizationId:
      Type: String
      AllowedPattern: "o-[a-z0-9]{10,32}"
      Description: The id of the organization; the role of a member can only be assumed within it
    MemberRoleName:
      Type: String
      Default: DmsRuleMember
      AllowedPattern: "[A-Za-z0-9+=,.@_-]+"
      Description: The role that organization-member-role.yaml creates in each account
    ExcludedAccounts:
      Type: CommaDelimitedList
      Default: ""
      Description: Accounts in which the rules are not created
"#};

const SWITCHES: &str = "HasExcludedAccounts: !Not [!Equals [!Join [\"\", !Ref ExcludedAccounts], \"\"]]\n";

const ACCOUNT_IDS: &str = indoc::indoc! {"
    AccountIds:
      Type: CommaDelimitedList
      Description: The accounts on whose behalf AWS Config may invoke the function, about 50 at most
"};

const PERMISSION: &str = indoc::indoc! {"
    # AWS Config, on behalf of an account of the organization. The rules are created after it.
    Permission:
      Type: AWS::Lambda::ResourcePolicy
      Properties:
        ResourceArn: !GetAtt Function.Arn
        PolicyDocument:
"};

const PERMISSION_BY_ACCOUNT: &str = indoc::indoc! {"
    # AWS Config, on behalf of each account. A rule cannot depend on the permissions that a loop makes: that is why the
    # stack is made with Rules=none first.
    Fn::ForEach::Permissions:
      - AccountId
      - !Ref AccountIds
      - Permission${AccountId}:
          Type: AWS::Lambda::Permission
          Properties:
            FunctionName: !GetAtt Function.Arn
            Action: lambda:InvokeFunction
            Principal: config.amazonaws.com
            SourceAccount: !Ref AccountId

"};

/// The parts in which the two templates differ.
struct Differences<'a> {
    part: Part,
    path: &'a str,
    description: &'a str,
    settings: &'a str,
    permission: &'a str,
    order: Order,
}

/// Returns the template whose permission names the organization, from that for one account with the rules of a part.
pub(super) fn template(
    repository: &Repository,
    single_account: Document,
    part: Part,
) -> Result<Document, Error> {
    let policy = policy(repository, "invoke-by-organization", Regions::OfStack)?;
    let differences = Differences {
        part,
        path: "rule-templates/cloudformation/organization-central.yaml",
        description: concat!(
            " in an organization: ",
            "function, role, resource policy and organization rules, for the delegated administrator"
        ),
        settings: "",
        permission: &format!("{PERMISSION}{}\n", indent(6, &policy)),
        order: Order::AfterPermission,
    };
    derive(repository, single_account, &differences)
}

/// Returns the template with a permission for each account, where Lambda has no resource policies that name the
/// organization.
pub(super) fn template_by_account(
    repository: &Repository,
    single_account: Document,
    part: Part,
) -> Result<Document, Error> {
    let differences = Differences {
        part,
        path: "rule-templates/cloudformation/organization-central-by-account.yaml",
        description: " in an organization, where Lambda has no AWS::Lambda::ResourcePolicy: permissions by account",
        settings: ACCOUNT_IDS,
        permission: PERMISSION_BY_ACCOUNT,
        order: Order::Any,
    };
    derive(repository, single_account, &differences)?
        .with_text("Description: \"AWS", "Transform: AWS::LanguageExtensions\nDescription: \"AWS")?
        .with_text(part.default_rules(), "    Default: none\n")?
        .with_text(
            "Description: The names of the rules",
            "Description: none when the stack is created, then the names of the rules",
        )
}

fn derive(
    repository: &Repository,
    single_account: Document,
    differences: &Differences,
) -> Result<Document, Error> {
    let Differences { part, path, description, settings, permission, order } = *differences;
    let rules = part.rules();
    let role = role(repository, "trust-function", &POLICIES, Regions::OfStack)?;
    let template = single_account
        .at(&part.path(path))
        // The role of the member reads what the rules need, so the choice of rights is made there.
        .with_text_for_block("rights", "")?
        .with_text_for_block("tag switch", "")?
        .with_text_for_block("role settings", &indent(2, &[SETTINGS, settings].concat()))?
        .with_text_for_block("role switches", &indent(2, SWITCHES))?
        .with_block("conditions", &conditions::chosen_rules(&rules))?
        .with_block("role", &indent(6, &role))?
        .with_block("permission", &indent(2, permission))?
        .with_block("rules", &organization_rules::block(&rules, order)?)?
        .with_text(": function, role, permission and rules for one account and Region", description)?;
    match part {
        Part::Security => template.with_text(
            "AWSTemplateFormatVersion",
            &format!("# Generated from single-account.yaml {GENERATED_BY}\nAWSTemplateFormatVersion"),
        ),
        Part::Operations => Ok(template),
    }
}
