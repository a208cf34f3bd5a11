"""Printing: within its limits, in parts that join into one tagged document (U-10, U-11, A5)."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from core import bounded, pdf, pdf_parts
from core.pdf import RenderingFailed, make_pdf
from files.providers.document_kinds import context_of
from security_profile.presentation.application_document import KIND, TEMPLATE, document_content
from tests.factories.maximal import DIMENSIONS, application, takes

ROOT = Path(__file__).resolve().parents[2]


def printed(content: dict[str, Any]) -> bytes:
    """The application's PDF, made as the worker makes it."""
    whole = document_content(content, is_draft=True, facts=[("Status", "x")], as_of="today")
    return make_pdf(TEMPLATE, context_of(KIND, "Application", whole))


@pytest.fixture(scope="module")
def long_one() -> bytes:
    """An application of more than one part, with the largest answers of each kind."""
    return printed(
        application([make() for make in DIMENSIONS.values()], 2 * len(DIMENSIONS), files=2)
    )


def test_a5_every_dimension_is_what_a_form_takes() -> None:
    assert {name for name, make in DIMENSIONS.items() if not takes(make())} == set()


def test_a5_the_largest_answers_of_each_kind_are_printed_within_the_limits(long_one: bytes) -> None:
    text = re.sub(r"\s+", "", "".join(_text(page) for page in pypdfium2.PdfDocument(long_one)))
    for whole in (
        "W" * 50,
        "<&>\"'" * 10,
        "files it for a year. Our team checks".replace(" ", ""),
        "1.1Must",
        "2.6Must",
    ):
        assert whole in text


def _text(page: Any, bottom: float = 0, top: float = 1000) -> str:
    """The words of a page between two heights, in points from its lower edge."""
    found: str = page.get_textpage().get_text_bounded(bottom=bottom, top=top)
    return found


def test_a5_parts_join_into_one_document_that_is_tagged_from_end_to_end(long_one: bytes) -> None:
    with pikepdf.open(io.BytesIO(long_one)) as opened:
        tree = opened.Root.StructTreeRoot
        nums = list(tree.ParentTree.Nums)
        of_key = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        assert list(of_key) == sorted(of_key)
        assert opened.Root.Lang == "en" and opened.Root.MarkInfo.Marked
        for page in opened.pages:
            for number in _marks(page):
                element = of_key[int(page.obj.StructParents)][number]
                assert element.Pg.objgen == page.obj.objgen
                assert _leads_up_to(element, tree)
        headings = [str(one.S) for one in tree.K[0].K if re.match("/H[1-6]", str(one.S))]
        assert headings.count("/H1") == 1 and headings.count("/H2") == 3


def _marks(page: pikepdf.Page) -> list[int]:
    """The numbers of the tagged pieces of a page."""
    found = []
    for one in pikepdf.parse_content_stream(page):
        operands: Any = one.operands
        if str(one.operator) == "BDC" and "/MCID" in operands[1]:
            found.append(int(operands[1].MCID))
    return found


def _leads_up_to(element: Any, root: Any) -> bool:
    """Whether an element is in the tree, and each element above it names it as its child.

    Decorations that WeasyPrint marks as no structure name only their parent.
    """
    while element.objgen != root.objgen:
        parent = element.P
        children = parent.K if isinstance(parent.K, pikepdf.Array) else [parent.K]
        named = element.objgen in {getattr(one, "objgen", None) for one in children}
        if not named and element.S != "/NonStruct":
            return False
        element = parent
    return True


def test_a5_every_page_of_all_parts_has_its_number_and_its_heading_line(long_one: bytes) -> None:
    pages = list(pypdfium2.PdfDocument(long_one))
    for number, page in enumerate(pages, 1):
        words = _text(page, top=60)
        assert f"Page {number} of {len(pages)}" in words and words.count("Page") == 1
        assert "DRAFT" in words
        assert ("A-WBST01" in _text(page, bottom=page.get_height() - 65)) == (number > 1)


def test_a5_page_numbers_are_no_part_of_what_is_read_aloud(long_one: bytes) -> None:
    with pikepdf.open(io.BytesIO(long_one)) as opened:
        for page in opened.pages:
            end = page.Contents[-1].read_bytes()
            assert b"/Artifact" in end and end.count(b"BDC") == end.count(b"EMC") == 1


def test_a5_the_outline_goes_through_all_parts(long_one: bytes) -> None:
    with pikepdf.open(io.BytesIO(long_one)) as opened, opened.open_outline() as outline:
        (title,) = outline.root
        names = [one.title for one in title.children]
        profile = title.children[names.index("Security profile")]
        assert [one.title for one in profile.children] == ["1. Category 1", "2. Category 2"]
        second: Any = profile.children[1].children
        assert [one.title.split()[0] for one in second] == [f"2.{n}" for n in range(1, 9)]
        places = [opened.pages.index(pikepdf.Page(one.destination[0])) for one in second]
        assert places == sorted(places) and places[0] > 0


def test_a5_the_same_content_gives_the_same_bytes_also_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_parts, "PART_WEIGHT", 2_000)
    content = application(["Seals are checked."], 3)
    first = printed(content)
    assert first == printed(content)
    assert first.count(b"%%EOF") == 1


