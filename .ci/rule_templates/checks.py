"""What must be true of each template; a finding is a line that names the file and the fault."""

import json
import re

import cfnlint.api
import policies
import shapes
from cfnlint.config import ManualArgs
from cfnlint.helpers import REGIONS
from cfnlint.schema import ResourceNotFoundError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from template import Deployment, Unreadable, load

BODY_MAXIMUM = 51_200
CHANGE = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
SCHEDULE = "ScheduledNotification"
COMMON = {"ruleIdentifier", "exemptionTagKey", "exemptionCompliance", "ExecutionRoleName"}
# Lambda's resource policies are of 2026; organization-central-by-account.yaml is for where they are not.
WITHOUT_RESOURCE_POLICY = {"cn-north-1", "cn-northwest-1", "me-central-1", "us-gov-east-1", "us-gov-west-1"}


def alike(template):
    """All Regions, in groups that look alike to cfn-lint: one partition, the same schemas of what the template holds."""
    types = {resource.get("Type") for resource in template["Resources"].values() if isinstance(resource, dict)}
    groups = {}
    for region in REGIONS:
        partition = next((part for part in ("cn-", "us-gov-", "us-iso") if region.startswith(part)), "aws")
        schemas = [partition]
        for resource_type in sorted(map(str, types)):
            try:
                schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type).schema
                schemas.append(json.dumps(schema, sort_keys=True, default=str))
            except ResourceNotFoundError:
                schemas.append("")
        groups.setdefault(tuple(schemas), []).append(region)
    return list(groups.values())


def lint(name, text):
    """cfn-lint, in every Region where the template can be used."""
    for group in alike(load(text)):
        for match in cfnlint.api.lint(text, config=ManualArgs(regions=[group[0]])):
            where = ", ".join(group)
            missing = match.rule.id == "E3006" and "AWS::Lambda::ResourcePolicy" in match.message
            if missing and name == "organization-central.yaml" and set(group) <= WITHOUT_RESOURCE_POLICY:
                continue
            yield f"{match.rule.id} line {match.linenumber}: {match.message} (in {where})"


class Rules:
    """rules.json"""

    def __init__(self, folder):
        self.facts = json.loads((folder / "rules.json").read_text())
        self.by_name = {rule["name"]: rule for rule in self.facts["rules"]}
        self.policies = {file.stem: policies.filled(file.read_text()) for file in (folder / "iam").glob("*.json")}


BASE = {
    "CodeS3Bucket": "bucket",
    "OrganizationId": "o-exampleorg1",
    "AccountIds": "123456789012,210987654321",
    "FunctionRoleArns": policies.VALUES["function_role_arn"],
    "FunctionArn": policies.VALUES["function_arn"],
}
EVERYTHING = {
    "Rules": "all",
    "Rights": "All",
    "KmsKeyArn": policies.VALUES["kms_key_arn"],
    "KmsKeyArns": policies.VALUES["kms_key_arn"],
    "RequiredKeyTags": "owner",
    "SubnetIds": "subnet-1,subnet-2",
    "SecurityGroupIds": "sg-1",
    "ReservedConcurrency": 5,
    "AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:alarms",
    "ExemptionTagKey": "dms-exempt",
    "ExcludedAccounts": "210987654321",
    "Email": "somebody@example.com",
}


def deployments(template, rules):
    """Ways to deploy it: as it comes, with everything, and with every value that a parameter allows."""
    declared = template.get("Parameters", {})
    own = {name: value for name, value in BASE.items() if name in declared}
    full = own | {name: value for name, value in EVERYTHING.items() if name in declared}
    yield "as it comes", Deployment(template, own)
    yield "with everything", Deployment(template, full)
    for region in ("ca-west-1", "mx-central-1", "cn-north-1", "us-gov-west-1"):
        yield f"in {region}", Deployment(template, full, region)
        if "Triggers" in declared:
            yield f"in {region}, Triggers=Change", Deployment(template, full | {"Triggers": "Change"}, region)
    # Each rule alone, with the rights that it needs.
    if "Rules" in declared:
        for name in rules.by_name:
            yield f"Rules={name}", Deployment(template, own | {"Rules": name})
        if "ExecutionRoleName" in declared:
            yield "with another role", Deployment(template, full | {"ExecutionRoleName": policies.VALUES["execution_role_name"]})
            yield "of a version", Deployment(template, full | {"CodeS3ObjectVersion": "v1"} if "CodeS3ObjectVersion" in declared else full)
        yield "exemptions alone", Deployment(template, own | {"ExemptionTagKey": "dms-exempt"} if "ExemptionTagKey" in declared else own)
    for name, parameter in declared.items():
        for value in parameter.get("AllowedValues", []):
            yield f"{name}={value}", Deployment(template, full | {name: value})
    # A pack has no AllowedValues.
    if "FunctionArn" in declared:
        for triggers in ("Both", "Change", "Periodic"):
            yield f"Triggers={triggers}", Deployment(template, own | {"Triggers": triggers, "ExemptionTagKey": "x"})


