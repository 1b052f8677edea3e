"""The documents of rule-templates link to files that exist, and their commands are taken by the programs they name.

The commands of the README of the repository are run by the tests of the command line.
"""

from pathlib import Path

import pytest

from oracles.documents import command_finding, commands, documents, links
from oracles.repository import REPOSITORY, RULE_TEMPLATES

COMMANDS = [
    pytest.param(command, id=f"{document.parent.name}: {command[:60]}")
    for document in documents()
    for command in commands(document)
]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Returns a folder that takes the place of the repository, in which a command may find files made."""
    for name in ("rule-templates", "tests", "crates"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    return tmp_path


def test_commands_are_found() -> None:
    assert len(COMMANDS) >= 30


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_taken_by_its_program(command: str, workspace: Path) -> None:
    assert command_finding(command, workspace) is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("aws configservice describe-config-rule", "aws: "),
        ("aws cloudformation deploy --stack-name x --templates rule-templates/sam/template.yaml", "aws: "),
        (
            (
                "aws cloudformation deploy --stack-name x "
                "--template-file rule-templates/cloudformation/single-account.yaml --parameter-overrides Rule=all"
            ),
            "Rule is no parameter of",
        ),
        (
            "aws s3 cp x.zip s3://BUCKET/x.zip rule-templates/none.yaml",
            "rule-templates/none.yaml does not exist",
        ),
        ("sam deploy --guide-me", "sam: "),
        ("terraform -chdir=rule-templates/terraform apply -var zip=x", "zip=x is no variable of"),
        ("cargo run --locked -p none", "none is no package"),
        ("cargo install cfn-guard --version 1.0.0", "the checked one"),
        ("cfn-guard validate --rule rule-templates/guard", "cfn-guard: "),
        ("dms-rule check - --rules x", "dms-rule: "),
        ("rule-templates/deploy.sh stackset --zips x", "--zips"),
        ("pulumi up", "pulumi is not known"),
    ],
)
def test_a_wrong_command_is_rejected(command: str, words: str, workspace: Path) -> None:
    assert words in (command_finding(command, workspace) or "taken")


@pytest.mark.parametrize("document", [str(one.relative_to(REPOSITORY)) for one in documents()])
def test_a_link_of_a_document_has_its_file(document: str) -> None:
    folder = (REPOSITORY / document).parent
    assert [link for link in links(REPOSITORY / document) if not (folder / link).exists()] == []


@pytest.mark.parametrize(("folder", "ending"), [("guard", "guard"), ("queries", "sql")])
def test_a_document_lists_every_file_of_its_folder(folder: str, ending: str) -> None:
    listed = {link for link in links(RULE_TEMPLATES / folder / "README.md") if link.endswith(f".{ending}")}
    assert listed == {file.name for file in (RULE_TEMPLATES / folder).glob(f"*.{ending}")}
