"""How far a giver has come. It stands in the address alone: `?from=russia&warned=1`."""

from typing import NamedTuple

from flask import request

from wzo.donate.models import ANSWERS, RUSSIA

WARNED = "1"


class Step(NamedTuple):
    """The answer to the first question, None where there is none yet, and whether the ways may be shown."""

    answer: str | None
    open: bool


def read_step() -> Step:
    """The step that the address says. Two answers are none; a card from Russia needs the warning."""
    answers = request.args.getlist("from")
    answer = answers[0] if len(answers) == 1 and answers[0] in ANSWERS else None
    return Step(answer, answer is not None and (answer != RUSSIA or request.args.getlist("warned") == [WARNED]))


def arguments_after(answer: str) -> dict[str, str]:
    """What the address of a page behind an answer says, and behind the warning where there is one."""
    return {"from": answer, **({"warned": WARNED} if answer == RUSSIA else {})}
