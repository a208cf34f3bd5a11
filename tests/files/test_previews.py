"""What the worker finds inside files, and how it keeps it (U-2, U-8, U-11, D5)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image

from audit.models import ScopeKind, SweepRun
from core import bounded, clock
from core.ids import new_id
from files import services
from files.checks.formats import format_of
from files.contents import inside, texts
from files.contents.inside import look_inside
from files.models import FileText, Preview, StoredFile
from files.services.uploads import store
from files.states import RenderState, ScanState
from tests.factories.previews import asked, drawn
from tests.factories.upload_corpus import GOOD, Good
from tests.files import corpus

pytestmark = pytest.mark.django_db


def kept(content: bytes, name: str = "plan.pdf") -> StoredFile:
    """A clean file of a company."""
    found = format_of(name)
    assert found is not None
    file = StoredFile(
        id=new_id(),
        name=name,
        content_type=found.content_type,
        size=len(content),
        sha256=services.sha256_of(_upload(content)),
        state=ScanState.CLEAN,
        uploaded_at=clock.now(),
        scanned_at=clock.now(),
        scope_kind=ScopeKind.SECURITY_MODEL,
        scope_id=new_id(),
    )
    store(file, _upload(content))
    return file


def _upload(content: bytes) -> Any:
    from django.core.files.base import ContentFile

    return ContentFile(content)


def _in_store(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", corpus.good())
def test_u8_every_good_file_is_drawn_or_read(name: str) -> None:
    found = format_of(name)
    assert found is not None
    seen = look_inside(io.BytesIO(corpus.good()[name]), found.content_type)
    assert seen.problem == ""
    assert seen.pictures or seen.text
    for picture in seen.pictures:
        with Image.open(io.BytesIO(picture.content)) as opened:
            assert (opened.format, opened.size) == ("PNG", (picture.width, picture.height))
            assert max(opened.size) <= 1_600


#: Each kind and content of the corpus once; many of its files differ by their names only.
CONTENTS = {(one.make(), one.kept_as.rpartition(".")[2].lower()): one for one in GOOD}


@pytest.mark.parametrize("good", CONTENTS.values(), ids=lambda one: one.name)
def test_u8_whatever_is_accepted_is_drawn_or_read_or_says_why_not(good: Good) -> None:
    found = format_of(good.kept_as)
    assert found is not None
    seen = look_inside(io.BytesIO(good.make()), found.content_type)
    assert seen.pictures or seen.text.strip() or seen.problem in {"", "locked"}
    assert seen.problem not in {"damaged", "failed"}


def test_u8_the_first_pages_of_many_are_drawn_and_all_are_read() -> None:
    seen = look_inside(io.BytesIO(corpus.pages(23)), "application/pdf")
    assert (len(seen.pictures), seen.count) == (20, 23)
    assert "Page 23: Gates and seals" in seen.text


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing\n%%EOF", b"", b"\x00" * 100])
@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "spreadsheetml.sheet"])
def test_u8_what_cannot_be_read_is_said_to_be_damaged(content: bytes, kind: str) -> None:
    seen = look_inside(io.BytesIO(content), kind)
    assert (seen.pictures, seen.text, seen.problem) == ((), "", "damaged")


def test_u2_a_bomb_ends_in_its_own_process() -> None:
    seen = look_inside(io.BytesIO(corpus.pdf_bomb(3_000)), "application/pdf")
    assert (seen.pictures, seen.problem) == ((), "too_large")


def test_u11_what_was_drawn_before_a_limit_is_kept() -> None:
    def ended(module: str, job: dict[str, Any], limits: Any, folder: Path) -> None:
        bounded.run(module, {**job, "most_pages": 2}, limits, folder)
        raise bounded.OutOfBounds("time")

    with patch.object(inside, "bounded", wraps=bounded) as watched:
        watched.run.side_effect = ended
        watched.OutOfBounds, watched.ChildFailed = bounded.OutOfBounds, bounded.ChildFailed
        seen = look_inside(io.BytesIO(corpus.pages(5)), "application/pdf")
    assert (len(seen.pictures), seen.count, seen.problem) == (2, 5, "too_large")


def test_u2_a_text_is_cut_at_its_limit() -> None:
    seen = look_inside(io.BytesIO(b"seal " * 60_000), "text/plain")
    assert (len(seen.text), seen.is_whole) == (200_000, False)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("检查\n封条", "检查封条"),
        ("sto\x02\nrage", "storage"),
        ("two\r\nlines", "two\nlines"),
        ("a\x00b\ud800c", "abc"),
        ("a\n \n\n\nb", "a\n\nb"),
    ],
)
def test_words_that_a_line_end_cut_are_whole_again(raw: str, read: str) -> None:
    assert texts.clean(raw) == read


# --- how it is kept -------------------------------------------------------------------------------


def test_u8_a_clean_file_is_drawn_once_the_scanner_found_it_clean(store: Path) -> None:
    file = kept(b"Gates and seals, and seals", "gates.txt")
    StoredFile.objects.filter(pk=file.pk).update(
        state=ScanState.QUARANTINED, next_scan_at=clock.now()
    )
    assert not Preview.objects.exists()
    services.scan(file.pk)
    services.sweep_previews()
    preview = Preview.objects.get(file=file)
    assert (preview.state, preview.pages) == (RenderState.READY, [])
    text = FileText.objects.get(file=file)
    assert (text.text, text.words) == ("Gates and seals, and seals", "gates and seals, seals")
    assert (text.scope_kind, text.scope_id) == (file.scope_kind, file.scope_id)
    assert SweepRun.objects.filter(sweep="previews").exists()


def test_u8_drawn_again_a_file_has_new_pictures_and_the_old_ones_are_gone(store: Path) -> None:
    file = kept(corpus.pages(2))
    before = drawn(file)
    assert len(_in_store(store)) == 3
    call_command("draw_previews", "--all", stdout=io.StringIO())
    after = Preview.objects.get(file=file)
    assert len(after.pages) == 2 and len(_in_store(store)) == 3
    assert {one["key"] for one in before.pages}.isdisjoint(one["key"] for one in after.pages)


def test_u8_two_workers_draw_a_file_once(store: Path) -> None:
    preview = asked(kept(corpus.pages(1)))
    services.draw(preview.pk)
    with patch("files.services.previews.look_inside") as looked:
        services.draw(preview.pk)
    assert not looked.called
    assert len(_in_store(store)) == 2


def test_d5_what_is_blocked_while_it_is_drawn_leaves_nothing(store: Path) -> None:
    file = kept(corpus.pages(1))
    preview = asked(file)

    def blocked(content: Any, kind: str) -> Any:
        StoredFile.objects.filter(pk=file.pk).update(state=ScanState.INFECTED)
        return look_inside(content, kind)

    with patch("files.services.previews.look_inside", blocked):
        services.draw(preview.pk)
    assert Preview.objects.get(pk=preview.pk).pages == [] and not FileText.objects.exists()
    assert len(_in_store(store)) == 1


def test_p8_a_file_that_changed_in_the_store_is_not_drawn() -> None:
    file = kept(b"Gates", "gates.txt")
    preview = asked(file)
    default_storage.delete(file.storage_key)
    default_storage.save(file.storage_key, _upload(b"Other"))
    services.draw(preview.pk)
    preview.refresh_from_db()
    assert (preview.state, preview.problem) == (RenderState.FAILED, "altered")


def test_r12_a_store_that_does_not_answer_is_tried_again_and_then_given_up() -> None:
    file = kept(b"Gates", "gates.txt")
    preview = asked(file)
    for _attempt in range(5):
        Preview.objects.update(next_attempt_at=clock.now())
        with patch("files.services.previews.open_unaltered", side_effect=OSError):
            services.draw(preview.pk)
    preview.refresh_from_db()
    assert (preview.state, preview.problem, preview.attempts) == (RenderState.FAILED, "away", 4)
    call_command("draw_previews", "--failed", stdout=io.StringIO())
    preview.refresh_from_db()
    assert preview.state == RenderState.READY


def test_a_file_that_goes_takes_its_pictures_along(
    store: Path, django_capture_on_commit_callbacks: Any
) -> None:
    file = kept(corpus.pages(2))
    drawn(file)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.delete_unnamed(file)
    assert _in_store(store) == [] and not Preview.objects.exists()


def test_pictures_are_no_orphans_but_those_of_nobody_are(store: Path) -> None:
    file = kept(corpus.pages(2))
    preview = drawn(file)
    default_storage.save(preview.pages[0]["key"].rpartition("-")[0] + "-9", _upload(b"lost"))
    with clock.at(clock.now() + clock.dt.timedelta(days=2)):
        assert services.sweep_orphans() == 1
    assert len(_in_store(store)) == 3


def test_the_command_says_how_far_it_is_and_can_be_repeated() -> None:
    files = [kept(f"Gates {number}".encode(), "gates.txt") for number in range(3)]
    said = io.StringIO()
    call_command("draw_previews", "--ask-only", stdout=said)
    assert "3 files read, 3 to draw" in said.getvalue()
    call_command("draw_previews", stdout=said)
    call_command("draw_previews", stdout=said)
    assert said.getvalue().count("3 files drawn. Nothing is due.") == 1
    assert FileText.objects.filter(file__in=files).count() == 3
