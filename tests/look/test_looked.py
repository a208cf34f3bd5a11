"""Which faults the check of a page finds; every test of a page relies on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import looked
from tests.looked import faults_of

pytestmark = pytest.mark.browser
DARK, PALE = "color: rgb(20, 20, 20)", "color: rgb(210, 210, 210)"


@pytest.fixture
def page(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """An empty page, before any color was measured."""
    monkeypatch.setattr(looked, "MEASURED", set())
    context = chromium.new_context(viewport={"width": 320, "height": 700})
    yield context.new_page()
    context.close()


def show(page: Page, main: str) -> None:
    page.set_content(
        f"<html lang='en'><title>Page</title><body style='background: white; {DARK}'>"
        f"<main><h1>Page</h1>{main}</main>"
    )


def rules_broken(page: Page) -> list[str]:
    return [one.partition(":")[0] for one in faults_of(page)]


def test_a_good_page_has_no_faults(page: Page) -> None:
    show(page, "<p>Text</p>")
    assert faults_of(page) == []


@pytest.mark.parametrize(
    "wrong",
    [
        f"<p style='{PALE}'>Text</p>",
        f"<p style='{PALE}'>Said by <b style='{DARK}'>someone</b></p>",
        "<p style='background: rgb(40, 40, 40)'>Text</p>",
        "<div style='background: rgb(40, 40, 40)'><p>Text</p></div>",
        "<div style='opacity: 0.3'><p>Text</p></div>",
        f"<label>Name <input style='{PALE}' value='Text'></label>",
        f"<div style='position: absolute'><p style='{PALE}'>Text</p></div>",
    ],
)
def test_weak_contrast_is_told_beside_colors_that_are_known(page: Page, wrong: str) -> None:
    for good in ("<p>Text</p>", "<label>Name <input></label>"):
        show(page, good)
        assert faults_of(page) == []
    for _ in range(2):
        show(page, f"<p>Text</p>{wrong}")
        assert rules_broken(page) == ["color-contrast"]


def test_the_same_colors_are_measured_again_in_small_letters(page: Page) -> None:
    gray = "color: rgb(130, 130, 130)"
    show(page, f"<p style='{gray}; font-size: 30px'>Text</p>")
    assert faults_of(page) == []
    show(page, f"<p style='{gray}; font-size: 15px'>Text</p>")
    assert rules_broken(page) == ["color-contrast"]


def test_colors_that_were_only_seen_where_contrast_does_not_count_are_not_known(page: Page) -> None:
    show(page, f"<label>Name <input disabled style='{PALE}' value='Text'></label>")
    assert faults_of(page) == []
    show(page, f"<label>Name <input style='{PALE}' value='Text'></label>")
    assert rules_broken(page) == ["color-contrast"]


def test_what_shows_on_a_phone_only_is_measured_there(page: Page) -> None:
    narrow = "<style>p { display: none } @media (width < 400px) { p { display: block } }</style>"
    page.set_viewport_size({"width": 1280, "height": 700})
    show(page, f"{narrow}<p style='{PALE}'>Text</p>")
    assert faults_of(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert rules_broken(page) == ["color-contrast"]


def test_what_shows_on_a_phone_only_is_looked_at_there_though_the_page_was_looked_at(
    page: Page,
) -> None:
    narrow = (
        "<style>nav { display: none } @media (width < 400px) { nav { display: block } }</style>"
    )
    page.set_viewport_size({"width": 1280, "height": 700})
    show(page, f"{narrow}<nav><div><img src='data:,'></div></nav>")
    assert faults_of(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    told = [one.partition(":")[0] for one in faults_of(page, again=True)]
    assert "image-alt" in told


def test_what_scrolls_at_one_width_only_is_told_there(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    show(
        page, f"<div style='overflow-x: auto'><div style='width: 600px'>{'Text ' * 20}</div></div>"
    )
    assert faults_of(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    told = [one.partition(":")[0] for one in faults_of(page, again=True)]
    assert told == ["scrollable-region-focusable"]


def test_rules_beside_contrast_are_tried_on_every_page(page: Page) -> None:
    for _ in range(2):
        show(page, "<input><img src='data:,'>")
        assert sorted(rules_broken(page)) == ["image-alt", "label"]


def test_what_is_wider_than_the_screen_is_named(page: Page) -> None:
    show(page, "<div class='far' style='width: 400px'>Text</div>")
    assert "too wide: DIV.far" in faults_of(page)
    show(page, "x" * 200)
    assert [one for one in faults_of(page) if one.startswith("too wide")]
