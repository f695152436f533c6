"""Passkeys (WebAuthn level 3): the options for the browser, and the verification of its responses.

`credential` is the browser's PublicKeyCredential as JSON.
The library, with OpenSSL and ASN.1, takes 15 MB to import, so only the functions that call it do.
"""

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import request, session
from sqlalchemy import or_, select, update

from wzo.accounts.models import Passkey, User
from wzo.accounts.used_tokens import use_once
from wzo.clock import is_recent, now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import db

if TYPE_CHECKING:
    from webauthn.registration.verify_registration_response import VerifiedRegistration

RP_NAME = "wzo"
CHALLENGE = "passkey"
CHALLENGE_LIFETIME = timedelta(minutes=10)
MAX_CREDENTIAL_LENGTH = 16 * 1024


class PasskeyRefused(Exception):
    """The credential is damaged, expired, used already, or from an unknown passkey."""


def authentication_options() -> str:
    """The options for signing in, as JSON. They name no account: the passkey itself identifies its owner."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=_rp_id(), challenge=_challenge(), user_verification=UserVerificationRequirement.REQUIRED
        )
    )


def registration_options(*, owner: str, name: str, display_name: str, known_ids: Sequence[bytes] = ()) -> str:
    """The options for a new passkey, as JSON; a device that holds one of the known credentials declines.

    A device keeps one passkey for each `owner`, and shows the names when it asks which one to use.
    """
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(
        generate_registration_options(
            rp_id=_rp_id(),
            rp_name=RP_NAME,
            user_name=name,
            user_display_name=display_name,
            # Always the same for one owner, but meaningless to others.
            user_id=keyed_hash(settings().editors_key, "passkey user", owner),
            challenge=_challenge(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known_ids],
        )
    )


def take_challenge() -> bytes:
    """This browser's challenge, for one attempt; empty if it has none, or if it has expired."""
    stored = session.pop(CHALLENGE, None)
    return base64.b64decode(stored["challenge"]) if stored and is_recent(stored["at"], CHALLENGE_LIFETIME) else b""


def verify_registration(credential: str, challenge: bytes) -> "VerifiedRegistration":
    """Verify a new passkey in the caller's transaction; `challenge` is from `take_challenge`. Raises PasskeyRefused."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    _use_challenge(challenge)
    try:
        return verify_registration_response(
            credential=_parse(credential),
            expected_challenge=challenge,
            expected_rp_id=_rp_id(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyRefused from error


def new_passkey(user_id: int, verified: "VerifiedRegistration", name: str) -> Passkey:
    """The row of a passkey that was verified."""
    return Passkey(
        user_id=user_id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name,
    )


def verify_authentication(credential: str, challenge: bytes, *, user_id: int | None = None) -> User:
    """Verify a passkey in the caller's transaction, and return its owner, who must be `user_id` if that is given.

    A passkey whose signature counter does not increase may have been cloned, and is refused. Raises PasskeyRefused.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    _use_challenge(challenge)
    parsed = _parse(credential)
    try:
        credential_id = base64url_to_bytes(str(parsed["id"]))
    except (KeyError, ValueError) as error:
        raise PasskeyRefused from error
    found = db.session.execute(
        select(Passkey, User)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == credential_id, User.disabled_at.is_(None))
    ).first()
    if found is None or (user_id is not None and found.User.id != user_id):
        raise PasskeyRefused
    passkey, user = found
    try:
        verified = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=_rp_id(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyRefused from error
    count = verified.new_sign_count
    increases = or_(Passkey.sign_count < count, Passkey.sign_count == 0) if count else Passkey.sign_count == 0
    updated = db.session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey.id, increases)
        .values(sign_count=count, used_at=now())
        .returning(Passkey.id)
    )
    if updated is None:
        raise PasskeyRefused
    return user


def _challenge() -> bytes:
    """This browser's challenge, the same on all its pages until it is used or has expired."""
    stored = session.get(CHALLENGE)
    if not stored or not is_recent(stored["at"], CHALLENGE_LIFETIME / 2):
        stored = {"challenge": base64.b64encode(secrets.token_bytes(32)).decode(), "at": int(now().timestamp())}
        session[CHALLENGE] = stored
    return base64.b64decode(stored["challenge"])


def _use_challenge(challenge: bytes) -> None:
    # An old cookie could be replayed, so used challenges are recorded in the database.
    if not challenge or not use_once(challenge):
        raise PasskeyRefused


def _parse(credential: str) -> dict[str, Any]:
    try:
        parsed = json.loads(credential[:MAX_CREDENTIAL_LENGTH])
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(parsed, dict):
        raise PasskeyRefused
    return parsed


def _rp_id() -> str:
    return urlsplit(request.host_url).hostname or ""


def _origin() -> str:
    return request.host_url.rstrip("/")
