"""Every clock with a sweep: the one place that lists them, for ``manage.py sweep`` and its tests.

A clock of ``reference/program/clocks.csv`` either has a sweep here, or is only asked when a page is
shown or a link is used. Beat starts the task of each (``portal/settings/jobs.py``).
"""

from __future__ import annotations

from audit.sweeps import ClockSweep
from change_requests.tasks import CHANGES
from documents.tasks import EXPIRING as EXPIRING_DOCUMENTS
from documents.tasks import REQUESTS
from identity.tasks import AWAITED, EXPIRING, UNSEEN
from messages_app.tasks import INQUIRIES
from operations.tasks import ADMINISTRATORS, MANAGEMENT
from reviews.tasks import DECISIONS, VETTINGS
from security_models.tasks import UNFINISHED
from security_profile.tasks import CLOSINGS, ESCALATIONS, RETURNED, REVIEWS
from trade_accounts.tasks import CONTACTS, INVITATIONS, KEYS

SWEEPS: dict[str, ClockSweep] = {
    one.name: one
    for one in (
        UNFINISHED,
        DECISIONS,
        ADMINISTRATORS,
        MANAGEMENT,
        VETTINGS,
        RETURNED,
        REVIEWS,
        ESCALATIONS,
        CLOSINGS,
        INQUIRIES,
        CHANGES,
        EXPIRING_DOCUMENTS,
        REQUESTS,
        INVITATIONS,
        CONTACTS,
        KEYS,
        EXPIRING,
        UNSEEN,
        AWAITED,
    )
}
