"""Which accounts the typed list of a notice means: references, account numbers or company names."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, CharField, Q, Value, When

from core.search import Folded
from core.text import clean, fold, plain_signs
from security_models.models import BusinessTypeAccount, SecurityModel

#: The most lines that a list may have.
LINES_AT_MOST = 1000
_REFERENCE = re.compile(r"A-[0-9A-Z]{6}")
_NUMBER = re.compile(r"[0-9]{8}")


@dataclass(frozen=True)
class TypedAccount:
    """One line of the list, and the accounts that it means.

    A company's name means all of its accounts. A name that several companies have means none:
    ``choices`` are their accounts.
    """

    line: str
    models: tuple[SecurityModel, ...] = ()
    choices: tuple[SecurityModel, ...] = ()

    @property
    def is_matched(self) -> bool:
        """Whether the line means accounts."""
        return bool(self.models)


def lines_of(text: str) -> list[str]:
    """The lines that say something, each once, in their order."""
    typed = clean(text).replace("\t", " ").split("\n")
    lines = (" ".join(line.split()).strip(" ,;") for line in typed)
    return list({fold(line): line for line in reversed(list(lines)) if line}.values())[::-1]


def matches(text: str) -> list[TypedAccount]:
    """Each line of a list with what it means; two statements for any number of lines."""
    lines = lines_of(text)[:LINES_AT_MOST]
    if not lines:
        return []
    found = _found(lines)
    return [_matched(line, found) for line in lines]


@dataclass(frozen=True)
class _Found:
    by_reference: dict[str, SecurityModel]
    by_number: dict[str, SecurityModel]
    by_name: dict[str, list[SecurityModel]]


def _found(lines: Sequence[str]) -> _Found:
    codes = {_code(line) for line in lines}
    numbers = [code for code in codes if _NUMBER.fullmatch(code)]
    held = _holders(numbers)
    rows = SecurityModel.objects.select_related("trade_account").order_by("reference")
    named = rows.alias(
        name=Folded("trade_account__name"), other=Folded("trade_account__doing_business_as")
    )
    words = [Folded(Value(line)) for line in lines]
    models = named.filter(
        Q(reference__in=[code for code in codes if _REFERENCE.fullmatch(code)])
        | Q(pk__in=held.values())
        | Q(name__in=words)
        | Q(other__in=words)
    )
    by_id = {model.pk: model for model in models}
    by_name: dict[str, list[SecurityModel]] = {}
    for model in by_id.values():
        account = model.trade_account
        for name in {fold(account.name), fold(account.doing_business_as)} - {""}:
            by_name.setdefault(name, []).append(model)
    return _Found(
        {model.reference: model for model in by_id.values()},
        {number: by_id[pk] for number, pk in held.items() if pk in by_id},
        by_name,
    )


def _holders(numbers: Sequence[str]) -> dict[str, uuid.UUID]:
    """Which account has each of these numbers. What is returned is the number that was typed."""
    if not numbers:
        return {}
    cases = (When(account_number=one, then=Value(one)) for one in numbers)
    typed = Case(*cases, output_field=CharField())
    rows = BusinessTypeAccount.objects.filter(account_number__in=numbers)
    return dict(rows.annotate(typed=typed).values_list("typed", "security_model_id"))


def _code(line: str) -> str:
    """A line as a reference or a number would be written."""
    return plain_signs(line).upper().replace(" ", "")


def _matched(line: str, found: _Found) -> TypedAccount:
    code = _code(line)
    model = found.by_reference.get(code) or found.by_number.get(code)
    if model is not None:
        return TypedAccount(line, (model,))
    named = tuple(found.by_name.get(fold(line), ()))
    if len({one.trade_account_id for one in named}) > 1:
        return TypedAccount(line, choices=named)
    return TypedAccount(line, named)
