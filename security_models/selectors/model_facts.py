"""Reads the facts of any number of models in one query, plus the shared requirements."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject

from core import clock
from core.compiled import Compiled
from security_models.facts.model_facts import (
    AddressFact,
    AskFact,
    CodeFact,
    ContactFact,
    Facts,
    PaperFact,
    RunFact,
    TypeFact,
)
from security_models.grants import numbered
from security_models.models import (
    BusinessTypeAccount,
    Contact,
    EligibilityRun,
    EntityIdentifier,
    IdentifierRequirement,
    InvitationCode,
    ModelAddress,
    SecurityModel,
    StaffAssignment,
    SupportingPaper,
)
from security_models.policies import shown_status
from trade_accounts.models import Address, Ask, Membership
from trade_accounts.states import HEADQUARTERS, MembershipState, MembershipType

#: The number of addresses that are compared with answers and numbers.
MOST_PLACES = 100

_NAME = {
    "user_first": "membership__user__first_name",
    "user_last": "membership__user__last_name",
    "email": "membership__user__email",
    "first": "membership__first_name",
    "last": "membership__last_name",
}


def with_facts(models: QuerySet[SecurityModel]) -> QuerySet[SecurityModel]:
    """Models annotated with everything that :func:`facts_from` reads; still one query."""
    return models.select_related("trade_account").annotate(**_parts(clock.today()))


def _requirements() -> QuerySet[IdentifierRequirement]:
    rows = IdentifierRequirement.objects.select_related("identifier")
    return rows.order_by("business_type_id", "group", "identifier__position")


_REQUIREMENTS = Compiled(_requirements)


def facts_in(models: QuerySet[SecurityModel]) -> list[Facts]:
    """The facts of each model, in the order of the queryset: two queries for any number."""
    return facts_of_rows(list(with_facts(models)))


def facts_of_rows(rows: Sequence[SecurityModel]) -> list[Facts]:
    """The facts of models that were read with :func:`with_facts`; one query for what all share.

    That are all requirements with their identifier types, in the order of groups and types.
    """
    shared = tuple(_REQUIREMENTS.rows()) if rows else ()
    return [facts_from(row, shared) for row in rows]


def facts_of(model: SecurityModel) -> Facts:
    """The facts of one model, read now."""
    return facts_of_rows(_one(clock.today()).rows(model_id=model.pk))[0]


@lru_cache(maxsize=4)
def _one(day: dt.date) -> Compiled[SecurityModel]:
    """The question of :func:`facts_of` on a program day."""

    def make(model_id: Any) -> QuerySet[SecurityModel]:
        models = SecurityModel.objects.filter(pk=model_id).select_related("trade_account")
        return models.annotate(**_parts(day))

    return Compiled(make, model_id=uuid.UUID)


def facts_from(row: Any, shared: tuple[IdentifierRequirement, ...]) -> Facts:
    """The facts of an annotated model."""
    return Facts(
        model=row,
        types=tuple(_type(one) for one in row.f_types),
        run=_run(row.f_run[0]) if row.f_run else RunFact(),
        numbers=tuple(row.f_numbers),
        codes=tuple(_code(one) for one in row.f_codes),
        papers=tuple(PaperFact(**one) for one in row.f_papers),
        addresses=tuple(AddressFact(**one) for one in row.f_addresses),
        contacts=tuple(_contact(one) for one in row.f_contacts),
        administrators=tuple(_name(one) for one in row.f_administrators),
        headquarters=row.f_headquarters[0] if row.f_headquarters else "",
        places=tuple((one["country"], one["state"], one["city"]) for one in row.f_places),
        specialist=_name(row.f_specialist[0]) if row.f_specialist else "",
        specialist_disabled=bool(row.f_specialist and row.f_specialist[0]["disabled"]),
        asks=tuple(_ask(one) for one in row.f_asks),
        requirements=shared,
    )


@lru_cache(maxsize=4)
def _parts(day: dt.date) -> dict[str, ArraySubquery]:
    """The annotations. They are the same for every query of a day, so they are built once."""
    return {
        "f_types": _types(),
        "f_run": _newest_run(),
        "f_numbers": ArraySubquery(_of(EntityIdentifier).order_by("pk").values("type_id")),
        "f_codes": _codes(),
        "f_papers": _papers(),
        "f_addresses": _addresses(),
        "f_contacts": _contacts(),
        "f_administrators": _administrators(),
        "f_headquarters": _headquarters(),
        "f_places": _places(),
        "f_specialist": _specialist(),
        "f_asks": _asks(),
    }


# --- the parts -------------------------------------------------------------------------------


def _of(table: Any) -> Any:
    return table.objects.filter(security_model=OuterRef("pk"))


def _json(rows: Any, **places: Any) -> ArraySubquery:
    return ArraySubquery(rows.values(json=JSONObject(**places)))


def _types() -> ArraySubquery:
    shown = numbered(
        id="id",
        slug="business_type_id",
        name="business_type__name",
        tiered="business_type__tiered",
        status=shown_status(),
        account_number="account_number",
        certified_on="certified_on",
        answers="run__answers",
        flags="run__flags",
    )
    types = _of(BusinessTypeAccount).order_by("business_type__position")
    return ArraySubquery(types.values(json=shown))


def _newest_run() -> ArraySubquery:
    rows = _of(EligibilityRun).order_by("-started_at", "-id")[:1]
    return ArraySubquery(
        rows.values(
            json=JSONObject(outcome="outcome", business_type="business_type_id", answers="answers")
        )
    )


def _codes() -> ArraySubquery:
    rows = InvitationCode.objects.filter(used_by=OuterRef("pk")).order_by("pk")
    return _json(rows, business_type="business_type_id", country="country", revoked="revoked_at")


def _papers() -> ArraySubquery:
    rows = _of(SupportingPaper).filter(removed_at=None).order_by("added_at")
    return _json(rows, kind="kind", state="file__state")


def _addresses() -> ArraySubquery:
    return _json(
        _of(ModelAddress).filter(address__removed_at=None).order_by("pk"),
        address_id="address_id",
        country="address__country",
        is_primary="is_primary",
        is_mailing="is_mailing",
    )


def _contacts() -> ArraySubquery:
    return _json(
        _of(Contact).order_by("membership__last_name", "pk"),
        id="id",
        membership_id="membership_id",
        user_id="membership__user_id",
        role="role",
        is_primary_poc="is_primary_poc",
        state="membership__state",
        **_NAME,
    )


def _administrators() -> ArraySubquery:
    rows = Membership.objects.filter(
        trade_account=OuterRef("trade_account_id"),
        state=MembershipState.ACTIVE,
        type=MembershipType.COMPANY_ADMINISTRATOR,
    ).order_by("last_name", "pk")
    return _json(
        rows,
        user_first="user__first_name",
        user_last="user__last_name",
        email="user__email",
        first="first_name",
        last="last_name",
    )


def _headquarters() -> ArraySubquery:
    rows = Address.objects.filter(
        trade_account=OuterRef("trade_account_id"),
        removed_at=None,
        types__contains=[HEADQUARTERS],
    )
    return ArraySubquery(rows.order_by("created_at")[:1].values_list(F("country"), flat=True))


def _places() -> ArraySubquery:
    rows = Address.objects.filter(trade_account=OuterRef("trade_account_id"), removed_at=None)
    rows = rows.order_by("created_at", "pk")[:MOST_PLACES]
    return _json(rows, country="country", state="state", city="city")


def _specialist() -> ArraySubquery:
    return _json(
        _of(StaffAssignment).filter(ended_at=None),
        user_first="staff__first_name",
        user_last="staff__last_name",
        email="staff__email",
        disabled="staff__disabled_at",
        first=Value(""),
        last=Value(""),
    )


def _asks() -> ArraySubquery:
    rows = Ask.objects.filter(scope_id=OuterRef("pk"), ended_at=None).order_by("asked_at")
    return _json(
        rows,
        act="act",
        user_id="membership__user_id",
        by="asked_by_name",
        on="last_asked_at",
        note="note",
    )


# --- reading them ----------------------------------------------------------------------------


def _name(one: dict[str, Any]) -> str:
    """The name as ``Membership.name`` gives it: the user's own, or else as others typed it."""
    if one["email"]:
        return f"{one['user_first']} {one['user_last']}".strip() or str(one["email"])
    return f"{one['first']} {one['last']}"


