"""The templates of rule-templates hold what they must, and each seeded fault is found."""

import pytest
from cloudformation_validate import TemplateModel
from seeded import function, hook, packs, remediation, rules

from oracles.facts import THEMES, facts, facts_of
from oracles.repository import RULE_TEMPLATES
from oracles.seeding import Fault, missed
from oracles.templates.check import TEMPLATES, contract_findings, template_names
from oracles.templates.deployment import load
from oracles.templates.readers import lint_findings, validate_findings

# Templates of one or two resources, which the linters alone read.
SMALL = ("guard/hook.yaml", "prevention/vpc-block-public-access.yaml")
# The first rule of the templates, and a rule that those of the security part do not have.
FIRST, FOREIGN = "dms-replication-not-public", "dms-endpoint-tagged"
FIRST_OF_OPERATIONS = "dms-auto-minor-version-upgrade-check"
SECURITY = (
    function.FUNCTION
    + function.SECURITY
    + rules.of_rules(FIRST)
    + rules.of_one_account(FIRST)
    + rules.SECURITY_PARAMETERS
    + function.EVALUATE
    + function.EVALUATE_SECURITY
    + function.in_the_wrong_template(FIRST, FOREIGN)
    + function.of_the_other_part("dms:DescribeReplicationTasks")
)
ORGANIZATION = (
    function.FUNCTION
    + function.SECURITY
    + rules.of_an_organization(FIRST)
    + function.in_the_wrong_template(FIRST, FOREIGN)
)
OPERATIONS = function.FUNCTION + function.OPERATIONS + function.in_the_wrong_template(FIRST_OF_OPERATIONS, FIRST)
ORGANIZATION_OPERATIONS = OPERATIONS + rules.of_an_organization(FIRST_OF_OPERATIONS)
FAULTS = {
    "cloudformation/single-account.yaml": SECURITY,
    "sam/template.yaml": SECURITY,
    "cloudformation/organization-central.yaml": ORGANIZATION + rules.central(FIRST),
    "cloudformation/organization-central-by-account.yaml": ORGANIZATION + rules.CENTRAL_BY_ACCOUNT,
    "cloudformation/single-account-operations.yaml": OPERATIONS
    + rules.of_rules(FIRST_OF_OPERATIONS)
    + rules.of_one_account(FIRST_OF_OPERATIONS)
    + rules.OPERATIONS_PARAMETERS
    + function.EVALUATE
    + function.EVALUATE_OPERATIONS
    + function.of_the_other_part("dms:ListDataProviders"),
    "cloudformation/organization-central-operations.yaml": ORGANIZATION_OPERATIONS + rules.central(FIRST_OF_OPERATIONS),
    "cloudformation/organization-central-by-account-operations.yaml": ORGANIZATION_OPERATIONS
    + rules.CENTRAL_BY_ACCOUNT,
    "cloudformation/organization-member-role.yaml": rules.MEMBER_ROLE
    + function.EVALUATE
    + function.EVALUATE_OPERATIONS,
    "cloudformation/reader-role.yaml": rules.READER_ROLE,
    "conformance-packs/dms-all-controls.yaml": rules.of_rules(FIRST) + packs.PACK + packs.ALL_CONTROLS,
    "conformance-packs/dms-exposure.yaml": rules.of_rules(FIRST) + packs.PACK,
    "conformance-packs/dms-exposure-with-remediation.yaml": rules.of_rules(FIRST) + packs.PACK + packs.REMEDIATED,
    "conformance-packs/replace-managed-rule.yaml": rules.of_rules(FIRST) + packs.PACK + packs.REPLACE_MANAGED_RULE,
    "ssm/remediation.yaml": remediation.REMEDIATION,
    "hook/lambda-hook.yaml": hook.HOOK,
    "security-hub/severities.yaml": packs.SEVERITIES,
    "security-hub/notification.yaml": packs.NOTIFICATION,
}
SEEDED = [pytest.param(name, fault, id=f"{name}: {fault.name}") for name, its in FAULTS.items() for fault in its]


def text_of(name: str) -> str:
    return (RULE_TEMPLATES / name).read_text()


def test_every_rule_is_in_one_of_the_two_templates() -> None:
    parts = [facts_of(f"cloudformation/single-account{part}.yaml").rules for part in THEMES]
    assert sorted(name for rules in parts for name in rules) == sorted(facts().rules)


@pytest.mark.parametrize("name", template_names())
def test_each_deployment_of_a_template_is_as_expected(name: str) -> None:
    assert list(contract_findings(name, text_of(name))) == []


@pytest.mark.parametrize("name", [*template_names(), *SMALL])
def test_cloudformation_validate_accepts_a_template(name: str) -> None:
    assert list(validate_findings(name.rsplit("/", 1)[-1], text_of(name))) == []


@pytest.mark.parametrize("name", [*template_names(), *SMALL])
def test_cloudformation_validate_and_cfn_lint_read_the_same_resources(name: str) -> None:
    model, template = TemplateModel(RULE_TEMPLATES / name), load(text_of(name))
    written = {name: one for name, one in template["Resources"].items() if not name.startswith("Fn::ForEach::")}
    read = {name: one for name, one in model.resources().items() if "ForEachValue" not in name}
    assert {name: (one["Type"], one.get("Condition")) for name, one in written.items()} == {
        name: (one.resource_type, one.condition) for name, one in read.items()
    }
    assert set(model.parameters()) == set(template.get("Parameters", {}))
    # The section Rules becomes conditions of the model.
    conditions = {name for name in model.conditions() if not name.startswith("__rule_")}
    assert conditions == set(template.get("Conditions", {}))


@pytest.mark.parametrize("name", [*template_names(), *SMALL])
def test_cfn_lint_accepts_a_template_in_every_region(name: str) -> None:
    assert list(lint_findings(name.rsplit("/", 1)[-1], text_of(name))) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_at_least_ten_seeded_faults(name: str) -> None:
    assert len(FAULTS[name]) >= 10


@pytest.mark.parametrize(("name", "fault"), SEEDED)
def test_a_fault_in_a_template_is_found(name: str, fault: Fault) -> None:
    findings = []
    for finding in contract_findings(name, fault.seed(text_of(name))):
        if fault.words in finding:
            return
        findings.append(finding)
    pytest.fail(missed(fault.words, findings))
