"""Properties of resources against the API models of AWS's own SDK: members, enums, lengths, patterns."""

import json
import re

import botocore.session

_session = botocore.session.get_session()
_models = {}


def _model(service):
    if service not in _models:
        _models[service] = _session.get_service_model(service)
    return _models[service]


# Of each type: service, shape, members that CloudFormation names otherwise or adds, members that it makes itself.
TYPES = {
    "AWS::Config::ConfigRule": ("config", "ConfigRule", {}, {"ConfigRuleName"}),
    "AWS::Config::OrganizationConfigRule": ("config", "PutOrganizationConfigRuleRequest", {}, set()),
    "AWS::Config::RemediationConfiguration": ("config", "RemediationConfiguration", {}, set()),
    "AWS::Lambda::Function": ("lambda", "CreateFunctionRequest", {"KmsKeyArn": "KMSKeyArn", "ReservedConcurrentExecutions": None}, {"FunctionName"}),
    "AWS::Serverless::Function": ("lambda", "CreateFunctionRequest", {"KmsKeyArn": "KMSKeyArn", "ReservedConcurrentExecutions": None, "CodeUri": None}, {"FunctionName", "Code"}),
    "AWS::Lambda::Permission": ("lambda", "AddPermissionRequest", {}, {"StatementId"}),
    "AWS::Lambda::EventInvokeConfig": ("lambda", "PutFunctionEventInvokeConfigRequest", {}, set()),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarmInput", {}, {"AlarmName"}),
    "AWS::Events::Rule": ("events", "PutRuleRequest", {"Targets": None}, {"Name"}),
    "AWS::SecurityHub::AutomationRule": ("securityhub", "CreateAutomationRuleRequest", {}, set()),
    "AWS::IAM::Role": ("iam", "CreateRoleRequest", {"Policies": None, "ManagedPolicyArns": None}, {"RoleName"}),
}
JSON_TEXT = {"InputParameters", "EventPattern", "AssumeRolePolicyDocument"}


def findings(resource_type, properties):
    known = TYPES.get(resource_type)
    if not known:
        return []
    service, shape, renamed, made = known
    properties = {renamed.get(name, name): value for name, value in properties.items() if renamed.get(name, name)}
    found = []
    _structure(_model(service).shape_for(shape), properties, "", found, made)
    return found


def _structure(shape, value, where, found, made=frozenset()):
    if not isinstance(value, dict):
        found.append(f"{where or 'the properties'}: not a map")
        return
    for name, inner in value.items():
        if name not in shape.members:
            found.append(f"{where}{name}: no such member of {shape.name}")
        else:
            _value(shape.members[name], inner, f"{where}{name}", found)
    for name in shape.required_members:
        if name not in value and name not in made:
            found.append(f"{where}{name}: missing in {shape.name}")


def _value(shape, value, where, found):
    name = where.rsplit(".", 1)[-1]
    if name in JSON_TEXT and isinstance(value, dict):
        value = json.dumps(value, separators=(",", ":"))
    if shape.type_name == "structure":
        _structure(shape, value, where + ".", found)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            found.append(f"{where}: not a list")
            return
        _bounds(shape, len(value), where, found)
        for number, inner in enumerate(value):
            _value(shape.member, inner, f"{where}[{number}]", found)
    elif shape.type_name == "string":
        if not isinstance(value, str):
            found.append(f"{where}: {value!r} is not text")
            return
        if getattr(shape, "enum", None) and value not in shape.enum:
            found.append(f"{where}: {value!r} is none of {', '.join(shape.enum)}")
        _bounds(shape, len(value), where, found)
        pattern = shape.metadata.get("pattern")
        try:
            matches = not pattern or re.search(pattern, value)
        except re.error:
            matches = True  # a pattern in the words of another language
        if not matches:
            found.append(f"{where}: {value!r} does not match {pattern}")
    elif shape.type_name in ("integer", "long"):
        if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
            found.append(f"{where}: {value!r} is no number")
        else:
            _bounds(shape, int(value), where, found)
    elif shape.type_name == "boolean" and value not in (True, False, "true", "false"):
        found.append(f"{where}: {value!r} is neither true nor false")


def _bounds(shape, size, where, found):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        found.append(f"{where}: {size} is less than {least}")
    if most is not None and size > most:
        found.append(f"{where}: {size} is more than {most}")
