"""The organization profile as a document (T7): its canonical content and its layout."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import account_scope
from core import clock
from files.models import Rendering
from files.providers.document_kinds import register
from files.services import request_rendering
from identity.states import Salutation
from trade_accounts import selectors
from trade_accounts.models import TradeAccount
from trade_accounts.services.accounts import FIELDS
from trade_accounts.states import MembershipState, MembershipType, SetUp

KIND = "organization_profile"


def content_of(account: TradeAccount) -> dict[str, Any]:
    """Everything that was entered, as plain data: the same profile gives the same document."""
    types = {one.code: one.name for one in selectors.type_choices()}
    return {
        "as_of": clock.today().isoformat(),
        "unfinished": account.set_up == SetUp.OPEN,
        "company": {
            name: "" if (value := getattr(account, name)) is None else str(value) for name in FIELDS
        },
        "addresses": [
            {
                "name": row.name,
                "lines": row.lines,
                "types": [types.get(code, code) for code in row.types],
            }
            for row in selectors.addresses_of(account)
        ],
        "people": [
            {
                "name": row.name,
                "salutation": str(Salutation(row.salutation).label) if row.salutation else "",
                "email": row.address,
                "title": row.position,
                "phone": row.telephone,
                "type": str(MembershipType(row.type).label),
                "state": str(MembershipState(row.state).label),
            }
            for row in selectors.account_people(account)
        ],
    }


def document_of(account: TradeAccount) -> Rendering:
    """The document of the current profile. The caller has checked the right to read it."""
    title = _("Organization profile of %(name)s") % {"name": account.name}
    scope = account_scope(account.pk)
    return request_rendering(kind=KIND, title=title, scope=scope, content=content_of(account))


def prepare(content: dict[str, Any]) -> dict[str, Any]:
    """The context of the template."""
    company = dict(content["company"])
    company["business_started_on"] = _day(company["business_started_on"])
    return {
        "doc_subject": _("Organization profile of %(name)s") % {"name": company["name"]},
        "draft": content["unfinished"],
        "reference": company["name"],
        "generated": _("as of %(day)s") % {"day": _day(content["as_of"])},
        "company": [(label, company[name]) for name, label in FIELDS.items()],
    }


def _day(iso: str) -> str:
    """A date as people write it; empty for none."""
    return date_format(dt.date.fromisoformat(iso), "M j, Y") if iso else ""


def register_documents() -> None:
    """Register the kind of document with the worker."""
    register(KIND, "trade_accounts/pdf/summary.html", prepare, of_record=lambda content: False)
