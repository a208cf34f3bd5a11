"""What upper apps know about C-TPAT accounts: this app calls them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from audit.models import StatusChange
from core.providers import Provider
from identity.models import User
from security_models.models import BusinessTypeAccount, SecurityModel

#: (models, their new specialist) -> how many open threads of each come along, by id. Called in the
#: transaction that hands partners over; a constant number of statements for any number of partners.
handed_over: Provider[[Sequence[SecurityModel], User], Mapping[uuid.UUID, int]] = Provider(
    "handed_over"
)

#: (account, change): the status of a business type has changed, in the transaction of the change.
type_status_changed: Provider[[BusinessTypeAccount, StatusChange], None] = Provider(
    "type_status_changed"
)


@dataclass(frozen=True)
class NumberRequests:
    """Where contacts ask for changes of locked numbers (S3).

    ``changes`` maps a number to the page that asks for its change, or to the open request about it,
    and ``waiting`` says which have one. ``add_url`` asks for a new number, ``list_url`` shows all
    requests.
    """

    add_url: str = ""
    list_url: str = ""
    changes: Mapping[uuid.UUID, str] = field(default_factory=dict)
    waiting: frozenset[uuid.UUID] = frozenset()


#: (model, the ids of its locked numbers) -> where its contacts ask for their change.
number_requests: Provider[[SecurityModel, Sequence[uuid.UUID]], NumberRequests] = Provider(
    "number_requests"
)


def number_requests_of(model: SecurityModel, numbers: Sequence[uuid.UUID]) -> NumberRequests:
    """Where to ask for changes of locked numbers; nowhere if no app offers it."""
    return next(number_requests(model, numbers), NumberRequests())


def threads_that_come_along(models: Sequence[SecurityModel], staff: User) -> dict[uuid.UUID, int]:
    """Tell upper apps that partners have a new specialist; how many open threads each has."""
    found: dict[uuid.UUID, int] = {}
    for counted in handed_over(models, staff):
        for pk, n in counted.items():
            found[pk] = found.get(pk, 0) + n
    return found
