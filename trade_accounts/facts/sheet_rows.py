"""The rows of an uploaded spreadsheet as they were understood: what each means, and for what."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.crypto import content_hash
from trade_accounts.models import Address, Membership
from trade_accounts.states import RowAction

#: What is compared of a member, and of an address: if one of these changed, so has the row.
_OF_MEMBER = ("state", "type", "email", "salutation", "first_name", "last_name", "title", "phone")
_OF_ADDRESS = (
    "types", "name", "street1", "street2", "city", "state", "postal_code", "country", "removed_at"
)  # fmt: skip


@dataclass(frozen=True)
class SheetRow:
    """One row: its number and texts in the sheet, and what it means.

    ``key`` says whom or what it is about, ``target`` is the id of what it changes, ``mark`` that
    thing as it was at the preview, and ``values`` what it becomes. ``problems`` are by the place of
    the column, "" for the row. ``said`` is what came of it, ``done`` whether it was written.
    """

    number: int
    cells: list[str]
    action: str = RowAction.UNCHANGED
    key: str = ""
    name: str = ""
    target: str = ""
    mark: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    problems: dict[str, list[str]] = field(default_factory=dict)
    said: str = ""
    done: bool = False

    @property
    def label(self) -> str:
        """What the row means, in words."""
        return str(RowAction(self.action).label)

    @property
    def to_write(self) -> bool:
        """Whether confirming writes it."""
        return self.action in {RowAction.NEW, RowAction.CHANGED}

    @property
    def words(self) -> list[str]:
        """What is wrong with it, in the order of its columns."""
        return [one for _place, found in sorted(self.problems.items()) for one in found]

    def with_outcome(self, said: str, *, done: bool) -> SheetRow:
        """The row after it was confirmed."""
        return replace(self, said=said, done=done)

    def as_json(self) -> dict[str, Any]:
        """The row as it is kept."""
        return asdict(self)


def row_from(kept: dict[str, Any]) -> SheetRow:
    """A row that was kept."""
    return SheetRow(**kept)


def member_mark(member: Membership) -> str:
    """A short mark of a member: what was previewed is what is changed."""
    return content_hash([str(getattr(member, name)) for name in _OF_MEMBER])[:16]


def address_mark(address: Address) -> str:
    """The same of an address."""
    return content_hash([str(getattr(address, name)) for name in _OF_ADDRESS])[:16]
