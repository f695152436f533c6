"""Decides whether a submission is accepted now: the limits on submissions, and the puzzle where a network is busy.

Nothing here depends on the e-mail address, so neither the response nor its time says anything about it.
"""

from typing import NamedTuple

from wzo.extensions import AnyRow
from wzo.petition import puzzle, submission_limits

# The first twenty-fifth of a network's limit needs no puzzle: 20 submissions an hour of 500.
PLAIN_PART = 25
# The puzzle gets harder each time that a network has used this many times the plain part more.
HARDER_AFTER = 4


class Attempt(NamedTuple):
    """What a request to sign has besides the signature itself.

    `suspicion`: how many signs of a robot there are. They cause a puzzle, or make it harder; they never lead to a
    refusal, since people set them off too: a password manager fills in hidden fields, and in no time.
    """

    network_bucket: int
    challenge: str = ""
    solution: str = ""
    suspicion: int = 0


class Admission(NamedTuple):
    """A submission that may be accepted; `level` is that of its puzzle, or None if it needed none."""

    petition_id: int
    attempt: Attempt
    level: int | None


def check(petition: AnyRow, attempt: Attempt) -> Admission:
    """Check the limits and the puzzle; raises SubmissionLimitReached or PuzzleRequired.

    `petition` has its `id`, and how much of the limits is used: `used_by_site` and `used_by_network`.
    """
    used, limit = submission_limits.check(petition.used_by_site, petition.used_by_network)
    level = _level(used, max(1, limit // PLAIN_PART), attempt.suspicion)
    if level is not None:
        puzzle.check(petition.id, attempt.challenge, attempt.solution, level)
    return Admission(petition.id, attempt, level)


def record(admission: Admission) -> None:
    """Count an accepted submission, in the caller's transaction; raises SubmissionLimitReached or PuzzleRequired."""
    petition_id, attempt, level = admission
    submission_limits.count_submission(attempt.network_bucket)
    if level is not None:
        puzzle.use(petition_id, attempt.challenge, level)


def _level(used: int, plain: int, suspicion: int) -> int | None:
    # Before the plain part is used up this is -1.
    level = (used - plain) // (HARDER_AFTER * plain) + suspicion
    return level if level >= 0 else None
