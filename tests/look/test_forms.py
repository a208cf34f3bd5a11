"""How fields, errors and lists are drawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.template import Context, Template
from django_cotton.compiler_regex import CottonCompiler

from core import clock
from core.days import coming_example, example_day
from core.forms import PortalForm
from reviews.forms.queue import SnoozeForm
from reviews.forms.staffing import AbsenceForm
from tests.look.conftest import Render
from tests.look.page import Page
from tests.look.sample import SampleForm, list_page


def draw(source: str, **context: Any) -> Page:
    """A template written in the test."""
    compiled = CottonCompiler().process("{% load look %}" + source)
    return Page(Template(compiled).render(Context(context)))


def test_a_field_names_its_hint_and_its_error() -> None:
    page = draw('<c-form.field :field="form.name" />', form=SampleForm({"name": ""}))
    control = page.one("//input[@name='name']")
    assert control.get("aria-describedby") == "id_name_helptext id_name_error"
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-required") == "true"
    assert page.words("//*[@id='id_name_helptext']") == "As in your deed."
    assert page.words("//*[@id='id_name_error']").startswith("Error:")


def test_what_was_typed_stays_and_is_escaped() -> None:
    form = SampleForm({"name": '"><script>alert(1)</script>', "history": "</textarea><b>"})
    page = draw('<c-form.field :field="f.name" /><c-form.field :field="f.history" />', f=form)
    assert page.one("//input").get("value") == '"><script>alert(1)</script>'
    assert page.one("//textarea").text.strip() == "</textarea><b>"
    assert page.all("//script") == []


def test_words_given_to_a_component_are_escaped_once() -> None:
    page = draw(
        '<c-page-head title="{{ title }}" /><c-status code="returned" :label="title" />'
        '<c-summary-row label="x" :value="title" />',
        title="Ash & <Sons>",
    )
    assert page.words("//h1") == "Ash & <Sons>"
    assert page.words("//span[contains(@class, 'pp-st')]") == "Ash & <Sons>"
    assert page.words("//dd") == "Ash & <Sons>"


def test_what_somebody_typed_is_never_run_as_a_template() -> None:
    typed = "{{ secret }} {% now 'Y' %} <c-icon name='x' /> \"quoted\""
    page = draw(
        '<c-page-head title="{{ typed }}" /><c-summary-row label="x" value="{{ typed }}" />',
        typed=typed,
        secret="s3cret",
    )
    assert page.words("//h1") == typed
    assert page.words("//dd") == typed


def test_a_component_does_not_pick_up_words_of_the_page_around_it() -> None:
    around = ("tools", "saved", "lead", "heading", "note", "who", "label", "hint", "status", "due")
    page = draw(
        "<c-page-head title='Own' /><c-alert>Text</c-alert><c-task title='Task' />"
        "<c-section id='s' title='S'>.</c-section><c-panel title='P'>.</c-panel>"
        '<c-form.field :field="f.history" />',
        f=SampleForm(),
        **dict.fromkeys(around, "not mine"),
    )
    assert "not mine" not in page.text


def test_named_slots_are_shown_in_their_places() -> None:
    page = draw(
        "<c-section id='s' title='S'><c-slot name='tools'><b>tool</b></c-slot>.</c-section>"
        "<c-form.field :field='f.history'><c-slot name='saved'><i>saved</i></c-slot></c-form.field>"
        "<c-confirm title='Delete?' action='Delete' cancel_href='/'>"
        "<c-slot name='fields'><input type='hidden' name='v'></c-slot></c-confirm>",
        f=SampleForm(),
    )
    assert page.one("//section/div/div/b").text == "tool"
    assert page.one("//div[@class='pp-savedline']/i").text == "saved"
    assert page.one("//form//input[@name='v']") is not None


def test_the_summary_links_each_error_to_its_control() -> None:
    page = draw('<c-form.errors :form="form" />', form=SampleForm({"history": "x"}))
    links = page.all("//div[@role='alert']//a/@href")
    assert "#id_name" in links
    assert "#id_answer_0" in links
    assert page.one("//div[@role='alert']").get("tabindex") == "-1"


def test_an_error_of_the_whole_form_may_lead_elsewhere() -> None:
    form = SampleForm({})
    error = ValidationError("Name an Officer first.")
    error.url = "/contacts"  # type: ignore[attr-defined]
    form.add_error(None, error)
    page = draw('<c-form.errors :form="form" />', form=form)
    assert page.all("//a[@href='/contacts']")[0].text == "Name an Officer first."


def test_every_error_names_its_field_and_says_what_to_do() -> None:
    typed = {"name": "x" * 81, "email": "who", "started": "soon", "employees": "many", "kind": "no"}
    form = SampleForm({**typed, "country": "XX"}, {})
    said = [str(words) for errors in form.errors.values() for words in errors]
    assert said == [
        "Shorten “Company name” to 80 characters; it has 81.",
        "Enter an email address, for example name@example.com.",
        f"Enter “Business start date” as a date, for example {example_day(clock.today())}.",
        "Enter “Number of employees” as a whole number.",
        "Choose an option for “Country”.",
        "Fill in “Brief history”.",
        "Choose an option for “How do you meet 3.5?”.",
        "Choose an option for “Type of user”.",
        "Tick “I have read the agreement and certify that it is true”.",
        "Fill in “Password”.",
    ]


def test_a_form_may_have_words_of_its_own() -> None:
    class Own(PortalForm):
        rate = forms.CharField(label="100 % sure?", error_messages={"required": "Say it."})
        other = forms.CharField(label="100 % sure?")
        long = forms.CharField(label="100 % long", max_length=3)

    form = Own({"long": "four"})
    assert form.errors["long"] == ["Shorten “100 % long” to 3 characters; it has 4."]
    assert form.errors["rate"] == ["Say it."]
    assert form.errors["other"] == ["Fill in “100 % sure?”."]


def test_no_errors_no_summary() -> None:
    assert draw('<p>.</p><c-form.errors :form="form" />', form=SampleForm()).all("//div") == []


def test_the_title_says_error_first_when_a_form_was_refused(render: Render) -> None:
    assert Page(render("forms")).words("//title").startswith("Error: ")
    assert not Page(render("plain")).words("//title").startswith("Error: ")


def test_errors_of_a_formset_are_listed_too() -> None:
    class Row(forms.Form):
        city = forms.CharField(label="City")

    rows = formset_factory(Row, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-city": "Ely"}
    )
    page = draw('<c-form.errors :formset="rows" />', rows=rows)
    assert page.all("//a/@href") == ["#id_form-1-city"]


def test_radios_and_checkboxes_keep_their_choice_and_their_group() -> None:
    form = SampleForm(initial={"kind": "admin", "uses": ["cargo"]})
    page = draw('<c-form.field :field="f.kind" /><c-form.field :field="f.uses" />', f=form)
    assert page.all("//input[@checked]/@value") == ["admin", "cargo"]
    assert [legend.text.strip() for legend in page.all("//legend")] == [
        "Type of user",
        "Address types",
    ]


def test_a_password_is_never_written_back() -> None:
    page = draw('<c-form.field :field="f.password" />', f=SampleForm({"password": "S3cret!x"}))
    assert page.one("//input").get("value") is None
    assert page.one("//button").get("hidden") is not None


def test_an_unknown_status_is_shown_in_its_own_words() -> None:
    assert draw("{% status 'odd_thing' %}").words("//span[@class]") == "Odd thing"


def test_a_list_shows_its_filter_its_order_its_rows_and_its_pages() -> None:
    rows = [{"name": f"Row {n}", "n": n} for n in range(60)]
    shown = list_page(rows, {"state": "a"})
    page = draw('<c-listing :page="page" caption="Rows" export="/x" />', page=shown)
    assert page.one("//th[@aria-sort]").get("aria-sort") == "ascending"
    assert page.all("//th/a/@href") == ["?state=a&sort=-name"]
    assert len(page.all("//tbody/tr")) == 25
    assert page.words("//div[@class='pp-pages']/span") == "Showing 26 to 50 of 60"
    assert "?state=a&sort=name&page=3" in page.all("//nav//a/@href")
    assert "/x?state=a&sort=name&export=csv" in page.all("//a/@href")
    assert page.one("//option[@selected]").get("value") == "a"
    assert list(page.unlabelled()) == []


def test_an_empty_list_says_why_and_offers_one_act() -> None:
    tag = (
        '<c-listing :page="page" caption="Rows" empty="No users." empty_why="Only you have access."'
        ' empty_href="/add" empty_action="Add" />'
    )
    page = draw(tag, page=list_page([]))
    assert "No users." in page.text
    assert page.all("//a[@href='/add']")
    filtered = draw(tag, page=list_page([], {"q": "zzz"}))
    assert "Nothing matches this filter." in filtered.text


def test_rows_of_your_own_replace_the_declared_ones() -> None:
    page = draw(
        '<c-listing :page="page" caption="Rows"><tr><td>Own</td></tr></c-listing>',
        page=list_page([{"name": "x", "n": 1}]),
    )
    assert [row.text_content() for row in page.all("//tbody/tr")] == ["Own"]


def test_the_example_of_a_day_to_come_lies_ahead_on_each_day_of_four_years() -> None:
    for number in range(4 * 366):
        today = dt.date(2027, 1, 1) + number * dt.timedelta(days=1)
        example = dt.datetime.strptime(coming_example(today), "%b %d, %Y").date()
        assert today < example <= today + dt.timedelta(days=62)


@pytest.mark.parametrize("form", [SnoozeForm, AbsenceForm])
def test_forms_about_days_to_come_give_one_as_an_example(form: type[PortalForm]) -> None:
    example = coming_example(clock.today())
    assert example in str(form().fields["until"].help_text)
    assert example in str(form({"until": "soon"}, {}).errors["until"])
