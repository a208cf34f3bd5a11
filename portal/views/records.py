"""What the check of records has found, for management and for the operators whom they call."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from audit.selectors import accepted_differences, newest_sweep, open_differences
from audit.selectors.anchors import newest_anchor
from core.web import PortalRequest, requires
from portal.differing_records import lines
from security_models.policies import P

#: The page shows the first of them; the command lists all.
MOST_SHOWN = 200


@requires(P.OVERSEE)
def records(request: PortalRequest) -> HttpResponse:
    """The last check, the last signed statement, and the records that differ."""
    differing = open_differences()
    context = {
        "check": newest_sweep("records"),
        "statement": newest_anchor(),
        "count": differing.count(),
        "differing": lines(differing[:MOST_SHOWN]),
        "accepted": lines(accepted_differences()[:MOST_SHOWN]),
        "page_code": "G-10",
    }
    return render(request, "portal/records.html", context)
