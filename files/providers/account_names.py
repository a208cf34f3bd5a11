"""What upper floors tell about a file's owner, which is an opaque scope here."""

from __future__ import annotations

from audit.services import Scope
from core.providers import Provider

#: (scope) -> the name of the account as emails write it, empty for scopes of other kinds.
account_names: Provider[[Scope], str] = Provider("account_names")


def account_name(scope: Scope) -> str:
    """The name of the account that a scope belongs to, or empty."""
    return next((name for name in account_names(scope) if name), "")
