"""The findings of the health checks that an editor is shown, each with a link to where it can be mended."""

from typing import Any

from flask import url_for

from wzo.accounts.models import User
from wzo.health.checks import find_everything
from wzo.health.finding import Finding


def find_problems(editor: User) -> list[Finding]:
    """What was found that concerns an editor, errors first."""
    return [finding for finding in find_everything() if editor.may(finding.kind.role)]


def fix_path(finding: Finding) -> str:
    """The path of the page of the panel that a finding belongs to."""
    arguments: dict[str, Any] = dict(finding.page_arguments)
    return url_for(finding.kind.endpoint, _anchor=finding.kind.anchor or None, **arguments)
