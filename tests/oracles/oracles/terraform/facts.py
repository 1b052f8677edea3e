"""Facts that the modules share with others: rules.json, their README, and the CloudFormation template."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from oracles.facts import THEMES
from oracles.templates.deployment import load
from oracles.terraform.modules import TERRAFORM, Declaration, Finding, Module

RULES = TERRAFORM / "files/rules.json"
EVALUATE = TERRAFORM / "files/iam/evaluate.json"
README = TERRAFORM / "README.md"
TEMPLATE = Path("rule-templates/cloudformation/single-account.yaml")


def rule_findings(root: Path, modules: Mapping[Path, Module]) -> Iterator[Finding]:
    """Yields what the modules cannot read from rules.json, and calls with rules or parameters that it does not have."""
    try:
        facts = json.loads((root / RULES).read_text())
    except ValueError as error:
        yield Finding(RULES, f"no JSON: {error}")
        return
    if not isinstance(facts.get("notRecordedIn"), list):
        yield Finding(RULES, "notRecordedIn must be a list of Regions")
    allowed = (root / EVALUATE).read_text()
    names = [rule["name"] for rule in facts["rules"]]
    yield from (Finding(RULES, f"{name} is listed twice") for name in sorted(set(names)) if names.count(name) > 1)
    for rule in facts["rules"]:
        texts = _facts_of(rule, facts.get("parameters", {}), allowed)
        yield from (Finding(RULES, f"{rule['name']}: {text}") for text in texts)
    rules = {rule["name"]: rule for rule in facts["rules"]}
    for module in modules.values():
        for name, declaration in module.calls.items():
            texts = _call(declaration, module, rules)
            yield from (Finding(declaration.file, f"module.{name}: {text}") for text in texts)


def _facts_of(rule: dict, parameters: dict, allowed: str) -> Iterator[str]:
    if not re.fullmatch(r"[\w-]{1,64}", rule["name"]):
        yield "the name is not allowed for an organization rule"
    if not re.fullmatch(r"AWS::DMS::\w+", str(rule.get("resourceType"))):
        yield f"resourceType {rule.get('resourceType')} is not a type of AWS DMS"
    if rule.get("theme") not in set.union(*THEMES.values()):
        yield f"theme {rule.get('theme')} is not one of the parts of templates"
    if not isinstance(rule.get("recorded"), bool):
        yield "recorded must be true or false"
    if not 1 <= len(rule.get("description", "")) <= 256:
        yield "description must have 1 to 256 characters"
    for action in rule.get("actions") or ["(none)"]:
        if f'"{action}"' not in allowed:
            yield f"action {action} is not in {EVALUATE}"
    for name in rule.get("parameters", ["(none)"]):
        if not isinstance(parameters.get(name, {}).get("default"), str):
            yield f"parameter {name} has no default"


def _call(declaration: Declaration, module: Module, rules: Mapping[str, dict]) -> Iterator[str]:
    body = declaration.body
    selected = module.local("rules") if body.get("rules") == "${local.rules}" else body.get("rules")
    parameters = body.get("rule_parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    named = [*(selected if isinstance(selected, list) else []), *parameters]
    yield from (f"there is no rule {name}" for name in named if name != "all" and name not in rules)
    for name, values in parameters.items():
        known = rules.get(name, {"parameters": list(values)})["parameters"]
        yield from (f"{name} has no parameter {key}" for key in values if key not in known)


def readme_findings(root: Path, module: Module) -> Iterator[Finding]:
    """Yields variables that the table of the README lacks or invents, and links to nothing."""
    text = (root / README).read_text()
    table = text[text.index("| variable |") :].split("\n\n")[0]
    named = {
        name for cell in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)
    }
    for name in module.variables:
        if name not in named:
            yield Finding(README, f"the table lacks the variable {name}")
    yield from (
        Finding(README, f"the table has {name}, which is no variable") for name in sorted(named - set(module.variables))
    )


def twin_findings(repository: Path, module: Module) -> Iterator[Finding]:
    """Yields values and defaults that differ between the module and single-account.yaml."""
    template = load((repository / TEMPLATE).read_text())
    resources = {one["Type"]: one["Properties"] for one in template["Resources"].values()}
    function, queue = resources["AWS::Lambda::Function"], resources["AWS::SQS::Queue"]

    def body(resource_type: str) -> dict:
        return next(iter(module.of_type(resource_type).values())).body

    pairs = [
        ("timeout", function["Timeout"], body("aws_lambda_function").get("timeout")),
        ("runtime", function["Runtime"], body("aws_lambda_function").get("runtime")),
        (
            "retention of the queue",
            queue["MessageRetentionPeriod"],
            body("aws_sqs_queue").get("message_retention_seconds"),
        ),
    ]
    for parameter in (
        "Architecture",
        "MemorySize",
        "LogRetentionDays",
        "Triggers",
        "Frequency",
        "ExemptionCompliance",
    ):
        variable = re.sub(r"(?<!^)([A-Z])", r"_\1", parameter).lower()
        default = module.variables[variable].body.get("default") if variable in module.variables else None
        pairs.append((f"default of {variable}", template["Parameters"][parameter]["Default"], default))
    rules = module.variables["rules"].body.get("default") or []
    pairs.append(("default of rules", template["Parameters"]["Rules"]["Default"], ",".join(rules)))
    for words, there, here in pairs:
        if str(there) != str(here):
            yield Finding(TERRAFORM / "main.tf", f"{words} is {here}, but {there} in {TEMPLATE}")
