"""What makes loading the demonstration fast, and its progress display."""

from __future__ import annotations

import datetime as dt
import io
import sys
from typing import Any

import pdfplumber
import pytest
from django.contrib.auth.hashers import check_password, make_password

from identity.models import User
from portal.demo import cast
from portal.demo.hashes import each_secret_hashed_once
from portal.demo.management.commands.load_demo import Command
from portal.demo.papers import Paper, print_papers
from portal.demo.scenarios import DEMO, SCENARIOS, people

ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DAY = dt.date(2026, 3, 2)


class Terminal(io.StringIO):
    """A terminal that records what was written."""

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True


def test_a_secret_of_the_demonstration_is_hashed_once(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ARGON2
    with each_secret_hashed_once():
        first, again, other = (make_password(word) for word in ("sea", "sea", "lake"))
        assert check_password("sea", first)
        assert not check_password("lake", first)
    assert first == again != other
    assert check_password("sea", first)
    assert not check_password("lake", first)


def test_everybody_else_gets_a_hash_of_their_own(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ARGON2
    with each_secret_hashed_once():
        shared = make_password("sea")
    assert len({shared, make_password("sea"), make_password("sea")}) == 3


@pytest.mark.django_db
def test_everybody_of_the_demonstration_has_its_password() -> None:
    people()
    users = User.objects.filter(email__endswith=".example")
    everybody = {person.email for person in (*cast.STAFF, cast.OCTAVIA)}
    everybody |= {person.email for company in cast.COMPANIES for person, _role in company.people}
    assert set(users.values_list("email", flat=True)) == everybody
    assert all(user.check_password(cast.PASSWORD) for user in users)


def test_each_paper_is_a_document_of_its_own() -> None:
    papers = [
        Paper("Seals.pdf", "Seal control", ["The shift supervisor holds the keys."]),
        Paper("Yards.pdf", "Yard patrol", ["Guards walk the fence.", "They do so at night."]),
    ]
    uploads = print_papers(papers, DAY)
    assert [upload.name for upload in uploads] == ["Seals.pdf", "Yards.pdf"]
    for paper, upload in zip(papers, uploads, strict=True):
        with pdfplumber.open(io.BytesIO(upload.read())) as document:
            [page] = document.pages
            words = page.extract_text()
            assert document.metadata["Title"] == paper.title
        said = [
            one for one in papers if one.title in words and all(text in words for text in one.texts)
        ]
        assert said == [paper]
        assert "Mar 2, 2026" in words


def test_without_papers_nothing_is_printed() -> None:
    assert print_papers([], DAY) == []


def test_a_terminal_shows_a_bar_that_names_what_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    scenarios = [SCENARIOS[name] for name in DEMO]
    assert list(Command(stdout=terminal)._told(scenarios)) == scenarios
    shown = terminal.getvalue()
    assert all(one.about in shown for one in scenarios)
    assert f"{len(DEMO)}/{len(DEMO)}" in shown


def test_elsewhere_each_company_is_a_line() -> None:
    written = io.StringIO()
    scenarios = [SCENARIOS[name] for name in DEMO]
    assert list(Command(stdout=written)._told(scenarios)) == scenarios
    assert written.getvalue().splitlines() == [f"  {one.about}" for one in scenarios]
