"""The acts of this app that are reserved to Officers and Company Administrators (R3, R6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from security_models import page_links
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.states import ContactRole
from trade_accounts.policies import P as AccountP
from trade_accounts.providers.reserved_acts import Act
from trade_accounts.states import MembershipType


def officers(model: SecurityModel) -> Q:
    """The memberships of a model's Officers."""
    return Q(contacts__security_model=model.pk, contacts__role=ContactRole.OFFICER)


def find(model_id: uuid.UUID) -> SecurityModel | None:
    """The model of a request, with its trade account."""
    return SecurityModel.objects.select_related("trade_account").filter(pk=model_id).first()


def _managers(model: Any) -> Q:
    return officers(model) | Q(type=MembershipType.COMPANY_ADMINISTRATOR)


CONTACTS = Act(
    code="contacts",
    root="security_model",
    permission=P.MANAGE_CONTACTS,
    asker=AccountP.VIEW,
    verb=_("change the contacts"),
    only=_("Officers of this account and Company Administrators change the contacts:"),
    nobody=_("Nobody can change the contacts right now."),
    find=find,
    holders=_managers,
    url=lambda model: page_links.url(model, "contacts"),
)
