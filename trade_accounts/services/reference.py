"""Loads types of addresses from ``reference/program/address_types.csv``."""

from __future__ import annotations

from core.reference import Report, load, rows_of
from trade_accounts.models import AddressType


def load_reference() -> dict[str, Report]:
    """Load the types; edited rows stay and are reported."""
    rows = [
        {
            "code": row["code"],
            "name": row["name"],
            "kind": row["kind"],
            "help": row["help"],
            "position": position,
        }
        for position, row in enumerate(rows_of("program", "address_types.csv"), 1)
    ]
    return {"address types": load(AddressType, ["code"], rows)}
