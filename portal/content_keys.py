"""All that markup can show of a value, as a key under which the markup is kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Hashable
from functools import singledispatch
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django_cotton.templatetags import Attrs

#: Widgets that draw nothing but their own attributes and choices, and the value of the field.
_CHOSEN = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect, forms.Select)
_TYPED = (
    *(forms.TextInput, forms.EmailInput, forms.PasswordInput, forms.Textarea),
    *(forms.FileInput, forms.ClearableFileInput),
)


class NotKept(Exception):
    """The value has no content that could be compared, or is not worth keeping."""


@singledispatch
def content_of(value: Any) -> Hashable:
    """All that markup can show of a value, so that equal contents are drawn alike.

    The type belongs to it: a safe text is drawn otherwise than the same letters unescaped, and True
    otherwise than 1. Raises NotKept for a value whose content is not known.
    """
    raise NotKept(type(value))


@content_of.register(str)
@content_of.register(int)
@content_of.register(float)
@content_of.register(uuid.UUID)
@content_of.register(dt.date)
@content_of.register(type(None))
def _plain(value: Hashable) -> Hashable:
    return type(value), value


@content_of.register(Promise)
def _translated(value: Promise) -> Hashable:
    return _plain(str(value))


@content_of.register(list)
@content_of.register(tuple)
def _each(value: list[Any] | tuple[Any, ...]) -> Hashable:
    return tuple(map(content_of, value))


@content_of.register(dict)
def _pairs(value: dict[Any, Any]) -> Hashable:
    if type(value) is not dict:
        raise NotKept(type(value))
    return tuple((content_of(key), content_of(one)) for key, one in value.items())


@content_of.register(Attrs)
def _passed_on(value: Attrs) -> Hashable:
    return str(value)


@content_of.register(BoundField)
def _field(value: BoundField) -> Hashable:
    """A field without mistakes. What people typed is not kept: it is hardly ever shown again."""
    field, widget, now = value.field, value.field.widget, value.value()
    if value.errors or type(widget) not in (_CHOSEN if now else _CHOSEN + _TYPED):
        raise NotKept(value.name)
    return (
        type(value.form),
        (value.html_name, value.auto_id, value.id_for_label, value.form.use_required_attribute),
        content_of([value.label, value.help_text, now]),
        (field.required, field.disabled, getattr(field, "max_length", None)),
        (getattr(field, "min_length", None), getattr(field, "max_lines", None)),
        type(widget),
        content_of({name: one for name, one in vars(widget).items() if name != "check_test"}),
    )
