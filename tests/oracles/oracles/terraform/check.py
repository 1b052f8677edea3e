"""All that must hold of the modules of rule-templates/terraform."""

from pathlib import Path

from oracles.repository import REPOSITORY
from oracles.terraform.alone import alone_findings
from oracles.terraform.contract import contract_findings
from oracles.terraform.facts import readme_findings, rule_findings, twin_findings
from oracles.terraform.modules import TERRAFORM, Finding, read
from oracles.terraform.names import name_findings
from oracles.terraform.policies import policy_findings
from oracles.terraform.schema import schema_findings


def module_folders(root: Path) -> list[Path]:
    """Returns the folders with modules, relative to the root."""
    files = (file for file in (root / TERRAFORM).rglob("*.tf") if ".terraform" not in file.parts)
    return sorted({file.parent.relative_to(root) for file in files})


def terraform_findings(root: Path) -> list[Finding]:
    """Returns the findings on the modules under a root, which is the repository or a copy of rule-templates in it."""
    findings: list[Finding] = []
    read_modules = {folder: read(root, folder, findings) for folder in module_folders(root)}
    modules = {folder: module for folder, module in read_modules.items() if module is not None}
    if len(modules) < len(read_modules):
        return findings  # nothing more is known of a module that was not read
    for module in modules.values():
        findings += schema_findings(module)
        findings += name_findings(module, modules)
        findings += policy_findings(root, module)
        findings += contract_findings(module)
    findings += rule_findings(root, modules)
    findings += alone_findings(root, modules)
    findings += readme_findings(root, modules[TERRAFORM])
    findings += twin_findings(REPOSITORY, modules[TERRAFORM])
    return list(dict.fromkeys(findings))
