"""Faults of the views and queries of rule-templates/athena, and words of the finding that must follow."""

from oracles.seeding import Fault, PatternFault

FLAG = "publics = 1 AND coalesce(public_1, public_2) = 'false'"

ATHENA_FAULTS: dict[str, list[Fault]] = {
    "view-1-items": [
        Fault(
            "the case of a type counts",
            "WHERE lower(item.resourcetype) LIKE '%dms%'",
            "WHERE item.resourcetype LIKE 'AWS::DMS%'",
            "periods",
        ),
        Fault(
            "types as they are spelled",
            "lower(item.resourcetype) AS resource_type",
            "item.resourcetype AS resource_type",
            "periods",
        ),
        Fault("a tag of AWS is one of the owner", "NOT lower(tag) LIKE 'aws:%'", "tag <> ''", "periods"),
        Fault("a tag of AWS in capitals is one of the owner", "NOT lower(tag) LIKE", "NOT tag LIKE", "periods"),
        Fault(
            "missing tags are no tags",
            "cardinality(filter(map_keys(item.tags), tag -> NOT lower(tag) LIKE 'aws:%'))",
            "coalesce(cardinality(filter(map_keys(item.tags), tag -> NOT lower(tag) LIKE 'aws:%')), 0)",
            "periods",
        ),
        Fault(
            "state ids that are text do not count",
            "TRY_CAST(item.configurationstateid AS bigint)",
            "CAST(NULL AS bigint)",
            "periods",
        ),
        Fault(
            "another kind of file is left out",
            "\n),\nnamed AS",
            "\n  WHERE kind = 'ConfigSnapshot'\n),\nnamed AS",
            "periods",
        ),
    ],
    "view-2-conditions": [
        Fault("a missing flag is false", FLAG, "coalesce(public_1, public_2, 'false') = 'false'", "COMPLIANT"),
        Fault("whatever is not true is private", FLAG, "coalesce(public_1, public_2, '') <> 'true'", "COMPLIANT"),
        Fault("a flag given twice is read once", FLAG, "coalesce(public_1, public_2) = 'false'", "COMPLIANT"),
        Fault("one spelling of the flag alone", FLAG, "publics = 1 AND public_1 = 'false'", "periods"),
        Fault(
            "a flag with a space in front is read",
            FLAG,
            FLAG.replace("coalesce(public_1, public_2)", "trim(coalesce(public_1, public_2))"),
            "COMPLIANT",
        ),
        Fault(
            "the flag beside a public one",
            "trim(public_1) = 'true' OR trim(public_2) = 'true'",
            "coalesce(public_1, public_2) = 'true'",
            "periods",
        ),
        Fault(
            "a text is no flag",
            "lower(TRY(json_extract_scalar(configuration, '$.PubliclyAccessible'))) AS",
            "nullif(TRY(json_extract_scalar(configuration, '$.PubliclyAccessible')), 'False') AS",
            "periods",
        ),
        Fault(
            "a public address does not matter",
            "WHEN addresses = '' AND address_names = known_address_names THEN",
            "WHEN TRUE THEN",
            "COMPLIANT",
        ),
        Fault(
            "an address that is none is public",
            "ELSE 'UNKNOWN'\n      END\n      ELSE",
            "ELSE 'NON_COMPLIANT'\n      END\n      ELSE",
            "periods",
        ),
        Fault("a private address is public", "172\\.(1[6-9]", "172\\.(1[7-9]", "periods"),
        Fault(
            "a deleted resource is evaluated",
            "WHEN item_status IN ('ResourceDeleted', 'ResourceDeletedNotRecorded') THEN 'DELETED'",
            "WHEN item_status = 'ResourceDeleted' THEN 'DELETED'",
            "DELETED",
        ),
        Fault("a deletion ends nothing", "THEN 'DELETED'\n", "THEN finding\n", "DELETED"),
        Fault(
            "a resource that is not recorded is evaluated",
            "WHEN item_status IN ('OK', 'ResourceDiscovered') THEN finding",
            "WHEN item_status IN ('OK', 'ResourceDiscovered', 'ResourceNotRecorded') THEN finding",
            "periods",
        ),
        Fault(
            "a missing Multi-AZ is true",
            "multis = 1 AND coalesce(multi_1, multi_2) = 'true'",
            "coalesce(multi_1, multi_2, 'true') = 'true'",
            "multi-az",
        ),
        Fault(
            "a missing upgrade is true",
            "minors = 1 AND coalesce(minor_1, minor_2) = 'true'",
            "coalesce(minor_1, minor_2, 'true') = 'true'",
            "minor-version",
        ),
        Fault(
            "the default of SslMode is unknown",
            "WHEN ssls = 0 THEN 'NON_COMPLIANT'",
            "WHEN ssls = 0 THEN 'UNKNOWN'",
            "ssl-configured",
        ),
        Fault("an engine without SslMode is plaintext", "'kafka', ", "", "ssl-configured"),
        Fault(
            "whatever is not none is TLS",
            "WHEN ssls = 1 AND coalesce(ssl_1, ssl_2) IN ('require', 'verify-ca', 'verify-full') THEN 'COMPLIANT'\n        --",
            "WHEN coalesce(ssl_1, ssl_2, 'require') <> 'none' THEN 'COMPLIANT'\n        --",
            "ssl-configured",
        ),
        Fault(
            "no tags are unknown",
            "WHEN own_tags = 0 THEN 'NON_COMPLIANT'",
            "WHEN own_tags = 0 THEN 'UNKNOWN'",
            "tagged",
        ),
        Fault("unknown is better than compliant", "WHEN 'COMPLIANT' THEN 2", "WHEN 'COMPLIANT' THEN 5", "periods"),
    ],
    "view-3-periods": [
        Fault(
            "the best of one time counts",
            "max(severity) AS severity,\n    count(*)",
            "min(severity) AS severity,\n    count(*)",
            "periods",
        ),
        Fault(
            "the state id does not count",
            "CASE WHEN state_number < last_state THEN 0 ELSE 1 END AS place",
            "1 AS place",
            "periods",
        ),
        Fault(
            "what is overtaken is left out",
            "WHERE following IS NULL OR severity > following",
            "WHERE following IS NULL",
            "periods",
        ),
        Fault(
            "accounts are not told apart",
            "PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY captured_at, place\n      ) THEN 0",
            "PARTITION BY rule, aws_region, resource_type, resource_id ORDER BY captured_at, place\n      ) THEN 0",
            "periods",
        ),
        Fault(
            "regions are not told apart",
            "PARTITION BY rule, account_id, aws_region, resource_type, resource_id ORDER BY number\n    ) AS changed_at",
            "PARTITION BY rule, account_id, resource_type, resource_id ORDER BY number\n    ) AS changed_at",
            "periods",
        ),
        Fault("every start is known", "coalesce(severity_before <> 3, false)", "true", "periods"),
        Fault(
            "a start after UNKNOWN is known",
            "coalesce(severity_before <> 3, false)",
            "severity_before IS NOT NULL",
            "periods",
        ),
        Fault(
            "an open period ends with its last record",
            "coalesce(changed_at, latest) AS ended_at",
            "coalesce(changed_at, last_seen_at) AS ended_at",
            "periods",
        ),
        Fault(
            "the end is that of the resource",
            "max(last_seen_at) OVER ()",
            "max(last_seen_at) OVER (PARTITION BY account_id)",
            "periods",
        ),
        Fault(
            "days in place of durations",
            "date_diff('millisecond', started_at",
            "86400000 * date_diff('day', started_at",
            "periods",
        ),
    ],
    "public-now": [
        Fault("of all times", "next_condition IS NULL AND ", "", "public-now"),
        Fault("without what is unknown", "IN ('NON_COMPLIANT', 'UNKNOWN')", "= 'NON_COMPLIANT'", "public-now"),
        Fault("of another rule", "dms-replication-not-public", "dms-replication-instance-tagged", "public-now"),
    ],
    "public-periods": [
        Fault(
            "open periods alone",
            "rule = 'dms-replication-not-public' AND",
            "rule = 'dms-replication-not-public' AND next_condition IS NULL AND",
            "public-periods",
        ),
        Fault("minutes", "1000.0", "60000.0", "public-periods"),
    ],
    "findings": [
        Fault("without what is unknown", "IN ('NON_COMPLIANT', 'UNKNOWN')", "= 'NON_COMPLIANT'", "findings"),
    ],
    "time-to-fix": [
        Fault(
            "what is lost is fixed",
            "next_condition IS NOT NULL AND next_condition <> 'UNKNOWN'",
            "next_condition IS NOT NULL",
            "time-to-fix",
        ),
        Fault(
            "what is open is fixed",
            "next_condition IS NOT NULL AND next_condition <> 'UNKNOWN'",
            "coalesce(next_condition, '') <> 'UNKNOWN'",
            "time-to-fix",
        ),
        Fault("the mean is no median", "is_over AND abs(2 * place - places - 1) < 2", "is_over", "time-to-fix"),
        PatternFault(
            "the lower of two is no median",
            r"abs\(2 \* place - places - 1\) < 2",
            "2 * place BETWEEN places AND places + 1",
            "time-to-fix",
        ),
        Fault(
            "UNKNOWN is an exposure",
            "condition = 'NON_COMPLIANT'",
            "condition IN ('NON_COMPLIANT', 'UNKNOWN')",
            "time-to-fix",
        ),
        Fault("every duration is exact", "bool_and(is_over AND start_is_known)", "bool_and(is_over)", "time-to-fix"),
    ],
}
