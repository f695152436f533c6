"""A donor's progress through the question and the warning. It is held in the URL alone: `?from=russia&warned=1`."""

from typing import NamedTuple

from flask import request

from wzo.donate.models import ANSWERS, RUSSIA

WARNED = "1"


class Step(NamedTuple):
    """The answer to the first question, if there is one yet, and whether donation methods may be shown."""

    answer: str | None
    shows_methods: bool


def current_step() -> Step:
    """The step in the request's URL. Two answers count as none; a card from Russia requires the warning."""
    answers = request.args.getlist("from")
    answer = answers[0] if len(answers) == 1 and answers[0] in ANSWERS else None
    warned = request.args.getlist("warned") == [WARNED]
    return Step(answer, shows_methods=answer is not None and (answer != RUSSIA or warned))


def arguments_after(answer: str) -> dict[str, str]:
    """The URL arguments of the pages after an answer and, if it needs one, the warning."""
    return {"from": answer, **({"warned": WARNED} if answer == RUSSIA else {})}
