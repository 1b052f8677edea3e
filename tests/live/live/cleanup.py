"""Deletes what a run created, found by name and tag: no memory of the run is needed."""

import time
from dataclasses import dataclass, field

from live.answers import NotAnswered
from live.aws import Aws
from live.leftovers import KINDS, Item, Kind

UNTAGGED = "not deleted, since it has not the tag of the run:"
EVERY_SERVICE = {kind.service for kind in KINDS}


# The passes after which a clean-up ends that deletes nothing more: five minutes at the usual pace, since AWS may need
# minutes until it releases the interfaces of a deleted instance.
IDLE_PASSES = 30


@dataclass
class CleanUp:
    """The result of a clean-up: what is left, and what could not be listed."""

    left: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_moving: bool = False  # a deletion was accepted, or is under way

    def is_complete(self) -> bool:
        """Returns true if nothing of the run exists any more."""
        return not self.left and not self.unknown


def clean_up(aws: Aws, services: set[str], minutes: float) -> CleanUp:
    """Deletes everything of the run in these services, in the order that AWS requires, and lists what is left.

    Each pass lists and deletes again what is there, until nothing is, nothing moves any more, or the time is over. A
    creation whose response was lost may show late: two passes in a row must find nothing.
    """
    end = time.monotonic() + minutes * 60
    reported: set[str] = set()
    complete = idle = 0
    while True:
        result = _pass(aws, [kind for kind in KINDS if kind.service in services], reported)
        complete = complete + 1 if result.is_complete() else 0
        idle = 0 if result.is_moving or result.is_complete() else idle + 1
        if complete == 2 or idle == IDLE_PASSES or time.monotonic() >= end:
            return result
        time.sleep(aws.pace)


def _pass(aws: Aws, kinds: list[Kind], reported: set[str]) -> CleanUp:
    """Lists and deletes once. A kind that cannot be listed does not keep others from being deleted."""
    result = CleanUp()
    present: set[str] = set()
    for kind in kinds:
        try:
            items = list(kind.find(aws))
        except Exception as error:  # noqa: BLE001 - whatever the reason, the rest is cleaned up
            reason = str(error) if isinstance(error, NotAnswered) else type(error).__name__
            result.unknown.append(f"{kind.name} could not be listed: {reason}")
            continue
        for item in items:
            if not item.is_tagged:
                result.left.append(f"{UNTAGGED} {kind.name} {item.name}")
                continue
            present.add(kind.name)
            problem = "waits for others"
            if not present & set(kind.after):
                problem = _delete(aws, kind, item, reported)
                result.is_moving = result.is_moving or problem is None
            result.left.append(f"{kind.name} {item.name}" + (f" ({problem})" if problem else ""))
    return result


def _delete(aws: Aws, kind: Kind, item: Item, reported: set[str]) -> str | None:
    """Requests a deletion. Returns the reason for which it was rejected, if it was."""
    if f"{kind.name} {item.name}" not in reported:
        reported.add(f"{kind.name} {item.name}")
        aws.report(f"  deleting {kind.name} {item.name}")
    aws.own.add(item.id)
    try:
        kind.delete(aws, item)
    except Exception as error:  # noqa: BLE001 - whatever the reason, the rest is cleaned up
        return str(error) if isinstance(error, NotAnswered) else type(error).__name__
    return None
