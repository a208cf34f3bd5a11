"""Components are kept by what they were given, so they never show anything else."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from django.utils.translation import override

from portal.templatetags import kept_components


class GateForm(forms.Form):
    """A text that people type, a choice, and a file."""

    note = forms.CharField(label="Note", required=False, max_length=40)
    gate = forms.ChoiceField(label="Gate", choices=[("n", "North"), ("s", "South")])
    photo = forms.FileField(label="Photo")


def _part(body: str, *names: str) -> Template:
    tag = f"{{% kept_component {' '.join(names)} %}}"
    return Template("{% load kept_components %}" + tag + body + "{% endkept_component %}")


def _stored() -> int:
    return kept_components._place.cache_info().currsize


def test_a_component_is_drawn_once_for_equal_values(settings: Any) -> None:
    settings.COMPARE_KEPT_MARKUP = False
    page = _part("{{ name }}{% if other %}!{% endif %}", "name")
    assert page.render(Context({"name": "A & B"})) == "A &amp; B"
    assert page.render(Context({"name": "A & B", "other": 1})) == "A &amp; B", "kept"
    assert page.render(Context({"name": "Juniper", "other": 1})) == "Juniper!"


def test_a_component_that_shows_more_than_it_names_fails_in_tests() -> None:
    page = _part("{{ name }}{{ other }}", "name")
    page.render(Context({"name": "Marigold", "other": "one"}))
    with pytest.raises(AssertionError, match="was kept"):
        page.render(Context({"name": "Marigold", "other": "two"}))


def test_values_that_are_drawn_otherwise_are_other_values() -> None:
    page = _part("{{ name }}", "name")
    drawn = [
        page.render(Context({"name": name}))
        for name in (mark_safe("<b>"), "<b>", 1, True, 1.0, lazystr("<b>"), None)
    ]
    assert drawn == ["<b>", "&lt;b&gt;", "1", "True", "1.0", "&lt;b&gt;", "None"]


def test_a_component_is_drawn_in_the_language_and_time_zone_of_the_reader() -> None:
    page = _part("{% load i18n tz %}{% get_current_language as l %}{{ l }} {{ at|date:'H' }}", "at")
    at = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    with override("en"), timezone.override("America/New_York"):
        assert page.render(Context({"at": at})) == "en 07"
    with override("de"), timezone.override("Asia/Tokyo"):
        assert page.render(Context({"at": at})) == "de 21"


def test_a_value_without_known_content_is_drawn_each_time() -> None:
    page = _part("{{ thing }}", "thing")
    before = _stored()
    assert page.render(Context({"thing": kept_components})).startswith("&lt;module")
    assert _stored() == before


@pytest.mark.parametrize(
    ("name", "data", "is_kept"),
    [
        ("note", {}, True),
        ("note", {"note": "The north gate"}, False),
        ("note", {"note": "x" * 41}, False),
        ("gate", {"gate": "n"}, True),
        ("photo", {}, True),
    ],
)
def test_a_field_is_kept_unless_it_shows_a_mistake_or_what_someone_typed(
    name: str, data: dict[str, str], is_kept: bool
) -> None:
    kept_components._place.cache_clear()
    page = _part("{{ field }}", "field")
    before = _stored()
    form = GateForm(initial=data, prefix=f"p{name}{len(data)}")
    if data == {"note": "x" * 41}:
        form = GateForm({"note": "x" * 41})
    page.render(Context({"field": form[name]}))
    assert (_stored() > before) is is_kept


def test_fields_that_are_drawn_otherwise_are_other_fields() -> None:
    page = _part("{{ field.label }} {{ field }}", "field")

    def shown(form: GateForm) -> str:
        return f"{form['gate'].label} {form['gate']}"

    one, other = GateForm(initial={"gate": "n"}), GateForm(initial={"gate": "s"})
    other.fields["gate"].label = "Dock"
    for form in (one, other, one):
        assert page.render(Context({"field": form["gate"]})) == shown(form)


def test_a_component_is_kept_for_everything_that_it_was_given() -> None:
    button = Template('{% cotton button :name="name" variant="plain" %}{{ words }}{% endcotton %}')
    drawn = [
        button.render(Context({"name": name, "words": words}))
        for name, words in (("go", "Go"), ("go", "Stop"), ("stop", "Stop"), ("go", "Go"))
    ]
    assert drawn[0] == drawn[3]
    assert len(set(drawn)) == 3


class Fields:
    """A form with one choice field, and what changes how it is drawn."""

    CHANGES: tuple[dict[str, Any], ...] = (
        {"label": "Dock"},
        {"help_text": "Where trucks enter."},
        {"required": False},
        {"disabled": True},
        {"choices": [("n", "North"), ("s", "South dock")]},
    )

    @staticmethod
    def form(*, prefix: str = "", value: str = "n", **field: Any) -> forms.Form:
        """The form; what is not given is as usual."""
        usual = {"label": "Gate", "choices": [("n", "North"), ("s", "South")], "required": True}
        made = type("GateForm", (forms.Form,), {"gate": forms.ChoiceField(**{**usual, **field})})
        form: forms.Form = made(initial={"gate": value}, prefix=prefix)
        return form


@pytest.mark.parametrize(
    ("form", "given"),
    [
        *((change, {}) for change in Fields.CHANGES),
        ({"prefix": "second"}, {}),
        ({"value": "s"}, {}),
        *(({}, {name: "x"}) for name in ("label", "hint", "width", "audience", "class")),
        ({}, {"audience": "shared", "readers": "x"}),
        ({"widget": forms.RadioSelect}, {"cards": "x"}),
        ({"widget": forms.RadioSelect}, {"cards": "x", "notes": {"n": "Closed at night"}}),
    ],
    ids=repr,
)
def test_whatever_a_field_is_drawn_from_makes_it_another_field(
    settings: Any, form: dict[str, Any], given: dict[str, Any]
) -> None:
    settings.COMPARE_KEPT_MARKUP = False
    names = " ".join(f':{name}="{name}"' for name in given)
    usual = Template('{% cotton form.field :field="field" %}{% endcotton %}')
    other = Template('{% cotton form.field :field="field" ' + names + " %}{% endcotton %}")
    usual.render(Context({"field": Fields.form()["gate"]}))
    kept_components._place.cache_clear()
    fresh = other.render(Context({"field": Fields.form(**form)["gate"], **given}))
    kept_components._place.cache_clear()
    usual.render(Context({"field": Fields.form()["gate"]}))
    assert other.render(Context({"field": Fields.form(**form)["gate"], **given})) == fresh
    assert fresh != usual.render(Context({"field": Fields.form()["gate"]}))


def test_a_kept_component_takes_no_parameter_from_the_page() -> None:
    """A parameter without a default would be looked for in the page if it is not given."""
    needed = {"field", "name", "href", "number", "statement"}
    bare = {
        (path.name, word)
        for path in Path("templates/cotton").rglob("*.html")
        if "{% kept_component" in (text := path.read_text())
        for word in re.sub(r'[\w-]+="[^"]*"', "", text.split("<c-vars")[1].split("/>")[0]).split()
        if word not in needed
    }
    assert not bare


def test_secrets_that_a_tool_copies_or_saves_stay_in_no_memory() -> None:
    secret = "JBSWY3DPEHPK3PXP"
    before = _stored()
    tool = Template('{% cotton tool :data-text="key" %}Copy{% endcotton %}')
    assert secret in tool.render(Context({"key": secret}))
    assert _stored() == before
