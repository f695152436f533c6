"""The findings of the health checks, worded for an editor, each with a link to the page where it can be fixed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import url_for

from wzo.accounts.models import User
from wzo.health.checks import find_everything
from wzo.health.findings import Finding, FindingKind, Severity


class Problem(NamedTuple):
    """A problem, its remedy, and the path of the page for that; empty where the editor can do nothing."""

    key: str
    severity: Severity
    title: str
    remedy: str
    path: str


def problems_for(editor: User) -> list[Problem]:
    """The problems that concern an editor, errors first."""
    return present(find_everything(), editor)


def present(findings: Iterable[Finding], editor: User) -> list[Problem]:
    """Findings worded for an editor: in full if they can fix them, else in a plain sentence, each sentence once."""
    problems: dict[object, Problem] = {}
    for it in findings:
        if editor.may(it.kind.role):
            problems[len(problems)] = Problem(it.key, it.severity, it.title, it.remedy, _path(it))
        elif it.message_for_others and editor.may(it.kind.role_of_others):
            path = "" if it.kind.endpoint == FindingKind.endpoint else _path(it)
            problems.setdefault(it.message_for_others, Problem(it.key, it.severity, it.message_for_others, "", path))
    return list(problems.values())


def _path(finding: Finding) -> str:
    """The path of the page of the panel that a finding belongs to."""
    arguments: dict[str, Any] = dict(finding.page_arguments)
    return url_for(finding.kind.endpoint, _anchor=finding.kind.anchor or None, **arguments)
