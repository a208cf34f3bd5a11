"""Documents made by the worker: one row for each content; failures are visible and can be repeated
(U-10, U-11).
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import threading
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pytest
from django.core.files.storage import default_storage
from django.db import connection

from audit.models import ScopeKind
from audit.selectors import newest_sweep
from audit.services import PROGRAM, Scope
from core import clock, pdf
from core.pdf import RenderingFailed
from files import services
from files.models import Rendering, StoredFile
from files.providers import document_kinds
from files.services import renderings
from files.states import RenderState
from notifications.models import Outbox

CONTENT = {"company": "Thistlewick <b>& Sons</b>", "lines": ["Sello número 3", "Gate"]}


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> Iterator[None]:
    """Two kinds of documents: one that can be made, and one that cannot."""
    before = dict(document_kinds._kinds)
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], settings.BASE_DIR / "tests/files/templates"]
    settings.TEMPLATES = templates
    document_kinds.register("sample", "files_sample/document.html")
    document_kinds.register("outside", "files_sample/outside.html")
    document_kinds.register("print", "files_sample/outside.html", of_record=lambda content: False)
    document_kinds.register("shouting", "files_sample/document.html", _shout)
    yield
    document_kinds._kinds.clear()
    document_kinds._kinds.update(before)


def _shout(content: dict[str, Any]) -> dict[str, Any]:
    return {"company": content["company"].upper(), "lines": []}


def _ask(scope: Scope, kind: str = "sample", content: dict[str, Any] | None = None) -> Rendering:
    return services.request_rendering(
        kind=kind, title="Account summary", scope=scope, content=content or CONTENT
    )


def _again(row: Rendering) -> Rendering:
    return Rendering.objects.get(pk=row.pk)


def _text(row: Rendering) -> str:
    file = _again(row).file
    assert file is not None
    with default_storage.open(file.storage_key) as opened:
        content = io.BytesIO(opened.read())
    with pdfplumber.open(content) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def test_the_text_of_the_document_is_what_was_typed(db: None, scope: Scope) -> None:
    row = _ask(scope)
    assert row.state == RenderState.PENDING
    services.render(row.pk)
    text = _text(row)
    assert "Thistlewick <b>& Sons</b>" in text and "Sello número 3" in text
    file = _again(row).file
    assert file is not None and file.is_clean
    assert (file.name, file.content_type) == ("Account summary.pdf", "application/pdf")
    assert (file.scope_kind, file.scope_id) == (ScopeKind.SECURITY_MODEL, scope.id)


def test_the_same_content_is_the_same_row_and_file(db: None, scope: Scope) -> None:
    first = _ask(scope)
    services.render(first.pk)
    second = _ask(scope, content=dict(reversed(list(CONTENT.items()))))
    assert second.pk == first.pk
    services.render(second.pk)
    assert StoredFile.objects.count() == 1


def test_other_content_kind_or_owner_is_another_row(db: None, scope: Scope) -> None:
    rows = {_ask(scope).pk, _ask(scope, content={"company": "x"}).pk, _ask(PROGRAM).pk}
    assert len(rows | {_ask(scope, "shouting").pk, _ask(PROGRAM).pk}) == 4


def test_a_kind_may_turn_its_content_into_words(db: None, scope: Scope) -> None:
    row = _ask(scope, "shouting")
    services.render(row.pk)
    assert "THISTLEWICK" in _text(row)


def test_an_unknown_kind_is_refused_at_once(db: None, scope: Scope) -> None:
    with pytest.raises(KeyError):
        _ask(scope, "nothing")


def test_u10_a_document_that_asks_for_something_outside_fails_visibly(
    db: None, scope: Scope
) -> None:
    row = _ask(scope, "print")
    for _attempt in range(4):
        services.render(row.pk)
        assert "refused" in _again(row).error
        Rendering.objects.filter(pk=row.pk).update(next_attempt_at=clock.now())
    assert _again(row).state == RenderState.FAILED
    assert not StoredFile.objects.exists()
    assert not Outbox.objects.exists()


@pytest.fixture
def impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing fails at once, at no cost."""

    def fail(*args: Any, **options: Any) -> bytes:
        raise RenderingFailed("it took longer than 240 seconds")

    monkeypatch.setattr("files.services.renderings.make_pdf", fail)


