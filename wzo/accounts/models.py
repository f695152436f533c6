"""The editors: their accounts, credentials, sessions and invitations."""

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base


class Role(StrEnum):
    """A set of permissions; each role includes those before it."""

    WRITER = "writer"
    PUBLISHER = "publisher"
    ADMINISTRATOR = "administrator"

    def includes(self, other: str) -> bool:
        """Whether this role has all permissions of another."""
        roles = list(Role)
        return roles.index(self) >= roles.index(Role(other))


def _is_role(column: str) -> CheckConstraint:
    roles = ", ".join(f"'{role}'" for role in Role)
    return CheckConstraint(f"{column} IN ({roles})", name="role_known")


class User(UserMixin, Base):  # type: ignore[misc]
    """An editor.

    - `totp_ciphertext`: the secret of the authenticator app, encrypted with EDITORS_KEY; None until it is set up.
    - `totp_step`: the time step, of 30 seconds, of the last code that was accepted.
    - `timezone`: the IANA name of the time zone in which the panel shows and parses times.
    - `toured_at`: when the editor finished or dismissed the tour of the panel.
    """

    __tablename__ = "users"
    __table_args__ = (_is_role("role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    password_hash: Mapped[str] = mapped_column(default="")
    totp_ciphertext: Mapped[bytes | None]
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    toured_at: Mapped[datetime | None]

    # The token of the session for which this editor was loaded; not a column.
    token: str = ""

    def get_id(self) -> str:
        """Flask-Login's user id, for the cookie: the token of a session, which can be ended, instead of an id."""
        return self.token

    def may(self, role: str) -> bool:
        """Whether this editor has the permissions of a role."""
        return Role(self.role).includes(role)


class UserSession(Base):
    """A browser in which an editor is signed in. The cookie holds a random token; this row stores its hash.

    `device` is a coarse name, such as “Firefox, Android”; `factor_at` is when the second factor was last verified.
    """

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    factor_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """The hash of a code that replaces a lost second factor once."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn credential) of an editor; `name` is chosen by the editor."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A link that works once: an invitation to set up a new account, or a link to reset the account `user_id`.

    The link contains a random token; this row stores its hash. The link for the first administrator has no `email`.
    """

    __tablename__ = "invitations"
    __table_args__ = (_is_role("role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(16))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RateLimit(Base):
    """The attempts at one account, or from one device, session or network, of which `key` is a keyed hash.

    Or a used token, of which `key` is an unkeyed SHA-256 hash (used_tokens.py). Either is deleted within an hour.

    `retry_at`: when the next attempt is allowed.
    """

    __tablename__ = "rate_limits"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)
