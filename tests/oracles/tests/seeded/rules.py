"""Faults of the rules of AWS Config in a template, and of who may invoke the function."""

from oracles.seeding import Fault


def logical_id(rule: str) -> str:
    """Returns the logical id of a rule in a template."""
    return "".join(map(str.capitalize, rule.split("-")))


def of_rules(rule: str) -> list[Fault]:
    """Returns faults of each resource AWS::Config::ConfigRule; `rule` is the first of the file."""
    return [
        Fault(
            "the oversized message misspelt",
            "MessageType: OversizedConfigurationItemChangeNotification",
            "MessageType: OversizedConfigurationItemChange",
            "'OversizedConfigurationItemChange' is not one of",
        ),
        Fault(
            "a message of another type",
            "MessageType: ScheduledNotification",
            "MessageType: ConfigurationSnapshotDeliveryCompleted",
            "the messages are ['ConfigurationItemChangeNotification', 'OversizedConfigurationItemChangeNotification', 'ConfigurationSnapshotDeliveryCompleted']",
        ),
        Fault(
            "a member misspelt",
            "MessageType: ConfigurationItemChangeNotification",
            "MessageTypes: ConfigurationItemChangeNotification",
            'Unknown parameter in Source.SourceDetails[0]: "MessageTypes"',
        ),
        Fault(
            "an unknown event source",
            "EventSource: aws.config",
            "EventSource: aws.events",
            "'aws.events' is not one of aws.config",
        ),
        Fault("an unknown owner", "Owner: CUSTOM_LAMBDA", "Owner: CUSTOM", "'CUSTOM' is not one of CUSTOM_LAMBDA"),
        Fault(
            "a resource type misspelt",
            '["AWS::DMS::ReplicationInstance"]',
            '["AWS::DMS::ReplicationInstances"]',
            f"{rule}: the scope is ['AWS::DMS::Replication",
        ),
        Fault(
            "an unknown rule name",
            f"ConfigRuleName: {rule}",
            "ConfigRuleName: dms-replication-is-not-public",
            "there is no rule dms-replication-is-not-public",
        ),
        Fault(
            "one rule run as another",
            f"ruleIdentifier: {rule}",
            "ruleIdentifier: dms-endpoint-tagged",
            f"{rule}: ruleIdentifier is dms-endpoint-tagged",
        ),
        Fault(
            "a parameter misspelt",
            "exemptionCompliance:",
            "exemptionComplianceType:",
            "exemptionComplianceType is not a parameter of the rule",
        ),
        Fault(
            "a rule with proactive evaluation",
            f"      ConfigRuleName: {rule}\n",
            f"      ConfigRuleName: {rule}\n      EvaluationModes: [{{Mode: PROACTIVE}}]\n",
            f"{rule} has EvaluationModes, which is not expected",
        ),
        Fault(
            "a scope with a tag",
            '- ComplianceResourceTypes: ["AWS::DMS::ReplicationInstance"]\n',
            '- {ComplianceResourceTypes: ["AWS::DMS::ReplicationInstance"], TagKey: nothing}\n',
            f"the scope of {rule} has TagKey, which is not expected",
        ),
    ]


def of_one_account(rule: str) -> list[Fault]:
    """Returns faults of a template of one account; `rule` is its first rule."""
    return [
        Fault(
            "another parameter for the tag",
            "exemptionTagKey: !If [HasExemptions, !Ref ExemptionTagKey,",
            "exemptionTagKey: !If [HasExemptions, !Ref ExemptionCompliance,",
            "exemptionTagKey is 'COMPLIANT', expected the parameter ExemptionTagKey",
        ),
        Fault(
            "a parameter with a fixed value",
            "        exemptionCompliance: !Ref ExemptionCompliance\n",
            "        exemptionCompliance: COMPLIANT\n",
            "exemptionCompliance is 'COMPLIANT', expected the parameter ExemptionCompliance",
        ),
        Fault(
            "a permission for another service",
            "Principal: config.amazonaws.com",
            "Principal: events.amazonaws.com",
            "'Principal': 'events.amazonaws.com'",
        ),
        Fault(
            "a permission for every account",
            "      SourceAccount: !Ref AWS::AccountId\n",
            "",
            "'Principal': 'config.amazonaws.com'}",
        ),
        Fault(
            "a permission for every action",
            "Action: lambda:InvokeFunction",
            "Action: lambda:*",
            "'Action': 'lambda:*'",
        ),
        Fault(
            "a permission after the rule",
            "    DependsOn: Permission\n",
            "",
            f"{logical_id(rule)} may be made before Permission",
        ),
        Fault(
            "another resource instead of the function",
            "        SourceIdentifier: !GetAtt Function.Arn\n",
            "        SourceIdentifier: !GetAtt Role.Arn\n",
            "CUSTOM_LAMBDA arn:aws:iam::123456789012:role/Role is not the function",
        ),
    ]


