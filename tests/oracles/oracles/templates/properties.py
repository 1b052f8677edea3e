"""Properties of the resources of a deployment, by the models of the APIs that CloudFormation calls."""

import json

from oracles.api_models import shape, violations

# Of each type: service and shape; properties that the shape has under another name, or not at all (None); members
# that CloudFormation fills in.
SHAPES = {
    "AWS::Config::ConfigRule": ("config", "ConfigRule", {}, {"ConfigRuleName"}),
    "AWS::Config::OrganizationConfigRule": ("config", "PutOrganizationConfigRuleRequest", {}, set()),
    "AWS::Config::RemediationConfiguration": ("config", "RemediationConfiguration", {}, set()),
    "AWS::Lambda::Function": (
        "lambda",
        "CreateFunctionRequest",
        {"KmsKeyArn": "KMSKeyArn", "ReservedConcurrentExecutions": None},
        {"FunctionName"},
    ),
    "AWS::Serverless::Function": (
        "lambda",
        "CreateFunctionRequest",
        {"KmsKeyArn": "KMSKeyArn", "ReservedConcurrentExecutions": None, "CodeUri": None},
        {"FunctionName", "Code"},
    ),
    "AWS::Lambda::Permission": ("lambda", "AddPermissionRequest", {}, {"StatementId"}),
    "AWS::Lambda::EventInvokeConfig": ("lambda", "PutFunctionEventInvokeConfigRequest", {}, set()),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarmInput", {}, {"AlarmName"}),
    "AWS::Events::Rule": ("events", "PutRuleRequest", {"Targets": None}, {"Name"}),
    "AWS::SecurityHub::AutomationRule": ("securityhub", "CreateAutomationRuleRequest", {}, set()),
    "AWS::IAM::Role": (
        "iam",
        "CreateRoleRequest",
        {"Policies": None, "ManagedPolicyArns": None},
        {"RoleName"},
    ),
}
# Values that a template gives as a map and the API takes as JSON text.
JSON_TEXTS = {"InputParameters", "EventPattern", "AssumeRolePolicyDocument"}
FILLED_IN = {
    "ConfigRuleName": "name",
    "FunctionName": "name",
    "StatementId": "name",
    "AlarmName": "name",
    "Name": "name",
    "RoleName": "name",
    "Code": {},
}


def property_violations(resource_type: str, properties: dict) -> list[str]:
    """Lists the properties of a resource that the model of its API does not allow."""
    if resource_type not in SHAPES:
        return []
    service, name, renamed, filled_in = SHAPES[resource_type]
    value = {member: FILLED_IN[member] for member in filled_in}
    for key, given in properties.items():
        member = renamed.get(key, key)
        if member:
            as_text = member in JSON_TEXTS and isinstance(given, dict)
            value[member] = json.dumps(given, separators=(",", ":")) if as_text else given
    return violations(shape(service, name), value)
