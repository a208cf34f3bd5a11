"""Who may do what: permissions, roles, and the access of one actor to one tenant root.

Membership, contact role and staff assignment decide who has rights. django-guardian stores their
projection, one grant for each user, tenant root and role, which :func:`project` rewrites.
``ROLE_GRANTS`` expands a role into permissions in code. An undeclared permission or role raises
when it is used, so that a misspelling cannot silently mean "no".
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Model, OuterRef
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_user_obj_perms_model

from core.errors import NotAllowed, NotVisible
from core.providers import Provider

R = TypeVar("R")

#: The prefix of ``Access.via`` when an API key acts.
BY_KEY = "api-key"


class Permission(str):
    """A declared right, such as ``security_profile.submit``; ``what`` completes "may …".

    API keys never have ``in_person`` rights: signing, submitting, managing keys.
    """

    what: Any
    in_person: bool

    __slots__ = ("in_person", "what")


_permissions: dict[str, Permission] = {}
ROLE_GRANTS: dict[str, frozenset[Permission]] = {}


def permission(code: str, what: Any, *, in_person: bool = False) -> Permission:
    """Declare a permission; ``what`` says in words what it allows ("sign and submit")."""
    declared = Permission(code)
    declared.what = what
    declared.in_person = in_person
    _permissions[code] = declared
    return declared


def declared_permissions() -> Mapping[str, Permission]:
    """All permissions by code."""
    return _permissions


def grant_roles(grants: Mapping[str, Iterable[Permission]]) -> None:
    """Add to what roles may do; each app adds its part in its ``policies.py``."""
    for role, permissions in grants.items():
        ROLE_GRANTS[str(role)] = ROLE_GRANTS.get(str(role), frozenset()) | frozenset(permissions)


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What a set of roles together may do."""
    return frozenset().union(*(ROLE_GRANTS[str(role)] for role in roles))


