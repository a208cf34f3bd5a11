"""An application must be finished within its program days (clocks.csv, application_finish)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models import page_links
from security_models.facts.model_facts import Facts


def problems(facts: Facts) -> Iterator[Problem]:
    """The time is over and no contact has reopened the application."""
    if facts.lapsed:
        words = _("The time to finish this application has passed. Reopen it.")
        yield Problem("lapsed", words, url=page_links.url(facts.model, "reopen"))
