"""The catalogue of criteria, which each process keeps in memory (P1, P12).

It costs pages no statements. A stamp in the database, renewed by triggers with every change of its
tables, tells whether the copy is current. It is read at most every ``CHECK_SECONDS``, and always
with ``fresh=True``, which everything that freezes or submits must use.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import clock
from documents.models import DocumentType
from documents.states import AddedBy
from security_models.models import BusinessType
from security_profile.models import (
    Applicability,
    CatalogueStamp,
    Category,
    CriteriaSet,
    Criterion,
    CriterionVersion,
)
from security_profile.states import Level

CHECK_SECONDS = 5.0
LABEL_LENGTH = 40
_OPENING = re.compile(r"^(You|Your company) (must|should) ")
#: A document type that fits every category but belongs to findings of a validation.
OF_FINDINGS = "validation_evidence"


@dataclass(frozen=True)
class CategoryEntry:
    """A category of the set in force."""

    id: str
    number: int
    name: str
    focus_area: str
    introduction: str


class Wording(NamedTuple):
    """What a criterion says and requires, in general or for one business type from a day on."""

    statement: str
    guidance: str
    evidence_required: bool


@dataclass(frozen=True)
class CriterionEntry:
    """A criterion of the set in force; ``levels`` maps each business type to its level.

    ``wordings`` contains the business types for which it has different words.
    """

    id: str
    code: str
    category: CategoryEntry
    position: int
    statement: str
    guidance: str
    evidence_required: bool
    is_stand_in: bool
    levels: Mapping[str, Level]
    wordings: Mapping[str, Wording] = field(default_factory=dict)

    def said_to(self, types: Iterable[str]) -> CriterionEntry:
        """The criterion in the words for these business types.

        The strictest words win, as Must beats Should (P1). Evidence that one type requires is
        required.
        """
        if not self.wordings:
            return self
        mine = list(types)
        own = Wording(self.statement, self.guidance, self.evidence_required)
        strictest = next((slug for slug in mine if self.levels[slug] == Level.MUST), mine[0])
        words = self.wordings.get(strictest, own)
        evidence = any(self.wordings.get(slug, own).evidence_required for slug in mine)
        return replace(self, **words._replace(evidence_required=evidence)._asdict())

    @cached_property
    def label(self) -> str:
        """The start of the statement, for lists: without "You must", capitalized."""
        said = _OPENING.sub("", self.statement)
        said = said[:1].upper() + said[1:]
        if len(said) <= LABEL_LENGTH:
            return said
        return said[:LABEL_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…"


@dataclass(frozen=True)
class Applicable:
    """A criterion as it applies to one mix of business types: Must beats Should (P1)."""

    entry: CriterionEntry
    level: Level
    types: tuple[str, ...]
    type_names: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id of the criterion."""
        return self.entry.id

    @property
    def code(self) -> str:
        """The number of the criterion, such as 3.5."""
        return self.entry.code

    @property
    def is_must(self) -> bool:
        """Whether it is a Must for at least one of the types."""
        return self.level == Level.MUST

    @property
    def applies_to(self) -> str:
        """The words "Applies to Importer and Exporter" (P1)."""
        return _("Applies to %(types)s") % {"types": listed(self.type_names)}


