"""Projects contacts and assignments into grants, and enters a security model."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Permission as Codename
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Value
from guardian.utils import get_user_obj_perms_model

from audit.selectors import Compared, once_altered
from core import clock
from core.access import (
    ROLE_PREFIX,
    Access,
    Permission,
    permissions_of,
    project,
    projected_roots,
    roles_of,
    strip_prefix,
)
from core.compiled import Compiled
from core.errors import NotVisible
from identity.models import User
from identity.states import StaffRole
from security_models.models import (
    BusinessTypeAccount,
    Contact,
    SecurityModel,
    SecurityModelGrant,
    StaffAssignment,
)
from security_models.policies import ASSIGNED_SCSS, covering, shown_status
from trade_accounts.grants import who_can as members_who_can
from trade_accounts.models import Membership, TradeAccountGrant
from trade_accounts.states import MembershipState


def wanted_grants(model: SecurityModel) -> dict[Any, set[str]]:
    """User -> roles that follow from accepted contacts (R4) and the open assignment."""
    wanted: dict[Any, set[str]] = {}
    members = Membership.objects.filter(trade_account_id=model.trade_account_id)
    for membership in members.exclude(user=None).select_related("user"):
        wanted.setdefault(membership.user, set())
    for contact in model.contacts.select_related("membership__user"):
        membership = contact.membership
        if membership.user is not None and membership.state == MembershipState.ACTIVE:
            wanted[membership.user].add(contact.role)
    for assignment in model.assignments.select_related("staff"):
        roles = wanted.setdefault(assignment.staff, set())
        if assignment.ended_at is None:
            roles.add(ASSIGNED_SCSS)
    return wanted


def projected() -> tuple[type[SecurityModel], Callable[[Any], dict[Any, set[str]]]]:
    """What the proof of grants compares."""
    return SecurityModel, wanted_grants


def sync(model: SecurityModel) -> None:
    """Make the grants equal to contacts and assignment. The caller has locked the model."""
    project(model, wanted_grants(model))


def hand_over(models: Sequence[SecurityModel], staff: User) -> None:
    """Project the specialist of many locked models at once: three statements, with the result of
    :func:`sync`.
    """
    grants: Any = SecurityModelGrant
    codename = ROLE_PREFIX + ASSIGNED_SCSS
    grants.objects.filter(content_object__in=models, permission__codename=codename).delete()
    role = Codename.objects.get(content_type__app_label="security_models", codename=codename)
    grants.objects.bulk_create(
        grants(user=staff, permission=role, content_object=model) for model in models
    )


def with_roles(access: Access) -> QuerySet[SecurityModel]:
    """Models with their trade account and the actor's roles in both, in one query."""
    return with_roles_of(access.user_id)


def with_roles_of(user_id: Any) -> QuerySet[SecurityModel]:
    """The same for the id of a person, for statements that are compiled once."""
    rows: Any = with_identity_types(SecurityModel.objects.select_related("trade_account"))
    return rows.annotate(
        model_roles=roles_of(SecurityModelGrant, user_id, "pk"),
        account_roles=roles_of(TradeAccountGrant, user_id, "trade_account_id"),
    )


def with_identity_types(models: QuerySet[Any]) -> QuerySet[Any]:
    """Models with their business types as ``identity_types``: what names them on every page."""
    return models.annotate(identity_types=_identity_types(clock.today()))


@lru_cache(maxsize=4)
def _identity_types(day: dt.date) -> ArraySubquery:
    """Name, number, date and status of each business type on a program day, for the identity bar
    and the annual review.
    """
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef("pk"))
    shown = numbered(
        slug="business_type_id",
        name="business_type__name",
        number="account_number",
        certified_on="certified_on",
        status=shown_status(),
    )
    return ArraySubquery(types.order_by("started_on", "id").values(json=shown))


def numbered(**shown: Any) -> Compared:
    """What is shown of a business type, as JSON: reading it raises Altered if its number or date
    is not what was written (P8).
    """
    differs = once_altered(BusinessTypeAccount, "account_number", "certified_on")
    return Compared((BusinessTypeAccount, "pk", differs), **shown)


