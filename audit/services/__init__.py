"""Writes the record."""

from audit.scopes import PROGRAM, Scope, account_scope, model_scope, person_scope
from audit.services.differences import accept, note_differences, settle
from audit.services.record import (
    note_sweep,
    record,
    record_many,
    record_status,
    record_statuses,
    sweep_lock,
)

__all__ = [
    "PROGRAM",
    "Scope",
    "accept",
    "account_scope",
    "model_scope",
    "note_differences",
    "note_sweep",
    "person_scope",
    "record",
    "record_many",
    "record_status",
    "record_statuses",
    "settle",
    "sweep_lock",
]
