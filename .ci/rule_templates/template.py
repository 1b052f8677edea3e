"""CloudFormation templates, and what one deployment makes of them."""

import re

import yaml


class Loader(yaml.SafeLoader):
    pass


def _tag(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _tag)


class Unreadable(Exception):
    pass


def load(text):
    try:
        loaded = yaml.load(text, Loader)
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise Unreadable(str(error).replace("\n", " ")) from error
    if not isinstance(loaded, dict) or not isinstance(loaded.get("Resources"), dict):
        raise Unreadable("no template")
    return loaded


class Missing:
    """AWS::NoValue."""


class Deployment:
    """The resources of a template under given parameters; references to resources become ARNs that look right."""

    ACCOUNT = "123456789012"

    def __init__(self, template, parameters=None, region="us-east-1"):
        self.template = template
        self.region = region
        self.partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
        self.parameters = {}
        for name, declared in template.get("Parameters", {}).items():
            value = (parameters or {}).get(name, declared.get("Default"))
            if value is None:
                raise Unreadable(f"parameter {name} has no value")
            if declared.get("Type") == "CommaDelimitedList" and isinstance(value, str):
                value = value.split(",")
            self.parameters[name] = value
        self.conditions = {}
        self.resources = {}
        for name, resource in self._loops(template["Resources"]):
            if not isinstance(resource, dict) or "Type" not in resource:
                raise Unreadable(f"{name} is no resource")
            if "Condition" not in resource or self.condition(resource["Condition"]):
                made = {key: value for key, value in resource.items() if key != "Properties"}
                made["Properties"] = self.value(resource.get("Properties", {}))
                self.resources[name] = made

    def _loops(self, resources):
        for name, resource in resources.items():
            if not name.startswith("Fn::ForEach::"):
                yield name, resource
                continue
            variable, over, body = resource
            for one in self.value(over):
                for key, value in body.items():
                    mark = "${" + variable + "}"
                    self.parameters[variable] = one
                    yield key.replace(mark, str(one)), value
            self.parameters.pop(variable, None)

    def of_type(self, *types):
        return {name: made["Properties"] for name, made in self.resources.items() if made["Type"] in types}

    def condition(self, name):
        if name not in self.conditions:
            definition = self.template.get("Conditions", {}).get(name)
            if definition is None:
                raise Unreadable(f"condition {name} is not defined")
            self.conditions[name] = self.value(definition)
        return self.conditions[name]

    def arn(self, name):
        kind = self.template["Resources"].get(name, {}).get("Type", "")
        service = kind.split("::")[1].lower() if kind else "unknown"
        ending = {
            "AWS::Lambda::Function": "function:" + name,
            "AWS::Serverless::Function": "function:" + name,
            "AWS::IAM::Role": "role/" + name,
            "AWS::Logs::LogGroup": f"log-group:{name}:*",
            "AWS::Events::Rule": "rule/" + name,
        }.get(kind, name)
        service = "lambda" if service == "serverless" else service
        region = "" if service == "iam" else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.ACCOUNT}:{ending}"

    def reference(self, name):
        pseudo = {
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::AccountId": self.ACCOUNT,
            "AWS::StackName": "stack",
            "AWS::NoValue": Missing,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        if name in self.template["Resources"]:
            kind = self.template["Resources"][name]["Type"]
            return self.arn(name) if kind == "AWS::SNS::Topic" else name
        raise Unreadable(f"{name} is neither parameter nor resource")

    def attribute(self, resource, attribute):
        if resource not in self.template["Resources"]:
            raise Unreadable(f"{resource} is no resource")
        return self.arn(resource) if attribute == "Arn" else f"{resource}.{attribute}"

    def value(self, node):
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not Missing]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (function, of), = node.items()
            if function == "Ref":
                return self.reference(of)
            if function == "Condition" and isinstance(of, str):
                return self.condition(of)
            if function.startswith("Fn::"):
                return self.function(function[4:], of)
        values = {key: self.value(value) for key, value in node.items()}
        return {key: value for key, value in values.items() if value is not Missing}

    def function(self, name, of):
        if name == "If":
            condition, then, otherwise = of
            return self.value(then if self.condition(condition) else otherwise)
        if name == "GetAtt":
            return self.attribute(*of)
        if name == "Sub":
            text = of if isinstance(of, str) else of[0]

            def named(match):
                inner = match.group(1)
                value = self.attribute(*inner.split(".", 1)) if "." in inner else self.reference(inner)
                return str(value)

            return re.sub(r"\$\{([^!}]+)\}", named, text)
        arguments = self.value(of)
        if name == "Equals":
            return str(arguments[0]) == str(arguments[1])
        if name == "Not":
            return not arguments[0]
        if name == "And":
            return all(arguments)
        if name == "Or":
            return any(arguments)
        if name == "Join":
            return arguments[0].join(map(str, arguments[1]))
        if name == "Split":
            return arguments[1].split(arguments[0])
        if name == "Select":
            return arguments[1][int(arguments[0])]
        raise Unreadable(f"Fn::{name} is not known")
