"""S4: exactly one Primary and one Mailing address; they may be the same."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models import page_links
from security_models.facts.model_facts import Facts


def problems(facts: Facts) -> Iterator[Problem]:
    """One of the two addresses is not chosen."""
    if not any(one.is_primary for one in facts.addresses):
        yield Problem("primary_address", _("Choose the Primary address."), url=_place(facts))
    if not any(one.is_mailing for one in facts.addresses):
        yield Problem("mailing_address", _("Choose the Mailing address."), url=_place(facts))


def _place(facts: Facts) -> str:
    """Only asked for if there is a problem: home checks every account of the reader."""
    return page_links.url(facts.model, "addresses")
