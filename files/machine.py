"""The life cycle of an uploaded file: only a clean file can be read (D5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.machine import Machine, move
from audit.models import ScopeKind
from audit.services import Scope
from files.models import StoredFile
from files.states import ScanState as S


def scope_of(row: StoredFile) -> Scope:
    """The owner of the file."""
    return Scope(ScopeKind(row.scope_kind), row.scope_id)


SCAN = Machine(
    "stored_file",
    S,
    scope_of,
    [
        move("pass", _("Found clean"), [S.QUARANTINED], S.CLEAN, None),
        # A clean file is blocked if a copy of the same content turns out to be infected.
        move("block", _("Malware found"), [S.QUARANTINED, S.CLEAN], S.INFECTED, None),
        move("give_up", _("Cannot be checked"), [S.QUARANTINED], S.UNSCANNABLE, None),
    ],
    field="state",
)
