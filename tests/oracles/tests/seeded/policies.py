"""Faults of a policy of rule-templates/iam, as far as it has what they break."""

from oracles.seeding import Fault

SERVICES = ("lambda.amazonaws.com", "config.amazonaws.com", "events.amazonaws.com")


def policy_faults(text: str) -> list[Fault]:
    """Returns the faults that can be seeded into the text of a policy."""
    first = text.split('"Action":', 1)[1].split('"', 2)[1]
    service = first.split(":")[0]
    faults = [
        Fault("an unknown action", f'"{first}"', f'"{service}:Nothing"', f"{service}:Nothing is not needed"),
        Fault(
            "every action of the service",
            f'"{first}"',
            f'"{service}:*"' if first != "kms:*" else '"*"',
            "* is not needed",
        ),
        Fault("an action misspelt", f'"{first}"', f'"{first}s"', f"{first}s is not needed"),
        Fault("an extra action", *_extra(text, first), f"{service}:TagResource is not needed"),
        Fault("another version", "2012-10-17", "2008-10-17", "Version is 2008-10-17"),
        Fault("a denial", '"Effect": "Allow"', '"Effect": "Deny"', "Effect Deny"),
        Fault("invalid JSON", '"Statement": [', '"Statement": [[', "JSONDecodeError"),
        Fault(
            "a placeholder without a value",
            '{\n  "Version"',
            '{\n  "Id": "${nothing}",\n  "Version"',
            "KeyError: 'nothing'",
        ),
        Fault("NotAction", '"Action":', '"NotAction":', "a statement with ['NotAction']"),
        Fault("an unknown member", '"Effect":', '"Effects":', "a statement with ['Effects']"),
    ]
    faults += [
        Fault(f"anyone instead of {key[2:-1]}", key, "*", " is [")
        for key in ("${organization_id}", "${event_rule_arn}", "${function_role_arn}")
    ]
    faults += [Fault(f"another service than {name}", name, "ec2.amazonaws.com", "Principal is") for name in SERVICES]
    faults += [
        Fault(
            f"another resource than {scope}",
            scope,
            "arn:${partition}:s3:::bucket" if scope.startswith("$") else ":function:x",
            "cannot be scoped to",
        )
        for scope in (
            "${log_group_arn}",
            "${failure_queue_arn}",
            "${kms_key_arn}",
            ":instance-profile:*",
            "config-rule/*",
        )
    ]
    return [fault for fault in faults if fault.was in text]


def _extra(text: str, action: str) -> tuple[str, str]:
    """Returns the text to replace and the new text, which has one more action beside the given one."""
    more = f'"{action}", "{action.split(":", maxsplit=1)[0]}:TagResource"'
    single = f'"Action": "{action}"'
    return (single, f'"Action": [{more}]') if single in text else (f'"{action}"', more)
