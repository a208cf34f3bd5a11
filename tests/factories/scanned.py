"""Files that a scanner has looked at, moved by their machine as a scan moves them (D5)."""

from __future__ import annotations

import uuid

from core.access import system
from core.tenancy import on_behalf_of
from files.machine import SCAN
from files.models import StoredFile
from files.states import ScanState

MOVES = {
    ScanState.CLEAN: "pass",
    ScanState.INFECTED: "block",
    ScanState.UNSCANNABLE: "give_up",
}


def scanned(file_id: uuid.UUID, state: ScanState = ScanState.CLEAN) -> None:
    """Record of a file what a scanner would have found.

    A state that no move has led to is what the check of all records looks for.
    """
    with on_behalf_of(system("test")):
        row = StoredFile.objects.get(pk=file_id)
        SCAN.apply(MOVES[state], row, actor=system("test"), next_scan_at=None)
