"""/healthz and /readyz with real failures: another database, a broker that is not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit.models import Anchor, Difference, SweepRun
from audit.services import PROGRAM, note_sweep
from core import clock
from files.models import Rendering, StoredFile
from files.states import RenderState
from notifications.models import Outbox, OutboxState
from portal import health
from tests import apart

ASK = """
import json
from django.test import Client
answer = Client(raise_request_exception=False, SERVER_NAME="localhost").get("/readyz")
print(json.dumps([answer.status_code, answer.json()]))
"""


@pytest.fixture(autouse=True)
def swept(db: None, settings: Any, tmp_path: Path) -> None:
    """A portal whose sweeps have just run."""
    settings.MEDIA_ROOT = str(tmp_path)
    for name in (*health.SWEEPS, "records"):
        note_sweep(name)
    Anchor.objects.create(day=clock.real_today(), statement="{}", signature="")


def _ready(client: Client) -> tuple[int, str, dict[str, str]]:
    answer = client.get("/readyz")
    body = answer.json()
    return answer.status_code, body["status"], body["checks"]


def _troubled(client: Client) -> dict[str, str]:
    code, status, checks = _ready(client)
    assert (code, status) == (200, "degraded")
    return {name: state for name, state in checks.items() if state != "ok"}


def test_r12_all_is_well(client: Client) -> None:
    code, status, checks = _ready(client)
    assert (code, status) == (200, "ok"), checks
    assert set(checks) >= {"database", "broker", "cache", "outbox", "sweep_outbox"}
    assert client.get("/healthz").json() == {"status": "ok"}


def test_r12_probes_are_never_cached_and_make_no_session(client: Client) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies


def test_r12_alive_asks_the_database_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_r12_ready_asks_little(client: Client, django_assert_max_num_queries: Any) -> None:
    client.get("/readyz")
    with django_assert_max_num_queries(17):
        client.get("/readyz")


DATABASES = """
import json
from django.db import connection
from django.test import Client
right = dict(connection.settings_dict)
wrong = {
    "no server": {"HOST": "127.0.0.1", "PORT": "1"},
    "no socket": {"HOST": "/nowhere"},
    "no such role": {"USER": "nobody_of_that_name"},
    "no such database": {"NAME": "no_such_database"},
    "not migrated": {"NAME": "portal"},
    "back again": {},
}
answers = {}
for name, settings in wrong.items():
    connection.close()
    connection.settings_dict.update({**right, **settings})
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    ready = client.get("/readyz")
    answers[name] = [client.get("/healthz").status_code, ready.status_code, ready.json()]
