"""A passkey authenticator in software (WebAuthn Level 3) that can do what real ones do, and what they must not."""

import base64
import hashlib
import json
import secrets
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conftest import SeparateClient

# Flags of the authenticator data: the user is present, was verified, a credential is attached.
PRESENT, VERIFIED, ATTACHED = 0x01, 0x04, 0x40


class Authenticator:
    """A device with one passkey. `options` come from the page, and the results are what the browser sends back."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)

    @property
    def public_key(self) -> bytes:
        """The public key as a site stores it (COSE, ES256)."""
        numbers = self.key.public_key().public_numbers()
        return bytes(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}))

    def register(self, options: dict[str, Any], *, verified: bool = True) -> str:
        """The browser's response to a registration request."""
        attached = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + self.public_key
        data = self._data(options["rp"]["id"], ATTACHED, verified=verified, count=0) + attached
        response = {
            "clientDataJSON": _client_data("webauthn.create", options["challenge"]),
            "attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._credential(response)

    def sign(
        self,
        options: dict[str, Any],
        *,
        verified: bool = True,
        count: int = 0,
        origin: str = SeparateClient.base_url,
        host: str = "",
    ) -> str:
        """The browser's response to an authentication request. `count`: the authenticator's counter, or 0."""
        data = self._data(host or options["rpId"], 0, verified=verified, count=count)
        client_data = _client_data("webauthn.get", options["challenge"], origin)
        signed = data + hashlib.sha256(_bytes(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": _text(data),
            "signature": _text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        }
        return self._credential(response)

    def _data(self, host: str, flags: int, *, verified: bool, count: int) -> bytes:
        flags |= PRESENT | (VERIFIED if verified else 0)
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, count)

    def _credential(self, response: dict[str, str]) -> str:
        name = _text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _client_data(kind: str, challenge: str, origin: str = SeparateClient.base_url) -> str:
    return _text(json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
