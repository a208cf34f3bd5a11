"""Jobs of this app."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from audit.services import sweep_lock
from core.access import Access
from core.jobs import job
from trade_accounts.services.asking import withdraw_outdated

#: Stands in the record where a person's name would; marked for translators, kept as it is.
REASON = _("The portal")


@job(REASON)
def sweep_asks(access: Access) -> None:
    """End what people were asked for and what can no longer be done."""
    with sweep_lock("asks") as run:
        if run is not None:
            run.done = {"withdrawn": withdraw_outdated(actor=access)}
