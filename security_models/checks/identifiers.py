"""S3: each required group of business entity identifiers contains one of its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models import page_links
from security_models.facts.identifier_requirements import Group
from security_models.facts.model_facts import Facts


def problems(facts: Facts) -> Iterator[Problem]:
    """A required number is missing."""
    seen: set[frozenset[str]] = set()
    for group in facts.groups:
        if group.satisfied(facts.entered) or group.codes in seen:
            continue
        seen.add(group.codes)
        where = f"{page_links.url(facts.model, 'identifiers')}#{anchor(group)}"
        yield Problem("identifier_missing", wanted(group), url=where)


def wanted(group: Group) -> str:
    """What to enter, in words: one kind of number, or one of several."""
    names = [row.identifier.name for row in group.rows]
    if len(names) == 1:
        minimum = group.rows[0].minimum
        if minimum > 1:
            return _("Enter at least %(n)s: %(kind)s.") % {"n": minimum, "kind": names[0]}
        return _("Enter the %(kind)s.") % {"kind": names[0]}
    listed = "; ".join(names)
    return _("Enter one of these: %(names)s.") % {"names": listed}


def anchor(group: Group) -> str:
    """The id of the group's section on the page."""
    return "group-" + "-".join(sorted(group.codes)).lower().replace("_", "-")
