"""Findings of health checks, and the registry of their kinds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypedDict, Unpack

from flask_babel import LazyString, format_timedelta

from wzo.accounts.models import Role


class Severity(StrEnum):
    """Whether something does not work, needs attention, or is only good to know; the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class FindingKind:
    """A kind of finding.

    - `key` names it for machines: in `/readyz`, metrics and alarms, and in docs/operations.md.
    - `title` and `remedy` are translated lazily: what is wrong, and what to do. Both may contain the finding's values.
    - `role`: the role of the editors who are shown it. `endpoint` and `anchor`: its page in the panel.
    - `message_for_others`: of a problem that only administrators can fix, the sentence that other editors are shown,
      from `role_of_others` on; None if it does not concern them.
    - `alarm`: whether the operator is alerted.
    """

    key: str
    severity: Severity
    title: Any
    remedy: Any
    role: Role = Role.ADMINISTRATOR
    endpoint: str = "admin.petition.index"
    anchor: str = ""
    alarm: bool = False
    message_for_others: Any = None
    role_of_others: Role = Role.WRITER


@dataclass(frozen=True)
class Finding:
    """Something that a check has found: its kind, and the values in its title, above all its `subject`."""

    kind: FindingKind
    subject: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    severity_here: Severity | None = None
    page_arguments: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of its kind, which names it in `/readyz`, metrics and alarms."""
        return self.kind.key

    @property
    def severity(self) -> Severity:
        """Its severity on this site, which may differ from that of its kind."""
        return self.severity_here or self.kind.severity

    @property
    def is_alarm(self) -> bool:
        """Whether the operator is alerted."""
        return self.kind.alarm and self.severity is not Severity.NOTE

    @property
    def title(self) -> str:
        """The problem, in the current language."""
        return self._fill(self.kind.title)

    @property
    def remedy(self) -> str:
        """Instructions for fixing it, in the current language."""
        return self._fill(self.kind.remedy)

    @property
    def message_for_others(self) -> str:
        """The message to editors who cannot fix it, in the current language; empty if it does not concern them."""
        return self._fill(self.kind.message_for_others) if self.kind.message_for_others else ""

    def _fill(self, text: Any) -> str:
        # What the worker has found comes without other values than its subject.
        return str(text) % defaultdict(str, {"subject": self.subject, **self.values})


# All kinds by their keys, in the order in which they are declared.
FINDING_KINDS: dict[str, FindingKind] = {}


class PanelLocation(TypedDict, total=False):
    """Where the panel shows a kind of finding, and to whom; see FindingKind."""

    role: Role
    endpoint: str
    anchor: str
    message_for_others: Any
    role_of_others: Role


def kind(
    key: str,
    severity: Severity,
    title: Any,
    remedy: Any,
    *,
    alarm: bool | None = None,
    **location: Unpack[PanelLocation],
) -> FindingKind:
    """Declare a kind of finding; the operator is alerted to errors, unless `alarm` says otherwise."""
    is_alarm = severity is Severity.ERROR if alarm is None else alarm
    declared = FINDING_KINDS[key] = FindingKind(key, severity, title, remedy, alarm=is_alarm, **location)
    return declared


def in_words(time: timedelta, granularity: str = "minute") -> Any:
    """A length of time as a value of a finding, in the language in which the finding is read: 2 hours."""
    return LazyString(format_timedelta, time, granularity=granularity)
