"""The editors: their accounts, how they prove who they are, where they are signed in, and what they did."""

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base


class Role(StrEnum):
    """What an editor may do; each role may do what those before it may."""

    WRITER = "writer"
    PUBLISHER = "publisher"
    ADMINISTRATOR = "administrator"

    def includes(self, other: str) -> bool:
        """Whether this role may do what another may."""
        roles = list(Role)
        return roles.index(self) >= roles.index(Role(other))


def _known(column: str) -> CheckConstraint:
    roles = ", ".join(f"'{role}'" for role in Role)
    return CheckConstraint(f"{column} IN ({roles})", name="role_known")


class User(UserMixin, Base):  # type: ignore[misc]
    """An editor. All moments are in seconds since 1970.

    - `totp_ciphertext`: the secret of the code generator, encrypted with EDITORS_KEY; nothing until it is set up.
    - `totp_step`: the last time step, of 30 seconds, of which a code was accepted.
    - `zone`: the IANA name of the time zone in which this editor reads and writes times.
    """

    __tablename__ = "users"
    __table_args__ = (_known("role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    password_hash: Mapped[str] = mapped_column(default="")
    totp_ciphertext: Mapped[bytes | None]
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]
    toured_at: Mapped[datetime | None]

    # The random word of the session in which this editor was loaded; not a column.
    token: str = ""

    def get_id(self) -> str:
        """What the cookie holds: not who it is, but a word that can be revoked."""
        return self.token

    def may(self, role: str) -> bool:
        """Whether this editor may do what a role may."""
        return Role(self.role).includes(role)


class UserSession(Base):
    """A browser in which an editor is signed in. The cookie holds a random word, this row its hash.

    `device` is a coarse name, such as Firefox on Android; `factor_at` is when the second factor was last given.
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
    """A code that stands in for a lost second factor, once; kept as its hash."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn credential) of an editor; `name` is the editor's own name for it."""

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
    """A link, good once, by which somebody makes an account, or an editor sets a new password and factor.

    The link holds a random word, this row its hash. `user_id`: whose account is set up anew; nothing for a new one.
    """

    __tablename__ = "invitations"
    __table_args__ = (_known("role"),)

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
    """How often somebody guessed wrong: by account, or by source, whose address is kept as a keyed hash for an hour.

    `free_at`: before this moment, in seconds since 1970, no further guess is judged.
    """

    __tablename__ = "rate_limits"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    free_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)
