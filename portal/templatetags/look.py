"""What components cannot express in a template: icons, statuses and form widgets.

The words and looks of a status are defined here once, so that a list of a hundred rows and a single
page show the same. Classes of the design system stay in ``templates/cotton/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    DateInput,
    FileInput,
    PasswordInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from core.listing import ListPage
from core.text import visible_length
from identity.forms import PasskeyInput
from portal.looks import STATUSES, Look
from security_profile.states import CriterionState

register = template.Library()


def look_of(code: Any) -> Look:
    """The look of a status; an unknown code is shown gray, in its own words."""
    key = str(code).lower().replace("_", "-").replace(" ", "-")
    known = STATUSES.get(key)
    return known or Look("none", "", str(code).replace("_", " ").replace("-", " ").capitalize())


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The address of all icons; it stays the same while a process runs."""
    return static("uswds/img/sprite.svg")


@lru_cache(maxsize=256)
def _drawing(name: str, css: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="pp-icon{}" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        sprite,
        name,
    )


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One icon of the sprite; hidden from assistive technology unless it has a label."""
    if not name:
        return SafeString("")
    drawing = _drawing(str(name), str(css), _sprite())
    return format_html('{}<span class="sr">{}</span>', drawing, label) if label else drawing


@register.simple_tag
def status(code: Any, label: Any = "") -> SafeString:
    """A status rectangle; ``label`` replaces the usual words ("Returned, 3 left")."""
    if not code:
        return SafeString("")
    look = look_of(code)
    # Escaped before it becomes a key: safe and unsafe texts with the same letters are equal.
    return _rectangle(look.tone, look.icon, conditional_escape(label or look.words), _sprite())


@lru_cache(maxsize=512)
def _rectangle(tone: str, name: str, words: str, sprite: str) -> SafeString:
    drawing = _drawing(name, "", sprite) if name else ""
    return format_html('<span class="pp-st pp-st--{}">{}{}</span>', tone, drawing, words)


@register.simple_tag
def status_icon(code: Any) -> SafeString:
    """Only the icon of a status, in its color, with its words hidden: for dense lists."""
    look = look_of(code)
    return _small(look.tone, look.icon, str(look.words), _sprite())


@lru_cache(maxsize=512)
def _small(tone: str, name: str, words: str, sprite: str) -> SafeString:
    drawing = _drawing(name, "", sprite) if name else ""
    return format_html(
        '<span class="pp-sti pp-sti--{}">{}<span class="sr">{}</span></span>', tone, drawing, words
    )


@register.simple_tag
def criterion_states() -> list[tuple[str, Any]]:
    """(name in the style sheet, words) of every state of a criterion: the key of the squares."""
    return [(str(one).replace("_", "-"), one.label) for one in CriterionState]


_KINDS: tuple[tuple[type, str], ...] = (
    (CheckboxSelectMultiple, "checkboxes"),
    (RadioSelect, "radios"),
    (CheckboxInput, "checkbox"),
    (Textarea, "textarea"),
    (Select, "select"),
    (PasswordInput, "password"),
    (ClearableFileInput, "file"),
    (FileInput, "file"),
    (DateInput, "date"),
    (PasskeyInput, "passkey"),
)


@register.filter
def kind(field: BoundField) -> str:
    """How to draw a form field, by its widget."""
    if field.is_hidden:
        return "hidden"
    for widget_class, name in _KINDS:
        if isinstance(field.field.widget, widget_class):
            return name
    return "text"


@register.simple_tag
def widget(field: BoundField, css: str = "", describedby: str = "", **attrs: Any) -> SafeString:
    """The widget of a bound field with its class and what describes it.

    ``describedby`` contains ids; the caller leaves out those of empty parts.
    """
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value}
    if css:
        own = field.field.widget.attrs.get("class", "")
        given["class"] = f"{own} {css}".strip()
    if field.field.required:
        given["aria-required"] = "true"
    if field.errors:
        given["aria-invalid"] = "true"
    if describedby.strip():
        given["aria-describedby"] = " ".join(describedby.split())
    return field.as_widget(attrs=given)


@register.simple_tag
def describes(field: BoundField, hint: Any, drawn: str) -> str:
    """The ids of what describes a field: its hint, its error, its character count."""
    parts = []
    if hint or field.help_text or drawn in {"date", "file"}:
        parts.append(f"{field.auto_id}_helptext")
    if field.errors:
        parts.append(f"{field.auto_id}_error")
    if drawn == "textarea" and getattr(field.field, "max_length", None):
        parts.append(f"{field.auto_id}_count")
    return " ".join(parts)


@register.filter
def minimum(field: BoundField) -> int:
    """The minimum number of characters, even if a shorter draft can be saved; 0 for none."""
    asked = field.field.widget.attrs.get("data-min") or getattr(field.field, "min_length", None)
    return int(asked or 0)


@register.filter
def grouped(number: Any) -> str:
    """A number, also in the words of an attribute, with separators from 10,000 on."""
    return f"{int(number):,}" if int(number) >= 10_000 else str(number)


@register.filter
def missing(field: BoundField) -> int:
    """How many characters a text is short of its minimum."""
    return max(0, minimum(field) - visible_length(str(field.value() or "")))


@register.filter
def target(field: BoundField) -> str:
    """The id for a link to this field: its control, or the first of a group."""
    if kind(field) in {"radios", "checkboxes"}:
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


@register.filter
def lookup(mapping: Mapping[str, Any] | None, key: Any) -> Any:
    """``mapping[key]`` or None; keys are compared as text."""
    return {str(k): v for k, v in (mapping or {}).items()}.get(str(key), "")


class Mistake(NamedTuple):
    """One line of the error summary."""

    href: str
    words: str


def _forms_in(source: Any) -> Iterator[BaseForm]:
    if isinstance(source, BaseForm):
        yield source
    elif isinstance(source, BaseFormSet) or (
        isinstance(source, Iterable) and not isinstance(source, str | Mapping)
    ):
        for one in source:
            yield from _forms_in(one)


def _of_form(form: BaseForm) -> Iterator[Mistake]:
    if not form.is_bound or not form.errors:
        return
    for error in form.non_field_errors().as_data():
        yield from _lines(error, str(getattr(error, "url", "")))
    for name in form.fields:
        field = form[name]
        for error in form.errors.get(name, form.error_class()).as_data():
            yield from _lines(error, "" if field.is_hidden else f"#{target(field)}")


def _lines(error: ValidationError, href: str) -> Iterator[Mistake]:
    for words in error.messages:
        yield Mistake(href, words)


@register.simple_tag
def mistakes(*sources: Any) -> list[Mistake]:
    """All errors of forms and formsets in the order of the page, each with its link."""
    found: list[Mistake] = []
    for source in sources:
        if isinstance(source, BaseFormSet) and source.is_bound:
            found += [Mistake("", str(words)) for words in source.non_form_errors()]
        for form in _forms_in(source):
            found += _of_form(form)
    return found


@register.simple_tag
def kept_form(form: Any, forms: Any) -> Any:
    """A form that shows what was kept when a session ended; None if there is none."""
    found = [one for one in [form, *(forms or [])] if getattr(one, "kept", False)]
    return next((one for one in found if one.is_multipart()), found[0] if found else None)


@register.simple_tag(takes_context=True)
def title_prefix(context: template.Context) -> str:
    """The words "Error: " for the title, if a form on the page was refused."""
    sources = [context.get(name) for name in ("form", "formset", "forms")]
    failed = context.get("page_has_errors") or mistakes(*[one for one in sources if one])
    return gettext("Error: ") if failed else ""


@register.filter
def percent(part: int, whole: int) -> int:
    """``part`` of ``whole`` in whole percent; never 100 before everything is done."""
    return min(100, int(part) * 100 // int(whole)) if whole else 0


class Cell(NamedTuple):
    """One value of a list row, with the words of its column."""

    label: Any
    value: Any
    numeric: bool


@register.filter
def cells(row: Any, page: ListPage) -> list[Cell]:
    """The cells of a row, by the columns that its list declares."""
    return [Cell(one.label, one.value(row), one.numeric) for one in page.listing.columns]


@register.simple_tag
def list_query(page: ListPage, **changes: Any) -> str:
    """The query string of a list's state, for links that keep filter and sort."""
    return page.query(**changes)


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int]:
    """First, last and the neighbors of the current page; 0 marks a gap."""
    last = page.paginator.num_pages
    near = sorted({1, last, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)})
    numbers: list[int] = []
    for number in near:
        if numbers and number - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(number)
    return numbers
