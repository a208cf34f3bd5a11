"""Every notice that the source sends has its text, and every placeholder has its value."""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.base import FilterExpression, Node, Template
from django.template.loader import get_template
from django.template.smartif import TokenBase

from audit.services import PROGRAM
from core.reference import rows_of
from notifications.facts.subjects import in_subject
from notifications.models import Outbox
from notifications.providers.kinds import PROGRAM_GROUPS, Recipient, kind, kinds_for
from notifications.services.sending import notify
from tests.architecture.source import Module, product

MAIL = Path(settings.BASE_DIR) / "templates" / "mail"
CODES = sorted(path.stem for path in MAIL.glob("*.txt") if path.stem != "layout")
ALWAYS = {
    "recipient",
    "subject",
    "link",
    "helpdesk",
    "site",
    "True",
    "False",
    "None",
    "forloop",
    "block",
}


@dataclass(frozen=True)
class Call:
    """One call of `notify` in the source."""

    place: str
    code: str
    named: frozenset[str]
    more: bool


def _calls() -> Iterator[Call]:
    for module in product():
        for node in module.nodes:
            if isinstance(node, ast.Call) and _is_notify(node):
                yield from _read(module, node)


def _is_notify(node: ast.Call) -> bool:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "notify" and bool(node.args)


def _read(module: Module, node: ast.Call) -> Iterator[Call]:
    named = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
    more = any(keyword.arg is None for keyword in node.keywords)
    place = f"{module.name}:{node.lineno}"
    for constant in _constants(node.args[0]):
        yield Call(place, constant, named, more)


def _constants(node: ast.expr) -> list[str]:
    """The code, or both codes of a conditional expression; other expressions are not read."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*_constants(node.body), *_constants(node.orelse)]
    return []


CALLS = list(_calls())


def _variables(template: Template) -> set[str]:
    """The names that a template takes from its context."""
    found = set(re.findall(r"\{\{\s*([a-z_]+)", template.source))
    for expression in _expressions(list(template.nodelist)):
        token = str(expression.token)
        name = re.match(r"[A-Za-z_][A-Za-z_0-9]*", token)
        if name is not None and not token.startswith("_("):
            found.add(name.group())
    local = set(re.findall(r"(\w+)=", template.source))
    local |= set(re.findall(r"\{% for (\w+)", template.source))
    return found - ALWAYS - local


def _expressions(value: Any) -> Iterator[FilterExpression]:
    """Every expression in a part of a compiled template: in nodes, conditions and their parts."""
    if isinstance(value, FilterExpression):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _expressions(one)
    elif isinstance(value, dict):
        yield from _expressions(list(value.values()))
    elif isinstance(value, Node | TokenBase):
        yield from _expressions(list(vars(value).values()))


def _of(code: str) -> Template:
    template: Template = get_template(f"mail/{code}.txt").template  # type: ignore[attr-defined]
    return template


def _places(code: str) -> set[str]:
    """The placeholders of a kind's subject."""
    return {name for _, name, _, _ in string.Formatter().parse(kind(code).subject) if name}


def test_the_source_sends_something() -> None:
    assert {call.code for call in CALLS} >= {"document.blocked"}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.code}@{call.place}")
def test_every_notice_sent_is_in_the_list_and_has_its_words(call: Call) -> None:
    assert call.code in {row["code"] for row in rows_of("program", "notifications.csv")}
    assert (MAIL / f"{call.code}.txt").exists(), call.place


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.code}@{call.place}")
def test_every_call_fills_the_places_of_its_subject(call: Call) -> None:
    if not call.more:
        assert _places(call.code) <= call.named, call.place


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.code}@{call.place}")
def test_every_call_fills_the_places_of_its_words(call: Call) -> None:
    if not call.more:
        assert _variables(_of(call.code)) <= call.named, call.place


