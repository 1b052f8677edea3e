"""Seeded faults: each breaks a copy of a file, and the check of the file must find it in the expected words."""

import re
from dataclasses import dataclass

# A template with this is over the limit of its body.
LONG_COMMENT = "# " + "x" * 60_000 + "\n"


@dataclass(frozen=True)
class Fault:
    """A text of a file that is replaced where it first occurs, and words of the finding that must follow."""

    name: str
    was: str
    now: str
    words: str

    def seed(self, text: str) -> str:
        """Returns the text with the fault.

        Raises ValueError if the text has nothing to replace, since the fault would test nothing.
        """
        if self.was not in text or self.was == self.now:
            raise ValueError(f"{self.name}: {self.was!r} is not in the file")
        return text.replace(self.was, self.now, 1)


@dataclass(frozen=True)
class PatternFault(Fault):
    """A fault whose replaced text is a pattern, with groups that the new text may name."""

    def seed(self, text: str) -> str:
        """Returns the text with the fault where the pattern first matches.

        Raises ValueError if it matches nothing.
        """
        broken, count = re.subn(self.was, self.now, text, count=1)
        if not count or broken == text:
            raise ValueError(f"{self.name}: {self.was!r} matches nothing in the file")
        return broken


def missed(words: str, findings: list[str]) -> str:
    """Returns the message for a fault that the findings do not name."""
    return f"expected a finding with {words!r}, found {findings[:5] or 'nothing'}"
