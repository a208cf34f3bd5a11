"""Tells specialists that emails to a contact come back."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.services import person_scope
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.providers.failing import Failing
from notifications.services.sending import notify
from security_models.models import SecurityModel, StaffAssignment
from security_models.recipients import NAMED, named
from trade_accounts.states import MembershipState

BUTTON = _("See the partner")


def tell_specialists(state: Failing) -> None:
    """Email each specialist of the person's accounts once, with all accounts concerned."""
    user = User.objects.filter(email=state.address, disabled_at=None).first()
    if user is None or not state.is_news:
        return
    for staff, models in _by_specialist(user).values():
        first, *others = models
        notify(
            "user.mail_bounced",
            scope=person_scope(user.pk),
            to=[recipient(staff)],
            url=reverse("reviews:partner", args=[first.pk]),
            button=str(BUTTON),
            account=named(first),
            user_name=user.name,
            email=user.email,
            since=state.since,
            stopped=state.stopped,
            accounts=[named(one) for one in others[:NAMED]],
            invited=False,
            for_staff=True,
        )


def _by_specialist(user: User) -> dict[uuid.UUID, tuple[User, list[SecurityModel]]]:
    rows = StaffAssignment.objects.filter(
        ended_at=None,
        security_model__contacts__membership__user=user,
        security_model__contacts__membership__state=MembershipState.ACTIVE,
        staff__disabled_at=None,
    ).select_related("staff", "security_model__trade_account")
    found: dict[uuid.UUID, tuple[User, list[SecurityModel]]] = {}
    for row in rows.order_by("security_model__trade_account__name", "security_model__reference"):
        models = found.setdefault(row.staff_id, (row.staff, []))[1]
        if row.security_model not in models:
            models.append(row.security_model)
    return found
