"""Import of users and addresses from a spreadsheet: upload, preview, confirm, result."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.listing import XLSX_TYPE
from core.web import PortalRequest, requires
from files.contents.tables import read_table
from files.services.uploads import examine
from trade_accounts import selectors
from trade_accounts.facts.sheet_rows import row_from
from trade_accounts.forms import ConfirmForm
from trade_accounts.forms.sheet_of_addresses import AddressesReading
from trade_accounts.forms.sheet_of_users import UsersReading
from trade_accounts.forms.sheets import MOST_ROWS, Reading, SheetForm, rows_of
from trade_accounts.models import ImportedSheet
from trade_accounts.policies import P
from trade_accounts.presentation.annotated_sheet import annotated
from trade_accounts.selectors.sheets import find_sheet
from trade_accounts.services.sheets import apply_sheet, keep_sheet
from trade_accounts.states import RowAction, SheetKind
from trade_accounts.views.frame import address_of, frame

#: So many rows are shown on the page; the file has all.
SHOWN = 200


@require_http_methods(["GET", "POST"])
@requires(P.MANAGE_USERS)
def users_import(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Upload a file of users."""
    account = request.access.trade_account

    def reading() -> Reading:
        people = selectors.account_people(account)
        return UsersReading(people, lambda: selectors.home_country(account)).reading()

    return _upload(request, SheetKind.USERS, reading)


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def addresses_import(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Upload a file of addresses."""
    account = request.access.trade_account

    def reading() -> Reading:
        known = selectors.addresses_of(account)
        return AddressesReading(known, selectors.type_choices()).reading()

    return _upload(request, SheetKind.ADDRESSES, reading)


def _upload(request: PortalRequest, kind: SheetKind, reading: Any) -> HttpResponse:
    """Read the file within limits, keep what it means, and show it. Writes nothing that it says."""
    form = SheetForm.of(request)
    if request.method == "POST":
        kept = form.run(lambda data: _kept(request, kind, data["file"], reading()))
        if kept is not None:
            return redirect(address_of("sheet", request.access.trade_account, sheet_id=kept.pk))
    context = frame(request, kind.value, "T-13", form=form, kind=kind, most=MOST_ROWS)
    return render(request, "trade_accounts/sheet_upload.html", context, status=form.status)


def _kept(request: PortalRequest, kind: SheetKind, upload: Any, reading: Reading) -> ImportedSheet:
    problems = examine(upload)
    if problems:
        raise Refused("file", problems)
    columns, rows = rows_of(read_table(upload, most_rows=MOST_ROWS + 1), reading)
    return keep_sheet(
        actor=request.access, kind=kind, file_name=upload.name, columns=columns, rows=rows
    )


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def sheet(request: PortalRequest, trade_id: uuid.UUID, sheet_id: uuid.UUID) -> HttpResponse:
    """What a file would do, row by row; once confirmed, what came of each row."""
    found = find_sheet(request.access, sheet_id)
    form = ConfirmForm.of(request)
    if request.method == "POST":
        done = form.run(lambda _data: apply_sheet(actor=request.access, sheet_id=sheet_id))
        if done is not None:
            messages.success(request, _("The file was imported. Below is what came of each row."))
            return redirect(request.path)
    rows = [row_from(one) for one in found.rows]
    counts = [
        (action, action.label, sum(one.action == action for one in rows)) for action in RowAction
    ]
    told = [one for one in rows if one.action != RowAction.UNCHANGED]
    context = frame(
        request,
        found.kind,
        "T-14",
        form=form,
        sheet=found,
        counts=counts,
        rows=told[:SHOWN],
        hidden=max(0, len(told) - SHOWN),
        writes=sum(one.to_write for one in rows),
        failed=sum(one.to_write and not one.done for one in rows) if found.applied_at else 0,
        file_url=address_of("sheet-file", request.access.trade_account, sheet_id=sheet_id),
        upload_url=address_of(f"{found.kind}-import", request.access.trade_account),
        list_url=address_of(found.kind, request.access.trade_account),
    )
    return render(request, "trade_accounts/sheet.html", context, status=form.status)


@require_safe
@requires(P.EDIT)
def sheet_file(request: PortalRequest, trade_id: uuid.UUID, sheet_id: uuid.UUID) -> HttpResponse:
    """The file back, with what each row means and what is wrong in which cell."""
    found = find_sheet(request.access, sheet_id)
    response = HttpResponse(annotated(found), content_type=XLSX_TYPE)
    name = f"{found.kind}-checked.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