def _run(one: dict[str, Any]) -> RunFact:
    return RunFact(one["outcome"], one["business_type"] or "", len(one["answers"]))


def _code(one: dict[str, Any]) -> CodeFact:
    return CodeFact(one["business_type"], one["country"], one["revoked"] is not None)


def _ask(one: dict[str, Any]) -> AskFact:
    on = clock.program_date(dt.datetime.fromisoformat(one["on"]))
    return AskFact(one["act"], one["user_id"] or "", one["by"], on, one["note"])


def _contact(one: dict[str, Any]) -> ContactFact:
    return ContactFact(
        id=one["id"],
        membership_id=one["membership_id"],
        user_id=one["user_id"] or "",
        name=_name(one),
        role=one["role"],
        is_primary_poc=one["is_primary_poc"],
        counts=one["state"] == MembershipState.ACTIVE and bool(one["user_id"]),
    )


def _type(one: dict[str, Any]) -> TypeFact:
    certified = one["certified_on"]
    return TypeFact(
        id=one["id"],
        slug=one["slug"],
        name=one["name"],
        tiered=one["tiered"],
        status=one["status"],
        account_number=one["account_number"] or "",
        certified_on=dt.date.fromisoformat(certified) if certified else None,
        answers={answer[0]: answer[1] for answer in one["answers"]},
        flags=tuple(flag[1] for flag in one["flags"]),
    )