@dataclass(frozen=True)
class Mix:
    """The criteria for a mix of business types, in the order of the set."""

    criteria: tuple[Applicable, ...]

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the criteria."""
        return frozenset(one.id for one in self.criteria)

    @cached_property
    def evidence_required(self) -> frozenset[str]:
        """The ids of the criteria that require evidence."""
        return frozenset(one.id for one in self.criteria if one.entry.evidence_required)

    def codes(self, ids: Collection[str]) -> list[str]:
        """The numbers of some criteria, in the order of the set."""
        return [one.code for one in self.criteria if one.id in ids] if ids else []


@dataclass(frozen=True)
class DocumentTypeEntry:
    """A document type with the numbers of the categories that it fits."""

    code: str
    name: str
    categories: frozenset[int]


@dataclass(frozen=True)
class Catalogue:
    """The criteria set in force, complete; needs no further queries."""

    set_code: str
    set_title: str
    categories: tuple[CategoryEntry, ...]
    criteria: tuple[CriterionEntry, ...]
    type_names: Mapping[str, str]
    document_types: tuple[DocumentTypeEntry, ...]
    _mixes: dict[frozenset[str], Mix] = field(default_factory=dict, repr=False)

    @cached_property
    def by_code(self) -> Mapping[str, CriterionEntry]:
        """Criteria by their number."""
        return {one.code: one for one in self.criteria}

    @cached_property
    def by_id(self) -> Mapping[str, CriterionEntry]:
        """Criteria by their id."""
        return {one.id: one for one in self.criteria}

    def document_types_for(self, category: CategoryEntry) -> list[tuple[str, str]]:
        """(code, name) of the document types that fit a category, the most specific first."""
        fitting = [one for one in self.document_types if category.number in one.categories]
        return [
            (one.code, one.name) for one in sorted(fitting, key=lambda one: len(one.categories))
        ]

    def for_types(self, slugs: Iterable[str]) -> tuple[Applicable, ...]:
        """The criteria for a mix of business types, in the order of the set."""
        return self.mix_of(slugs).criteria

    def mix_of(self, slugs: Iterable[str]) -> Mix:
        """The same with their ids, for many profiles."""
        mix = frozenset(slugs)
        if mix not in self._mixes:
            self._mixes[mix] = Mix(tuple(self._mixed(mix)))
        return self._mixes[mix]

    def _mixed(self, mix: frozenset[str]) -> Iterable[Applicable]:
        for one in self.criteria:
            types = tuple(slug for slug in self.type_names if slug in mix and slug in one.levels)
            if not types:
                continue
            must = any(one.levels[slug] == Level.MUST for slug in types)
            names = tuple(self.type_names[slug] for slug in types)
            yield Applicable(one.said_to(types), Level.MUST if must else Level.SHOULD, types, names)


def listed(words: Iterable[str]) -> str:
    """Words listed as in a sentence: "A", "A and B", "A, B and C"."""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return _("%(most)s and %(last)s") % {"most": ", ".join(every[:-1]), "last": every[-1]}


class _Held(NamedTuple):
    stamp: Any
    day: dt.date
    checked_at: float
    catalogue: Catalogue


_held: _Held | None = None


def catalogue(*, fresh: bool = False) -> Catalogue:
    """The criteria set in force today; at most ``CHECK_SECONDS`` old, certainly current if
    ``fresh``.
    """
    global _held
    held, day, now = _held, clock.today(), time.monotonic()
    known = held is not None and held.day == day
    if known and held is not None and not fresh and now - held.checked_at < CHECK_SECONDS:
        return held.catalogue
    stamp = CatalogueStamp.objects.values_list("stamp", flat=True).first()
    if known and held is not None and held.stamp == stamp:
        _held = held._replace(checked_at=now)
    else:
        _held = _Held(stamp, day, now, _read(day))
    return _held.catalogue


def forget() -> None:
    """Drop the copy of this process, so that the next reader queries the database."""
    global _held
    _held = None


def _read(day: dt.date) -> Catalogue:
    newest = CriteriaSet.objects.filter(effective_on__lte=day).order_by("-effective_on").first()
    if newest is None:
        return Catalogue("", "", (), (), {}, ())
    categories = {
        row.pk: CategoryEntry(row.pk, row.number, row.name, row.focus_area, row.introduction)
        for row in Category.objects.filter(criteria_set=newest).order_by("number")
    }
    levels, wordings = _by_type(newest, day)
    criteria = tuple(
        CriterionEntry(
            id=row.pk,
            code=row.code,
            category=categories[row.category_id],
            position=row.position,
            statement=row.statement,
            guidance=row.guidance,
            evidence_required=row.evidence_required,
            is_stand_in=row.is_stand_in,
            levels=levels.get(row.pk, {}),
            wordings=wordings.get(row.pk, {}),
        )
        for row in Criterion.objects.filter(criteria_set=newest).order_by("position")
    )
    names = dict(BusinessType.objects.order_by("position", "slug").values_list("slug", "name"))
    return Catalogue(
        newest.code, newest.title, tuple(categories.values()), criteria, names, _document_types()
    )


def _by_type(
    newest: CriteriaSet, day: dt.date
) -> tuple[dict[str, dict[str, Level]], dict[str, dict[str, Wording]]]:
    """Levels and special words of each criterion by type; the newest effective version wins."""
    levels: dict[str, dict[str, Level]] = {}
    rows = Applicability.objects.filter(criterion__criteria_set=newest)
    for criterion_id, slug, level in rows.values_list("criterion_id", "business_type_id", "level"):
        levels.setdefault(criterion_id, {})[slug] = Level(level)
    wordings: dict[str, dict[str, Wording]] = {}
    versions = CriterionVersion.objects.filter(criterion__criteria_set=newest)
    for one in versions.filter(effective_on__lte=day).order_by("effective_on"):
        levels.setdefault(one.criterion_id, {})[one.business_type_id] = Level(one.level)
        words = Wording(one.statement, one.guidance, one.evidence_required)
        wordings.setdefault(one.criterion_id, {})[one.business_type_id] = words
    return levels, wordings


def _document_types() -> tuple[DocumentTypeEntry, ...]:
    rows = DocumentType.objects.filter(added_by=AddedBy.PARTNER).exclude(code=OF_FINDINGS)
    rows = rows.order_by("position", "name")
    return tuple(
        DocumentTypeEntry(row.code, row.name, frozenset(int(n) for n in row.criterion_categories))
        for row in rows
    )
