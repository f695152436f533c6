"""Finds petitions of which unusually few signers confirm."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.petition.queries import get_petitions
from wzo.admin.status.problem import Problem, Severity
from wzo.i18n import current_language
from wzo.petition.confirmations import find_unusually_few
from wzo.templating import number


def find_confirmation_problems() -> Iterator[Problem]:
    """A warning for each petition of which unusually few signers confirmed lately."""
    for petition in get_petitions(current_language()):
        few = None if petition.retention else find_unusually_few(petition.id)
        if few:
            message = gettext(
                "Of the %(signed)s people who signed “%(petition)s” lately, only %(percent)d %% have confirmed: their "
                "e-mails may not arrive.",
                signed=number(few.signed),
                petition=petition.title,
                percent=few.percent,
            )
            path = url_for("admin.petition.show", petition_id=petition.id, _anchor="confirmations")
            yield Problem(Severity.WARNING, message, path, Role.PUBLISHER)
