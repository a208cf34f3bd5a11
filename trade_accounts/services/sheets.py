"""Keeps an uploaded spreadsheet as it was understood, and writes it once its person confirms."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.errors import NotVisible, Refused, Stale, refusal
from trade_accounts import selectors
from trade_accounts.facts.sheet_rows import SheetRow, address_mark, member_mark, row_from
from trade_accounts.models import ImportedSheet
from trade_accounts.selectors.sheets import WANTED, find_sheet
from trade_accounts.services.accounts import locked
from trade_accounts.services.addresses import add_address, save_address
from trade_accounts.services.members import invite, save_member
from trade_accounts.states import RowAction, SheetKind

#: After this time a sheet is deleted: it holds data of people.
KEPT = dt.timedelta(days=1)


@transaction.atomic
def keep_sheet(
    *,
    actor: Access,
    kind: SheetKind,
    file_name: str,
    columns: Sequence[str],
    rows: Sequence[SheetRow],
) -> ImportedSheet:
    """Keep what a file means, for the preview; it replaces the person's earlier one of that kind.

    Nothing that it lists is written.
    """
    actor.require(WANTED[kind])
    mine = {"trade_account": actor.trade_account, "user_id": actor.user_id, "kind": kind}
    ImportedSheet.objects.filter(**mine).delete()
    return ImportedSheet.objects.create(
        **mine,
        file_name=file_name[:200],
        columns=list(columns),
        rows=[one.as_json() for one in rows],
        made_at=clock.now(),
    )


def forget_sheets() -> int:
    """Delete what was uploaded more than a day ago; return how many. For a sweep."""
    return ImportedSheet.objects.filter(made_at__lt=clock.now() - KEPT).delete()[0]


@transaction.atomic
def apply_sheet(*, actor: Access, sheet_id: uuid.UUID) -> ImportedSheet:
    """Write the new and the changed rows of a sheet exactly as the preview showed them.

    Each row is written by the service of its kind, which checks its rules again, or not at all: a
    row whose person or address changed since the preview, and one that is refused, says so. Rows
    with errors are left out. A second click changes nothing.
    """
    sheet = find_sheet(actor, sheet_id, lock=True)
    if sheet.applied_at is not None:
        return sheet
    rows = [row_from(one) for one in sheet.rows]
    if not any(one.to_write for one in rows):
        raise refusal("nothing", _("Nothing in this file is new or changed."))
    locked(sheet.trade_account_id)
    write = _WRITERS[SheetKind(sheet.kind)]
    done = [_written(write, actor, sheet, one) if one.to_write else one for one in rows]
    sheet.rows = [one.as_json() for one in done]
    sheet.applied_at = clock.now()
    sheet.save(update_fields=["rows", "applied_at"])
    return sheet


def _written(
    write: Callable[[Access, uuid.UUID, SheetRow], None],
    actor: Access,
    sheet: ImportedSheet,
    row: SheetRow,
) -> SheetRow:
    # The same row of the same sheet always makes the same new row.
    key = uuid.uuid5(sheet.pk, str(row.number))
    try:
        with transaction.atomic():
            write(actor, key, row)
    except Refused as refused:
        words = " ".join(str(one.message) for one in refused.problems)
        return row.with_outcome(words, done=False)
    except (Stale, NotVisible):
        words = _("Someone changed this after the preview. It stays as it is now.")
        return row.with_outcome(words, done=False)
    return row.with_outcome(_("Done"), done=True)


def _write_user(actor: Access, key: uuid.UUID, row: SheetRow) -> None:
    if row.action == RowAction.NEW:
        invite(actor=actor, form_key=key, **row.values)
        return
    member = selectors.find_member(actor, uuid.UUID(row.target))
    if member_mark(member) != row.mark:
        raise Stale(member)
    save_member(actor=actor, membership_id=member.pk, expected=member.version, **row.values)


def _write_address(actor: Access, key: uuid.UUID, row: SheetRow) -> None:
    if row.action == RowAction.NEW:
        add_address(actor=actor, form_key=key, keep_both=True, **row.values)
        return
    address = selectors.find_address(actor, uuid.UUID(row.target))
    if address_mark(address) != row.mark:
        raise Stale(address)
    version, values = address.version, row.values
    save_address(actor=actor, address_id=address.pk, expected=version, keep_both=True, **values)


_WRITERS: dict[SheetKind, Callable[[Access, uuid.UUID, SheetRow], None]] = {
    SheetKind.USERS: _write_user,
    SheetKind.ADDRESSES: _write_address,
}
