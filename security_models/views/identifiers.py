"""The tab *Business entity IDs*: a box a kind of number, with Add and Delete (S3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.ids import new_id, parse_id
from core.web import PortalRequest, requires
from security_models import places, services
from security_models.boxes import Box, Page, Part, page_of
from security_models.checks import numbers
from security_models.checks.advice import advice_on, surroundings
from security_models.facts import Facts
from security_models.forms import IdentifierForm
from security_models.models import EntityIdentifier
from security_models.policies import P
from security_models.selectors import facts_of
from security_models.selectors.profile import identifiers_of, in_sister_accounts
from security_models.services.identifiers import locked_words
from security_models.views.frame import frame
from security_models.words import listed


@dataclass(frozen=True)
class Entry:
    """A number that is entered, with advice and whether it can be deleted."""

    row: EntityIdentifier
    kind: str
    about: str
    advice: list[str]
    locked: bool


@dataclass(frozen=True)
class Card:
    """A box with its form."""

    box: Box
    form: IdentifierForm
    entries: list[Entry]


@dataclass(frozen=True)
class Offer:
    """A number of a sister account that a box would take; ``key`` is the id of its copy here."""

    row: EntityIdentifier
    box: Box
    key: uuid.UUID


@dataclass(frozen=True)
class Section:
    """A part of the page with its cards."""

    part: Part
    cards: list[Card]


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def identifiers(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """All boxes; each adds and deletes by itself."""
    model = request.access.security_model
    facts, entered = facts_of(model), identifiers_of(model)
    page = page_of(facts, entered)
    if "delete" in request.POST:
        return _delete(request, facts)
    sections = _sections(request, facts, page, entered)
    cards = [card for section in sections for card in section.cards]
    posted = next((card for card in cards if card.form.is_bound), None)
    if posted is not None and (added := _add(request, posted)) is not None:
        messages.success(request, _read_as(added))
        return redirect(f"{places.url(model, 'identifiers')}#box-{posted.box.key}")
    form = posted.form if posted else None
    context = frame(
        request, "identifiers", "M-3", facts=facts, sections=sections, form=form,
        offers=_offers(request, page, entered), left=page.left,
        locked_why=locked_words(facts), locking=_locking(page),
    )  # fmt: skip
    status = form.status if form else 200
    return render(request, "security_models/identifiers.html", context, status=status)


def _locking(page: Page) -> str:
    """The kinds that the first submission locks, in words."""
    names = [box.label for box in page.boxes if box.locks_later]
    return listed(dict.fromkeys(names))


def _read_as(one: EntityIdentifier) -> str:
    """How what was typed was read, and what was read from it besides."""
    about = "" if one.type.masked else numbers.about(one.type_id, one.value)
    number = f"{one.shown} ({about})" if about else one.shown
    words = _("%(kind)s added. Read as %(number)s.") % {"kind": one.type.name, "number": number}
    if one.also is None:
        return words
    more = _("%(kind)s %(number)s was taken from it and added too.")
    more %= {"kind": one.also.type.name, "number": one.also.shown}
    return f"{words} {more}"


def _add(request: PortalRequest, card: Card) -> EntityIdentifier | None:
    def service(data: dict[str, Any]) -> EntityIdentifier:
        kind = data.get("kind")
        return services.add_identifier(
            actor=request.access,
            model=request.access.security_model,
            form_key=data["form_key"],
            kinds=[kind] if kind else card.box.codes,
            value=data["value"],
            personal=bool(data.get("personal")),
        )

    return card.form.run(service)


def _delete(request: PortalRequest, facts: Facts) -> HttpResponse:
    model = facts.model
    key = parse_id(request.POST["delete"])
    try:
        shown = key and services.delete_identifier(
            actor=request.access, model=model, identifier_id=key
        )
        if shown:
            messages.success(request, _("%(number)s is deleted.") % {"number": shown})
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    return redirect(places.url(model, "identifiers"))


def _sections(
    request: PortalRequest, facts: Facts, page: Page, entered: list[EntityIdentifier]
) -> list[Section]:
    around = surroundings(request.access, facts, entered)

    def card(box: Box) -> Card:
        entries = [
            Entry(
                one,
                kind,
                "" if one.type.masked else numbers.about(one.type_id, one.value),
                advice_on(one, around),
                facts.submitted and one.type.locked_after_first_submission,
            )
            for one, kind in box.lines
        ]
        return Card(box, _form(request, box), entries)

    return [Section(part, [card(box) for box in part.boxes]) for part in page.parts]


def _offers(request: PortalRequest, page: Page, entered: list[EntityIdentifier]) -> list[Offer]:
    """Numbers of sister accounts for the boxes that have room for them; each an explicit choice."""
    boxes = {
        code: box for box in page.boxes if not box.full and not box.locked for code in box.codes
    }
    rows = in_sister_accounts(request.access, request.access.security_model, entered)
    return [Offer(one, boxes[one.type_id], new_id()) for one in rows if one.type_id in boxes]


def _form(request: PortalRequest, box: Box) -> IdentifierForm:
    """The form of a box: bound if this box was sent, with what was kept if this box was kept."""
    about: dict[str, Any] = {
        "types": list(box.types),
        "ambiguous": box.ambiguous,
        "label": box.label,
        "auto_id": f"id_{box.key}_%s",
    }
    kept = getattr(request, "kept_post", None)
    if request.POST.get("box") == box.key or (kept and kept.get("box") == box.key):
        return IdentifierForm.of(request, **about)
    return IdentifierForm(**about)
