"""Every sample page, and so every component, meets the rules for all pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.look.conftest import PAGES, Render
from tests.look.page import Page

COTTON = Path(settings.BASE_DIR) / "templates" / "cotton"
TAG = re.compile(r"<c-([a-z0-9._-]+)")


def _used(text: str) -> set[str]:
    named = {name.replace("-", "_").replace(".", "/") for name in TAG.findall(text)}
    return named - {"slot", "vars"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_a_language_a_title_and_a_way_to_its_content(
    render: Render, name: str
) -> None:
    page = Page(render(name))
    assert page.tree.get("lang") == "en"
    headings = page.all("//h1")
    assert len(headings) == (2 if name == "sign" else 1)  # the receipt brings its own
    assert page.words("//title").endswith("| Partner Portal")
    assert page.one("//a[@class='usa-skipnav']").get("href") == "#main"
    assert page.one("//main").get("id") == "main"


@pytest.mark.parametrize("name", PAGES)
def test_names_ids_and_labels_of_a_page_are_whole(render: Render, name: str) -> None:
    page = Page(render(name))
    assert page.doubled_ids() == []
    assert list(page.dangling()) == []
    assert list(page.unlabelled()) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_obeys_a_strict_content_security_policy(render: Render, name: str) -> None:
    page = Page(render(name))
    assert page.all("//@style") == []
    assert page.all("//style") == []
    assert page.all("//script[not(@src)]") == []
    assert [one for one in page.all("//@*") if getattr(one, "attrname", "").startswith("on")] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_form_has_one_filled_button_and_words_of_its_own(render: Render, name: str) -> None:
    page = Page(render(name))
    for group in page.all("//*[contains(concat(' ', @class, ' '), ' pp-actions ')]"):
        filled = [
            button
            for button in group.iter("button", "a")
            if "usa-button" in button.get("class", "").split()
            and not re.search(r"--(outline|unstyled)", button.get("class", ""))
        ]
        assert len(filled) == 1, name
    for form in page.all("//main//form[@method='post']"):
        assert form.get("novalidate") is not None


def _named_by_pages() -> set[str]:
    sources = [*COTTON.parent.rglob("*.html"), *(Path(__file__).parent).rglob("*.html")]
    return set().union(*(_used(path.read_text()) for path in sources))


def _there() -> set[str]:
    return {path.relative_to(COTTON).with_suffix("").as_posix() for path in COTTON.rglob("*.html")}


def test_every_component_is_used_and_every_one_used_exists() -> None:
    assert _named_by_pages() == _there()


def test_every_component_is_listed_in_the_reference() -> None:
    words = _used((COTTON / "README.md").read_text())
    inner = {"skip_link", "demo_notice", "messages", "breadcrumb", "nav/header", "nav/identity"}
    inner |= {"nav/boxes", "nav/items", "nav/tree", "nav/short_tree", "nav/whole_tree"}
    assert _there() - inner - words == set()


def test_the_demonstration_says_so_and_nothing_else_does(render: Render) -> None:
    assert "Demonstration system." in render("plain")
    assert "Demonstration system." not in render("plain", site={"name": "Partner Portal"})


def test_n1_the_three_boxes_stand_at_the_left_with_the_current_account_marked(
    render: Render,
) -> None:
    page = Page(render("glance"))
    boxes = page.all("//nav[@aria-label='Trade account']/details/summary")
    assert [box.text_content() for box in boxes] == [
        "Trade Organization(s)",
        "Trade Account Operations",
        "Trade Account Information",
        "Shortcuts",
    ]
    current = page.one("//ul[contains(@class, 'pp-tree')]//a[@aria-current]")
    assert current.text_content() == "Thistlewick Home Goods"


def test_n1_the_boxes_stand_before_there_is_anything_in_them(render: Render) -> None:
    page = Page(render("glance", nav={}))
    assert len(page.all("//nav[@aria-label='Trade account']/details")) == 3
    assert "You do not belong to a trade account yet." in page.text


def test_t11_an_ancestor_without_membership_is_a_plain_name(render: Render) -> None:
    page = Page(render("glance"))
    plain = page.one("//span[@class='pp-navplain']")
    assert plain.text_content() == "Thistlewick Group"


def test_n4_the_application_menu_signs_out_by_post(render: Render) -> None:
    page = Page(render("glance"))
    menu = page.one("//details[contains(@class, 'pp-appmenu')]")
    assert [link.text_content() for link in menu.iter("a")] == [
        "User profile",
        "Change password",
        "Security questions",
    ]
    assert menu.find(".//form").get("method") == "post"


def test_staff_see_another_header_than_partners(render: Render) -> None:
    assert Page(render("review")).one("//body").get("class") == "is-staff"
    assert Page(render("glance")).one("//body").get("class") == ""


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500])
def test_every_error_page_says_what_to_do_next(render: Render, code: int) -> None:
    page = Page(render(f"errors/{code}.html", nav={}, site={}))
    assert len(page.all("//h1")) == 1
    assert len(page.all("//main//p")) >= 2
    assert page.all("//main//a[@href]")


def test_r6_who_lacks_a_right_reads_who_has_it(render: Render) -> None:
    text = render("errors/403.html", what="You can't sign and submit.", who=["Marguerite Ashdown"])
    assert "can&#x27;t sign and submit." in text
    assert "Marguerite Ashdown" in text
