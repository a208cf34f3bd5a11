"""Rows of lists are kept by what they show, so they never show anything else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from django.utils.translation import override

from portal.templatetags import kept


@dataclass(frozen=True)
class Line:
    """A row with one value."""

    name: Any


def _list(body: str) -> Template:
    return Template("{% load kept %}{% kept row in rows %}" + body + "{% endkept %}")


def _drawn(page: Template, *names: Any, **more: Any) -> str:
    return page.render(Context({"rows": [Line(name) for name in names], **more}))


def test_equal_rows_are_drawn_once_and_others_are_drawn_as_they_are() -> None:
    page = _list("<td>{{ row.name }}</td>")
    before = kept._drawn.cache_info()
    assert _drawn(page, "Marigold", "Juniper") == "<td>Marigold</td><td>Juniper</td>"
    assert _drawn(page, "Juniper", "A & B") == "<td>Juniper</td><td>A &amp; B</td>"
    after = kept._drawn.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses + 3)


def test_two_lists_share_no_rows() -> None:
    assert _drawn(_list("<td>{{ row.name }}</td>"), "Marigold") == "<td>Marigold</td>"
    assert _drawn(_list("<th>{{ row.name }}</th>"), "Marigold") == "<th>Marigold</th>"


def test_a_row_is_drawn_in_the_language_of_the_reader() -> None:
    page = _list("{% load i18n %}{% get_current_language as language %}{{ language }} ")
    with override("en"):
        assert _drawn(page, "Marigold") == "en "
    with override("de"):
        assert _drawn(page, "Marigold") == "de "


def test_a_row_sees_nothing_of_the_page() -> None:
    page = _list("{{ row.name }}{{ user }}{{ request }}{{ nav }}")
    assert _drawn(page, "Marigold", user="Odalys", request="GET", nav="boxes") == "Marigold"


def test_each_page_puts_its_own_token_and_its_own_way_back_into_kept_rows() -> None:
    page = _list('<a href="/x{{ here }}">{{ row.name }}</a>{% csrf_token %}')
    for token, here in (("mine", "?back=%2Fa"), ("yours", "?back=%2Fb&<")):
        drawn = _drawn(page, "Marigold", csrf_token=token, nav={"here": here})
        assert f'value="{token}"' in drawn
        assert f'href="/x{here.replace("&", "&amp;").replace("<", "&lt;")}"' in drawn


@pytest.mark.parametrize(
    "name",
    [mark_safe("<b>Marigold</b>"), lazystr("Marigold"), dt.date(2026, 11, 27), ("a", 1.5), []],
)
def test_values_that_can_look_different_although_they_are_equal_are_refused(name: Any) -> None:
    with pytest.raises(TypeError):
        _drawn(_list("{{ row.name }}"), name)


def test_a_part_for_one_value_sees_what_is_named_and_is_kept_by_it() -> None:
    page = Template(
        "{% load kept %}{% kept title with id %}{{ id }}{{ title }}{{ more }}{% endkept %}"
    )
    for name in ("first", "second", "first"):
        assert page.render(Context({"title": "A<", "id": name, "more": "no"})) == f"{name}A&lt;"
    with pytest.raises(TypeError):
        page.render(Context({"title": "A", "id": mark_safe("<b>"), "more": ""}))


def test_plain_values_within_a_row_are_kept_too() -> None:
    names = (Line("a"), ("b", 1, True, None, uuid.uuid4()))
    assert _drawn(_list("{{ row.name.0.name }}{{ row.name.1.0 }}"), names) == "ab"


def test_what_people_typed_is_drawn_each_time() -> None:
    page = Template("{% load kept %}{% kept row in rows unless typed %}{{ row.name }}{% endkept %}")
    before = kept._drawn.cache_info().currsize
    assert _drawn(page, "Marigold & Sons", typed=True) == "Marigold &amp; Sons"
    assert kept._drawn.cache_info().currsize == before
    assert _drawn(page, "Marigold & Sons", typed=False) == "Marigold &amp; Sons"
    assert kept._drawn.cache_info().currsize == before + 1


def test_outside_tests_a_value_that_cannot_be_kept_is_drawn_each_time(settings: Any) -> None:
    settings.COMPARE_KEPT_MARKUP = False
    page = _list("{{ row.name }}")
    drawn = [_drawn(page, name) for name in ("<b>", mark_safe("<b>"), lazystr("<b>"))]
    assert drawn == ["&lt;b&gt;", "<b>", "&lt;b&gt;"]
