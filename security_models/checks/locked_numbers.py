"""S3: whether changes of locked numbers fit each other and what is entered.

Asked when a change is requested, and again when it is applied: the numbers, the formats and what
the program asks for may be others by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from security_models.checks import numbers
from security_models.checks.identifiers import wanted
from security_models.facts.identifier_formats import reading
from security_models.facts.identifier_requirements import maximum_of
from security_models.facts.locked_numbers import NumberChange
from security_models.facts.model_facts import Facts
from security_models.models import EntityIdentifier


def fitting_problems(
    entered: Iterable[EntityIdentifier], changes: Sequence[NumberChange]
) -> Iterator[Problem]:
    """Each number to change is still what it was, has its form, and is entered once afterwards."""
    rows = {one.pk: one for one in entered}
    for one in changes:
        row = rows.get(one.identifier_id) if one.identifier_id is not None else None
        if one.identifier_id is not None and (row is None or row.value_hash != one.before_hash):
            words = _(
                "A number of this request was changed or removed since it was asked for: %(number)s"
            )
            yield Problem("changed", filled(words, number=one.shown))
    after = _after(rows.values(), changes)
    for one in changes:
        if one.type is None:
            continue
        if why := _not_formed(one):
            yield Problem("format", why, "value")
        if after[one.type.code, one.value_hash] > 1:
            words = _("This number is already in the list: %(number)s")
            yield Problem("entered", filled(words, number=one.shown), "value")


def _not_formed(change: NumberChange) -> str:
    """Why the number no longer has the form of its kind; empty if it has."""
    kind = change.type
    assert kind is not None  # noqa: S101 - only numbers to enter are asked about
    form = reading(change.value, kind)
    if form is None or form.value != change.value:
        words = _("%(number)s no longer has the form of its kind: %(kind)s")
        return filled(words, number=change.shown, kind=kind.name)
    return numbers.why_refused(kind, change.value)


def _after(
    entered: Iterable[EntityIdentifier], changes: Sequence[NumberChange]
) -> Counter[tuple[str, str]]:
    """How often each number is entered once all changes are made."""
    gone = {one.identifier_id for one in changes}
    found = Counter((one.type_id, one.value_hash) for one in entered if one.pk not in gone)
    found.update((one.type.code, one.value_hash) for one in changes if one.type is not None)
    return found


def count_problems(
    facts: Facts, entered: Iterable[EntityIdentifier], changes: Sequence[NumberChange]
) -> Iterator[Problem]:
    """Afterwards the program asks for each new kind, none is over its limit, none is missing."""
    after: Counter[str] = Counter()
    for (code, _hash), n in _after(entered, changes).items():
        after[code] += n
    kinds = {one.type.code: one.type for one in changes if one.type is not None}
    for code, kind in kinds.items():
        limit = maximum_of(code, facts.groups)
        if limit == 0 and not facts.entered[code]:
            words = _("The program doesn't ask for this kind of number: %(kind)s")
            yield Problem("not_asked", filled(words, kind=kind.name))
        elif limit is not None and after[code] > max(limit, facts.entered[code]):
            words = _("You can enter only %(n)s of this kind: %(kind)s")
            yield Problem("full", filled(words, n=limit, kind=kind.name))
    for group in facts.groups:
        missing = group.required and not group.satisfied(after)
        if missing and group.satisfied(facts.entered):
            words = _("A required number would be missing. %(wanted)s")
            yield Problem("needed", filled(words, wanted=wanted(group)))
