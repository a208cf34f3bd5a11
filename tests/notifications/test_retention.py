"""The text of emails is deleted after its time; that they were sent stays (P11)."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.selectors import newest_sweep
from core import clock
from notifications.models import Outbox
from notifications.services import retention
from notifications.services.retention import sweep_texts

NOW = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def mail(state: str, days: int, *, sent: int | None = None) -> Outbox:
    """An email that was written, and sent, so many days ago."""
    written = NOW - dt.timedelta(days=days)
    return Outbox.objects.create(
        scope_kind="program",
        kind="user.welcome",
        to_address="anna@example.com",
        to_name="Anna",
        subject="Your sign-in is ready",
        text="Words",
        html="<p>Words</p>",
        unsubscribe_url="http://localhost/stop",
        state=state,
        created_at=written,
        next_attempt_at=written,
        sent_at=None if sent is None else NOW - dt.timedelta(days=sent),
        last_error="550 no such user" if state == "dead" else "",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "written", "sent", "stays"),
    [
        ("sent", 91, 91, False),
        ("sent", 90, 90, False),
        ("sent", 89, 89, True),
        ("sent", 91, 89, True),  # it waited two days for the mail server
        ("dead", 91, None, False),
        ("dead", 89, None, True),
        ("pending", 500, None, True),
    ],
)
def test_p11_the_text_goes_after_its_time_and_the_record_stays(
    state: str, written: int, sent: int | None, stays: bool
) -> None:
    made = mail(state, written, sent=sent)
    with clock.at(NOW):
        assert sweep_texts() == (0 if stays else 1)
        assert sweep_texts() == 0
    now = Outbox.objects.get(pk=made.pk)
    assert bool(now.text) == bool(now.html) == bool(now.unsubscribe_url) == stays
    kept = ("kind", "to_address", "to_name", "subject", "state", "created_at", "sent_at")
    assert all(getattr(now, name) == getattr(made, name) for name in kept)
    assert now.last_error == made.last_error


@pytest.mark.django_db
def test_operators_change_the_time_by_their_setting(settings: object) -> None:
    made = mail("sent", 10, sent=10)
    settings.CLOCK_SENT_MAIL = 7  # type: ignore[attr-defined]
    with clock.at(NOW):
        assert sweep_texts() == 1
    assert Outbox.objects.get(pk=made.pk).text == ""


@pytest.mark.django_db
def test_many_are_emptied_in_steps_until_the_time_of_a_run_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "STEP", 2)
    for _ in range(5):
        mail("sent", 100, sent=100)
    with clock.at(NOW):
        with monkeypatch.context() as hurried:
            hurried.setattr(retention, "in_time", lambda steps: [next(steps)])
            assert sweep_texts() == 2
        assert sweep_texts() == 3
        note = newest_sweep("mail_texts")
        assert note is not None and note.done["emptied"] == 5