def _said_in_source() -> set[str]:
    """Every text of the product's modules."""
    return {
        str(node.value)
        for module in product()
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_notice_of_the_data_is_sent_or_names_the_feature_to_come() -> None:
    said = _said_in_source()
    for row in rows_of("program", "notifications.csv"):
        is_sent = row["code"] in said and row["code"] in CODES
        assert (row["built"] == "yes") == is_sent, row["code"]
        assert row["built"].strip(), row["code"]


@pytest.mark.parametrize("code", CODES)
def test_every_template_is_of_a_kind_in_the_list(code: str) -> None:
    assert kind(code).code == code


def _mark(name: str) -> Any:
    """A value that fits a name: numbers and dates where words would not do."""
    if re.search(r"(^|_)(count|days|number|n|threads)$", name):
        return 7
    if re.search(r"(^|_)(date|on|until|due|at)$", name):
        return dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    return f"MARK {name}"


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_every_mail_can_be_written_and_shows_what_it_was_given(code: str) -> None:
    marks = {name: _mark(name) for name in _variables(_of(code)) | _places(code)}
    to = Recipient("anna@example.com", "Anna")
    (mail,) = notify(code, scope=PROGRAM, to=[to], url="/there", **marks)
    assert Outbox.objects.get(pk=mail.pk).subject == mail.subject
    for name in _places(code):
        assert str(_mark(name)) in mail.subject
    for words in (mail.text, mail.html):
        assert "Dear Anna," in words and "http://localhost:8000/there" in words
        assert not re.search(r"\{\{|\{%|\bNone\b", words)
    paragraphs = [p for p in mail.text.split("\n\n") if p.strip()]
    assert len(paragraphs) >= 3, "a greeting, something to say, and the end"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", [code for code in CODES if "ineligible" in (MAIL / f"{code}.txt").read_text("utf-8")]
)
def test_s1_a_mail_gives_the_reason_why_a_company_is_no_longer_eligible_or_none(code: str) -> None:
    marks = {name: _mark(name) for name in _variables(_of(code)) | _places(code)}
    to = Recipient("anna@example.com", "Anna")
    for why in ("an unpaid debt", ""):
        told = [{"type": "Importer", "why": why}]
        about = {**marks, "ineligible": told, "for_staff": False}
        (mail,) = notify(code, scope=PROGRAM, to=[to], url="/there", **about)
        (said,) = [one for one in mail.text.split("\n\n") if "no longer eligible" in one]
        reason = f"Reason: {why}. " if why else ""
        assert f"Importer. {reason}Your specialist looks" in said


@pytest.mark.parametrize("code", CODES)
def test_no_mail_greets_twice_or_signs(code: str) -> None:
    text = (MAIL / f"{code}.txt").read_text()
    assert not re.search(r"\b(Dear|Hello|Sincerely|Kind regards)\b", text)


NAMED = {"{{ account }}", "reference }}"}
LISTED = ("in partners %}", "in accounts %}")
#: About the portal, not about one partner.
ABOUT_THE_PORTAL = {"operations.record_differs"}


@pytest.mark.parametrize(
    "code",
    [
        one.code
        for one in kinds_for(staff=True)
        if PROGRAM_GROUPS & set(one.recipients) and one.code not in ABOUT_THE_PORTAL
    ],
)
def test_mails_to_staff_about_a_partner_name_the_company_and_its_account(code: str) -> None:
    template = (MAIL / f"{code}.txt").read_text("utf-8")
    named = all(one in template for one in NAMED) or any(one in template for one in LISTED)
    assert named, f"{code} does not say which account it is about"


def test_m_an_email_about_an_account_begins_with_its_name() -> None:
    for row in rows_of("program", "notifications.csv"):
        if "{account}" in row["subject_template"]:
            assert row["subject_template"].startswith("{account}"), row["code"]


LONG = "Thistlewick and Daughters International Home Goods and Seasonal Wreaths, Inc."
ARABIC = "\u0634\u0631\u0643\u0629 " * 60
STACKED = "e" + "\u0301\u0302" * 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [LONG, ARABIC, STACKED, "\U0001f3f3\ufe0f\u200d\U0001f308" * 40, "x" * 255]
)
@pytest.mark.parametrize("reference", ["", ", A-7K2M9Q"])
def test_m_what_follows_a_long_name_stays_readable(name: str, reference: str) -> None:
    (mail,) = notify(
        "document.blocked",
        scope=PROGRAM,
        to=[Recipient("anna@example.com")],
        account=f"{name}{reference}",
        file_name="f",
        infected=False,
        uploaded_on="today",
    )
    head, colon, rest = mail.subject.rpartition(": ")
    assert colon and rest == "a file could not be accepted"
    assert len(head) <= 65 and reference in head
    assert head.count("\u2068") == head.count("\u2069")
    assert not unicodedata.combining(head.rstrip("\u2069")[-1])


def test_m_a_name_is_cut_at_the_end_of_a_word() -> None:
    assert in_subject(LONG) == "Thistlewick and Daughters International Home…"
    assert in_subject("Thistlewick, A-7K2M9Q") == "Thistlewick, A-7K2M9Q"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_html_of_a_mail_names_its_language(language: str) -> None:
    """A screen reader speaks in it."""
    to = Recipient("ana@example.com", "Ana", language=language)
    (mail,) = notify("user.welcome", scope=PROGRAM, to=[to], url="/there")
    assert f'<html lang="{language}">' in mail.html
