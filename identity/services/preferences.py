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
def save_single_keys(*, actor: Access, single_keys: bool) -> User:
    """Save whether single-key shortcuts are on (WCAG 2.1.4)."""
    user = locked(actor)
    user.single_keys = single_keys
    user.save(update_fields=["single_keys"])
    _note(actor, "single keys on" if single_keys else "single keys off")
    return user
