"""Compares the statuses that the other probes saw with those that are known."""

from live.answers import Answer, NotAnswered, Probe, no, yes
from live.stage import Stage

# The words of the user guide ("Task status", "Replication instance status") in the spelling that the project expects.
KNOWN = {
    "ReplicationTask": set(
        "creating ready starting running stopping stopped failed failed-move moving modifying testing deleting".split()
    ),
    "ReplicationInstance": set(
        "available creating deleting failed modifying upgrading rebooting maintenance resetting-master-credentials "
        "storage-full incompatible-credentials incompatible-network inaccessible-encryption-credentials".split()
    ),
    "Connection": set("testing successful failed deleting".split()),
}


def run(stage: Stage) -> Answer:
    """Lists all words that responses had in this run. Should be the last probe."""
    seen = {kind: sorted(words) for kind, words in stage.aws.words.items() if words}
    if not seen.get("ReplicationTask"):
        raise NotAnswered("no task was seen in this run")
    observed = "; ".join(f"{kind}: {', '.join(words)}" for kind, words in seen.items())
    unknown = [word for kind, words in seen.items() if kind in KNOWN for word in words if word not in KNOWN[kind]]
    return no(f"unknown: {', '.join(unknown)}; {observed}") if unknown else yes(observed)


PROBE = Probe(
    name="status-words",
    question="Are all statuses that DMS showed in this run known, in their spelling?",
    matters="A task with a status that is not known counts as busy, and is waited for.",
    calls=(),
    reading={"yes": "all are known", "no": "a word is new: it counts as busy until it is known"},
    run=run,
)