def test_an_ordinary_application_is_one_part() -> None:
    content = application(["Our team checks this every month. " * 8], 101)
    whole = document_content(content, is_draft=True, facts=[], as_of="today")
    from django.template.loader import render_to_string

    html = render_to_string(TEMPLATE, context_of(KIND, "Application", whole))
    assert len(pdf_parts.parts_of(html)) == 1


def test_u11_no_part_is_heavier_than_the_weight_of_a_part_or_one_piece() -> None:
    pieces = [f"<p>{'x' * size}</p>" for size in (90_000, 20_000, 70_000, 300_000, 10)]
    html = f"<html><head></head><body>{pdf_parts.MARK.join(pieces)}</body></html>"
    parts = pdf_parts.parts_of(html)
    assert [sum(piece in part.html for piece in pieces) for part in parts] == [1, 2, 1, 1]


# --- limits ---------------------------------------------------------------------------------------


def _limited(**changes: int) -> bounded.Limits:
    return bounded.Limits(**{**vars(pdf.LIMITS), **changes})


def test_u11_what_takes_too_long_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LIMITS", _limited(cpu_seconds=1))
    with pytest.raises(RenderingFailed, match="more than 1 seconds of processor time"):
        printed(application([DIMENSIONS["one wide word"]()], 10))


def test_u11_what_takes_too_much_memory_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LIMITS", _limited(memory_bytes=120 * 1024**2))
    with pytest.raises(RenderingFailed, match=r"more than 120 MB of memory|MemoryError"):
        printed(application(["x"], 10))


def _helper_that(folder: Path, name: str, does: str) -> None:
    """A helper whose children run one line of Python with their job."""
    words = f"import os, time\nfrom core import bounded\n\n\ndef work(job):\n    {does}\n\n\n"
    serves = "if __name__ == '__main__':\n    bounded.serve(lambda: None, work)\n"
    (folder / f"{name}.py").write_text(words + serves)
    (folder / "core").symlink_to(Path(bounded.__file__).parent)


def test_u11_what_stands_still_is_ended_with_all_it_started_and_the_next_job_is_done(
    tmp_path: Path,
) -> None:
    (tmp_path / "noted").mkdir()
    note = "open(f'noted/{os.getpid()}', 'w').close(); os.fork()"
    _helper_that(tmp_path, "asleep", f"{note}; time.sleep(job['seconds'])")
    with pytest.raises(bounded.OutOfBounds, match="longer than 1 seconds"):
        bounded.run("asleep", {"seconds": 600}, _limited(wall_seconds=1), tmp_path)
    (child,) = (int(path.name) for path in (tmp_path / "noted").iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    bounded.run("asleep", {"seconds": 0}, pdf.LIMITS, tmp_path)


def test_u11_a_helper_that_was_killed_is_replaced(tmp_path: Path) -> None:
    _helper_that(tmp_path, "killer", "job['kill'] and os.kill(os.getppid(), 9)")
    with pytest.raises(bounded.ChildFailed, match="helper has ended"):
        bounded.run("killer", {"kill": True}, pdf.LIMITS, tmp_path)
    bounded.run("killer", {"kill": False}, pdf.LIMITS, tmp_path)


def test_u11_one_job_sees_nothing_of_another(tmp_path: Path) -> None:
    _helper_that(
        tmp_path, "grows", "os.environ.update(left='x') if job['first'] else os.environ['left']"
    )
    bounded.run("grows", {"first": True}, pdf.LIMITS, tmp_path)
    with pytest.raises(bounded.ChildFailed, match="KeyError: 'left'"):
        bounded.run("grows", {"first": False}, pdf.LIMITS, tmp_path)


@pytest.mark.parametrize("end", ["pass", "1 / 0", "os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_u11_what_a_job_leaves_in_the_temporary_folder_goes_with_it(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    _helper_that(tmp_path, "litters", f"import tempfile; tempfile.mkdtemp(prefix='left-'); {end}")
    with contextlib.suppress(bounded.ChildFailed, bounded.OutOfBounds):
        bounded.run("litters", {}, pdf.LIMITS, tmp_path)
    assert not list(temporary.iterdir())


def test_u11_a_child_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do-not-tell")
    _helper_that(tmp_path, "teller", "raise ValueError(sorted(os.environ))")
    with pytest.raises(bounded.ChildFailed) as told:
        bounded.run("teller", {}, pdf.LIMITS, tmp_path)
    assert "SECRET" not in str(told.value) and "PATH" in str(told.value)


def test_u10_names_lead_to_bundled_files_only() -> None:
    from core.pdf_child import _bundled

    folders = pdf._folders()
    assert _bundled("css/pdf.css", folders) is not None
    for name in ("../manage.py", "css/../../manage.py", "/etc/passwd", "", "uswds/../../x"):
        assert _bundled(name, folders) is None, name


# --- the largest valid content --------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", list(DIMENSIONS))
def test_a5_a_whole_profile_of_the_largest_answers_is_printed(name: str) -> None:
    with pikepdf.open(
        io.BytesIO(printed(application([DIMENSIONS[name]()], 144, files=20)))
    ) as made:
        assert len(made.pages) > 1


@pytest.mark.long
@pytest.mark.timeout(3600)
@effort(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(min_size=1, max_size=4000).filter(takes), min_size=1, max_size=12))
def test_a5_whatever_the_form_takes_is_printed(texts: list[str]) -> None:
    assert printed(application(texts, 24)).startswith(b"%PDF-")
