"""What is wrong with the site, each problem with the way to its mending."""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from flask import url_for
from flask_babel import format_timedelta, gettext, ngettext
from sqlalchemy import or_, select

from wzo.accounts.models import Role, User
from wzo.admin.status.queries import get_health, get_keys
from wzo.admin.times import since
from wzo.clock import today
from wzo.cms.content_types import ContentType
from wzo.cms.links import get_dead_links
from wzo.donate.content_types import METHODS
from wzo.donate.models import DonationMethod, DonationMethodText
from wzo.donate.stripe_client import card_is_a_trial, why_card_is_not_offered
from wzo.extensions import db
from wzo.i18n import LANGUAGES, current_language
from wzo.publication import State

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


def edit_path(content_type: ContentType | str, object_id: int) -> str:
    """The path to where a thing is edited."""
    return url_for("admin.editing.edit", content_type=content_type, object_id=object_id)


def _of_mail() -> Iterator[Problem]:
    path = url_for("admin.petition.index", _anchor="mail")
    health = get_health()
    if health.sign is None:
        sentence = gettext("The worker has never run: no e-mails are sent and no signatures are processed.")
        yield Problem(Severity.BROKEN, sentence, path, Role.PUBLISHER)
    elif not health.works:
        sentence = gettext(
            "The worker has been down for %(time)s: no e-mails are sent and no signatures are processed.",
            time=since(health.sign.seen_at),
        )
        yield Problem(Severity.BROKEN, sentence, path, Role.PUBLISHER)
    if health.sign and health.sign.mail_fails_since:
        sentence = gettext(
            "The mail server has been unreachable for %(time)s (%(why)s).",
            time=since(health.sign.mail_fails_since),
            why=health.sign.mail_failure,
        )
        yield Problem(Severity.BROKEN, sentence, path, Role.PUBLISHER)
    refused = sum(it.number for it in health.dead_letters)
    if refused:
        sentence = ngettext(
            "%(num)d e-mail could not be delivered: the mail server rejected it.",
            "%(num)d e-mails could not be delivered: the mail server rejected them.",
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
            "The key that recognises repeated addresses is not the one that “%(petition)s” was started with, "
            "so signing is closed.",
            petition=slug,
        )
        yield Problem(Severity.BROKEN, sentence, path, Role.WRITER)
    if keys.development:
        sentence = gettext("Development keys are in use: anyone with access to this machine can read every signature.")
        severity = Severity.BROKEN if keys.production else Severity.CARE
        yield Problem(severity, sentence, path, Role.WRITER)


def _of_donation_ways() -> Iterator[Problem]:
    day = today()
    live = db.session.execute(
        select(DonationMethod.id, DonationMethod.checked_on, DonationMethodText.title)
        .join(DonationMethodText, DonationMethodText.method_id == DonationMethod.id)
        .where(DonationMethodText.state == State.LIVE)
        .where(or_(DonationMethod.checked_on.is_(None), DonationMethod.checked_on < day - CHECKED_FOR))
        # Named in the editor's own language, where it has a title there.
        .order_by(DonationMethod.position, DonationMethod.id, DonationMethodText.language != current_language())
    )
    for _, ways in groupby(live, key=lambda row: row.id):
        way = next(ways)
        sentence = gettext("The donation method “%(way)s” has never been checked.", way=way.title)
        if way.checked_on:
            sentence = gettext(
                "The donation method “%(way)s” was last checked %(time)s ago.",
                way=way.title,
                time=format_timedelta(day - way.checked_on, granularity="day"),
            )
        yield Problem(Severity.CARE, sentence, edit_path(METHODS, way.id), Role.PUBLISHER)


def _of_card() -> Iterator[Problem]:
    path = url_for("admin.editing.index", content_type=METHODS)
    if why := why_card_is_not_offered():
        yield Problem(Severity.CARE, why, path, Role.ADMINISTRATOR)
    elif card_is_a_trial():
        sentence = gettext("Stripe is using a test key: card donations look real, but no money is taken.")
        yield Problem(Severity.BROKEN, sentence, path, Role.ADMINISTRATOR)


def _of_links() -> Iterator[Problem]:
    for found in get_dead_links():
        sentence = gettext(
            "“%(title)s” (%(language)s) has a broken link: %(address)s",
            title=found.title,
            language=LANGUAGES[found.language].name if found.language in LANGUAGES else found.language,
            address=found.link.address,
        )
        yield Problem(Severity.CARE, sentence, edit_path(found.content_type, found.object_id), Role.WRITER)