def test_a5_a_document_of_record_is_tried_until_it_exists(
    db: None, scope: Scope, impossible: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, now, pauses = _ask(scope), clock.now(), []
    for _attempt in range(30):
        with clock.at(now):
            services.render(row.pk)
        late = _again(row)
        assert late.is_late and late.state == RenderState.PENDING
        pauses.append(late.next_attempt_at - now)
        now = late.next_attempt_at
    assert pauses[0] <= dt.timedelta(minutes=1)
    assert dt.timedelta(minutes=45) <= pauses[-1] <= dt.timedelta(hours=1)
    monkeypatch.undo()
    with clock.at(now):
        assert services.sweep_renderings() == 1
    made = _again(row)
    assert (made.state, made.error, made.is_late) == (RenderState.READY, "", False)


def test_a5_operators_are_told_once_of_a_document_of_record_that_failed_twice(
    db: None, scope: Scope, impossible: None, settings: Any
) -> None:
    settings.OPERATORS_EMAIL = ["night@example.com", "day@example.com"]
    row = _ask(scope)
    services.render(row.pk)
    assert not Outbox.objects.exists()
    for _attempt in range(3):
        Rendering.objects.filter(pk=row.pk).update(next_attempt_at=clock.now())
        services.render(row.pk)
    told = Outbox.objects.order_by("to_address")
    assert [mail.to_address for mail in told] == ["day@example.com", "night@example.com"]
    assert str(row.pk) in told[0].text
    assert str(CONTENT["company"]) not in told[0].text


def test_a5_operators_are_told_of_one_whose_worker_was_killed_each_time(
    db: None, scope: Scope
) -> None:
    row = _ask(scope)
    Rendering.objects.filter(pk=row.pk).update(attempts=2)
    services.render(row.pk)
    assert Outbox.objects.get().kind == "operations.document_failed"
    assert _again(row).state == RenderState.READY


def test_a5_the_lease_of_a_document_outlasts_each_of_its_steps(db: None, scope: Scope) -> None:
    for limits in (pdf.LIMITS, pdf.JOIN_LIMITS):
        assert dt.timedelta(seconds=limits.wall_seconds) < renderings.LEASE
    row = _ask(scope)
    with clock.at(clock.now() + dt.timedelta(minutes=4)):
        Rendering.objects.filter(pk=row.pk).update(next_attempt_at=clock.now())
        later = clock.now()
        renderings.LEASES.renew(row)
    assert _again(row).next_attempt_at >= later + renderings.LEASE


def test_a_failed_document_can_be_asked_for_again(db: None, scope: Scope) -> None:
    row = _ask(scope)
    Rendering.objects.filter(pk=row.pk).update(state=RenderState.FAILED, attempts=4, error="x")
    assert _ask(scope).state == RenderState.FAILED
    row = services.repeat_rendering(row)
    assert row.state == RenderState.PENDING
    services.render(row.pk)
    row = _again(row)
    assert (row.state, row.error) == (RenderState.READY, "")
    assert services.repeat_rendering(row).state == RenderState.READY


def test_r5_a_print_that_kills_its_worker_ends_as_failed(db: None, scope: Scope) -> None:
    row = _ask(scope, "print")
    Rendering.objects.filter(pk=row.pk).update(attempts=4)
    services.render(row.pk)
    assert _again(row).state == RenderState.FAILED


def test_r12_a_store_that_is_away_is_tried_again(db: None, scope: Scope, settings: Any) -> None:
    row, folder = _ask(scope), settings.MEDIA_ROOT
    settings.MEDIA_ROOT = "/proc/nowhere"
    services.render(row.pk)
    assert (_again(row).state, _again(row).attempts) == (RenderState.PENDING, 1)
    settings.MEDIA_ROOT = folder
    with clock.at(clock.now() + dt.timedelta(minutes=10)):
        assert services.sweep_renderings() == 1
    assert _again(row).state == RenderState.READY


def test_r11_the_sweep_makes_what_no_task_came_for(db: None, scope: Scope) -> None:
    row = _ask(scope)
    assert services.sweep_renderings() == 1
    assert _again(row).state == RenderState.READY
    assert services.sweep_renderings() == 0
    run = newest_sweep("renderings")
    assert run is not None and run.done == {"documents": 1}


def _render_and_leave(row_id: Any) -> None:
    try:
        services.render(row_id)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_r5_two_workers_at_once_make_one_file(scope: Scope, settings: Any) -> None:
    row = _ask(scope)
    both = [threading.Thread(target=_render_and_leave, args=(row.pk,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert _again(row).attempts == 1
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_row(scope: Scope) -> None:
    found: list[Any] = []

    def ask() -> None:
        try:
            found.append(_ask(PROGRAM).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1
