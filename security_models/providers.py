"""What upper apps know about C-TPAT accounts: this app calls them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

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


def threads_that_come_along(models: Sequence[SecurityModel], staff: User) -> dict[uuid.UUID, int]:
    """Tell upper apps that partners have a new specialist; how many open threads each has."""
    found: dict[uuid.UUID, int] = {}
    for counted in handed_over(models, staff):
        for pk, n in counted.items():
            found[pk] = found.get(pk, 0) + n
    return found
