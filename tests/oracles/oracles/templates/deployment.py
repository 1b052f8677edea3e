"""One deployment of a template: cfn-lint reads it and expands its loops, moto evaluates its functions."""

import json
from collections.abc import Iterator
from functools import lru_cache
from types import SimpleNamespace

import cfnlint.decode
import cfnlint.template
from cfnlint.template.transforms._language_extensions import language_extension
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import MissingParameterError, ValidationError

ACCOUNT = "123456789012"
LOOPS = "AWS::LanguageExtensions"


class UnreadableTemplateError(Exception):
    """A template that its readers reject."""


def load(text: str) -> dict:
    """Returns a template as cfn-lint reads it, with short forms such as !Ref written out.

    Raises UnreadableTemplateError if cfn-lint rejects the text or finds no resources in it.
    """
    template, matches = cfnlint.decode.decode_str(text)
    if matches or not template:
        raise UnreadableTemplateError("; ".join(match.message for match in matches) or "not a template")
    template = json.loads(json.dumps(template))
    if not isinstance(template.get("Resources"), dict):
        raise UnreadableTemplateError("the template has no resources")
    return template


_clean = parsing.clean_json


def _clean_json(node: object, resources: parsing.ResourceMap) -> object:
    """Evaluates a node as moto does, and closes the gap that AWS::NoValue leaves in a list, as CloudFormation does."""
    cleaned = _clean(node, resources)
    return [one for one in cleaned if one is not None] if isinstance(node, list) else cleaned


parsing.clean_json = _clean_json


class _Resources(parsing.ResourceMap):
    """moto's view of the template, in which resources are only named and not made."""

    def __getitem__(self, key: str) -> object:
        if key in self._resource_json_map:
            return SimpleNamespace(
                physical_resource_id=self.reference(key),
                get_cfn_attribute=lambda attribute: self.attribute(key, attribute),
            )
        return super().__getitem__(key)

    def set_partition(self, partition: str) -> None:
        """Sets AWS::Partition, which moto knows as aws in every Region."""
        self._parsed_resources["AWS::Partition"] = partition

    def reference(self, name: str) -> str:
        """Returns what Ref gives: the ARN of a topic, the logical id of everything else."""
        return self.arn(name) if self.type_of(name) == "AWS::SNS::Topic" else name

    def attribute(self, name: str, attribute: str) -> str:
        """Returns what GetAtt gives: the ARN, or the name of resource and attribute."""
        return self.arn(name) if attribute == "Arn" else f"{name}.{attribute}"

    def type_of(self, name: str) -> str:
        """Returns the type of a resource, an empty text if there is none of that name."""
        return self._resource_json_map.get(name, {}).get("Type", "")

    def arn(self, name: str) -> str:
        """Returns an ARN of the form that resources of the type have."""
        kind = self.type_of(name)
        service = kind.split("::")[1].lower() if kind else "unknown"
        service = "lambda" if service == "serverless" else service
        ending = {
            "AWS::Lambda::Function": f"function:{name}",
            "AWS::Serverless::Function": f"function:{name}",
            "AWS::IAM::Role": f"role/{name}",
            "AWS::Logs::LogGroup": f"log-group:{name}:*",
            "AWS::Events::Rule": f"rule/{name}",
        }.get(kind, name)
        region = "" if service == "iam" else self["AWS::Region"]
        return f"arn:{self['AWS::Partition']}:{service}:{region}:{ACCOUNT}:{ending}"


class Deployment:
    """The resources that a template makes with given parameters in a Region."""

    def __init__(self, template: dict, parameters: dict[str, str] | None = None, region: str = "us-east-1") -> None:
        self.region = region
        self.partition = next((f"aws-{part}" for part in ("cn", "us-gov") if region.startswith(f"{part}-")), "aws")
        given = {name: str(value) for name, value in (parameters or {}).items()}
        declared = template.get("Parameters", {})
        for name, parameter in declared.items():
            if "Default" in parameter:
                given.setdefault(name, str(parameter["Default"]))
        template = _expanded(template, given)
        self._map = _Resources("stack", "stack", given, {}, region, ACCOUNT, template, None)
        self._map.set_partition(self.partition)
        try:
            self._map.load_mapping()
            self._map.load_parameters()
            self._map.load_conditions()
            self.resources = dict(self._made(template["Resources"]))
        except (MissingParameterError, ValidationError, KeyError) as error:
            raise UnreadableTemplateError(f"{type(error).__name__} {error}") from error
        self.parameters = self._map.resolved_parameters
        self.conditions = self._map.lazy_condition_map

    def _made(self, resources: dict) -> Iterator[tuple[str, dict]]:
        for name, resource in resources.items():
            if not isinstance(resource, dict) or "Type" not in resource:
                raise UnreadableTemplateError(f"{name} has no type")
            condition = resource.get("Condition")
            if condition is None or self._map.lazy_condition_map[condition]:
                properties = parsing.clean_json(resource.get("Properties") or {}, self._map)
                yield name, resource | {"Properties": properties}

    def arn(self, name: str) -> str:
        """Returns the ARN of a resource."""
        return self._map.arn(name)

    def of_type(self, *types: str) -> dict[str, dict]:
        """Returns the properties of the resources of some types by logical id."""
        return {name: made["Properties"] for name, made in self.resources.items() if made["Type"] in types}

    def the_one(self, *types: str) -> tuple[str, dict]:
        """Returns logical id and properties of the only resource of some types.

        Raises ValueError if there is another number of them.
        """
        made = self.of_type(*types)
        if len(made) != 1:
            raise ValueError(f"{len(made)} resources of {types[0]}, expected one")
        return next(iter(made.items()))


def _expanded(template: dict, parameters: dict[str, str]) -> dict:
    """Returns the template with its loops expanded by cfn-lint, which reads their values from the defaults."""
    loops = [body for name, body in template["Resources"].items() if name.startswith("Fn::ForEach::")]
    if not loops:
        return template
    if LOOPS not in str(template.get("Transform")):
        raise UnreadableTemplateError(f"a loop without the transform {LOOPS}")
    named = {name: value for name, value in parameters.items() if any(name in str(loop[1]) for loop in loops)}
    return json.loads(_expanded_text(json.dumps(template), tuple(named.items())))


@lru_cache
def _expanded_text(text: str, parameters: tuple[tuple[str, str], ...]) -> str:
    template = json.loads(text)
    for name, value in parameters:
        template["Parameters"][name]["Default"] = value
    matches, expanded = language_extension(cfnlint.template.Template(None, template))
    if matches:
        raise UnreadableTemplateError("; ".join(match.message for match in matches))
    return json.dumps(expanded)
