"""S5, R4: at least one Officer has accepted, because only an Officer signs and submits."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled, listed
from security_models import page_links
from security_models.facts.model_facts import Facts
from security_models.states import ContactRole


def problems(facts: Facts) -> Iterator[Problem]:
    """There is no Officer, or none who has accepted the invitation."""
    if facts.officers:
        return
    where = page_links.url(facts.model, "contacts")
    invited = [one.name for one in facts.contacts if one.role == ContactRole.OFFICER]
    if invited:
        words = _("%(name)s is named as Officer but has not accepted the invitation yet.")
        yield Problem("officer_invited", filled(words, name=listed(invited)), url=where)
    else:
        yield Problem("officer_missing", _("Add an Officer to the contacts."), url=where)
