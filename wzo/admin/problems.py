"""What is wrong with the site, each problem with the way to its mending."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from flask import url_for
from flask_babel import format_timedelta, gettext, ngettext
from sqlalchemy import or_, select

from wzo.admin.accounts.models import Role, User
from wzo.admin.links import dead_links
from wzo.admin.petition.queries import get_health, get_keys
from wzo.donate.card import card_is_a_trial, why_card_is_not_offered
from wzo.donate.models import DonationWay, DonationWayText
from wzo.extensions import db
from wzo.i18n import LANGUAGES, current_language
from wzo.publication import State, today

# How long it may be since somebody tried a way to donate.
CHECKED_FOR = timedelta(days=90)


class Severity(StrEnum):
    """Whether something does not work, or needs to be looked after."""

    BROKEN = "broken"
    CARE = "care"


class Problem(NamedTuple):
    """Something that is wrong, in a sentence, the path to where it is mended, and the role that this needs."""

    severity: Severity
    sentence: str
    path: str
    role: Role


def find_problems(editor: User) -> list[Problem]:
    """All that is wrong and that this editor can mend, what is broken first."""
    problems = [*_of_mail(), *_of_keys(), *_of_donation_ways(), *_of_card(), *_of_links()]
    mine = [problem for problem in problems if editor.may(problem.role)]
    return sorted(mine, key=lambda problem: list(Severity).index(problem.severity))


def edit_path(kind: str, thing_id: int) -> str:
    """The path to where a thing is edited."""
    return url_for("admin.editing.edit", kind=kind, thing_id=thing_id)


def since(seconds: int) -> str:
    """How long ago a moment was, in words: 2 hours. Seconds since 1970."""
    return str(format_timedelta(datetime.now(UTC) - datetime.fromtimestamp(seconds, UTC), granularity="minute"))


def _of_mail() -> Iterator[Problem]:
    path = url_for("admin.petition.index", _anchor="mail")
    health = get_health()
    if health.sign is None:
        sentence = gettext("The worker has never run: no letters go out, and no signatures come in.")
        yield Problem(Severity.BROKEN, sentence, path, Role.PUBLISHER)
    elif not health.works:
        sentence = gettext(
            "The worker has not been seen for %(time)s: no letters go out, and no signatures come in.",
            time=since(health.sign.seen_at),
        )
        yield Problem(Severity.BROKEN, sentence, path, Role.PUBLISHER)
    if health.sign and health.sign.mail_fails_since:
        sentence = gettext(
            "The mail server has not been reached for %(time)s (%(why)s).",
            time=since(health.sign.mail_fails_since),
            why=health.sign.mail_failure,
        )
        yield Problem(Severity.BROKEN, sentence, path, Role.PUBLISHER)
    refused = sum(it.number for it in health.refusals)
    if refused:
        sentence = ngettext(
            "%(num)d letter was refused for good by a mail server.",
            "%(num)d letters were refused for good by a mail server.",
            refused,
        )
        yield Problem(Severity.CARE, sentence, path, Role.ADMINISTRATOR)


def _of_keys() -> Iterator[Problem]:
    path = url_for("admin.petition.index", _anchor="keys")
    keys = get_keys()
    if not keys.can_seal:
        sentence = gettext("The organisers’ public key is missing, so signing is closed.")
        yield Problem(Severity.BROKEN, sentence, path, Role.WRITER)
    for slug in keys.wrong_for:
        sentence = gettext(
            "The key that recognises addresses is not the one with which “%(petition)s” began, so signing is closed.",
            petition=slug,
        )
        yield Problem(Severity.BROKEN, sentence, path, Role.WRITER)
    if keys.development:
        sentence = gettext("Development keys are in use: whoever has this machine can read every signature.")
        severity = Severity.BROKEN if keys.production else Severity.CARE
        yield Problem(severity, sentence, path, Role.WRITER)


def _of_donation_ways() -> Iterator[Problem]:
    day = today()
    live = db.session.execute(
        select(DonationWay.id, DonationWay.checked_on, DonationWayText.title)
        .join(DonationWayText, DonationWayText.way_id == DonationWay.id)
        .where(DonationWayText.state == State.LIVE)
        .where(or_(DonationWay.checked_on.is_(None), DonationWay.checked_on < day - CHECKED_FOR))
        # Named in the editor's own language, where it has a title there.
        .order_by(DonationWay.position, DonationWay.id, DonationWayText.language != current_language())
    )
    for _, ways in groupby(live, key=lambda row: row.id):
        way = next(ways)
        sentence = gettext("Nobody has ever noted that the way to donate “%(way)s” works.", way=way.title)
        if way.checked_on:
            sentence = gettext(
                "The way to donate “%(way)s” was last tried %(time)s ago.",
                way=way.title,
                time=format_timedelta(day - way.checked_on, granularity="day"),
            )
        yield Problem(Severity.CARE, sentence, edit_path("donation-ways", way.id), Role.PUBLISHER)


def _of_card() -> Iterator[Problem]:
    path = url_for("admin.editing.index", kind="donation-ways")
    if why := why_card_is_not_offered():
        yield Problem(Severity.CARE, why, path, Role.ADMINISTRATOR)
    elif card_is_a_trial():
        sentence = gettext("Stripe is used with a test key: whoever gives by card sees a payment, but pays nothing.")
        yield Problem(Severity.BROKEN, sentence, path, Role.ADMINISTRATOR)


def _of_links() -> Iterator[Problem]:
    for found in dead_links():
        sentence = gettext(
            "“%(title)s” (%(language)s) has a link that leads nowhere: %(address)s",
            title=found.title,
            language=LANGUAGES.get(found.language, found.language),
            address=found.link.address,
        )
        yield Problem(Severity.CARE, sentence, edit_path(found.kind, found.thing_id), Role.WRITER)
