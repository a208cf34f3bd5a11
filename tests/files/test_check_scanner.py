"""`manage.py check_scanner` distinguishes a working scanner from one that accepts everything."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command

from files import scanners
from files.checks import openxml
from tests.files import corpus
from tests.files.clamd import Clamd


def _run() -> str:
    said = io.StringIO()
    call_command("check_scanner", stdout=said)
    return said.getvalue()


def test_u3_the_built_in_check_passes() -> None:
    scanners.scanner.cache_clear()
    assert _run().count("ok ") == 3


def test_u3_a_daemon_that_says_ok_for_locked_archives_is_named(clamd: Clamd) -> None:
    with pytest.raises(CommandError):
        _run()


def test_u3_a_daemon_that_is_away_does_not_pass(clamd: Clamd) -> None:
    clamd.stop()
    with pytest.raises(CommandError):
        _run()


def test_u1_a_document_whose_main_part_has_another_name_is_taken() -> None:
    source = corpus.word()
    renamed = corpus.with_types(source, b"/word/document.xml", b"/word/document2.xml")
    assert [p.code for p in openxml.word_problems(io.BytesIO(renamed), "a.docx")] == ["mismatch"]
    with zipfile.ZipFile(io.BytesIO(source)) as opened:
        named = opened.read("_rels/.rels").replace(b"word/document.xml", b"word/document2.xml")
    whole = corpus.rezip(renamed, {"word/document2.xml": b"<document/>"}, {"_rels/.rels": named})
    assert list(openxml.word_problems(io.BytesIO(whole), "a.docx")) == []
