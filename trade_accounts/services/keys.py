"""API keys: one user and one trade account each, shown once, stored hashed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import account_scope, record
from core import clock
from core.access import Access
from core.api import ALL_SCOPES, KeyHolder
from core.concurrency import made_before
from core.crypto import secret_hash
from core.errors import NotVisible, refusal
from core.ids import new_secret
from core.tenancy import beyond_tenants
from identity.selectors.user_state import may_act, recipient
from notifications.services.sending import notify, still_to_remind
from trade_accounts import selectors
from trade_accounts.models import ApiKey, Membership
from trade_accounts.policies import P
from trade_accounts.services.accounts import locked
from trade_accounts.states import MembershipState

#: The most keys of one user in one trade account that work at the same time.
MOST = 10
PREFIX_LENGTH = 10
#: The precision of the last use, so that not every call writes.
USED_EVERY = dt.timedelta(minutes=5)


@transaction.atomic
def create_key(
    *,
    actor: Access,
    form_key: uuid.UUID,
    name: str,
    scopes: Collection[str] = ALL_SCOPES,
    days: int | None = None,
) -> tuple[ApiKey, str]:
    """Make a key for the actor in the current account; its secret is returned only this once.

    It is for ``scopes`` and works for so many ``days``; None: until it is revoked. The same form
    sent again returns the key without its secret, which is no longer known.
    """
    actor.require(P.USE_KEYS)
    account = locked(actor.trade_account.pk)
    mine = {"trade_account_id": account.pk, "user_id": actor.user_id}
    existing = made_before(ApiKey, form_key, **mine)
    if existing is not None:
        return existing, ""
    # Read under the lock of the account: ending a membership takes the same lock, and ends its
    # keys.
    members = Membership.objects.filter(trade_account=account, user=actor.user)
    if not members.filter(state=MembershipState.ACTIVE).exists():
        raise NotVisible("trade_account")
    if not scopes or not set(scopes) <= set(ALL_SCOPES):
        raise refusal("scopes", _("Choose at least one thing that the key may do."), "scopes")
    own = selectors.working_keys().filter(trade_account=account, user=actor.user)
    if own.count() >= MOST:
        words = _("You have %(most)s keys. Revoke one you no longer use.") % {"most": MOST}
        raise refusal("too_many", words)
    secret = f"pp_{new_secret()}"
    key = ApiKey.objects.create(
        pk=form_key,
        trade_account=account,
        user=actor.user,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        key_hash=secret_hash(secret),
        scopes=[one for one in ALL_SCOPES if one in scopes],
        expires_on=None if days is None else clock.real_today() + dt.timedelta(days=days),
        created_at=clock.now(),
    )
    _note("trade_accounts.key_created", actor, key)
    _tell("user.api_key_created", actor, key)
    return key, secret


@transaction.atomic
def revoke_key(*, actor: Access, key_id: uuid.UUID) -> ApiKey:
    """End a key at once: one's own, or as Company Administrator any key of the account."""
    actor.require(P.USE_KEYS)
    key = selectors.find_key(actor, key_id)
    now = clock.now()
    works = ApiKey.objects.filter(pk=key.pk, revoked_at=None)
    if not works.update(revoked_at=now, revoked_by_name=actor.name):
        return selectors.find_key(actor, key_id)
    key.revoked_at, key.revoked_by_name = now, actor.name
    _note("trade_accounts.key_revoked", actor, key, name=key.user.name)
    _tell("user.api_key_revoked", actor, key)
    return key


def end_keys(*, actor: Access, membership: Membership) -> None:
    """End all keys of a membership for good: a later membership does not restore them."""
    keys = ApiKey.objects.filter(
        trade_account_id=membership.trade_account_id, user=membership.user, revoked_at=None
    )
    count = keys.update(revoked_at=clock.now(), revoked_by_name=actor.name)
    if count:
        scope = account_scope(membership.trade_account_id)
        name = membership.name
        record("trade_accounts.keys_ended", actor=actor, scope=scope, count=count, name=name)


@transaction.atomic
def key_holder(secret: str) -> KeyHolder | None:
    """The user of this key; None if it is unknown, revoked or past its last day, or its user is not
    an active member.

    A disabled user's key does not work. An expired password or an unfinished set-up is a problem to
    be solved in a browser first (U4).
    """
    active = Membership.objects.filter(
        trade_account=OuterRef("trade_account"),
        user=OuterRef("user"),
        state=MembershipState.ACTIVE,
    )
    keys = selectors.working_keys().select_related("user").filter(Exists(active))
    with beyond_tenants("A key says itself to which company it belongs."):
        key = keys.filter(key_hash=secret_hash(secret)).first()
        if key is None or key.user.disabled_at is not None or key.user.staff_role:
            return None
        if key.last_used_at is None or key.last_used_at < clock.now() - USED_EVERY:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=clock.now())
    scopes = frozenset(key.scopes)
    return KeyHolder(key.user, key.trade_account_id, key.prefix, may_act(key.user), scopes)


# --- the clock of keys ----------------------------------------------------------------------------


def running_out(latest: dt.date) -> Iterator[tuple[ApiKey, dt.date]]:
    """The keys that work and whose last day is ``latest`` or earlier."""
    rows = selectors.working_keys().filter(expires_on__lte=latest)
    for key in rows.select_related("user", "trade_account").order_by("expires_on", "pk"):
        if key.expires_on is not None:
            yield key, key.expires_on


@transaction.atomic
def warn_of_end(key: ApiKey, last_day: dt.date) -> bool:
    """Remind the user once that a key stops working; whether that was done now."""
    once = f"user.api_key_expiring:{key.pk}"
    person = recipient(key.user)
    if not still_to_remind(once, [person]):
        return False
    sent = notify(
        "user.api_key_expiring",
        scope=account_scope(key.trade_account_id),
        to=[person],
        url=reverse("trade_accounts:api-keys", kwargs={"trade_id": key.trade_account_id}),
        once_key=once,
        key_is_new=True,
        account=key.trade_account.name,
        key_name=key.name,
        prefix=key.prefix,
        due_date=last_day,
        last_used_at=key.last_used_at,
    )
    return bool(sent)


def _note(kind: str, actor: Access, key: ApiKey, **data: Any) -> None:
    record(
        kind,
        actor=actor,
        scope=account_scope(key.trade_account_id),
        subject=("api_key", key.pk),
        key=key.name,
        prefix=key.prefix,
        **data,
    )


def _tell(code: str, actor: Access, key: ApiKey) -> None:
    """Notify the user of every change of their own keys (no opt-out)."""
    notify(
        code,
        scope=account_scope(key.trade_account_id),
        to=[recipient(key.user)],
        url=reverse("trade_accounts:api-keys", kwargs={"trade_id": key.trade_account_id}),
        account=key.trade_account.name,
        key_name=key.name,
        prefix=key.prefix,
        by=actor.name,
        at=clock.now(),
        ip=actor.ip,
    )