print(json.dumps(answers))
"""


@pytest.mark.django_db(transaction=True)
def test_r12_without_its_database_it_is_alive_and_not_ready() -> None:
    answers = apart.run(DATABASES)
    code, body = answers.pop("back again")[1:]
    assert (code, body["checks"]["database"]) == (200, "ok")
    migrations = answers.pop("not migrated")
    assert migrations == [
        200,
        503,
        {"status": "unavailable", "checks": {"database": "not migrated"}},
    ]
    assert len(answers) == 4
    for name, (alive, ready, body) in answers.items():
        assert (alive, ready) == (200, 503), name
        assert body == {"status": "unavailable", "checks": {"database": "does not answer"}}


@pytest.mark.django_db(transaction=True)
def test_r11_without_redis_it_is_ready_and_says_so() -> None:
    away = "redis://127.0.0.1:1"
    code, body = apart.run(ASK, CELERY_BROKER_URL=f"{away}/1", CACHE_URL=f"{away}/0")
    assert (code, body["status"]) == (200, "degraded")
    assert body["checks"]["broker"] == body["checks"]["cache"] == "does not answer"
    assert body["checks"]["database"] == "ok"


def test_r12_a_mail_that_waits_is_named(client: Client) -> None:
    _mail(clock.now() - dt.timedelta(minutes=7))
    assert _troubled(client) == {"outbox": "the oldest email waits for 7 minutes"}


def test_r12_a_mail_that_was_given_up_is_named_for_a_day(client: Client) -> None:
    mail = _mail(clock.now() - dt.timedelta(hours=2))
    Outbox.objects.filter(pk=mail.pk).update(state=OutboxState.DEAD)
    assert _troubled(client) == {"outbox": "1 emails were given up"}
    Outbox.objects.filter(pk=mail.pk).update(created_at=clock.now() - dt.timedelta(days=2))
    assert _ready(client)[1] == "ok"


def _mail(written: dt.datetime) -> Outbox:
    return Outbox.objects.create(
        kind="x",
        to_address="a@example.com",
        subject="x",
        text="x",
        html="x",
        scope_kind=PROGRAM.kind,
        next_attempt_at=written,
        created_at=written,
    )


def test_r12_a_file_that_nobody_checks_is_named(client: Client) -> None:
    StoredFile.objects.create(
        name="a",
        content_type="text/plain",
        size=1,
        sha256="x",
        storage_key="x",
        uploaded_at=clock.now() - dt.timedelta(minutes=16),
        scope_kind=PROGRAM.kind,
    )
    assert _troubled(client) == {"file_checks": "the oldest file waits for 16 minutes"}


def test_r12_a_document_that_could_not_be_made_is_named(client: Client) -> None:
    Rendering.objects.create(
        kind="x",
        title="x",
        content_hash="x",
        content={},
        state=RenderState.FAILED,
        requested_at=clock.now(),
        next_attempt_at=clock.now(),
        scope_kind=PROGRAM.kind,
    )
    assert _troubled(client) == {"documents": "1 documents could not be made"}


def test_a5_a_document_that_failed_or_waits_long_is_named_until_it_is_made(client: Client) -> None:
    ago = clock.now() - dt.timedelta(minutes=20)
    row = Rendering.objects.create(
        kind="x",
        title="x",
        content_hash="x",
        content={},
        error="it took too long",
        requested_at=ago,
        next_attempt_at=clock.now(),
        scope_kind=PROGRAM.kind,
    )
    assert _troubled(client) == {"documents": "1 documents could not be made yet"}
    Rendering.objects.filter(pk=row.pk).update(error="")
    assert _troubled(client) == {"documents": "the oldest document waits for 20 minutes"}


def test_r12_a_sweep_that_stands_still_is_named(client: Client) -> None:
    ago = clock.now() - dt.timedelta(minutes=20)
    SweepRun.objects.filter(sweep="scans").update(finished_at=ago)
    SweepRun.objects.filter(sweep="renderings").delete()
    assert _troubled(client) == {
        "sweep_scans": "last run 20 minutes ago",
        "sweep_renderings": "has not run yet",
    }


def test_r12_a_store_of_files_that_is_gone_is_named(client: Client, settings: Any) -> None:
    settings.MEDIA_ROOT = "/nowhere/at/all"
    assert _troubled(client) == {"disk": "the folder of files is not there"}


def test_l2_records_that_differ_degrade_and_take_nothing_away(client: Client) -> None:
    Difference.objects.create(
        of_table="audit_event", row_id="1", what="altered", found_at=clock.now()
    )
    assert _troubled(client) == {"records": "1 records differ from what was written"}


def test_l2_records_that_were_not_checked_for_days_degrade(client: Client) -> None:
    SweepRun.objects.filter(sweep="records").update(finished_at=clock.now() - dt.timedelta(days=3))
    assert _troubled(client) == {"records": "last checked 3 days ago"}


def test_l2_statements_that_are_not_signed_degrade(client: Client) -> None:
    """Only the service that signs has the key: what it has signed tells whether it can."""
    clock_moved = clock.now() + dt.timedelta(days=2)
    with clock.at(clock_moved):
        for name in (*health.SWEEPS, "records"):
            note_sweep(name)
        assert _troubled(client) == {"statements": "the last is 2 days old"}


def test_l3_only_whoever_is_on_the_host_reads_what_is_degraded(client: Client) -> None:
    SweepRun.objects.filter(sweep="scans").delete()
    assert _troubled(client) == {"sweep_scans": "has not run yet"}
    for elsewhere in (
        {"REMOTE_ADDR": "198.51.100.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_VIA": "1.1 proxy"},
    ):
        answer = client.get("/readyz", **elsewhere)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()) == (200, {"status": "degraded"}), elsewhere
    local = client.get("/readyz", REMOTE_ADDR="::1")
    assert "checks" in local.json()


def test_l3_why_it_is_not_ready_is_not_told_in_public(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "unavailable", lambda: {"database": "does not answer"})
    answer = client.get("/readyz", REMOTE_ADDR="198.51.100.7")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
    assert answer["Retry-After"]
