"""Reads the spreadsheets that a person has uploaded."""

from __future__ import annotations

import uuid

from core.access import Access
from core.errors import NotVisible
from trade_accounts.models import ImportedSheet
from trade_accounts.policies import P
from trade_accounts.states import SheetKind

#: What a person must be allowed to do with what a sheet lists.
WANTED = {SheetKind.USERS: P.MANAGE_USERS, SheetKind.ADDRESSES: P.EDIT}


def find_sheet(access: Access, sheet_id: uuid.UUID, *, lock: bool = False) -> ImportedSheet:
    """A sheet that the reader uploaded to the current account. Raises NotVisible for any other, and
    NotAllowed if the reader may no longer change what it lists.
    """
    rows = ImportedSheet.objects.filter(
        trade_account=access.trade_account, user_id=access.user_id, pk=sheet_id
    )
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotVisible("sheet")
    access.require(WANTED[SheetKind(row.kind)])
    return row
