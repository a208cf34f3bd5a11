"""S5, R4: exactly one Primary POC has accepted and is not a Consultant."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from security_models import page_links
from security_models.facts.model_facts import Facts


def problems(facts: Facts) -> Iterator[Problem]:
    """No one is chosen, or the person chosen has not accepted the invitation."""
    chosen = facts.primary_poc
    if chosen is None:
        yield Problem("primary_poc_missing", _("Choose the Primary POC."), url=_place(facts))
    elif not chosen.counts:
        words = _("%(name)s is named as Primary POC but has not accepted the invitation yet.")
        yield Problem("primary_poc_invited", filled(words, name=chosen.name), url=_place(facts))


def _place(facts: Facts) -> str:
    return page_links.url(facts.model, "contacts")
