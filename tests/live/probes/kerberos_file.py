"""Reads the Kerberos settings of an instance."""

from live import instances
from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage

FILE = "[libdefaults]\ndefault_realm = EXAMPLE.COM\n"


def run(stage: Stage) -> Answer:
    """Creates an instance with Kerberos settings and describes it."""
    secret, role = stage.options.kerberos_secret, stage.options.kerberos_role
    if not (secret and role):
        raise NotAnswered("no --kerberos-secret and --kerberos-role were given")
    settings = {"KeyCacheSecretId": secret, "KeyCacheSecretIamArn": role, "Krb5FileContents": FILE}
    arn = instances.create(
        stage.aws,
        "kerberos",
        stage.offer(),
        KerberosAuthenticationSettings=settings,
        ReplicationSubnetGroupIdentifier=stage.group("main"),
    )
    found = instances.available(stage.aws, "kerberos", arn).get("KerberosAuthenticationSettings")
    if not found:
        raise NotAnswered("the description has no KerberosAuthenticationSettings")
    contents = found.get("Krb5FileContents")
    observed = f"the settings have {', '.join(sorted(found))}"
    return yes(observed) if contents == FILE else no(observed)


PROBE = Probe(
    name="kerberos-file",
    question="Does the description of an instance have the contents of its Kerberos file?",
    matters="The new instance needs the same file: a plan can copy it, or must request it from a person.",
    calls=("dms:CreateReplicationInstance", "dms:DescribeReplicationInstances"),
    reading={"yes": "it can be copied", "no": "it is absent or differs"},
    run=run,
    minutes=15,
    needs=("own instance",),
)
