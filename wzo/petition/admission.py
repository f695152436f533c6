"""Decides whether a submission is accepted now: the budgets of letters, and the puzzle where a source is busy.

Nothing here depends on the e-mail address, so neither the response nor its time says anything about it.
"""

from typing import NamedTuple

from wzo.extensions import AnyRow
from wzo.petition import budget, puzzle

# The first twenty-fifth of a source's budget needs no puzzle: 20 submissions an hour of 500.
PLAIN_PART = 25
# The puzzle gets harder each time that a source has used so many times the plain part more.
HARDER_AFTER = 4


class Attempt(NamedTuple):
    """What a request to sign has besides the signature itself.

    `suspicion`: how many signs of a robot there are. They only make the puzzle harder, since people set them off too:
    a password manager fills in hidden fields, and in no time.
    """

    source: int
    challenge: str = ""
    solution: str = ""
    suspicion: int = 0


class Admission(NamedTuple):
    """A submission that may be accepted; `level` is that of its puzzle, or None if it needed none."""

    petition_id: int
    attempt: Attempt
    level: int | None


def check(petition: AnyRow, attempt: Attempt) -> Admission:
    """Check the budgets and the puzzle; raises BudgetSpent or Unanswered.

    `petition` has its `id`, and how much of the budgets is used: `used_by_site` and `used_by_source`.
    """
    used, limit = budget.check(petition.used_by_site, petition.used_by_source)
    level = _level(used, max(1, limit // PLAIN_PART), attempt.suspicion)
    if level is not None:
        puzzle.check(petition.id, attempt.challenge, attempt.solution, level)
    return Admission(petition.id, attempt, level)


def record(admission: Admission) -> None:
    """Count an accepted submission, in the caller's transaction; raises BudgetSpent or Unanswered."""
    petition_id, attempt, level = admission
    budget.spend(attempt.source)
    if level is not None:
        puzzle.use(petition_id, attempt.challenge, level)


def _level(used: int, plain: int, suspicion: int) -> int | None:
    # Before the plain part is used up this is -1.
    level = (used - plain) // (HARDER_AFTER * plain) + suspicion
    return level if level >= 0 else None
