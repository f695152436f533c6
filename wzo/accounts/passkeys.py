"""Passkeys (WebAuthn, level 3): what the browser is asked, and what its answers prove."""

import base64
import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from flask import request, session
from sqlalchemy import or_, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from wzo.accounts.models import Passkey, User
from wzo.accounts.rate_limits import use_once
from wzo.clock import now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import db

NAME = "wzo"
CHALLENGE = "passkey"
CHALLENGE_LIVES = 10 * 60
LONGEST_ANSWER = 16 * 1024


class PasskeyRefused(Exception):
    """The answer proves nothing: it is damaged, late, used before, or of a key that is not known."""


def ask_to_sign_in() -> str:
    """What the browser is asked for a sign-in, as JSON; the key itself knows whose it is."""
    return options_to_json(
        generate_authentication_options(
            rp_id=_host(), challenge=_challenge(), user_verification=UserVerificationRequirement.REQUIRED
        )
    )


def ask_to_register(user: User, known: list[bytes]) -> str:
    """What the browser is asked for a new passkey, as JSON; a device that holds one of the known ones declines."""
    return options_to_json(
        generate_registration_options(
            rp_id=_host(),
            rp_name=NAME,
            user_name=user.email,
            user_display_name=user.name,
            # The same each time, and nothing that means anything to others.
            user_id=keyed_hash(settings().editors_key, "passkey user", str(user.id)),
            challenge=_challenge(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
        )
    )


def read_new(answer: str) -> VerifiedRegistration:
    """The new passkey of the browser's answer; raises PasskeyRefused. Within the current transaction."""
    challenge = _spend_challenge()
    try:
        return verify_registration_response(
            credential=_parse(answer),
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyRefused from error


def prove(answer: str, *, user_id: int | None = None) -> User:
    """The editor whose passkey answered, of nobody else if `user_id` is given; raises PasskeyRefused.

    Within the current transaction. A key whose counter goes back has a copy somewhere, and is refused.
    """
    challenge = _spend_challenge()
    credential = _parse(answer)
    try:
        credential_id = base64url_to_bytes(str(credential["id"]))
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
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyRefused from error
    count = verified.new_sign_count
    newer = or_(Passkey.sign_count < count, Passkey.sign_count == 0) if count else Passkey.sign_count == 0
    noted = db.session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey.id, newer)
        .values(sign_count=count, used_at=now())
        .returning(Passkey.id)
    )
    if noted is None:
        raise PasskeyRefused
    return user


def _challenge() -> bytes:
    """The browser's challenge: one for all its pages, until it is used or old."""
    kept = session.get(CHALLENGE)
    if not kept or time.time() - kept["at"] > CHALLENGE_LIVES // 2:
        kept = {"word": base64.b64encode(secrets.token_bytes(32)).decode(), "at": int(time.time())}
        session[CHALLENGE] = kept
    return base64.b64decode(kept["word"])


def _spend_challenge() -> bytes:
    kept = session.pop(CHALLENGE, None)
    if not kept or time.time() - kept["at"] > CHALLENGE_LIVES:
        raise PasskeyRefused
    challenge = base64.b64decode(kept["word"])
    # The cookie could come back; what was used is noted here.
    if not use_once(challenge):
        raise PasskeyRefused
    return challenge


def _parse(answer: str) -> dict[str, Any]:
    try:
        credential = json.loads(answer[:LONGEST_ANSWER])
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(credential, dict):
        raise PasskeyRefused
    return credential


def _host() -> str:
    return urlsplit(request.host_url).hostname or ""


def _origin() -> str:
    return request.host_url.rstrip("/")
