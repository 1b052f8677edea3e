"""The metadata of the SAM template, as the Serverless Application Repository takes it."""

import re
import tomllib

import boto3
import pytest
from botocore.validate import ParamValidator

from oracles.repository import REPOSITORY, RULE_TEMPLATES
from oracles.templates.deployment import load

SAM = RULE_TEMPLATES / "sam"
SECTION = "AWS::ServerlessRepo::Application"
# Its developer guide, "AWS SAM template Metadata section properties".
PATTERNS = {
    "Name": r"[a-zA-Z0-9-]{1,140}",
    "Description": r".{1,256}",
    "Author": r"[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?",
    "SemanticVersion": r"\d+\.\d+\.\d+",
}
LABEL = r"[a-zA-Z0-9+\-_:/@]{1,127}"


def findings(metadata: dict) -> list[str]:
    """Returns what the repository would reject, and where the metadata differ from Cargo.toml."""
    package = tomllib.loads((REPOSITORY / "Cargo.toml").read_text())["workspace"]["package"]
    model = boto3.client("serverlessrepo", region_name="us-east-1").meta.service_model
    shape = model.operation_model("CreateApplication").input_shape
    found = [f"{name} is no member" for name in metadata if name not in shape.members]
    report = ParamValidator().validate(metadata, shape)
    found += [report.generate_report()] if report.has_errors() else []
    for name, pattern in PATTERNS.items():
        if not re.fullmatch(pattern, str(metadata.get(name))):
            found.append(f"{name} is {metadata.get(name)}")
    labels = metadata.get("Labels", [])
    if not 1 <= len(labels) <= 10 or not all(re.fullmatch(LABEL, label) for label in labels):
        found.append(f"Labels are {labels}")
    for name in ("LicenseUrl", "ReadmeUrl"):
        if not (SAM / str(metadata.get(name))).is_file():
            found.append(f"{name} is no file")
    for name, key in (("SpdxLicenseId", "license"), ("SemanticVersion", "version")):
        if metadata.get(name) != package[key]:
            found.append(f"{name} is not the {key} of Cargo.toml")
    if metadata.get("HomePageUrl", "") != package["homepage"]:
        found.append("HomePageUrl is not the homepage of Cargo.toml")
    return found


def metadata() -> dict:
    return load((SAM / "template.yaml").read_text())["Metadata"][SECTION]


def test_the_metadata_are_what_the_repository_takes() -> None:
    assert findings(metadata()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Author": "The Authors"}, "Author is"),
        ({"Name": "dms rule"}, "Name is"),
        ({"Description": "x" * 257}, "Description is"),
        ({"Labels": ["a b"]}, "Labels are"),
        ({"LicenseUrl": "../LICENSE"}, "LicenseUrl is no file"),
        ({"SemanticVersion": "9.9.9"}, "not the version"),
        ({"SpdxLicenseId": "MIT"}, "not the license"),
        ({"HomePageUrl": "https://example.com"}, "not the homepage"),
        ({"Licence": "x"}, "Licence is no member"),
    ],
)
def test_a_fault_in_the_metadata_is_found(change: dict, words: str) -> None:
    assert any(words in finding for finding in findings(metadata() | change))
