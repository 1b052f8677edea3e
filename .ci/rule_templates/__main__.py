"""Checks rule-templates without an account: `.ci/check-templates [--self-test]`."""

import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "rule-templates"


def templates():
    for place in ("cloudformation", "conformance-packs", "security-hub", "sam"):
        for file in sorted((FOLDER / place).glob("*.yaml")):
            yield str(file.relative_to(FOLDER))


def _template(name):
    import checks

    return checks.check(name, (FOLDER / name).read_text(), checks.Rules(FOLDER))


# What makes the stack, and which policies its role then has.
STACKS = [
    ("cloudformation/single-account.yaml", {"CodeS3Bucket": "bucket", "Rules": "all", "ExemptionTagKey": "x"}, {"function", "evaluate"}),
    ("cloudformation/single-account.yaml", {"CodeS3Bucket": "bucket"}, {"function", "evaluate"}),
    ("cloudformation/single-account.yaml", {"CodeS3Bucket": "bucket", "Rules": "none"}, {"function", "evaluate"}),
    ("cloudformation/organization-central.yaml", {"CodeS3Bucket": "bucket", "OrganizationId": "o-exampleorg1", "Rules": "all"}, {"function"}),
    (
        "cloudformation/organization-member-role.yaml",
        {"FunctionRoleArns": "arn:aws:iam::123456789012:role/Role", "OrganizationId": "o-exampleorg1", "Rules": "all", "ExemptionTagKey": "x"},
        {"evaluate"},
    ),
]


def _stack(number):
    import checks
    import policies
    import stack
    from template import Deployment, load

    name, parameters, files = STACKS[number]
    text = (FOLDER / name).read_text()
    rules = checks.Rules(FOLDER)
    wanted = {
        action
        for file in files
        for statement in rules.policies[file]["Statement"]
        for action in policies.listed(statement["Action"])
    }
    deployed = Deployment(load(text), parameters)
    if parameters.get("Rules") != "none":
        wanted = {action for action in wanted if checks.needed(action, deployed, rules)}
    unscoped = {
        action
        for statement in rules.policies["evaluate"]["Statement"]
        if statement["Resource"] == "*"
        for action in policies.listed(statement["Action"])
    }
    try:
        rights = stack.rights(text, parameters)
    except Exception as error:  # whatever keeps the stack from being made
        return [f"{name}: moto: {type(error).__name__} {error}"], 0
    found = [f"{name}: moto: the role may not {one}" for one in sorted(wanted - rights["allowed"])]
    found += [f"{name}: moto: the role may {one}" for one in sorted(rights["allowed"] - wanted)]
    found += [f"{name}: moto: the role may {one} elsewhere" for one in sorted(rights["elsewhere"] - unscoped)]
    if parameters.get("Rules") == "all":
        rule_types = [kind for kind in rights["kinds"] if kind.endswith("ConfigRule")]
        if "role" not in name and len(rule_types) != len(rules.by_name):
            found.append(f"{name}: moto made {len(rule_types)} rules")
    return found, rights["tried"]


def run():
    import commands
    import policies

    found = policies.findings(FOLDER / "iam", REPOSITORY)
    print(f"policies: {len(list((FOLDER / 'iam').glob('*.json')))} by parliament and policy_sentry", flush=True)
    names = list(templates())
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, findings in zip(names, pool.map(_template, names)):
            print(f"{name}: {len(findings)} findings", flush=True)
            found += findings
        tried = 0
        for (name, parameters, _), (findings, count) in zip(STACKS, pool.map(_stack, range(len(STACKS)))):
            print(f"{name}: made by moto with {parameters.get('Rules', 'its defaults')}, {count} operations tried", flush=True)
            found += findings
            tried += count
    found += commands.findings(REPOSITORY, os.environ["SAM_PYTHON"])
    for finding in found:
        print(finding)
    print(f"templates: {len(names)} templates, {len(STACKS)} stacks, {len(found)} findings")
    return 1 if found else 0


def _fault(fault):
    import checks

    name, what, was, now = fault
    text = (FOLDER / name).read_text()
    if was not in text:
        return f"{name}: {what}: {was!r} is not there"
    broken = text.replace(was, now, 1)
    # cfn-lint, which is slow, only where our own checks see nothing.
    found = checks.judge(name, broken, checks.Rules(FOLDER)) or list(checks.lint(name.rsplit("/", 1)[-1], broken))
    return None if found else f"{name}: {what}: not caught"


def _policy_fault(fault):
    import policies

    name, what, was, now = fault
    text = (FOLDER / "iam" / name).read_text().replace(was, now, 1)
    with tempfile.TemporaryDirectory() as folder:
        for file in (FOLDER / "iam").glob("*.json"):
            if file.name == name:
                (Path(folder) / name).write_text(text)
        found = [one for one in policies.findings(Path(folder), REPOSITORY) if not one.endswith(": missing")]
    return None if found else f"iam/{name}: {what}: not caught"


def self_test():
    import faults

    missed, count = [], 0
    seeded = [(name, *fault) for name, its in faults.FAULTS.items() for fault in its]
    for name in templates():
        if len(faults.FAULTS.get(name, [])) < 10:
            missed.append(f"{name}: fewer than ten faults")
    of_policies = [
        (file.name, *fault)
        for file in sorted((FOLDER / "iam").glob("*.json"))
        for fault in faults.of_policy(file.stem, file.read_text())
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for work, its in ((_fault, seeded), (_policy_fault, of_policies)):
            for result in pool.map(work, its, chunksize=4):
                count += 1
                if result:
                    print(result, flush=True)
                    missed.append(result)
    print(f"templates self-test: {count} faults in {len(faults.FAULTS)} templates and the policies, {len(missed)} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else run())
