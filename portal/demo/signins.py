"""Who can sign in to the demonstration, and as what."""

from __future__ import annotations

from dataclasses import dataclass

from identity.states import StaffRole
from portal.demo import account_requests
from portal.demo.cast import COMPANIES, OCTAVIA, STAFF, Person


@dataclass(frozen=True)
class SignIn:
    """One line of the list."""

    email: str
    what: str


def sign_ins() -> list[SignIn]:
    """Partners by company, then staff; people who work for several companies appear once."""
    places: dict[Person, list[str]] = {}
    for company in COMPANIES:
        for person, role in company.people:
            places.setdefault(person, []).append(f"{role.label} of {company.name}")
    partners = [
        SignIn(one.email, f"{one.name}: {', '.join(where)}{_away(one)}")
        for one, where in places.items()
    ]
    group = f"Company Administrator of {account_requests.HOLDING} and its group"
    tried = "try Manage: a merge waits for her decision, a link for management"
    partners.append(SignIn(OCTAVIA.email, f"{OCTAVIA.name}: {group} ({tried})"))
    staff = [SignIn(one.email, f"{one.name}: {StaffRole(one.staff_role).label}") for one in STAFF]
    return partners + staff


def _away(person: Person) -> str:
    return " (disabled: no sign-in for 45 days)" if person.away_days else ""


def as_markdown() -> str:
    """The list as a table, for the README."""
    rows = "\n".join(f"| `{one.email}` | {one.what} |" for one in sign_ins())
    return f"| sign in as | who |\n|---|---|\n{rows}"
