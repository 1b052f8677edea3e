"""The tag and the names of what a run creates."""

import re
import secrets

TAG = "dms-rule:live-test"
RUN_ID = re.compile(r"lt[0-9a-f]{8}")


def new_run_id() -> str:
    """Returns the id of a new run: ten characters that every name of the run begins with."""
    return f"lt{secrets.token_hex(4)}"


def tags(run_id: str, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Returns the tag of a run as the APIs take it: a list of pairs, whose members have these names."""
    return [{key: TAG, value: run_id}]


def is_tagged(found: object, run_id: str) -> bool:
    """Returns true if tags, in any of the forms that AWS returns, have the tag of the run."""
    if isinstance(found, dict):
        return found.get(TAG) == run_id
    if not isinstance(found, list):
        return False
    pairs = [{str(name).lower(): value for name, value in tag.items()} for tag in found if isinstance(tag, dict)]
    return any(pair.get("key") == TAG and pair.get("value") == run_id for pair in pairs)
