"""Supporting papers are uploaded if an answer or a number requires them (domain 2)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import is_blank
from files.states import ScanState
from security_models import page_links
from security_models.facts.model_facts import Facts
from security_models.states import PaperKind

DEED = PaperKind.DEED_OF_INCORPORATION


def problems(facts: Facts) -> Iterator[Problem]:
    """A deed or a description is missing, or its file cannot be read."""
    if facts.deed_wanted and not facts.has_clean(DEED):
        words = _("Upload the deed of incorporation (Acta Constitutiva).")
        if ScanState.QUARANTINED in facts.paper_states(DEED):
            words = _("The deed of incorporation is still being checked. This takes a moment.")
        yield Problem("deed_missing", words, url=_place(facts))
    if facts.events_wanted and is_blank(facts.model.event_description):
        words = _("Describe the security event that you declared.")
        yield Problem("events_missing", words, url=_place(facts))


def _place(facts: Facts) -> str:
    return page_links.url(facts.model, "papers")
