"""Every file of the corpus is accepted, refused or blocked as it says, in words (U-1, U-2, U-8)."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import Problem
from files import services
from files.checks import names, pdf_walk
from files.scanners import BuiltInCheck, Outcome
from tests.factories.upload_corpus import BLOCKED, GOOD, REFUSED, Blocked, Good, Refused


def _problems(name: str, content: bytes) -> list[Problem]:
    upload = SimpleUploadedFile("x", content)
    # The class of Django cuts names itself; requests bring them whole.
    upload._name = name  # type: ignore[attr-defined]
    return services.examine(upload)


def _verdict(content: bytes) -> Outcome:
    """What the check says of a file that was received: what it does, then the scanner."""
    if content.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(content)) as document:
            if pdf_walk.finds(document):
                return Outcome.UNSCANNABLE
    return BuiltInCheck().scan(io.BytesIO(content)).outcome


@pytest.mark.parametrize("good", GOOD, ids=lambda one: one.name)
def test_u1_a_good_file_is_accepted_under_its_cleaned_name(good: Good) -> None:
    assert _problems(good.name, good.make()) == []
    assert names.clean(good.name) == good.kept_as


@pytest.mark.parametrize("bad", REFUSED, ids=lambda one: one.name)
def test_u1_a_bad_file_is_refused_with_a_sentence_that_says_why(bad: Refused) -> None:
    first, *_others = _problems(bad.name, bad.make())
    assert (first.code, first.field) == (bad.code, "file")
    assert bad.words in str(first.message)
    assert str(first.message).endswith(".")


@pytest.mark.parametrize("bad", BLOCKED, ids=lambda one: one.name)
def test_u3_a_file_that_only_the_check_sees_through_is_blocked(bad: Blocked) -> None:
    content = bad.make()
    assert _problems(bad.name, content) == []
    assert _verdict(content) is bad.outcome


def test_u1_the_corpus_has_at_least_60_good_and_60_bad_files() -> None:
    assert min(len(GOOD), len(REFUSED) + len(BLOCKED)) >= 60
