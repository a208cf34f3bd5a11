"""A spreadsheet of addresses: which each row adds or changes (T5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries as every_country

from core.text import fold
from trade_accounts import countries
from trade_accounts.checks.addresses import of_country, of_types
from trade_accounts.facts.sheet_rows import address_mark
from trade_accounts.forms.addresses import AddressFields
from trade_accounts.forms.sheets import Meaning, Reading, coded, errors_of
from trade_accounts.models import Address, AddressType
from trade_accounts.postal_codes import clean_postal_code
from trade_accounts.services.addresses import FIELDS, MOST
from trade_accounts.states import RowAction

COLUMNS = {
    "name": gettext_lazy("Name"),
    "types": gettext_lazy("Type"),
    "street1": gettext_lazy("Street line 1"),
    "street2": gettext_lazy("Street line 2"),
    "city": gettext_lazy("City"),
    "state": gettext_lazy("State"),
    "postal_code": gettext_lazy("Postal code"),
    "country": gettext_lazy("Country"),
    "id": gettext_lazy("Portal ID"),
}
#: What people write where the official name is longer.
_EVERYDAY = {"united states": "US", "u.s.": "US"}
_PLACE = ("street1", "street2", "city", "postal_code", "country")


class AddressesReading:
    """Reads the rows of one file against the addresses of the account now."""

    def __init__(self, addresses: Iterable[Address], types: Sequence[AddressType]) -> None:
        self._by_id = {str(one.pk): one for one in addresses}
        self._by_place = {_place(vars(one)): one for one in self._by_id.values()}
        self._types = [(one.code, one.name) for one in types]
        self._left = MOST - len(self._by_id)

    def reading(self) -> Reading:
        """What ``rows_of`` needs."""
        return Reading(COLUMNS, ["types", "street1", "city", "country"], self._understood)

    def _understood(self, texts: dict[str, str]) -> Meaning:
        typed = texts.get("id", "")
        known = self._by_id.get(typed)
        if typed and known is None:
            words = _("This is no address of this account. Leave the cell empty to add a new one.")
            return Meaning(RowAction.ERROR, problems={"id": [words]})
        form = AddressFields(self._data(texts))
        problems = {} if form.is_valid() else errors_of(form)
        if not problems:
            for one in (*of_types(form.cleaned_data), *of_country(form.cleaned_data)):
                problems.setdefault(one.field, []).append(str(one.message))
        name = texts.get("name", "") or texts.get("street1", "")
        if problems:
            return Meaning(RowAction.ERROR, name=name, problems=problems)
        return self._meaning(self._values(form.cleaned_data), known, name)

    def _data(self, texts: dict[str, str]) -> dict[str, Any]:
        parts = [part.strip() for part in re.split(r"[;\n]", texts.get("types", ""))]
        return {
            **texts,
            "types": [coded(part, self._types) for part in parts if part],
            "country": _country(texts.get("country", "")),
        }

    def _values(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        code = clean_postal_code(cleaned["country"], cleaned["state"], cleaned["postal_code"])
        order = [code for code, _name in self._types]
        types = sorted(cleaned["types"], key=order.index)
        return {**{name: cleaned[name] for name in FIELDS}, "postal_code": code, "types": types}

    def _meaning(self, values: dict[str, Any], known: Address | None, name: str) -> Meaning:
        same = self._by_place.get(_place(values))
        address = known or same
        if known is not None and same is not None and same.pk != known.pk:
            words = _("You already have this address. Edit it and add the type there.")
            return Meaning(RowAction.ERROR, name=name, problems={"street1": [words]})
        key = str(address.pk) if address is not None else _place(values)
        if address is None:
            self._left -= 1
            if self._left < 0:
                words = _("An account can have at most %(most)s addresses.") % {"most": MOST}
                return Meaning(RowAction.ERROR, key=key, name=name, problems={"": [words]})
            return Meaning(RowAction.NEW, key=key, name=name, values=values)
        changes = [
            str(FIELDS[one])
            for one in FIELDS
            if _comparable(getattr(address, one)) != _comparable(values[one])
        ]
        return Meaning(
            RowAction.CHANGED if changes else RowAction.UNCHANGED,
            key=key,
            name=name,
            target=str(address.pk),
            mark=address_mark(address),
            values=values if changes else {},
            changes=changes,
        )


def _country(text: str) -> str:
    """The code of a country by its name, its code of two or three letters, or its everyday name."""
    everyday = _EVERYDAY.get(" ".join(text.split()).casefold())
    code = str(every_country.alpha2(text.strip().upper())) if len(text.strip()) == 3 else ""
    return everyday or code or coded(text, countries.country_choices())


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _place(values: Any) -> str:
    return "|".join(fold(str(values[name])) for name in _PLACE)
