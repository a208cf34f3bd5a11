"""What each role of a company may do, read from the policies of all apps (domain 1)."""

from __future__ import annotations

from dataclasses import dataclass

from core.access import ROLE_GRANTS, Permission
from trade_accounts.providers.reactions import company_roles


@dataclass(frozen=True)
class Right:
    """One right in words, and whether each role has it, in the order of the roles."""

    what: str
    in_person: bool
    held: list[tuple[str, bool]]


@dataclass(frozen=True)
class RoleRights:
    """The table: the words of the roles, and the rights, the most widely held first."""

    roles: list[str]
    rights: list[Right]


def role_rights() -> RoleRights:
    """Every right that a role of a company has. The table cannot differ from what the code allows:
    both are ``ROLE_GRANTS``.
    """
    roles = [(code, str(label)) for part in company_roles() for code, label in part]
    granted = {code: ROLE_GRANTS[code] for code, _label in roles}
    permissions: set[Permission] = set().union(*granted.values())
    rows = [
        Right(
            _sentence(str(one.what)),
            one.in_person,
            [(label, one in granted[code]) for code, label in roles],
        )
        for one in permissions
    ]
    return RoleRights([label for _code, label in roles], sorted(rows, key=_order))


def _order(right: Right) -> tuple[list[bool], str]:
    return [not held for _label, held in right.held], right.what


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
