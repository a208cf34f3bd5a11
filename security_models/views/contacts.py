"""The tab *Contacts*: who has which role, and who is the Primary POC (S5, R3)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.web import PortalRequest, requires
from security_models import services
from security_models.forms import ContactsForm
from security_models.models import Contact
from security_models.policies import P
from security_models.presentation.contact_consequences import consequences
from security_models.selectors import contacts_of
from security_models.selectors.contacts import possible_contacts, seen_as
from security_models.services.contacts import field_of
from security_models.states import ContactRole
from security_models.views.frame import after_save, frame, say_saved_on
from trade_accounts.selectors.asks import asking

RIGHTS = [
    (ContactRole.OFFICER.label, gettext_lazy("Edits, signs and submits. May be Primary POC.")),
    (
        ContactRole.EMPLOYEE.label,
        gettext_lazy("Edits everything. May be Primary POC. Does not sign."),
    ),
    (
        ContactRole.CONSULTANT.label,
        gettext_lazy("Edits everything. Cannot be Primary POC. Does not sign."),
    ),
]


@require_http_methods(["GET", "POST"])
@requires(P.SEE_CONTACTS)
def contacts(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """A role for each user of the trade account, and one Primary POC.

    ``preview`` saves nothing: it shows what the choice would mean.
    """
    model = request.access.security_model
    people, now = possible_contacts(model), contacts_of(model)
    form = ContactsForm.of(request, _initial(now), people=people, mark=seen_as)
    preview = "preview" in request.POST
    if request.method == "POST" and not preview:
        saved = form.run(
            lambda data: services.save_contacts(
                actor=request.access, model=model, seen=data["seen"], roles=form.roles,
                primary=data["primary"],
            )
        )  # fmt: skip
        if saved is not None:
            say_saved_on(request, "contacts", _("The contacts are saved."))
            return redirect(after_save(request, "contacts"))
    context = frame(
        request, "contacts", "M-6", form=form, rows=_rows(form), rights=RIGHTS, now=now,
        consequences=consequences(form.chosen()), manages=request.access.has(P.MANAGE_CONTACTS),
        asking=asking(request.access, "contacts", "security_model"),
        current=form.stale.current if form.stale else [],
    )  # fmt: skip
    status = 200 if preview else form.status
    return render(request, "security_models/contacts.html", context, status=status)


def _initial(now: list[Contact]) -> dict[str, Any]:
    primary = next((str(one.membership_id) for one in now if one.is_primary_poc), "")
    roles = {field_of(one.membership_id): one.role for one in now}
    return {"seen": seen_as(now), "primary": primary, **roles}


def _rows(form: ContactsForm) -> list[tuple[Any, Any, Any]]:
    """Each person with the controls for role and Primary POC."""
    return [
        (person, role, form["primary"][place]) for place, (person, role) in enumerate(form.rows())
    ]