def of_an_organization(rule: str) -> list[Fault]:
    """Returns faults of a template with organization rules; `rule` is its first rule."""
    return [
        Fault(
            "changes alone where nothing is recorded",
            "OnSchedule: !Or [!Not [!Condition IsRecorded], !Not [!Equals [!Ref Triggers, Change]]]",
            "OnSchedule: !Not [!Equals [!Ref Triggers, Change]]",
            "the messages are [], expected ['ScheduledNotification']",
        ),
        Fault(
            "another parameter of the template",
            '"exemptionTagKey":"${ExemptionTagKey}"',
            '"exemptionTagKey":"${ExemptionCompliance}"',
            "exemptionTagKey is 'COMPLIANT', expected the parameter ExemptionTagKey",
        ),
        Fault("a message of another type", "ScheduledNotification", "Scheduled", "'Scheduled' is not one of"),
        Fault(
            "the oversized message missing",
            "          - !If [OnChange, OversizedConfigurationItemChangeNotification, !Ref AWS::NoValue]\n",
            "",
            "the messages are ['ConfigurationItemChangeNotification', 'ScheduledNotification']",
        ),
        Fault(
            "a resource type misspelt",
            '["AWS::DMS::ReplicationInstance"]',
            '["AWS::DMS::Replicationinstance"]',
            f"{rule}: the scope is ['AWS::DMS::Replication",
        ),
        Fault(
            "a rule name that AWS rejects",
            f"OrganizationConfigRuleName: {rule}",
            "OrganizationConfigRuleName: dms.replication.not.public",
            "there is no rule dms.replication.not.public",
        ),
        Fault(
            "parameters in invalid JSON",
            '"ExecutionRoleName":"${MemberRoleName}"}',
            '"ExecutionRoleName":"${MemberRoleName}"',
            "JSONDecodeError: Expecting ',' delimiter",
        ),
        Fault(
            "no member role for the rule",
            ',"ExecutionRoleName":"${MemberRoleName}"',
            "",
            "the parameter ExecutionRoleName is missing",
        ),
        Fault(
            "a role of any organization",
            "                Condition:\n                  StringEquals:\n                    aws:ResourceOrgID: !Ref OrganizationId\n",
            "",
            'lacks a grant of iam/assume-member-role.json: ["Allow", "sts:AssumeRole"',
        ),
        Fault(
            "any role of a member",
            'role/${MemberRoleName}"',
            'role/*"',
            '"sts:AssumeRole", "arn:aws:iam::*:role/*"',
        ),
        Fault(
            "excluded accounts left out",
            "      ExcludedAccounts: !If [HasExcludedAccounts, !Ref ExcludedAccounts, !Ref AWS::NoValue]\n",
            "",
            f"{rule}: the excluded accounts are None",
        ),
    ]


def central(rule: str) -> list[Fault]:
    """Returns faults of organization-central.yaml and its twin; `rule` is its first rule."""
    return [
        Fault(
            "any organization",
            "            Condition:\n              StringEquals:\n                aws:SourceOrgID: !Ref OrganizationId\n",
            "",
            "the resource policy is not iam/invoke-by-organization.json",
        ),
        Fault(
            "another service",
            "Service: config.amazonaws.com",
            "Service: events.amazonaws.com",
            "the resource policy is not iam/invoke-by-organization.json",
        ),
        Fault(
            "the rules before the policy",
            "    DependsOn: Permission\n",
            "",
            f"{logical_id(rule)} may be made before Permission",
        ),
        Fault(
            "a permission beside the policy",
            "\nOutputs:\n",
            "\n  Other:\n    Type: AWS::Lambda::Permission\n    Properties:\n      FunctionName: !Ref Function\n      Action: lambda:InvokeFunction\n      Principal: config.amazonaws.com\n      SourceAccount: !Ref AWS::AccountId\n\nOutputs:\n",
            "a permission is given although the resource policy replaces it",
        ),
    ]


# Of a template of one account with the rules on exposure, connections and encryption.
SECURITY_PARAMETERS = [
    Fault(
        "another parameter of the template",
        "        kmsKeyArns: !Ref KmsKeyArns\n",
        "        kmsKeyArns: !Ref DaysToExpiration\n",
        "kmsKeyArns is '30', expected the parameter KmsKeyArns",
    ),
]

# Of a template of one account with the rules on operation and ownership.
OPERATIONS_PARAMETERS = [
    Fault(
        "another parameter of the template",
        "        daysToEndOfLife: !Ref DaysToEndOfLife\n",
        "        daysToEndOfLife: !Ref Days\n",
        "daysToEndOfLife is '7', expected the parameter DaysToEndOfLife",
    ),
]

