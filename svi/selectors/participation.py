"""Reads whether accounts take part in SVI (SVI1)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, QuerySet

from audit.models import StatusChange
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import CERTIFIED_STATUSES
from svi.facts.participation import Participation
from svi.models import Consent
from svi.states import ConsentStatus


def participations(models: Iterable[SecurityModel]) -> dict[uuid.UUID, Participation]:
    """Whether each of these accounts takes part; one query."""
    rows = SecurityModel.objects.filter(pk__in=[one.pk for one in models]).annotate(
        consents=Exists(signed_consents().filter(security_model=OuterRef("pk"))),
        is_certified=Exists(
            BusinessTypeAccount.objects.filter(
                security_model=OuterRef("pk"), status__in=CERTIFIED_STATUSES
            )
        ),
    )
    found = rows.values_list("pk", "consents", "is_certified")
    return {pk: Participation(consents, is_certified) for pk, consents, is_certified in found}


def participation(model: SecurityModel) -> Participation:
    """Whether one account takes part."""
    return participations([model])[model.pk]


def signed_consents() -> QuerySet[Consent]:
    """The consents that were signed and not revoked."""
    return Consent.objects.filter(status=ConsentStatus.SIGNED)


def consent_of(model: SecurityModel) -> Consent | None:
    """The consent of an account, signed or revoked; None if it has never signed."""
    rows = Consent.objects.select_related("signature")
    return rows.filter(security_model=model).first()


def consents_of(models: Iterable[SecurityModel]) -> dict[uuid.UUID, Consent]:
    """The consents of these accounts, signed or revoked; one query."""
    rows = Consent.objects.filter(security_model__in=[one.pk for one in models])
    return {row.security_model_id: row for row in rows}


def standing_changed(models: Collection[SecurityModel], since: dt.datetime) -> set[uuid.UUID]:
    """The accounts that began or ceased to take part since then, or may have: their consent or the
    status of one of their business types changed. Two queries.
    """
    ids = [one.pk for one in models]
    consents = Consent.objects.filter(security_model__in=ids, status_at__gte=since)
    types = BusinessTypeAccount.objects.filter(security_model__in=ids)
    moved = StatusChange.objects.filter(
        thing="business_type_account", thing_id__in=types.values("pk"), at__gte=since
    )
    of_types = types.filter(pk__in=moved.values("thing_id"))
    return {
        *consents.values_list("security_model_id", flat=True),
        *of_types.values_list("security_model_id", flat=True),
    }
