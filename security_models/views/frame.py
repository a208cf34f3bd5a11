"""What the tabs of the company profile share: tabs, Previous and Next, and why something
is locked.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from core.saved_messages import say_saved
from core.web import PortalRequest
from security_models import page_links
from security_models.checks import problems_of
from security_models.facts.model_facts import Facts
from security_models.policies import P, finish_by
from security_models.presentation.contradictions import contradictions
from security_models.selectors import facts_of

TABS = {
    "eligibility": gettext_lazy("Business types"),
    "identifiers": gettext_lazy("Business entity IDs"),
    "papers": gettext_lazy("Supporting papers"),
    "addresses": gettext_lazy("Addresses"),
    "contacts": gettext_lazy("Contacts"),
}


def tabs_of(facts: Facts, *, only: set[str] | None = None) -> list[str]:
    """The tabs to show: papers only if they are required or were added."""
    papers = facts.papers_wanted or facts.papers
    found = [tab for tab in TABS if tab != "papers" or papers]
    return [tab for tab in found if only is None or tab in only]


def frame(request: PortalRequest, tab: str, code: str, **context: Any) -> dict[str, Any]:
    """The context of a tab. Pass ``facts`` if they are already read."""
    model = request.access.security_model
    facts: Facts = context.pop("facts", None) or facts_of(model)
    whole = request.access.has(P.VIEW)
    names = tabs_of(facts, only=None if whole else {"contacts"})
    here = names.index(tab) if tab in names else 0
    before, after = names[:here], names[here + 1 :]
    return {
        "model": model,
        "facts": facts,
        "editable": facts.editable and request.access.has(P.EDIT),
        "finish_by": finish_by(model),
        "tabs": [_tab(facts, name, current=name == tab) for name in names],
        "problems": problems_of(facts, tab),
        "contradictions": contradictions(facts) if whole else [],
        "previous_url": page_links.url(model, before[-1]) if before else "",
        "next_url": _next(facts, after, whole=whole),
        "page_code": code,
        **context,
    }


def after_save(request: PortalRequest, tab: str) -> str:
    """The page after *Previous* and *Save/Next* once everything is saved; otherwise the
    tab itself.
    """
    around = frame(request, tab, "")
    for button in ("previous", "next"):
        if button in request.POST and around[f"{button}_url"]:
            return str(around[f"{button}_url"])
    return page_links.url(request.access.security_model, tab)


def say_saved_on(request: PortalRequest, tab: str, words: str) -> None:
    """Say that something is saved, and what is still to do on its tab."""
    say_saved(request, words, problems_of(facts_of(request.access.security_model), tab))


def _tab(facts: Facts, name: str, *, current: bool) -> dict[str, Any]:
    done = not problems_of(facts, name) and facts.types
    return {
        "label": TABS[name],
        "url": page_links.url(facts.model, name),
        "current": current,
        "status": "complete" if done else "",
    }


def _next(facts: Facts, after: list[str], *, whole: bool) -> str:
    if after:
        return page_links.url(facts.model, after[0])
    return page_links.next_after(facts.model) if whole else ""
