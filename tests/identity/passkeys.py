"""A security key in software: what a browser and its key would answer, right or forged."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from webauthn.helpers import bytes_to_base64url

ORIGIN, DOMAIN = "http://localhost:8000", "localhost"


def options_in(page: bytes) -> dict[str, Any]:
    """What a page asks of the browser."""
    found = re.search(r'data-options="([^"]*)"', page.decode())
    assert found, page.decode()
    asked: dict[str, Any] = json.loads(unescape(found[1]))
    return asked


@dataclass
class Key:
    """One key pair and its counter."""

    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    count: int = 0

    def _client_data(self, kind: str, challenge: str, origin: str) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(data).encode()

    def _authenticator_data(self, flags: int, domain: str, rest: bytes = b"") -> bytes:
        self.count += 1
        name = hashlib.sha256(domain.encode()).digest()
        return name + bytes([flags]) + self.count.to_bytes(4, "big") + rest

    def make(self, options: dict[str, Any], *, origin: str = ORIGIN, domain: str = DOMAIN) -> str:
        """The answer to a page that makes a passkey."""
        numbers = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        rest = bytes(16) + length + self.credential_id + public
        data = self._authenticator_data(0x45, domain, rest)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"], origin)
        return self._answer(
            clientDataJSON=client_data, attestationObject=attestation, transports=["internal"]
        )

    def use(
        self,
        options: dict[str, Any],
        *,
        origin: str = ORIGIN,
        domain: str = DOMAIN,
        kind: str = "webauthn.get",
        flags: int = 0x05,
        signer: Key | None = None,
    ) -> str:
        """The answer to a page that uses a passkey; ``signer`` forges the signature."""
        data = self._authenticator_data(flags, domain)
        client_data = self._client_data(kind, options["challenge"], origin)
        signed = data + hashlib.sha256(client_data).digest()
        signature = (signer or self).private.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client_data, authenticatorData=data, signature=signature)

    def _answer(self, **response: Any) -> str:
        coded = {
            name: bytes_to_base64url(value) if isinstance(value, bytes) else value
            for name, value in response.items()
        }
        name = bytes_to_base64url(self.credential_id)
        about = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps({**about, "response": coded})


def browser() -> Client:
    """A browser that sees the portal at http://localhost, where passkeys work."""
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


def add(client: Client, key: Key, password: str, name: str = "Office laptop", **more: str) -> Any:
    """Both steps of adding a passkey; the last answer."""
    step = client.post("/account/passkeys/add", {"name": name, "proof_password": password, **more})
    assert step.status_code == 302, step.content.decode()
    options = options_in(client.get("/account/passkeys/make").content)
    return client.post("/account/passkeys/make", {"passkey": key.make(options)})
