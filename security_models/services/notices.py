"""Notifies people that Officers and contacts have changed (R3), always in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from core.access import Access
from core.text import listed
from identity.selectors.user_state import has_second_factor
from notifications.providers.kinds import Recipient, kind, resolve
from notifications.services.sending import notify
from security_models import page_links
from security_models.models import SecurityModel
from security_models.recipients import member
from security_models.selectors import facts_of
from security_models.services.roots import scope_of
from trade_accounts.models import Membership


def officers_changed(
    model: SecurityModel,
    actor: Access,
    *,
    named: Iterable[Membership],
    removed: Iterable[Membership],
) -> None:
    """Email every change of Officer to all Officers, Company Administrators and the SCSS.

    The people who were named or removed get it too. If no Officer is left who counts, everyone
    learns that nobody can sign until one is named.
    """
    named, removed = list(named), list(removed)
    new = listed(one.name for one in named)
    gone = listed(one.name for one in removed)
    record(
        "security_models.officers_changed",
        actor=actor,
        scope=scope_of(model),
        named=new or "–",
        removed=gone or "–",
    )
    _tell_of_officers(model, actor, named, removed)
    if removed and not facts_of(model).officers:
        record("security_models.no_officer", actor=actor, scope=scope_of(model))
        notify(
            "account.no_officer",
            scope=scope_of(model),
            about=model,
            url=page_links.url(model, "contacts"),
            account=model.trade_account.name,
            reference=model.reference,
        )


def _tell_of_officers(
    model: SecurityModel, actor: Access, named: list[Membership], removed: list[Membership]
) -> None:
    """Tell the people who were named also what signing requires and where to set it up (U6)."""
    code, factors = "account.officer_changed", reverse("identity:factors")
    about: dict[str, Any] = {
        "account": model.trade_account.name,
        "reference": model.reference,
        "by": actor.name,
        "named": listed(one.name for one in named),
        "removed": listed(one.name for one in removed),
        "factors": f"{settings.SITE_URL}{factors}",
    }
    scope, contacts = scope_of(model), page_links.url(model, "contacts")
    new = {member(one).email.casefold(): one for one in named}
    for one in new.values():
        needs = one.user is None or not has_second_factor(one.user)
        button = _("Set up a second factor") if needs else ""
        url = factors if needs else contacts
        more: dict[str, Any] = {"button": button, "is_new": True, "needs_factor": needs}
        notify(code, scope=scope, to=[member(one)], url=url, **more, **about)
    told = _once([*resolve(kind(code).recipients, model), *map(member, removed)])
    others = [one for one in told if one.email.casefold() not in new]
    notify(code, scope=scope, to=others, url=contacts, is_new=False, **about)


def contacts_changed(model: SecurityModel, actor: Access, changes: list[str]) -> None:
    """Record the changes among the contacts, and tell the contacts who has which role now."""
    facts = facts_of(model)
    record(
        "security_models.contacts_changed",
        actor=actor,
        scope=scope_of(model),
        changes="; ".join(changes),
    )
    notify(
        "account.contact_role_changed",
        scope=scope_of(model),
        about=model,
        url=page_links.url(model, "contacts"),
        account=model.trade_account.name,
        reference=model.reference,
        by=actor.name,
        contacts=[f"{one.name}: {one.role_label}" for one in facts.contacts],
        officers=listed(one.name for one in facts.officers),
    )


def _once(recipients: Iterable[Recipient]) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for one in recipients:
        found.setdefault(one.email.casefold(), one)
    return list(found.values())
