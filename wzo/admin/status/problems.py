"""Finds problems of the site that editors can fix, each with a link to the fix."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from flask import url_for
from flask_babel import format_timedelta, gettext, ngettext
from sqlalchemy import or_, select

from wzo.accounts.models import Role, User
from wzo.admin.status.confirmation_problems import find_confirmation_problems
from wzo.admin.status.problem import Problem, Severity
from wzo.admin.status.queries import get_health, get_keys
from wzo.admin.times import since
from wzo.clock import today
from wzo.cms.content_types import ContentType
from wzo.cms.links import get_dead_links
from wzo.config import settings
from wzo.donate.content_types import METHODS
from wzo.donate.models import DonationMethod, DonationMethodText
from wzo.donate.stripe_client import uses_test_key, why_cards_are_not_accepted
from wzo.extensions import db
from wzo.i18n import LANGUAGES, current_language
from wzo.petition.budget import get_site_budget
from wzo.petition.neutrality import find_revealing_settings
from wzo.publication import State
from wzo.templating import number

# How often donation methods must be checked.
CHECK_INTERVAL = timedelta(days=90)


def find_problems(editor: User) -> list[Problem]:
    """The problems that an editor can fix, errors first."""
    problems = [
        *_mail_problems(),
        *_neutrality_problems(),
        *_budget_problems(),
        *find_confirmation_problems(),
        *_key_problems(),
        *_donation_method_problems(),
        *_card_problems(),
        *_link_problems(),
    ]
    fixable = [problem for problem in problems if editor.may(problem.role)]
    return sorted(fixable, key=lambda problem: list(Severity).index(problem.severity))


def edit_path(content_type: ContentType | str, object_id: int) -> str:
    """The path of an object's edit page."""
    return url_for("admin.editing.edit", content_type=content_type, object_id=object_id)


def _mail_problems() -> Iterator[Problem]:
    path = url_for("admin.petition.index", _anchor="mail")
    health = get_health()
    if health.heartbeat is None:
        message = gettext("The worker has never run: no e-mails are sent and no signatures are processed.")
        yield Problem(Severity.ERROR, message, path, Role.PUBLISHER)
    elif not health.worker_is_running:
        message = gettext(
            "The worker has been down for %(time)s: no e-mails are sent and no signatures are processed.",
            time=since(health.heartbeat.seen_at),
        )
        yield Problem(Severity.ERROR, message, path, Role.PUBLISHER)
    if health.heartbeat and health.heartbeat.mail_is_refused:
        message = gettext(
            "The mail server has refused all e-mails for %(time)s (%(why)s). They are held until it accepts them.",
            time=since(health.heartbeat.mail_fails_since or health.heartbeat.seen_at),
            why=health.heartbeat.mail_failure,
        )
        yield Problem(Severity.ERROR, message, path, Role.PUBLISHER)
    elif health.heartbeat and health.heartbeat.mail_fails_since:
        message = gettext(
            "The mail server has been unreachable for %(time)s (%(why)s).",
            time=since(health.heartbeat.mail_fails_since),
            why=health.heartbeat.mail_failure,
        )
        yield Problem(Severity.ERROR, message, path, Role.PUBLISHER)
    rejected = sum(it.number for it in health.dead_letters)
    if rejected:
        message = ngettext(
            "%(num)d e-mail could not be delivered: the mail server rejected it.",
            "%(num)d e-mails could not be delivered: the mail server rejected them.",
            rejected,
        )
        yield Problem(Severity.WARNING, message, path, Role.ADMINISTRATOR)


def _budget_problems() -> Iterator[Problem]:
    budget = get_site_budget()
    numbers = {"used": number(budget.used), "limit": number(budget.limit)}
    if budget.is_spent:
        severity = Severity.ERROR
        message = gettext(
            "This hour’s budget of e-mails is spent (%(used)s of %(limit)s): nobody can sign before the next hour. "
            "If these are real people, the server’s administrator can raise LETTERS_PER_HOUR.",
            **numbers,
        )
    elif budget.is_nearly_spent:
        severity = Severity.WARNING
        message = gettext(
            "This hour’s budget of e-mails is nearly spent (%(used)s of %(limit)s). When it is, nobody can sign before "
            "the next hour. If these are real people, the server’s administrator can raise LETTERS_PER_HOUR.",
            **numbers,
        )
    else:
        return
    yield Problem(severity, message, url_for("admin.petition.index", _anchor="mail"), Role.WRITER)


def _neutrality_problems() -> Iterator[Problem]:
    severity = Severity.ERROR if settings().production else Severity.WARNING
    for found in find_revealing_settings(settings()):
        message = gettext(
            "%(setting)s is %(value)s: its “%(word)s” tells mail providers what their users sign. "
            "Choose a neutral name.",
            **found._asdict(),
        )
        yield Problem(severity, message, url_for("admin.petition.index", _anchor="mail"), Role.ADMINISTRATOR)


def _key_problems() -> Iterator[Problem]:
    path = url_for("admin.petition.index", _anchor="keys")
    keys = get_keys()
    if not keys.can_seal:
        message = gettext("The organisers’ public key is missing, so signing is closed.")
        yield Problem(Severity.ERROR, message, path, Role.WRITER)
    for slug in keys.wrong_for:
        message = gettext(
            "The key that recognises repeated addresses is not the one that “%(petition)s” was started with, "
            "so signing is closed.",
            petition=slug,
        )
        yield Problem(Severity.ERROR, message, path, Role.WRITER)
    if keys.development:
        message = gettext("Development keys are in use: anyone with access to this machine can read every signature.")
        severity = Severity.ERROR if keys.production else Severity.WARNING
        yield Problem(severity, message, path, Role.WRITER)


def _donation_method_problems() -> Iterator[Problem]:
    day = today()
    live = db.session.execute(
        select(DonationMethod.id, DonationMethod.checked_on, DonationMethodText.title)
        .join(DonationMethodText, DonationMethodText.method_id == DonationMethod.id)
        .where(DonationMethodText.state == State.LIVE)
        .where(or_(DonationMethod.checked_on.is_(None), DonationMethod.checked_on < day - CHECK_INTERVAL))
        # The title in the editor's own language comes first, if there is one.
        .order_by(DonationMethod.position, DonationMethod.id, DonationMethodText.language != current_language())
    )
    for _, rows in groupby(live, key=lambda row: row.id):
        method = next(rows)
        message = gettext("The donation method “%(way)s” has never been checked.", way=method.title)
        if method.checked_on:
            message = gettext(
                "The donation method “%(way)s” was last checked %(time)s ago.",
                way=method.title,
                time=format_timedelta(day - method.checked_on, granularity="day"),
            )
        yield Problem(Severity.WARNING, message, edit_path(METHODS, method.id), Role.PUBLISHER)


def _card_problems() -> Iterator[Problem]:
    path = url_for("admin.editing.index", content_type=METHODS)
    if message := why_cards_are_not_accepted():
        yield Problem(Severity.WARNING, message, path, Role.ADMINISTRATOR)
    elif uses_test_key():
        message = gettext("Stripe is using a test key: card donations look real, but no money is taken.")
        yield Problem(Severity.ERROR, message, path, Role.ADMINISTRATOR)


def _link_problems() -> Iterator[Problem]:
    for found in get_dead_links():
        message = gettext(
            "“%(title)s” (%(language)s) has a broken link: %(address)s",
            title=found.title,
            language=LANGUAGES[found.language].name if found.language in LANGUAGES else found.language,
            address=found.link.address,
        )
        yield Problem(Severity.WARNING, message, edit_path(found.content_type, found.object_id), Role.WRITER)
