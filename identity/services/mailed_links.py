"""Emails a link: the one place that makes its secret, stores the hash and writes the email."""

from __future__ import annotations

from typing import Any

from audit.services import Scope
from core.crypto import secret_hash
from core.ids import new_secret
from identity.credentials.mailed_links import purpose_of
from notifications.providers.kinds import Recipient, holds_secret
from notifications.services.sending import notify


def mail_link(
    purpose: str,
    row: Any,
    *,
    code: str,
    to: Recipient,
    scope: Scope,
    instead: str = "",
    silent: bool = False,
    **context: Any,
) -> str:
    """Give ``row`` a new secret, save it, and email the link of its ``purpose``; return its path.

    The secret is sent only by email: the notice inside the portal does not have it, and the outbox
    deletes the text once it is sent, so ``code`` must be declared with ``carries_secret``.
    ``instead`` is an address without a secret that is emailed in place of the link. ``silent`` does
    the same work and emails nothing. Both make the answer the same for every address (U1).
    """
    if not instead and not holds_secret(code):
        raise LookupError(f"{code} is not declared as carrying a secret")
    secret = new_secret()
    row.token_hash = secret_hash(secret)
    row.save()
    path = purpose_of(purpose).path_with(secret)
    if not silent:
        notify(code, scope=scope, to=[to], url=instead or path, **context)
    return path
