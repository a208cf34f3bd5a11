"""The tabs of the document libraries, for every page that has them (D1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.links import path_to
from core.web import PortalRequest
from documents.states import Library

Tab = dict[str, Any]


def library_tabs(request: PortalRequest, which: str, *, is_contact: bool) -> list[Tab]:
    """The public libraries that the reader may read, the Partner Library and its archive.

    Those of the account that the page is about; staff find public documents in a list of their own.
    """
    roots = request.access.roots
    if request.access.is_staff:
        at = {"model_id": roots["security_model"].pk}
        return [*_own(which, "staff-", at)]
    at = {"trade_id": roots["trade_account"].pk} if "trade_account" in roots else {}
    public = [Library.TRADE, *([Library.CONTACTS] if is_contact else [])]
    return [
        *(
            _tab(str(one.label), f"documents:{one.value}-public", {}, current=which == one)
            for one in public
        ),
        *_own(which, "account-" if at else "", at),
    ]


def _own(which: str, prefix: str, at: dict[str, Any]) -> list[Tab]:
    names = [
        ("library", _("Partner Library")),
        ("archive", _("Archive")),
        ("requests", _("Requests")),
    ]
    return [
        _tab(label, f"documents:{prefix}{name}", at, current=name == which) for name, label in names
    ]


def _tab(label: str, page: str, at: dict[str, Any], *, current: bool) -> Tab:
    return {"label": label, "url": path_to(page, **at), "current": current}
