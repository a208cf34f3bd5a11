"""The tab *Business entity IDs*: one box for each kind of number, with Add and Delete (S3).

The page is one form: each button also saves the numbers typed into all boxes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.ids import new_id, parse_id
from core.text import listed
from core.web import PortalRequest, requires
from security_models import services
from security_models.forms import IdentifierForm
from security_models.models import EntityIdentifier, SecurityModel
from security_models.policies import P
from security_models.presentation import identifier_hints
from security_models.presentation.identifier_advice import advice_on, surroundings
from security_models.presentation.identifier_boxes import Box, Page, Part, page_of
from security_models.providers import NumberRequests, number_requests_of
from security_models.selectors import facts_of
from security_models.selectors.numbers_and_papers import identifiers_of, in_sister_accounts
from security_models.views.frame import after_save, frame, say_saved_on


@dataclass(frozen=True)
class Entry:
    """An entered number, with advice and whether it can be deleted."""

    row: EntityIdentifier
    kind: str
    about: str
    advice: list[str]
    locked: bool
    ask_url: str = ""
    is_asked: bool = False


@dataclass(frozen=True)
class Card:
    """A box with its form."""

    box: Box
    form: IdentifierForm
    entries: list[Entry]

    @property
    def takes_more(self) -> bool:
        """Whether the input is shown. A number that was typed and refused is never hidden."""
        return bool(self.form.is_bound) or not (self.box.locked or self.box.full)


@dataclass(frozen=True)
class Offer:
    """A number of a sister account that a box would take."""

    row: EntityIdentifier
    box: Box


@dataclass(frozen=True)
class Section:
    """A part of the page with its cards."""

    part: Part
    cards: list[Card]


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def identifiers(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """All boxes in one form: every button adds what was typed."""
    boxes = _Boxes(request)
    if request.method == "POST" and boxes.save():
        return redirect(boxes.onwards)
    facts, page = boxes.facts, boxes.page
    context = frame(
        request, "identifiers", "M-3", facts=facts, sections=boxes.sections(),
        forms=list(boxes.forms.values()), offers=boxes.offers(), left=boxes.left(),
        locking=_locking(page), asking=boxes.asking,
    )  # fmt: skip
    status = boxes.refused[0].status if boxes.refused else 200
    return render(request, "security_models/identifiers.html", context, status=status)


class _Boxes:
    """The boxes of the page for one request, their forms, and the refusals."""

    def __init__(self, request: PortalRequest) -> None:
        self.request = request
        self.refused: list[IdentifierForm] = []
        self._read()
        self.forms = {box.key: self._form(box) for box in self.page.boxes}

    def _read(self) -> None:
        """What is entered now."""
        model = self.request.access.security_model
        self.facts, self.entered = facts_of(model), identifiers_of(model)
        self.page = page_of(self.facts, self.entered)
        self.asking = self._asking(model)

    def _asking(self, model: SecurityModel) -> NumberRequests:
        """Where the locked numbers can be asked for, by those who may change the others."""
        access = self.request.access
        if not (self.facts.submitted and self.facts.editable and access.has(P.EDIT)):
            return NumberRequests()
        locked = [one.pk for one in self.entered if one.type.locked_after_first_submission]
        return number_requests_of(model, locked)

    def _form(self, box: Box, *, sent: bool | None = None) -> IdentifierForm:
        """The form of a box: bound if its *Add* button was used or if a number was typed
        into it.
        """
        about: dict[str, Any] = {
            "types": list(box.types),
            "ambiguous": box.ambiguous,
            "label": box.label,
            "prefix": box.key,
        }
        posted = self.request.POST
        if sent is None:
            typed = posted.get(f"{box.key}-value", "").strip()
            sent = self.request.method != "POST" or bool(typed) or posted.get("box") == box.key
        return IdentifierForm.of(self.request, **about) if sent else IdentifierForm(**about)

    def save(self) -> bool:
        """Delete, copy and add as requested; return whether no typed number was refused.

        Boxes whose numbers contain another one come last, so that a number which was typed as well
        is not refused as a duplicate.
        """
        _delete(self.request)
        _copy(self.request, self.offers())
        told: list[str] = []
        for box in sorted(self.page.boxes, key=lambda box: any(one.gives for one in box.types)):
            form = self.forms[box.key]
            if not form.is_bound:
                continue
            if (added := _add(self.request, box, form)) is None:
                self.refused.append(form)
            else:
                told.append(_read_as(added))
        if told:
            say_saved_on(self.request, "identifiers", " ".join(told))
        if self.refused:
            self._read()
            refused = {str(form.prefix): form for form in self.refused}
            self.forms = {
                box.key: refused.get(box.key) or self._form(box, sent=False)
                for box in self.page.boxes
            }
        return not self.refused

    @property
    def onwards(self) -> str:
        """The previous or next tab for *Previous* and *Next*; otherwise this one, at the box of
        *Add*.
        """
        onwards = after_save(self.request, "identifiers")
        pressed = self.request.POST.get("box")
        return f"{onwards}#box-{pressed}" if pressed in self.forms else onwards

    def sections(self) -> list[Section]:
        """The parts of the page with their cards."""
        around = surroundings(self.request.access, self.facts, self.entered)

        def card(box: Box) -> Card:
            entries = [
                self._entry(
                    one,
                    kind,
                    "" if one.type.masked else identifier_hints.about(one.type_id, one.value),
                    advice_on(one, around),
                )
                for one, kind in box.lines
            ]
            return Card(box, self.forms[box.key], entries)

        return [Section(part, [card(box) for box in part.boxes]) for part in self.page.parts]

    def left(self) -> list[Entry]:
        """Numbers that are no longer required: locked ones can be asked for, too (S3)."""
        return [self._entry(one, one.type.name) for one in self.page.left]

    def _entry(
        self, one: EntityIdentifier, kind: str, about: str = "", advice: Sequence[str] = ()
    ) -> Entry:
        return Entry(
            one,
            kind,
            about,
            list(advice),
            self.facts.submitted and one.type.locked_after_first_submission,
            self.asking.changes.get(one.pk, ""),
            one.pk in self.asking.waiting,
        )

    def offers(self) -> list[Offer]:
        """Numbers of sister accounts for boxes that have room; each is added only if selected."""
        boxes = {
            code: box
            for box in self.page.boxes
            if not box.full and not box.locked
            for code in box.codes
        }
        access = self.request.access
        rows = in_sister_accounts(access, access.security_model, self.entered)
        return [Offer(one, boxes[one.type_id]) for one in rows if one.type_id in boxes]


def _locking(page: Page) -> str:
    """The kinds that the first submission locks, in words."""
    names = [box.label for box in page.boxes if box.locks_later]
    return listed(dict.fromkeys(names))


def _read_as(one: EntityIdentifier) -> str:
    """How the typed text was read, and which other number was read from it."""
    about = "" if one.type.masked else identifier_hints.about(one.type_id, one.value)
    number = f"{one.shown} ({about})" if about else one.shown
    words = _("%(kind)s added. Read as %(number)s.") % {"kind": one.type.name, "number": number}
    if one.also is None:
        return words
    more = _("%(kind)s %(number)s is part of it and was added too.")
    more %= {"kind": one.also.type.name, "number": one.also.shown}
    return f"{words} {more}"


def _add(request: PortalRequest, box: Box, form: IdentifierForm) -> EntityIdentifier | None:
    def service(data: dict[str, Any]) -> EntityIdentifier:
        kind = data.get("kind")
        return services.add_identifier(
            actor=request.access,
            model=request.access.security_model,
            form_key=data["form_key"],
            kinds=[kind] if kind else box.codes,
            value=data["value"],
            personal=bool(data.get("personal")),
        )

    return form.run(service)


def _copy(request: PortalRequest, offers: list[Offer]) -> None:
    """Add the selected number of a sister account; afterwards it is no longer offered."""
    key = parse_id(request.POST.get("offer", ""))
    offer = next((one for one in offers if one.row.pk == key), None)
    if offer is None:
        return
    with _told(request):
        added = services.add_identifier(
            actor=request.access,
            model=request.access.security_model,
            form_key=new_id(),
            kinds=[offer.row.type_id],
            value=offer.row.value,
        )
        say_saved_on(request, "identifiers", _read_as(added))


def _delete(request: PortalRequest) -> None:
    key = parse_id(request.POST.get("delete", ""))
    if key is None:
        return
    with _told(request):
        shown = services.delete_identifier(
            actor=request.access, model=request.access.security_model, identifier_id=key
        )
        if shown:
            messages.success(request, _("%(number)s is deleted.") % {"number": shown})


@contextmanager
def _told(request: PortalRequest) -> Iterator[None]:
    """A refusal that belongs to no field is shown above the page."""
    try:
        yield
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