@dataclass(frozen=True)
class Access:
    """An actor and the roles it has here.

    Made from a request, for a user (jobs), or as the system (sweeps). ``roles`` are the roles in
    the loaded tenant roots plus the program-wide staff role. ``roots`` contains the loaded roots by
    name, for example ``{"trade_account": …, "security_model": …}``. ``via`` is empty for a person
    in a browser. A key's access is bound to ``only_trade_account_id`` and sees nothing elsewhere.
    """

    user: Any = None
    roles: frozenset[str] = frozenset()
    roots: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    ip: str = ""
    request_id: str = ""
    via: str = ""
    session_key: str = ""
    only_trade_account_id: uuid.UUID | None = None
    remembered: dict[Any, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def user_id(self) -> Any:
        """The id of the acting person; None for the system and for strangers."""
        return self.user.pk if self.user is not None else None

    @property
    def is_system(self) -> bool:
        """True for sweeps and other work that no person asked for."""
        return self.user is None and bool(self.reason)

    @property
    def by_key(self) -> bool:
        """True if an API key acts for its user."""
        return self.via.startswith(BY_KEY)

    @property
    def is_staff(self) -> bool:
        """True for staff (R5: never members or contacts)."""
        return self.user is not None and bool(self.user.staff_role)

    @property
    def scope(self) -> str:
        """The kind of actor that the database is told."""
        if self.is_system:
            return "system"
        return "staff" if self.is_staff else "partner" if self.user is not None else "public"

    @property
    def name(self) -> str:
        """The actor's name as the record stores it."""
        return self.user.name if self.user is not None else "" if self.reason else "-"

    @cached_property
    def _permitted(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    def has(self, wanted: Permission) -> bool:
        """Whether the current roles include ``wanted``; runs no queries."""
        if wanted not in _permissions:
            raise LookupError(f"permission {wanted!r} is not declared")
        if self.by_key and _permissions[wanted].in_person:
            return False
        return self.is_system or wanted in self._permitted

    def require(self, wanted: Permission) -> None:
        """Raise :class:`NotAllowed` unless the actor has ``wanted``."""
        if not self.has(wanted):
            raise NotAllowed(wanted, wanted.what)

    def root(self, name: str) -> Any:
        """The loaded root of that name. Raises :class:`NotVisible` if it was not loaded."""
        if name not in self.roots:
            raise NotVisible(name)
        return self.roots[name]

    @property
    def trade_account(self) -> Any:
        """The trade account named in the URL."""
        return self.root("trade_account")

    @property
    def security_model(self) -> Any:
        """The security model named in the URL."""
        return self.root("security_model")

    def remembering(self) -> Access:
        """The same actor for building one page: what apps read with :meth:`once` is shared.

        Never use it for anything that decides or writes.
        """
        return self if self.remembered is not None else replace(self, remembered={})

    def once(self, key: Any, read: Callable[[], R]) -> R:
        """The result of ``read``; while remembering, it is called once for each ``key``."""
        if self.remembered is None:
            return read()
        if key not in self.remembered:
            self.remembered[key] = read()
        return cast(R, self.remembered[key])

    def recalled(self, key: Any) -> Any:
        """What :meth:`once` has read under ``key`` for this page; None if it has not."""
        return (self.remembered or {}).get(key)

    def to(self, name: str, row: Any, roles: Iterable[str]) -> Access:
        """The same actor with one more loaded root and the roles it has there."""
        return replace(self, roles=self.roles | frozenset(roles), roots={**self.roots, name: row})


def system(reason: str) -> Access:
    """The access of a sweep or a loader; the record stores ``reason``."""
    if not reason:
        raise ValueError("work of the system needs a reason")
    return Access(reason=reason)


def for_user(user: Any, **about: Any) -> Access:
    """The access of a person before any tenant root is loaded: only the program-wide role."""
    roles = frozenset([user.staff_role]) if user.staff_role else frozenset()
    return Access(user=user, roles=roles, **about)


# --- tenant roots ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Root:
    """How one kind of tenant root is found and entered.

    ``enter(access, id, named)`` returns the access with the root loaded, or raises NotVisible.
    ``named`` are all ids of the URL: an inner root loads the outer one together with itself, in one
    query. ``who_can(root, permission)`` names the people who have a permission there (R6).
    """

    name: str
    url_kwarg: str
    enter: Callable[[Access, uuid.UUID, Mapping[str, Any]], Access]
    who_can: Callable[[Any, Permission], list[str]]


_roots: dict[str, Root] = {}


def register_root(root: Root) -> None:
    """Register a tenant root; apps call this from ``AppConfig.ready``, the outermost root first."""
    _roots[root.name] = root


def enter_roots(access: Access, url_kwargs: Mapping[str, Any]) -> Access:
    """Load every tenant root that the URL names.

    A caller that is bound to one trade account (a key) finds nothing outside it.
    """
    for root in reversed(_roots.values()):
        if root.url_kwarg not in url_kwargs:
            continue
        if root.name not in access.roots:
            access = root.enter(access, url_kwargs[root.url_kwarg], url_kwargs)
        row = access.roots[root.name]
        tenant = getattr(row, "trade_account_id", row.pk)
        if access.only_trade_account_id not in (None, tenant):
            raise NotVisible(root.name)
    return access


def who_can(access: Access, wanted: Permission) -> list[str]:
    """The names of the people who have a permission in the innermost current root (R6)."""
    for root in reversed(_roots.values()):
        if root.name in access.roots:
            return root.who_can(access.roots[root.name], wanted)
    return []


# --- the projection in django-guardian ------------------------------------------------------

ROLE_PREFIX = "role_"

projected_roots: Provider[[], tuple[type[Model], Callable[[Any], dict[Any, set[str]]]]] = Provider(
    "projected_roots"
)


def roles_of(grants: type[UserObjectPermissionBase], user_id: Any, root: str) -> ArraySubquery:
    """An annotation: the role codenames that a user has on each row of a root, in one query.

    ``grants`` is the root's permission model with direct foreign keys. ``root`` is the lookup of
    the root's primary key from the outer query (``pk``, ``trade_account_id``).
    """
    held = {"user_id": user_id, "content_object_id": OuterRef(root), "user__is_active": True}
    rows = grants.objects.filter(**held)
    return ArraySubquery(rows.order_by().values_list(F("permission__codename"), flat=True))


def strip_prefix(codenames: Iterable[str]) -> frozenset[str]:
    """The roles in guardian codenames."""
    return frozenset(name.removeprefix(ROLE_PREFIX) for name in codenames)


def project(root: Model, wanted: Mapping[Any, set[str]]) -> None:
    """Make the grants on a locked root equal to ``wanted`` (user -> roles); remove all others.

    The service that changes a membership, contact or assignment calls this in its transaction. One
    query if nothing changes.
    """
    grants: Any = get_user_obj_perms_model(root)
    rows = grants.objects.filter(content_object=root)
    have: dict[Any, set[str]] = {}
    for user_id, codename in rows.values_list("user_id", "permission__codename"):
        have.setdefault(user_id, set()).add(codename.removeprefix(ROLE_PREFIX))
    for user, roles in wanted.items():
        held = have.pop(user.pk, set())
        for role in roles - held:
            assign_perm(ROLE_PREFIX + role, user, root)
        for role in held - roles:
            remove_perm(ROLE_PREFIX + role, user, root)
    if have:
        rows.filter(user_id__in=have).delete()
