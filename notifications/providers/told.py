"""Who else keeps what all contacts of a C-TPAT account were told."""

from __future__ import annotations

from audit.scopes import Scope
from core.providers import Provider
from notifications.providers.kinds import Kind

#: (owner, kind, subject, body, path) -> None, after the contacts of an account were notified. The
#: subject does not repeat the name of the account.
contacts_told: Provider[[Scope, Kind, str, str, str], None] = Provider("contacts_told")
