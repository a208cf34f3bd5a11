"""A person's preferences: language, time zone, emails, keys."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from audit.services import person_scope, record
from core.access import Access
from identity.models import User
from identity.services.digests import end_digests, resume_digests
from identity.services.set_up import locked
from notifications.providers.kinds import kinds_for
from notifications.services.choices import save_choices


def _note(actor: Access, what: str) -> None:
    record("identity.preferences_saved", actor=actor, scope=person_scope(actor.user_id), what=what)


@transaction.atomic
def save_region(*, actor: Access, language: str, time_zone: str) -> User:
    """Save the language of the portal and the time zone in which it shows times."""
    user = locked(actor)
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["language", "time_zone"])
    _note(actor, f"{language}, {time_zone}")
    return user


@transaction.atomic
def save_notifications(*, actor: Access, digest: bool, ways: Mapping[str, str]) -> User:
    """Save how the actor wants each kind of notice that leaves a choice, and whether there is a
    daily digest at all.
    """
    user = locked(actor)
    kinds = kinds_for(staff=bool(user.staff_role))
    changed = save_choices(user_id=user.pk, ways=ways, among=kinds)
    if changed:
        _note(actor, ", ".join(f"{code} ({way})" for code, way in sorted(changed.items())))
    if digest:
        resume_digests(actor=actor)
    else:
        end_digests(actor=actor)
    return user


@transaction.atomic
def save_shortcuts(*, actor: Access, single_keys: bool, palette: bool) -> User:
    """Save whether single-key shortcuts are on (WCAG 2.1.4), and whether Ctrl+K opens the search of
    accounts and pages.
    """
    user = locked(actor)
    user.single_keys, user.palette = single_keys, palette
    user.save(update_fields=["single_keys", "palette"])
    _note(actor, f"single keys {_on(single_keys)}, search with Ctrl+K {_on(palette)}")
    return user


def _on(chosen: bool) -> str:
    return "on" if chosen else "off"
