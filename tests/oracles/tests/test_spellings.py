"""Each rule names its property as CloudFormation and Terraform do, and each seeded misspelling is found."""

import pytest

from oracles.facts import facts
from oracles.seeding import missed
from oracles.spellings import is_create_only, spelling_findings

SEEDED = [
    pytest.param("dms-redis-tls-enabled", {"path": "RedisSetting.SslSecurityProtocol"}, "is no property", id="a group"),
    pytest.param(
        "dms-redis-tls-enabled", {"path": "RedisSettings.SSLSecurityProtocol"}, "is no property", id="a member"
    ),
    pytest.param("dms-replication-not-public", {"path": "publiclyAccessible"}, "is no property", id="its case"),
    pytest.param(
        "dms-redis-tls-enabled", {"terraform": "redis_setting.ssl_security_protocol"}, "is no argument", id="a block"
    ),
    pytest.param(
        "dms-replication-instance-customer-managed-key",
        {"terraform": "kms_key_id"},
        "is no argument",
        id="an argument",
    ),
]


# CloudFormation's schema has no tags and no key for a certificate: only the other ways of making one can set them. The
# status of a task is no argument of any language: DMS reports it.
NOT_IN_THE_LANGUAGES = {
    "dms-certificate-customer-managed-key": ["KmsKeyId is no property of AWS::DMS::Certificate"],
    "dms-certificate-tagged": ["Tags is no property of AWS::DMS::Certificate"],
    "dms-replication-task-healthy": [
        "Status is no property of AWS::DMS::ReplicationTask",
        "status is no argument of aws_dms_replication_task",
    ],
}


# Their remedy in a template says what is replaced (crates/iac/src/replacement.rs). A certificate takes no task with it.
CREATE_ONLY = {
    "dms-certificate-not-expiring",
    "dms-endpoint-customer-managed-key",
    "dms-mongo-db-authentication-enabled",
    "dms-opensearch-https-enabled",
    "dms-replication-instance-customer-managed-key",
    "dms-replication-not-public",
}


def test_no_other_property_replaces_its_resource() -> None:
    assert {name for name, rule in facts().rules.items() if is_create_only(rule)} == CREATE_ONLY


@pytest.mark.parametrize("name", facts().rules)
def test_a_property_is_spelled_as_its_languages_do(name: str) -> None:
    assert list(spelling_findings(facts().rules[name])) == NOT_IN_THE_LANGUAGES.get(name, [])


@pytest.mark.parametrize(("name", "wrong", "words"), SEEDED)
def test_a_misspelling_is_found(name: str, wrong: dict, words: str) -> None:
    rule = facts().rules[name]
    findings = list(spelling_findings({**rule, "property": {**rule["property"], **wrong}}))
    assert any(words in finding for finding in findings), missed(words, findings)
