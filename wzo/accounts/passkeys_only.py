"""Whether an installation accepts passkeys alone: then nobody signs in with a password or a code."""

from flask_babel import lazy_gettext

from wzo.config import settings
from wzo.errors import WzoError


class PasskeysOnly(WzoError):
    """Passwords and codes are switched off here (PASSKEYS_ONLY)."""

    status = 403
    title = lazy_gettext("Only passkeys are accepted here")
    advice = lazy_gettext(
        "Passwords and codes are switched off. Sign in with your passkey. If you have none, ask an administrator for a "
        "link to set one up."
    )


class LastPasskey(WzoError):
    """Without this passkey, the editor could never sign in again."""

    status = 409
    title = lazy_gettext("This is your only passkey")
    advice = lazy_gettext("Without it you could not sign in any more. Add another one first.")


def is_passkeys_only() -> bool:
    """Whether passwords and codes are refused."""
    only: bool = settings().passkeys_only
    return only


def refuse_if_passkeys_only() -> None:
    """Raise PasskeysOnly where a password or a code would be accepted."""
    if is_passkeys_only():
        raise PasskeysOnly