AROUND = {
    "AWS::CloudWatch::Alarm",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
}
KINDS = {
    "single-account.yaml": AROUND | {"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Config::ConfigRule"},
    "template.yaml": AROUND | {"AWS::Serverless::Function", "AWS::Lambda::Permission", "AWS::Config::ConfigRule"},
    "organization-central.yaml": AROUND | {"AWS::Lambda::Function", "AWS::Lambda::ResourcePolicy", "AWS::Config::OrganizationConfigRule"},
    "organization-central-by-account.yaml": AROUND | {"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Config::OrganizationConfigRule"},
    "organization-member-role.yaml": {"AWS::IAM::Role"},
    "severities.yaml": {"AWS::SecurityHub::AutomationRule"},
    "notification.yaml": {"AWS::KMS::Key", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription", "AWS::Events::Rule"},
}


def only(what, properties, known):
    for name in sorted(set(properties) - known):
        yield f"{what} has {name}, which it should not"


def check(name, text, rules):
    """All findings of one template; `name` is its path under rule-templates."""
    found = judge(name, text, rules)
    try:
        return found + [f"{name}: cfn-lint {finding}" for finding in lint(name.rsplit("/", 1)[-1], text)]
    except Unreadable:
        return found  # which says so


def judge(name, text, rules):
    """The findings of our own checks."""
    file = name.rsplit("/", 1)[-1]
    try:
        template = load(text)
        ways = list(deployments(template, rules))
    except (Unreadable, KeyError, TypeError, ValueError, IndexError) as error:
        return [f"{name}: {type(error).__name__} {error}"]
    found = []
    if "Rules" in template.get("Parameters", {}):
        pattern = re.compile(template["Parameters"]["Rules"].get("AllowedPattern", ""))
        for good in ("all", "none", ",".join(rules.by_name), *rules.by_name):
            if not pattern.fullmatch(good):
                found.append(f"{name}: Rules={good} is refused")
        for bad in ("", "dms-replication-not-publik", "all,dms-endpoint-tagged", "dms-endpoint-tagged, dms-endpoint-tagged", "x"):
            if pattern.fullmatch(bad):
                found.append(f"{name}: Rules={bad} is taken")
    kinds = {resource.get("Type") for _, deployed in ways for resource in deployed.resources.values()}
    if kinds != KINDS.get(file, {"AWS::Config::ConfigRule"}):
        found.append(f"{name}: holds {sorted(map(str, kinds ^ KINDS.get(file, {'AWS::Config::ConfigRule'})))} too much or not")
    for how, deployed in ways:
        for resource, made in deployed.resources.items():
            for finding in shapes.findings(made["Type"], made["Properties"]):
                found.append(f"{name}: {resource}: {finding} ({how})")
    own = {
        "single-account.yaml": single_account,
        "template.yaml": single_account,
        "organization-central.yaml": central,
        "organization-central-by-account.yaml": central,
        "organization-member-role.yaml": member,
        "severities.yaml": severities,
        "notification.yaml": notification,
    }.get(file, pack if name.startswith("conformance-packs/") else None)
    if own is None:
        found.append(f"{name}: nothing is known of this template")
    else:
        for how, deployed in ways:
            try:
                found += [f"{name}: {finding} ({how})" for finding in own(file, template, deployed, rules)]
            except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
                found.append(f"{name}: {type(error).__name__} {error} ({how})")
    if len(text.encode()) > BODY_MAXIMUM:
        found.append(f"{name}: {len(text.encode())} bytes, {BODY_MAXIMUM} at most")
    return list(dict.fromkeys(found))


def one(deployed, *types):
    made = deployed.of_type(*types)
    if len(made) != 1:
        raise ValueError(f"{len(made)} resources of {types[0]}")
    return next(iter(made.items()))


def triggers(deployed):
    how = deployed.parameters["Triggers"]
    recorded = deployed.region not in ("ca-west-1", "mx-central-1")
    change = recorded and how != "Periodic"
    return change, how != "Change" or not recorded


def messages(rule, deployed, file):
    change, schedule = triggers(deployed)
    if file == "pack":
        change, schedule = deployed.parameters["Triggers"] != "Periodic", deployed.parameters["Triggers"] != "Change"
    if not rule["recorded"]:
        return [SCHEDULE]
    return (CHANGE if change else []) + ([SCHEDULE] if schedule else [])


def rule_findings(name, rule, deployed, given, scope, took, frequency, file):
    if given.get("ruleIdentifier") != name:
        yield f"{name}: ruleIdentifier is {given.get('ruleIdentifier')}"
    for unknown in set(given) - COMMON - set(rule["parameters"]):
        yield f"{name}: {unknown} is no parameter of the rule"
    if file != "pack":
        optional = {"exemptionTagKey": "ExemptionTagKey", "ExecutionRoleName": "ExecutionRoleName"}
        for missing in COMMON | set(rule["parameters"]):
            if missing not in given and deployed.parameters.get(optional.get(missing), "x"):
                yield f"{name}: the parameter {missing} is not given"
    for parameter, value in given.items():
        name_of_it = {"ExecutionRoleName": "MemberRoleName" if "MemberRoleName" in deployed.parameters else "ExecutionRoleName"}
        its = name_of_it.get(parameter, parameter[0].upper() + parameter[1:])
        if parameter != "ruleIdentifier" and value != deployed.parameters.get(its):
            yield f"{name}: {parameter} is {value!r}, not that of the parameter {its}"
    wanted = messages(rule, deployed, file)
    if took != wanted:
        yield f"{name}: takes {took}, not {wanted}"
    if scope != ([rule["resourceType"]] if rule["recorded"] and CHANGE[0] in wanted else []):
        yield f"{name}: the scope is {scope}"
    if SCHEDULE in wanted and frequency != deployed.parameters["Frequency"]:
        yield f"{name}: the frequency is {frequency}"


def config_rules(deployed, rules, file, function):
    for resource, rule in deployed.of_type("AWS::Config::ConfigRule").items():
        name = rule.get("ConfigRuleName")
        facts = rules.by_name.get(name)
        if facts is None:
            yield f"{resource}: {name} is the name of no rule"
            continue
        yield from only(name, rule, {"ConfigRuleName", "Description", "Scope", "InputParameters", "Source"})
        yield from only(f"the scope of {name}", rule.get("Scope", {}), {"ComplianceResourceTypes"})
        source = rule.get("Source", {})
        if source.get("Owner") != "CUSTOM_LAMBDA" or source.get("SourceIdentifier") != function:
            yield f"{name}: {source.get('SourceIdentifier')} is not the function"
        details = source.get("SourceDetails", [])
        if any(detail.get("EventSource") != "aws.config" for detail in details):
            yield f"{name}: an EventSource is not aws.config"
        frequency = [detail.get("MaximumExecutionFrequency") for detail in details if detail.get("MessageType") == SCHEDULE]
        given, scope = rule.get("InputParameters", {}), rule.get("Scope", {}).get("ComplianceResourceTypes", [])
        took = [detail.get("MessageType") for detail in details]
        yield from rule_findings(name, facts, deployed, given, scope, took, (frequency or [None])[0], file)


def organization_rules(deployed, rules, function):
    for resource, rule in deployed.of_type("AWS::Config::OrganizationConfigRule").items():
        name = rule.get("OrganizationConfigRuleName")
        facts = rules.by_name.get(name)
        if facts is None:
            yield f"{resource}: {name} is the name of no rule"
            continue
        yield from only(name, rule, {"OrganizationConfigRuleName", "OrganizationCustomRuleMetadata", "ExcludedAccounts"})
        metadata = rule.get("OrganizationCustomRuleMetadata", {})
        known = {"Description", "LambdaFunctionArn", "InputParameters", "ResourceTypesScope", "MaximumExecutionFrequency", "OrganizationConfigRuleTriggerTypes"}
        yield from only(name, metadata, known)
        if metadata.get("LambdaFunctionArn") != function:
            yield f"{name}: {metadata.get('LambdaFunctionArn')} is not the function"
        given = json.loads(metadata.get("InputParameters", "{}"))
        if given.get("ExecutionRoleName") != deployed.parameters["MemberRoleName"]:
            yield f"{name}: ExecutionRoleName is not the member role"
        took = metadata.get("OrganizationConfigRuleTriggerTypes", [])
        scope = metadata.get("ResourceTypesScope", [])
        yield from rule_findings(name, facts, deployed, given, scope, took, metadata.get("MaximumExecutionFrequency"), "")


def all_there(deployed, rules, names):
    if deployed.parameters["Rules"] == "all":
        for missing in set(rules.by_name) - set(names):
            yield f"the rule {missing} is missing"
    elif list(names) != [name for name in deployed.parameters["Rules"].split(",") if name != "none"]:
        yield f"Rules={deployed.parameters['Rules']} makes {list(names)}"


def function_findings(deployed, wanted_policies, rules):
    name, function = one(deployed, "AWS::Lambda::Function", "AWS::Serverless::Function")
    for key, value in {
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Architectures": [deployed.parameters["Architecture"]],
        "MemorySize": deployed.parameters["MemorySize"],
        "Role": deployed.arn("Role"),
    }.items():
        if function.get(key) != value:
            yield f"{key} of the function is {function.get(key)}, not {value}"
    if not 60 <= int(function.get("Timeout", 3)) <= 900:
        yield "the timeout is too short for a periodic run"
    if function.get("LoggingConfig") != {"LogFormat": "JSON", "ApplicationLogLevel": deployed.parameters["LogLevel"], "SystemLogLevel": "WARN", "LogGroup": "LogGroup"}:
        yield "the function does not log to its group in JSON at the level of the parameter"
    known = {"Description", "Runtime", "Handler", "Architectures", "MemorySize", "Role", "Timeout", "LoggingConfig"}
    known |= {"VpcConfig", "ReservedConcurrentExecutions", "KmsKeyArn", "Code", "CodeUri"}
    yield from only("the function", function, known)
    given = deployed.parameters
    vpc = {"SubnetIds": given["SubnetIds"], "SecurityGroupIds": given["SecurityGroupIds"]}
    if function.get("VpcConfig") != (None if given["SubnetIds"] == [""] else vpc):
        yield "the VPC is not as the parameters say"
    reserved = None if str(given["ReservedConcurrency"]) == "0" else given["ReservedConcurrency"]
    if function.get("ReservedConcurrentExecutions") != reserved:
        yield "the reserved concurrency is not as the parameter says"
    if "CodeS3Bucket" in given:
        bucket = given["CodeS3Bucket"] + (f"-{deployed.region}" if given["CodeS3BucketPerRegion"] == "true" else "")
        code = {"S3Bucket": bucket, "S3Key": given["CodeS3Key"]}
        if given["CodeS3ObjectVersion"]:
            code["S3ObjectVersion"] = given["CodeS3ObjectVersion"]
        if function.get("Code") != code:
            yield "the code is not where the parameters say"
    elif function.get("CodeUri") != "../../crates/config-lambda":
        yield "the code is not that of the function"
    key = deployed.parameters["KmsKeyArn"]
    _, group = one(deployed, "AWS::Logs::LogGroup")
    if group.get("RetentionInDays") != deployed.parameters["LogRetentionDays"]:
        yield "the log group keeps its lines for another time than the parameter says"
    queue_name, queue = one(deployed, "AWS::SQS::Queue")
    if not (queue.get("KmsMasterKeyId") == key if key else queue.get("SqsManagedSseEnabled") is True):
        yield "the failure queue is not encrypted as the parameter says"
    if key and (group.get("KmsKeyId") != key or function.get("KmsKeyArn") != key):
        yield "log group or function is not encrypted with the key"
    if queue.get("MessageRetentionPeriod") != 1209600:
        yield "the failure queue keeps events for less than 14 days"
    _, invoke = one(deployed, "AWS::Lambda::EventInvokeConfig")
    yield from only("the handling of failed events", invoke, {"FunctionName", "Qualifier", "DestinationConfig"})
    if invoke.get("Qualifier") != "$LATEST":
        yield "failed events of another version go to the failure queue"
    if invoke.get("DestinationConfig") != {"OnFailure": {"Destination": deployed.arn(queue_name)}} or invoke.get("FunctionName") != name:
        yield "failed events do not go to the failure queue"
    yield from alarms(deployed, name, queue_name)
    _, role = one(deployed, "AWS::IAM::Role")
    yield from role_findings(role, "trust-function", wanted_policies, rules, deployed)


def alarms(deployed, function, queue):
    wanted = {
        ("AWS/Lambda", "Errors", "FunctionName", function, "Sum"),
        ("AWS/Lambda", "Throttles", "FunctionName", function, "Sum"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{queue}.QueueName", "Maximum"),
    }
    if triggers(deployed)[1]:
        wanted.add(("AWS/Lambda", "Invocations", "FunctionName", function, "Sum"))
    there = set()
    for name, alarm in deployed.of_type("AWS::CloudWatch::Alarm").items():
        for dimension in alarm.get("Dimensions", []):
            there.add((alarm.get("Namespace"), alarm.get("MetricName"), dimension.get("Name"), dimension.get("Value"), alarm.get("Statistic")))
        silence = alarm.get("MetricName") == "Invocations"
        said = [alarm.get(key) for key in ("Threshold", "EvaluationPeriods", "ComparisonOperator", "Period", "TreatMissingData")]
        if said != ([1, 2, "LessThanThreshold", 86400, "breaching"] if silence else [1, 1, "GreaterThanOrEqualToThreshold", 300, "notBreaching"]):
            yield f"{name} tells at {said}"
        known = {"AlarmDescription", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods", "Threshold"}
        yield from only(name, alarm, known | {"ComparisonOperator", "TreatMissingData", "AlarmActions"})
        if alarm.get("AlarmActions") != ([deployed.parameters["AlarmTopicArn"]] if deployed.parameters["AlarmTopicArn"] else None):
            yield f"{name} does not tell the topic"
    for more in there - wanted:
        yield f"an alarm on {more[1]} of {more[3]}"
    for missing in wanted - there:
        yield f"no alarm on {missing[1]} of {missing[3]}"


def plain(policy):
    """A policy as one text for each right: what it says, in any order."""
    lines = set()
    for statement in policy.get("Statement", []):
        for action in policies.listed(statement["Action"]):
            lines.add(json.dumps([statement["Effect"], action, statement.get("Resource"), statement.get("Principal"), statement.get("Condition")], sort_keys=True))
    return lines


def placed(policy, deployed):
    """A policy of iam/ in the partition and Region of the deployment."""
    text = json.dumps(policy).replace("arn:aws:", f"arn:{deployed.partition}:").replace(":us-east-1:", f":{deployed.region}:")
    for name in ("kms_key_arn", "function_role_arn"):
        there = policies.VALUES[name].replace("arn:aws:", f"arn:{deployed.partition}:").replace(":us-east-1:", f":{deployed.region}:")
        text = text.replace(there, policies.VALUES[name])
    return json.loads(text)


def role_findings(role, trust, wanted, rules, deployed, region=None):
    yield from only("the role", role, {"AssumeRolePolicyDocument", "Policies", "RoleName"})
    document = {name: one["PolicyDocument"] for name, one in ((it["PolicyName"], it) for it in role.get("Policies", []))}
    if set(document) != set(wanted):
        yield f"the role has the policies {sorted(document)}, not {sorted(wanted)}"
    for name, policy in document.items():
        right = placed(rules.policies.get(name, {}), deployed)
        if region:
            right = json.loads(json.dumps(right).replace(f":{deployed.region}:", f":{region}:"))
        it, should = plain(policy), plain(right)
        if name == "evaluate" and deployed.parameters.get("Rights") != "All" and deployed.parameters.get("Rules") != "none":
            should = {line for line in should if needed(json.loads(line)[1], deployed, rules)}
        for line in sorted(it - should):
            yield f"the role has a right that iam/{name}.json does not give: {line}"
        for line in sorted(should - it):
            yield f"the role lacks a right of iam/{name}.json: {line}"
    given = role.get("AssumeRolePolicyDocument", {})
    right = placed(rules.policies[trust], deployed)
    if trust == "trust-member-role":
        right["Statement"][0]["Principal"]["AWS"] = deployed.parameters["FunctionRoleArns"]
    if plain(given) != plain(right):
        yield f"the trust policy is not iam/{trust}.json"


def needed(action, deployed, rules):
    """Whether the rules of the deployment need an action."""
    names = rules.by_name if deployed.parameters["Rules"] == "all" else deployed.parameters["Rules"].split(",")
    by_rules = {one for rule in rules.by_name.values() for one in rule["actions"]}
    if action not in by_rules:
        return True
    if action == "dms:ListTagsForResource" and deployed.parameters.get("ExemptionTagKey"):
        return True
    return any(action in rules.by_name[name]["actions"] for name in names if name in rules.by_name)


def depends(template, kind, on):
    for name, resource in template["Resources"].items():
        if isinstance(resource, dict) and resource.get("Type") == kind:
            if on not in policies.listed(resource.get("DependsOn", [])):
                yield f"{name} may be made before {on}: AWS Config tries the function when a rule is made"


def single_account(file, template, deployed, rules):
    function, _ = one(deployed, "AWS::Lambda::Function", "AWS::Serverless::Function")
    wanted = {"function"} if deployed.parameters["ExecutionRoleName"] else {"function", "evaluate"}
    for policy, parameter, off in (
        ("function-kms", "KmsKeyArn", ""),
        ("function-vpc", "SubnetIds", [""]),
        ("assume-execution-role", "ExecutionRoleName", ""),
    ):
        if deployed.parameters[parameter] != off:
            wanted.add(policy)
    yield from function_findings(deployed, wanted, rules)
    yield from config_rules(deployed, rules, file, deployed.arn(function))
    yield from all_there(deployed, rules, [rule["ConfigRuleName"] for rule in deployed.of_type("AWS::Config::ConfigRule").values()])
    _, permission = one(deployed, "AWS::Lambda::Permission")
    right = {
        "FunctionName": deployed.arn(function),
        "Action": "lambda:InvokeFunction",
        "Principal": "config.amazonaws.com",
        "SourceAccount": deployed.ACCOUNT,
    }
    if permission != right:
        yield f"the permission is {permission}"
    yield from depends(template, "AWS::Config::ConfigRule", "Permission")


def central(file, template, deployed, rules):
    function, _ = one(deployed, "AWS::Lambda::Function")
    wanted = {"function", "assume-member-role"}
    if deployed.parameters["KmsKeyArn"]:
        wanted.add("function-kms")
    if deployed.parameters["SubnetIds"] != [""]:
        wanted.add("function-vpc")
    yield from function_findings(deployed, wanted, rules)
    yield from organization_rules(deployed, rules, deployed.arn(function))
    made = deployed.of_type("AWS::Config::OrganizationConfigRule")
    yield from all_there(deployed, rules, [rule["OrganizationConfigRuleName"] for rule in made.values()])
    for rule in made.values():
        excluded = [one for one in deployed.parameters["ExcludedAccounts"] if one]
        if rule.get("ExcludedAccounts", []) != excluded:
            yield f"{rule['OrganizationConfigRuleName']}: excluded are {rule.get('ExcludedAccounts')}"
    if file == "organization-central.yaml":
        if deployed.of_type("AWS::Lambda::Permission"):
            yield "a permission beside the resource policy, which replaces it"
        _, policy = one(deployed, "AWS::Lambda::ResourcePolicy")
        right = placed(rules.policies["invoke-by-organization"], deployed)
        if policy.get("ResourceArn") != deployed.arn(function) or plain(policy["PolicyDocument"]) != plain(right):
            yield "the resource policy is not iam/invoke-by-organization.json"
        yield from depends(template, "AWS::Config::OrganizationConfigRule", "Permission")
    else:
        accounts = deployed.parameters["AccountIds"]
        permissions = list(deployed.of_type("AWS::Lambda::Permission").values())
        right = [
            {"FunctionName": deployed.arn(function), "Action": "lambda:InvokeFunction", "Principal": "config.amazonaws.com", "SourceAccount": account}
            for account in accounts
        ]
        if permissions != right:
            yield f"the permissions are {permissions}"
        if template["Parameters"]["Rules"].get("Default") != "none":
            yield "the rules would be made with the stack, maybe before the permissions"


def member(_file, _template, deployed, rules):
    _, role = one(deployed, "AWS::IAM::Role")
    if role.get("RoleName") != deployed.parameters["MemberRoleName"]:
        yield "the role has another name than the parameter says"
    yield from role_findings(role, "trust-member-role", {"evaluate"}, rules, deployed, "*")


PACK_FUNCTIONS = {"Ref", "Fn::If", "Fn::Not", "Fn::Equals"}


def used(node):
    if isinstance(node, list):
        for inner in node:
            yield from used(inner)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref" or key.startswith("Fn::") or key == "Condition" and len(node) == 1:
                yield key, value
            yield from used(value)


PACKS = {
    "dms-all-controls.yaml": lambda names: set(names),
    "dms-exposure.yaml": lambda _: {"dms-replication-not-public", "dms-instance-profile-not-public"},
    "replace-managed-rule.yaml": lambda _: {"dms-replication-not-public"},
}


def pack(file, template, deployed, rules):
    for key in set(template) - {"Parameters", "Conditions", "Resources"}:
        yield f"{key} has no place in a pack"
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    for kind in kinds - {"AWS::Config::ConfigRule", "AWS::Config::RemediationConfiguration"}:
        yield f"a pack may not hold {kind}"
    parameters = template.get("Parameters", {})
    if len(parameters) > 60 or any(len(name) > 255 for name in parameters):
        yield "too many parameters, or too long names"
    for name, parameter in parameters.items():
        if parameter.get("Type") != "String" or len(str(parameter.get("Default", ""))) > 4096:
            yield f"{name}: a parameter of a pack is a String of up to 4096 characters"
    references = set()
    for function, of in used({key: template[key] for key in ("Conditions", "Resources")}):
        if function not in PACK_FUNCTIONS:
            yield f"a pack may not use {function}"
        if function == "Ref":
            references.add(of)
        if function == "Fn::If" and of[0] not in template["Conditions"]:
            yield f"condition {of[0]} is not defined"
    for name in references - set(parameters) - {"AWS::NoValue"}:
        yield f"{name} is no parameter"
    for name in set(parameters) - references:
        yield f"the parameter {name} is not used"
    names = {rule["ConfigRuleName"] for rule in deployed.of_type("AWS::Config::ConfigRule").values()}
    if len(names) > 130:
        yield "more than 130 rules"
    wanted = PACKS.get(file, lambda _: names)(rules.by_name)
    if names != wanted:
        yield f"the rules differ in {sorted(names ^ wanted)}"
    for remediation in deployed.of_type("AWS::Config::RemediationConfiguration").values():
        if remediation.get("ConfigRuleName") not in names:
            yield f"a remediation of {remediation.get('ConfigRuleName')}, which is not in the pack"
    yield from config_rules(deployed, rules, "pack", deployed.parameters["FunctionArn"])
    if file == "replace-managed-rule.yaml" and "DmsReplicationNotPublic" not in template["Resources"]:
        yield "the rule has not the logical id of the one that it replaces"


def severities(_file, _template, deployed, rules):
    wanted = {}
    for name, rule in rules.by_name.items():
        if rule["severity"] != "MEDIUM":
            wanted.setdefault(rule["severity"], set()).add(name)
    orders = []
    for made in deployed.of_type("AWS::SecurityHub::AutomationRule").values():
        orders.append(made.get("RuleOrder"))
        criteria = made.get("Criteria", {})
        if set(criteria) != {"ProductName", "RecordState", "Title"}:
            yield f"the criteria are {sorted(criteria)}"
        if criteria.get("ProductName") != [{"Comparison": "EQUALS", "Value": "Config"}]:
            yield "findings of other products are changed"
        if criteria.get("RecordState") != [{"Comparison": "EQUALS", "Value": "ACTIVE"}]:
            yield "archived findings are changed"
        if any(title.get("Comparison") != "EQUALS" for title in criteria.get("Title", [])):
            yield "a title is not compared as a whole"
        if made.get("RuleStatus") != "ENABLED" or made.get("IsTerminal") is not False:
            yield "a rule is off, or ends others"
        label = made["Actions"][0]["FindingFieldsUpdate"]["Severity"]["Label"]
        titles = {title.get("Value") for title in criteria.get("Title", [])}
        if titles != wanted.pop(label, None):
            yield f"{label} is not the severity of {sorted(titles)}"
    for label in wanted:
        yield f"no finding becomes {label}"
    if len(set(orders)) != len(orders):
        yield "two rules have one order"


# As AWS Config sends it to EventBridge.
EVENT = {
    "source": "aws.config",
    "detail-type": "Config Rules Compliance Change",
    "detail": {
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": {"complianceType": "NON_COMPLIANT"},
        "configRuleName": "dms-replication-not-public",
    },
}


def matches(pattern, event):
    """Whether EventBridge would send the event: every key of the pattern is there with one of its values."""
    for key, wanted in pattern.items():
        if isinstance(wanted, dict):
            if not isinstance(event.get(key), dict) or not matches(wanted, event[key]):
                return False
        else:
            value = event.get(key)
            if not any(value == one or isinstance(one, dict) and str(value).startswith(one.get("prefix", "\0")) for one in wanted):
                return False
    return True


def notification(_file, template, deployed, rules):
    name, rule = one(deployed, "AWS::Events::Rule")
    topic, made = one(deployed, "AWS::SNS::Topic")
    pattern = rule.get("EventPattern", {})

    def event(**detail):
        return EVENT | {"detail": EVENT["detail"] | detail}

    for rule_name in rules.by_name:
        for sent in (rule_name, rule_name + "-conformance-pack-abc"):
            if not matches(pattern, event(configRuleName=sent)):
                yield f"nobody hears of {sent}"
    for other in (
        event(configRuleName="s3-bucket-public-read-prohibited"),
        event(newEvaluationResult={"complianceType": "COMPLIANT"}),
        event(messageType="ConfigurationItemChangeNotification"),
        EVENT | {"source": "aws.dms"},
        EVENT | {"detail-type": "Config Configuration Item Change"},
    ):
        if matches(pattern, other):
            yield f"somebody hears of {other['detail']}"
    if rule.get("State") != "ENABLED":
        yield "the rule is off"
    target = rule["Targets"][0]
    if target["Arn"] != deployed.arn(topic):
        yield "the target is not the topic"
    transformer = target["InputTransformer"]
    for variable in re.findall(r"<(\w+)>", transformer["InputTemplate"]):
        if variable not in transformer["InputPathsMap"]:
            yield f"<{variable}> has no path"
    paths = {
        "rule": "$.detail.configRuleName",
        "type": "$.detail.resourceType",
        "id": "$.detail.resourceId",
        "account": "$.detail.awsAccountId",
        "region": "$.detail.awsRegion",
        "why": "$.detail.newEvaluationResult.annotation",
    }
    if transformer["InputPathsMap"] != paths:
        yield "the message does not say rule, type, id, account, Region and reason"
    key = deployed.parameters["KmsKeyArn"]
    if made.get("KmsMasterKeyId") != (key or "Key"):
        yield "the topic is not encrypted with a key that lets EventBridge in"
    _, policy = one(deployed, "AWS::SNS::TopicPolicy")
    right = placed(rules.policies["topic"], deployed)
    if plain(policy["PolicyDocument"]) != plain(right) or policy["Topics"] != [deployed.arn(topic)]:
        yield "the policy of the topic is not iam/topic.json"
    keys = deployed.of_type("AWS::KMS::Key")
    if bool(keys) == bool(key):
        yield "a key is made where one is given, or none where none is"
    for made_key in keys.values():
        if plain(made_key["KeyPolicy"]) != plain(placed(rules.policies["topic-key"], deployed)):
            yield "the policy of the key is not iam/topic-key.json"
        if made_key.get("EnableKeyRotation") is not True:
            yield "the key is not rotated"
