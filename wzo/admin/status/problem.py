"""What a problem of the site is; problems.py finds them."""

from enum import StrEnum
from typing import NamedTuple

from wzo.accounts.models import Role


class Severity(StrEnum):
    """Whether something does not work, or needs attention; the worst first."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """A problem: a message about it, the path of the page where it can be fixed, and the role that this requires."""

    severity: Severity
    message: str
    fix_path: str
    role: Role