# Of organization-central-by-account.yaml and its twin.
CENTRAL_BY_ACCOUNT = [
    Fault(
        "a permission for another service",
        "Principal: config.amazonaws.com",
        "Principal: events.amazonaws.com",
        "'Principal': 'events.amazonaws.com'",
    ),
    Fault(
        "a permission for every account",
        "          SourceAccount: !Ref AccountId\n",
        "",
        "'Principal': 'config.amazonaws.com'}",
    ),
    Fault(
        "permissions for one account",
        "          SourceAccount: !Ref AccountId\n",
        "          SourceAccount: !Ref AWS::AccountId\n",
        "'SourceAccount': '123456789012'}, {",
    ),
    Fault(
        "the rules with the permissions",
        "    Default: none\n",
        "    Default: all\n",
        "the rules would be made with the stack, maybe before the permissions",
    ),
    Fault(
        "no transform",
        "Transform: AWS::LanguageExtensions\n",
        "",
        "UnreadableTemplateError: a loop without the transform AWS::LanguageExtensions",
    ),
]

# Of organization-member-role.yaml.
MEMBER_ROLE = [
    Fault(
        "a role that anybody may assume",
        "              AWS: !Ref FunctionRoleArns\n",
        '              AWS: "*"\n',
        "the trust policy is not iam/trust-member-role.json",
    ),
    Fault(
        "a role for a service",
        "              AWS: !Ref FunctionRoleArns\n",
        "              Service: lambda.amazonaws.com\n",
        "the trust policy is not iam/trust-member-role.json",
    ),
    Fault(
        "any organization",
        "            Condition:\n              StringEquals:\n                aws:PrincipalOrgID: !Ref OrganizationId\n",
        "",
        "the trust policy is not iam/trust-member-role.json",
    ),
    Fault(
        "a role of another name",
        "      RoleName: !Ref MemberRoleName\n",
        "      RoleName: DmsRule\n",
        "the name of the role is not the one of the parameter",
    ),
    Fault(
        "tags of every account",
        'Resource: !Sub "arn:${AWS::Partition}:dms:*:${AWS::AccountId}:*"',
        'Resource: "*"',
        '"dms:ListTagsForResource", "*"',
    ),
    Fault(
        "results of every account",
        ":config:*:${AWS::AccountId}:config-rule/*",
        ":config:*:*:config-rule/*",
        '"arn:aws:config:*:*:config-rule/*"',
    ),
    Fault(
        "a managed policy",
        "      Policies:\n",
        '      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"]\n      Policies:\n',
        "the role has ManagedPolicyArns, which is not expected",
    ),
    Fault("a reference to an undefined name", "!Ref MemberRoleName", "!Ref MemberRole", "KeyError 'MemberRole'"),
    Fault(
        "a second policy",
        "      Policies:\n",
        '      Policies:\n        - PolicyName: more\n          PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "dms:*", Resource: "*"}]}\n',
        "the role has the policies ['evaluate', 'more']",
    ),
    Fault(
        "invalid YAML",
        "\nResources:\n",
        "\nResources: [\n",
        "UnreadableTemplateError: did not find expected ','",
    ),
]

# Of reader-role.yaml.
READER_ROLE = [
    Fault(
        "a role that anybody may assume",
        "              AWS: !Ref PrincipalArn\n",
        '              AWS: "*"\n',
        "ReaderRole can be assumed by others than its principal",
    ),
    Fault(
        "the reader's principal applies",
        "              AWS: !Ref ApplyPrincipalArn\n",
        "              AWS: !Ref PrincipalArn\n",
        "ApplyRole can be assumed by others than its principal",
    ),
    Fault(
        "an external id that is not required",
        "                  sts:ExternalId: !Ref ExternalId\n",
        '                  sts:ExternalId: "*"\n',
        "ReaderRole can be assumed by others than its principal, or without the external id",
    ),
    Fault(
        "a role of apply that nobody wanted",
        "    Condition: HasApplyPrincipal\n    Properties:\n",
        "    Properties:\n",
        "the roles are ['ApplyRole', 'ReaderRole'], expected ['ReaderRole']",
    ),
    Fault(
        "a reader that deletes",
        "                  - dms:DescribeCertificates\n",
        "                  - dms:DescribeCertificates\n                  - dms:DeleteCertificate\n",
        "the role has a grant that iam/scan.json does not have",
    ),
    Fault(
        "a reader that cannot list Regions",
        "                  - account:ListRegions\n",
        "                  - account:GetRegionOptStatus\n",
        "the role lacks a grant of iam/scan.json",
    ),
    Fault(
        "a service that assumes the role",
        "              AWS: !Ref PrincipalArn\n",
        "              Service: lambda.amazonaws.com\n",
        "ReaderRole can be assumed by others than its principal",
    ),
    Fault(
        "a role of another name",
        "      RoleName: !Ref RoleName\n",
        "      RoleName: DmsRule\n",
        "the name of ReaderRole is not the one of the parameter",
    ),
    Fault(
        "a role of apply of another name",
        "      RoleName: !Ref ApplyRoleName\n",
        "      RoleName: !Ref RoleName\n",
        "the name of ApplyRole is not the one of the parameter",
    ),
    Fault(
        "a delete without the tag",
        '                    aws:ResourceTag/dms-rule:may-be-deleted: "yes"\n',
        '                    aws:ResourceTag/dms-rule:may-be-deleted: "no"\n',
        "the role lacks a grant of iam/apply.json",
    ),
]
