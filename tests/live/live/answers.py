"""Probes and their answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from live.stage import Stage

YES, NO, OTHER, NOT_ANSWERED = "yes", "no", "other", "not answered"


class NotAnswered(Exception):  # noqa: N818 - it is an answer, not an error
    """The reason for which a probe has no answer."""


@dataclass(frozen=True)
class Answer:
    """The answer to the question of a probe, with what was observed in one sentence."""

    word: str
    observed: str


def yes(observed: str) -> Answer:
    """Returns the answer yes."""
    return Answer(YES, observed)


def no(observed: str) -> Answer:
    """Returns the answer no."""
    return Answer(NO, observed)


def other(observed: str) -> Answer:
    """Returns an answer that is neither yes nor no."""
    return Answer(OTHER, observed)


@dataclass(frozen=True)
class Probe:
    """A question about AWS, and how it is answered.

    `minutes` is an estimate. `needs` names what the probe uses: instances of the run (`instances.SPECIFICATIONS`), and
    `endpoints`, `recorder`, `rule`, `function`, `stack`, `topic` and options. `reading` states what each answer means.
    """

    name: str
    question: str
    matters: str
    calls: tuple[str, ...]
    reading: dict[str, str]
    run: Callable[["Stage"], Answer]
    minutes: int = 1
    needs: tuple[str, ...] = ()
