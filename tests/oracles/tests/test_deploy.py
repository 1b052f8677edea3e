"""`rule-templates/deploy.sh`, run with the AWS CLI of both versions against moto's server, and read by ShellCheck."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracles.organization import Organization, organization
from oracles.repository import POLICIES, RULE_TEMPLATES

SCRIPT = RULE_TEMPLATES / "deploy.sh"
REGIONS = ["us-east-1", "eu-west-1"]
HOME = "us-east-1"
ZIP = b"PK\x03\x04 a zip \x00\xff" * 100
SHA256 = hashlib.sha256(ZIP).hexdigest()
KEY = f"dms-rule/{SHA256}/bootstrap.zip"

WRONG_OPTIONS = [
    (["--name", "$(touch hurt)"], "--name is `$(touch hurt)`"),
    (["--buckets", "x;touch hurt"], "--buckets is"),
    (["--regions", "eu-west-1 us-east-1"], "--regions is"),
    (["--units", "ou-1"], "--units is"),
    (["--sha256", "0" * 64], "the SHA-256 of the zip is"),
    (["--zip", "/nowhere"], "--zip is `/nowhere`"),
    (["--parameter", "Rule=all"], "Rule is no parameter of single-account.yaml"),
    (["--parameter", "Rules=none"], "Rules is given twice"),
    (["--parameter", "CodeS3Key=x"], "deploy.sh sets CodeS3Key itself"),
    (["--parameter", "LogLevel=a\nb"], "control character"),
    (["--organization", "x"], "--organization is `x`"),
    (["--delete"], "there is no option --delete"),
    (["--poll"], "--poll needs a value"),
]
ONE_VERSION = pytest.mark.parametrize("aws", ["2"], indirect=True)

# Stands before the AWS CLI: writes the call down, and fails it, or ends the script after it, if a test wants that.
WRAPPER = r"""#!/bin/sh
printf '%s' "$*" | tr '\n' ' ' >>"$CALLS"
printf '\n' >>"$CALLS"
[ "$2" != "${FAIL-}" ] || { echo 'an error of the test' >&2; exit 254; }
"$AWS_PROGRAM" --endpoint-url "$ENDPOINT" "$@"
code=$?
[ "$2" != "${KILL_AFTER-}" ] || { kill -9 "$SCRIPT_ID"; exit 1; }
exit "$code"
"""


@pytest.fixture
def place() -> Iterator[Organization]:
    """Returns an organization without anything of the rules."""
    with organization() as made:
        yield made


class Deployment:
    """A run of the script, again and again, against an organization."""

    def __init__(self, place: Organization, aws: Path, folder: Path) -> None:
        self.place, self.aws, self.folder = place, aws, folder
        self.calls = folder / "calls.txt"
        self.zip = folder / "the zip; $(touch hurt).zip"
        self.zip.write_bytes(ZIP)
        (folder / "bin").mkdir()
        program = folder / "bin/aws"
        program.write_text(WRAPPER)
        program.chmod(0o755)

    def arguments(self, form: str, *more: str, regions: str = ",".join(REGIONS)) -> list[str]:
        """Returns the arguments that deploy to both units in some Regions."""
        units = ",".join(self.place.units)
        given = ["--zip", str(self.zip), "--sha256", SHA256, "--buckets", "code-of-us", "--regions", regions]
        return [form, *given, "--units", units, "--parameter", "Rules=all", "--poll", "0", "--home", HOME, *more]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Runs the script; the environment may end it before or after a call."""
        self.calls.write_text("")
        own = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "CALLS": str(self.calls),
            "AWS_PROGRAM": str(self.aws),
            "ENDPOINT": self.place.url,
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
        }
        return subprocess.run(
            ["sh", "-c", 'export SCRIPT_ID=$$; exec dash "$0" "$@"', SCRIPT, *arguments],
            cwd=self.folder,
            env=own | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def changes(self) -> list[str]:
        """Returns the calls of the last run that change something."""
        reading = ("get-", "describe-", "list-", "head-")
        return [line for line in self.calls.read_text().splitlines() if not line.split()[1].startswith(reading)]


@pytest.fixture
def deployment(place: Organization, aws: Path, tmp_path: Path) -> Deployment:
    return Deployment(place, aws, tmp_path)


def expected_buckets(place: Organization, regions: list[str], *, policy: bool) -> dict:
    text = (POLICIES / "code-bucket.json").read_text().replace("${partition}", "aws")
    text = text.replace("${organization_id}", place.organization_id)
    return {
        f"code-of-us-{region}": {
            "region": region,
            "objects": {KEY: ZIP},
            "versions": 1,
            "policy": json.loads(text.replace("${code_bucket}", f"code-of-us-{region}")) if policy else None,
            "blocked": {True},
            "encryption": "AES256",
            "versioning": "Enabled",
            "ownership": [{"ObjectOwnership": "BucketOwnerEnforced"}],
        }
        for region in regions
    }


def buckets(place: Organization) -> dict:
    found = place.buckets()
    for bucket in found.values():
        bucket["policy"] = bucket["policy"] and json.loads(bucket["policy"])
    return found


def expected_stack_set(place: Organization, regions: list[str], operations: list[str], part: str = "") -> dict:
    return {
        "template": (RULE_TEMPLATES / f"cloudformation/single-account{part}.yaml").read_text(),
        "model": "SERVICE_MANAGED",
        "parameters": {
            "CodeS3Bucket": "code-of-us",
            "CodeS3BucketPerRegion": "true",
            "CodeS3Key": KEY,
            "Rules": "all",
        },
        "instances": {(unit, region) for unit in place.units for region in regions},
        "operations": operations,
    }


def assert_is_deployed(place: Organization, regions: list[str], operations: list[str]) -> None:
    assert buckets(place) == expected_buckets(place, regions, policy=True)
    assert place.stack_sets() == {"dms-rule": expected_stack_set(place, regions, operations)}


def test_a_stack_set_and_its_buckets_are_made_once(deployment: Deployment) -> None:
    place = deployment.place
    dry = deployment.run(*deployment.arguments("stackset", "--dry-run"))
    assert dry.returncode == 0, dry.stderr
    assert deployment.changes() == []
    assert (place.buckets(), place.stack_sets()) == ({}, {})
    unasked = deployment.run(*deployment.arguments("stackset"))
    assert unasked.returncode == 2
    assert "--yes is the consent" in unasked.stderr
    assert deployment.changes() == []

    first = deployment.run(*deployment.arguments("stackset", "--yes"))
    assert first.returncode == 0, first.stdout + first.stderr
    assert_is_deployed(place, REGIONS, ["CREATE"])
    planned = [line.strip() for line in dry.stdout.splitlines()[1:]]
    assert planned == [line[6:] for line in first.stdout.splitlines() if line.startswith("done: ")]
    calls = deployment.calls.read_text().splitlines()
    owned = [line for line in calls if line.startswith("s3api ") and " create-bucket " not in f" {line} "]
    assert owned
    assert all("--expected-bucket-owner 123456789012" in line for line in owned)

    again = deployment.run(*deployment.arguments("stackset", "--yes"))
    assert again.returncode == 0, again.stderr
    assert "Nothing is to be done" in again.stdout
    assert deployment.changes() == []
    assert_is_deployed(place, REGIONS, ["CREATE"])
    assert not list(deployment.folder.glob("tmp.*"))


def test_the_rules_on_operation_have_a_stack_set_of_their_own(deployment: Deployment) -> None:
    place = deployment.place
    security = deployment.arguments("stackset", "--yes", regions="eu-west-1")
    first = deployment.run(*security)
    assert first.returncode == 0, first.stdout + first.stderr
    killed = deployment.run(*security, "--operations", KILL_AFTER="create-stack-set")
    assert killed.returncode == -9, killed.stderr
    # The buckets and the zip are those of the first run.
    assert [line.split()[1] for line in deployment.changes()] == ["create-stack-set"]
    both = {
        "dms-rule": expected_stack_set(place, ["eu-west-1"], ["CREATE"]),
        "dms-rule-operations": expected_stack_set(place, ["eu-west-1"], ["CREATE"], "-operations"),
    }
    for arguments in ([*security, "--operations"], security, [*security, "--operations"]):
        finished = deployment.run(*arguments)
        assert finished.returncode == 0, finished.stderr
        assert buckets(place) == expected_buckets(place, ["eu-west-1"], policy=True)
        assert place.stack_sets() == both
    assert deployment.changes() == []


@ONE_VERSION
@pytest.mark.parametrize(
    "change",
    """
    create-bucket put-public-access-block put-bucket-encryption put-bucket-versioning put-bucket-policy put-object
    create-stack-set create-stack-instances
    """.split(),
)
def test_a_run_that_is_killed_after_any_change_is_finished_by_the_next(deployment: Deployment, change: str) -> None:
    arguments = deployment.arguments("stackset", "--yes", regions="eu-west-1")
    killed = deployment.run(*arguments, KILL_AFTER=change)
    assert killed.returncode == -9, killed.stderr
    assert deployment.changes()[-1].split()[1] == change
    finished = deployment.run(*arguments)
    assert finished.returncode == 0, finished.stderr
    assert_is_deployed(deployment.place, ["eu-west-1"], ["CREATE"])


def test_what_is_given_is_what_is_sent_and_what_is_not_given_stays(deployment: Deployment) -> None:
    hostile = """a"b\\c $(touch hurt) `touch hurt` 'd' ; touch hurt & {"x": [1, 2]}"""
    more = ("--parameter", f"ExemptionTagKey={hostile}", "--parameter", "KmsKeyArns=owner,cost-center")
    first = deployment.run(*deployment.arguments("stackset", "--yes", *more, regions="eu-west-1"))
    assert first.returncode == 0, first.stderr
    given = deployment.place.stack_sets()["dms-rule"]["parameters"]
    assert given["ExemptionTagKey"] == hostile
    assert given["KmsKeyArns"] == "owner,cost-center"

    deployment.zip.write_bytes(b"another")
    other = hashlib.sha256(b"another").hexdigest()
    arguments = deployment.arguments("stackset", "--yes", regions="eu-west-1,us-east-1")
    arguments[arguments.index("--sha256") + 1] = other.upper()
    second = deployment.run(*arguments)
    assert second.returncode == 0, second.stderr
    one = deployment.place.stack_sets()["dms-rule"]
    assert one["parameters"] == given | {"CodeS3Key": f"dms-rule/{other}/bootstrap.zip"}
    assert one["operations"] == ["CREATE", "UPDATE", "CREATE"]
    assert len(one["instances"]) == 4
    assert not list(deployment.folder.rglob("hurt"))


@ONE_VERSION
def test_a_failure_ends_the_run_with_what_is_not_done(deployment: Deployment) -> None:
    failed = deployment.run(*deployment.arguments("stackset", "--yes"), FAIL="put-bucket-versioning")
    assert failed.returncode == 1
    assert deployment.changes()[-1].split()[1] == "put-bucket-versioning"
    _, _, end = failed.stderr.partition("failed: ")
    assert end.startswith("keep all versions in code-of-us-us-east-1\n")
    assert "an error of the test" in end
    assert "Done: 3 of 14 steps." in end
    assert "  create the bucket code-of-us-eu-west-1\n" in end
    assert "  create the bucket code-of-us-us-east-1\n" not in end
    assert "  create the StackSet dms-rule\n" in end


@ONE_VERSION
def test_what_others_have_set_is_not_replaced(deployment: Deployment) -> None:
    s3 = deployment.place.client("s3", "eu-west-1")
    s3.create_bucket(Bucket="code-of-us-eu-west-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::code-of-us-eu-west-1/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="code-of-us-eu-west-1", Policy=policy)
    run = deployment.run(*deployment.arguments("stackset", "--yes", regions="eu-west-1"))
    assert run.returncode == 1
    assert "has another policy, which is not replaced" in run.stderr
    assert deployment.changes() == []
    s3.create_bucket(Bucket="code-of-us-us-east-1", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    run = deployment.run(*deployment.arguments("stackset", "--yes", regions="us-east-1"))
    assert "code-of-us-us-east-1 is in eu-west-1, expected us-east-1" in run.stderr
    assert deployment.changes() == []


@ONE_VERSION
def test_a_wrong_option_calls_nothing_that_changes(deployment: Deployment) -> None:
    for arguments, words in WRONG_OPTIONS:
        run = deployment.run(*deployment.arguments("stackset", "--yes"), *arguments)
        assert (run.returncode, deployment.changes()) == (2, []), (arguments, run.stderr)
        assert words in run.stderr
    # A parameter of rules that only the other template has.
    for options, parameter, template in (
        ([], "RequiredKeyTags=owner", "single-account.yaml"),
        (["--operations"], "KmsKeyArns=x", "single-account-operations.yaml"),
    ):
        run = deployment.run(*deployment.arguments("stackset", "--yes", *options, "--parameter", parameter))
        assert (run.returncode, deployment.changes()) == (2, []), run.stderr
        assert f"{parameter.split('=')[0]} is no parameter of {template}" in run.stderr
    for form, words in (("central", "is given twice"), ("stack", "give stackset or central")):
        run = deployment.run(*deployment.arguments(form, "--parameter", "Rules=all"))
        assert run.returncode == 2
        assert words in run.stderr
    assert not list(deployment.folder.rglob("hurt"))


def test_the_script_has_no_fault_that_shellcheck_finds() -> None:
    done = subprocess.run(["shellcheck", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_script_has_no_call_that_deletes() -> None:
    assert "delete-" not in SCRIPT.read_text()


def central_stacks(place: Organization, name: str = "dms-rule") -> dict[str, dict]:
    stacks = {}
    for region in REGIONS:
        cloudformation = place.client("cloudformation", region)
        for stack in cloudformation.describe_stacks(StackName=name)["Stacks"]:
            given = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
            outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
            stacks[region] = {"name": stack["StackName"], "given": given, "role": outputs["FunctionRoleArn"]}
    return stacks


@ONE_VERSION
def test_a_central_function_has_its_roles_before_its_rules(deployment: Deployment) -> None:
    place = deployment.place
    arguments = deployment.arguments("central", "--yes", "--parameter", "MemberRoleName=Member")
    killed = deployment.run(*arguments, KILL_AFTER="create-stack-set")
    assert killed.returncode == -9, killed.stderr
    assert {region: one["given"]["Rules"] for region, one in central_stacks(place).items()} == dict.fromkeys(
        REGIONS, "none"
    )
    finished = deployment.run(*arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    stacks = central_stacks(place)
    assert {one["given"]["Rules"] for one in stacks.values()} == {"all"}
    assert {one["given"]["OrganizationId"] for one in stacks.values()} == {place.organization_id}
    assert {one["given"]["MemberRoleName"] for one in stacks.values()} == {"Member"}
    assert buckets(place) == expected_buckets(place, REGIONS, policy=False)
    (name, members), *more = place.stack_sets().items()
    assert (name, more) == ("dms-rule-member", [])
    assert members["parameters"] == {
        "FunctionRoleArns": ",".join(stacks[region]["role"] for region in REGIONS),
        "OrganizationId": place.organization_id,
        "MemberRoleName": "Member",
    }
    assert members["instances"] == {(unit, HOME) for unit in place.units}
    again = deployment.run(*arguments)
    assert again.returncode == 0, again.stderr
    assert place.stack_sets()["dms-rule-member"]["operations"] == ["CREATE"]
    assert central_stacks(place) == stacks


@ONE_VERSION
def test_the_two_central_functions_have_their_own_roles_in_the_accounts(deployment: Deployment) -> None:
    place = deployment.place
    for options in ([], ["--operations"], ["--operations"]):
        run = deployment.run(*deployment.arguments("central", "--yes", *options))
        assert run.returncode == 0, run.stdout + run.stderr
    expected = {"dms-rule": "DmsRuleMember", "dms-rule-operations": "DmsRuleOperationsMember"}
    assert set(place.stack_sets()) == {f"{name}-member" for name in expected}
    member_roles = set()
    for name, role in expected.items():
        stacks, members = central_stacks(place, name), place.stack_sets()[f"{name}-member"]
        assert {one["given"]["Rules"] for one in stacks.values()} == {"all"}
        assert {one["given"]["MemberRoleName"] for one in stacks.values()} == {role}
        # The role of the member template is DmsRuleMember by default.
        assert members["parameters"].get("MemberRoleName", "DmsRuleMember") == role
        assert members["parameters"]["FunctionRoleArns"] == ",".join(stacks[region]["role"] for region in REGIONS)
        assert members["operations"] == ["CREATE"]
        assert members["instances"] == {(unit, HOME) for unit in place.units}
        member_roles.add(members["parameters"]["FunctionRoleArns"])
    assert len(member_roles) == 2