def enter(access: Access, model_id: uuid.UUID, named: Mapping[str, Any] | None = None) -> Access:
    """Load the security model of the URL, and the trade account above it that the URL names (R6).

    Members of the account without a contact role enter with only their account roles, which hold no
    permission on model pages: they see a 403 with names. Staff enter if they are assigned, if they
    cover today for the assigned specialist, or program-wide as management. For everyone else it is
    not visible. An address below a trade account is only for its members and only for models of
    that account.
    """
    below = (named or {}).get("trade_id")
    ids = {"user_id": access.user_id, "model_id": model_id}
    ids |= {"trade_id": below} if below else {}
    model: Any = _entry(clock.today(), access.is_staff, tuple(ids)).first(**ids)
    if model is None:
        raise NotVisible("security_model")
    in_account, in_model = strip_prefix(model.account_roles), strip_prefix(model.model_roles)
    if below:
        if not in_account:
            raise NotVisible("trade_account")
        access = access.to("trade_account", model.trade_account, in_account)
    roles = in_model | in_account | ({ASSIGNED_SCSS} if model.stands_in else frozenset())
    if not roles and StaffRole.MANAGEMENT not in access.roles:
        raise NotVisible("security_model")
    return access.to("security_model", model, roles)


@lru_cache(maxsize=16)
def _entry(day: dt.date, is_staff: bool, ids: tuple[str, ...]) -> Compiled[SecurityModel]:
    """The question of :func:`enter` on a program day, for staff or for partners."""

    def make(user_id: Any, model_id: Any, trade_id: Any = None) -> QuerySet[SecurityModel]:
        models = with_roles_of(user_id).filter(pk=model_id)
        models = models.annotate(stands_in=_stands_in(user_id) if is_staff else Value(False))
        return (models.filter(trade_account_id=trade_id) if trade_id else models)[:1]

    return Compiled(make, **dict.fromkeys(ids, uuid.UUID))


def _stands_in(user_id: Any) -> Exists:
    """Whether the actor covers today for the specialist. Decided by the date, so it is never
    projected.
    """
    assigned = StaffAssignment.objects.filter(security_model=OuterRef("pk"), ended_at=None)
    covered = covering().filter(cover=user_id)
    return Exists(assigned.filter(staff__in=covered.values("staff")))


def who_can(model: SecurityModel, wanted: Permission) -> list[str]:
    """The names of the people who have a permission: accepted contacts, then members (R6)."""
    contacts = Contact.objects.filter(
        security_model=model,
        membership__state=MembershipState.ACTIVE,
        membership__user__disabled_at=None,
    ).select_related("membership__user")
    names = [
        contact.membership.name
        for contact in contacts.order_by("membership__last_name")
        if wanted in permissions_of([contact.role])
    ]
    others = members_who_can(model.trade_account, wanted)
    return names + [name for name in others if name not in names]


# --- the proof that the projection equals the truth ---------------------------------------------


@dataclass(frozen=True)
class Drift:
    """A tenant root whose grants differ: user id -> roles, missing and extra."""

    root: Any
    missing: Mapping[Any, frozenset[str]]
    surplus: Mapping[Any, frozenset[str]]

    def __str__(self) -> str:
        return f"{type(self.root).__name__} {self.root.pk}: " + "; ".join(
            f"{words} {user}: {', '.join(sorted(roles))}"
            for words, group in (("missing", self.missing), ("too many", self.surplus))
            for user, roles in group.items()
        )


def _granted(root: Any) -> dict[Any, frozenset[str]]:
    """User id -> roles, as django-guardian stores them."""
    grants: Any = get_user_obj_perms_model(root)
    rows = grants.objects.filter(content_object=root)
    granted: dict[Any, frozenset[str]] = {}
    for user_id, codename in rows.values_list("user_id", "permission__codename"):
        granted[user_id] = granted.get(user_id, frozenset()) | strip_prefix([codename])
    return granted


def _drift(root: Any, wanted: Mapping[Any, set[str]]) -> Drift | None:
    have = _granted(root)
    want = {user.pk: frozenset(roles) for user, roles in wanted.items() if roles}
    missing = {user: roles - have.get(user, frozenset()) for user, roles in want.items()}
    surplus = {user: roles - want.get(user, frozenset()) for user, roles in have.items()}
    drift = Drift(
        root,
        {user: roles for user, roles in missing.items() if roles},
        {user: roles for user, roles in surplus.items() if roles},
    )
    return drift if drift.missing or drift.surplus else None


def drifts() -> Iterator[Drift]:
    """Every tenant root of every app whose grants differ from the truth."""
    for model, wanted in projected_roots():
        for root in model._default_manager.order_by("pk").iterator(chunk_size=500):
            found = _drift(root, wanted(root))
            if found is not None:
                yield found


def mend(found: Iterable[Drift]) -> None:
    """Correct the grants of these roots; each is locked and read again."""
    truth = dict(projected_roots())
    for drift in found:
        model = type(drift.root)
        root = model._default_manager.select_for_update(no_key=True).get(pk=drift.root.pk)
        wanted = truth[model](root)
        strangers = User.objects.filter(pk__in=_granted(root).keys())
        project(root, {**{user: set() for user in strangers}, **wanted})
