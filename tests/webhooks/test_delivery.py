"""Events reach the address once or more, signed, for a day; then they are given up."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from core import clock as portal_clock
from core.errors import Refused
from core.outside import Answer, Why
from notifications.models import Outbox
from tests.factories.hooks import administrator, make_delivery, make_endpoint
from tests.webhooks.conftest import Outside
from trade_accounts.models import TradeAccount
from webhooks.models import Attempt, Delivery, Endpoint, Event
from webhooks.services import delivery as services
from webhooks.services import endpoints as acts
from webhooks.services.delivery import FAILING, PAUSES, deliver, sweep_old_events, sweep_webhooks

pytestmark = pytest.mark.django_db

DOWN = Answer(why=Why.CONNECTION)


def _verified(header: str, body: bytes, secret: str, now: int, tolerance: int = 300) -> bool:
    """What a receiver does, as docs/api.md shows it; it shares no code with the portal."""
    parts = [part.split("=", 1) for part in header.split(",")]
    sent_at = next(int(value) for name, value in parts if name == "t")
    wanted = hmac.new(secret.encode(), b"%d.%s" % (sent_at, body), hashlib.sha256).hexdigest()
    is_ours = any(hmac.compare_digest(wanted, value) for name, value in parts if name == "v1")
    return is_ours and abs(now - sent_at) <= tolerance


def _state(row: Delivery) -> str:
    return Delivery.objects.get(pk=row.pk).state


def test_an_event_is_sent_as_it_was_kept_and_its_signature_can_be_verified(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, secret = make_endpoint(account)
    row = make_delivery(endpoint)
    assert deliver(row.pk)
    ((url, body, headers),) = world.sent
    told = json.loads(body)
    assert url == endpoint.url and body.decode() == Event.objects.get().body
    assert told["id"] == headers["Portal-Event-Id"] == str(row.event_id)
    assert told["type"] == headers["Portal-Event-Type"] == "svi.request_decided"
    assert (told["account"], told["data"]) == (str(account.pk), {"decision": "accepted"})
    now = int(portal_clock.now().timestamp())
    header = headers["Portal-Signature"]
    assert _verified(header, body, secret, now)
    assert not _verified(header, body + b" ", secret, now), "another body"
    assert not _verified(header, body, secret + "x", now), "another secret"
    assert not _verified(header.replace(f"t={now}", f"t={now + 1}"), body, secret, now)
    assert _verified(header, body, secret, now + 300) and _verified(header, body, secret, now - 300)
    assert not _verified(header, body, secret, now + 301), "replayed"
    assert _state(row) == "delivered"


def test_each_attempt_is_signed_anew_and_has_the_same_id(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, secret = make_endpoint(account)
    row = make_delivery(endpoint)
    world.answers = [Answer(500, text="boom"), Answer(204)]
    deliver(row.pk)
    clock.shift(dt.timedelta(minutes=1))
    assert sweep_webhooks() == 1
    (_url, first, head), (_same, second, later) = world.sent
    assert first == second and head["Portal-Event-Id"] == later["Portal-Event-Id"]
    assert (head["Portal-Attempt"], later["Portal-Attempt"]) == ("1", "2")
    assert head["Portal-Signature"] != later["Portal-Signature"]
    assert _verified(later["Portal-Signature"], second, secret, int(portal_clock.now().timestamp()))
    tries = list(Attempt.objects.order_by("at").values_list("http_status", "why", "answer"))
    assert tries == [(500, "", "boom"), (204, "", "")]


def test_while_two_secrets_work_both_sign_and_the_old_one_ends_after_a_day_or_at_once(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, old = make_endpoint(account)
    _endpoint, new = acts.rotate_secret(actor=administrator(account), endpoint_id=endpoint.pk)
    assert old != new

    def working() -> list[bool]:
        deliver(make_delivery(endpoint).pk)
        _url, body, headers = world.sent[-1]
        now = int(portal_clock.now().timestamp())
        return [_verified(headers["Portal-Signature"], body, one, now) for one in (old, new)]

    assert working() == [True, True]
    clock.shift(dt.timedelta(hours=23, minutes=59))
    assert working() == [True, True]
    clock.shift(dt.timedelta(minutes=1))
    assert working() == [False, True]
    _endpoint, newest = acts.rotate_secret(actor=administrator(account), endpoint_id=endpoint.pk)
    acts.end_old_secret(actor=administrator(account), endpoint_id=endpoint.pk)
    assert working() == [False, False] and newest not in (old, new)


def test_secrets_are_stored_encrypted(account: TradeAccount) -> None:
    endpoint, secret = make_endpoint(account)
    acts.rotate_secret(actor=administrator(account), endpoint_id=endpoint.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM webhooks_endpoint e")
        assert secret not in cursor.fetchone()[0]


@pytest.mark.parametrize("answer", [DOWN, Answer(301), Answer(400), Answer(410), Answer(503)])
def test_all_but_a_2xx_is_tried_again_with_growing_pauses_for_a_day(
    answer: Answer, account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    world.answers = [answer]
    begun = portal_clock.now()
    assert deliver(row.pk) and not deliver(row.pk)
    for number, pause in enumerate(PAUSES, 1):
        clock.shift(pause - dt.timedelta(seconds=1))
        assert sweep_webhooks() == 0, f"attempt {number + 1} came too early"
        clock.shift(dt.timedelta(seconds=1))
        assert sweep_webhooks() == 1, f"attempt {number + 1} did not come"
    assert portal_clock.now() - begun == dt.timedelta(days=1)
    assert _state(row) == "given_up" and len(world.sent) == len(PAUSES) + 1
    assert list(PAUSES[:-1]) == sorted(PAUSES[:-1])


def test_after_a_day_of_nothing_but_failures_the_address_is_off_and_administrators_are_told_once(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, _secret = make_endpoint(account)
    other, _more = make_endpoint(account, name="Other")
    world.answers = [DOWN]
    deliver(make_delivery(endpoint).pk)
    waiting = make_delivery(endpoint)
    clock.shift(FAILING - dt.timedelta(seconds=1))
    deliver(waiting.pk)
    assert Endpoint.objects.get(pk=endpoint.pk).off_at is None
    clock.shift(dt.timedelta(hours=1))
    late = make_delivery(endpoint)
    sweep_webhooks()
    off = Endpoint.objects.get(pk=endpoint.pk)
    assert off.off_at is not None and off.off_by_name == ""
    assert _state(late) == "given_up" and _state(waiting) == "given_up"
    assert Endpoint.objects.get(pk=other.pk).off_at is None
    (mail,) = Outbox.objects.filter(kind="webhook.turned_off")
    assert mail.to_address == account.created_by.email
    before = len(world.sent)
    clock.shift(dt.timedelta(hours=9))
    assert sweep_webhooks() == 0 and len(world.sent) == before


def test_one_delivery_in_between_begins_the_day_anew(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, _secret = make_endpoint(account)
    world.answers = [DOWN, Answer(200), DOWN]
    for _number in range(3):
        deliver(make_delivery(endpoint).pk)
        clock.shift(dt.timedelta(hours=23))
    assert Endpoint.objects.get().off_at is None
    deliver(make_delivery(endpoint).pk)
    assert Endpoint.objects.get().off_at is None
    clock.shift(dt.timedelta(hours=2))
    deliver(make_delivery(endpoint).pk)
    assert Endpoint.objects.get().off_at is not None


def test_an_address_that_fails_rests_so_that_it_takes_no_time_from_others(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    bad, _secret = make_endpoint(account)
    good, _more = make_endpoint(account, name="Other")
    world.answers = [DOWN]
    rows = [make_delivery(bad) for _number in range(20)]
    assert sweep_webhooks() == 1, "the others wait while it rests"
    world.answers = [Answer(200)]
    well = make_delivery(good)
    assert sweep_webhooks() == 1 and _state(well) == "delivered"
    clock.shift(dt.timedelta(minutes=2))
    assert sweep_webhooks() == len(rows)


def test_two_workers_send_an_event_once(
    account: TradeAccount, world: Outside, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    seen: list[bool] = []
    inner = world.post

    def post(*args: Any, **more: Any) -> Answer:
        seen.append(deliver(row.pk))
        seen.append(bool(sweep_webhooks()))
        return inner(*args, **more)

    monkeypatch.setattr(services.outside, "post", post)
    assert deliver(row.pk)
    assert seen == [False, False] and len(world.sent) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_send_an_event_once(world: Outside) -> None:
    from tests.factories.trade import make_account

    row = make_delivery(make_endpoint(make_account())[0])

    def run(_number: int) -> bool:
        try:
            return deliver(row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [False, False, False, True]
    assert len(world.sent) == 1


def test_a_worker_that_died_leaves_a_lease_that_ends(
    account: TradeAccount, world: Outside, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_delivery(make_endpoint(account)[0])

    def dies(*_args: Any, **_more: Any) -> Answer:
        raise SystemExit

    monkeypatch.setattr(services.outside, "post", dies)
    with pytest.raises(SystemExit):
        deliver(row.pk)
    monkeypatch.setattr(services.outside, "post", world.post)
    assert sweep_webhooks() == 0
    clock.shift(services.LEASE)
    assert sweep_webhooks() == 1 and _state(row) == "delivered"


def test_an_event_can_be_sent_again_with_the_same_id_for_another_day(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    deliver(row.pk)
    with pytest.raises(Refused):
        acts.send_again(actor=administrator(account), delivery_id=row.pk)
    clock.shift(acts.PAUSE)
    acts.send_again(actor=administrator(account), delivery_id=row.pk)
    world.answers = [DOWN]
    deliver(row.pk)
    assert _state(row) == "waiting"
    world.answers = [Answer(200)]
    clock.shift(dt.timedelta(minutes=5))
    sweep_webhooks()
    ids = {headers["Portal-Event-Id"] for _url, _body, headers in world.sent}
    assert len(world.sent) == 3 and ids == {str(row.event_id)} and _state(row) == "delivered"


def test_what_waits_when_an_address_is_turned_off_is_not_sent_even_if_a_worker_has_it_next(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    acts.turn_off(actor=administrator(account), endpoint_id=endpoint.pk)
    assert not deliver(row.pk)
    late = make_delivery(endpoint)
    assert not deliver(late.pk) and _state(late) == "given_up"
    assert world.sent == []


def test_a_test_event_is_tried_once_also_if_the_address_is_off_and_never_turns_it_off(
    account: TradeAccount, world: Outside, clock: Any
) -> None:
    endpoint, _secret = make_endpoint(account)
    acts.turn_off(actor=administrator(account), endpoint_id=endpoint.pk)
    world.answers = [DOWN]
    row = acts.send_test(actor=administrator(account), endpoint_id=endpoint.pk)
    assert acts.send_test(actor=administrator(account), endpoint_id=endpoint.pk).pk == row.pk
    assert deliver(row.pk)
    assert _state(row) == "given_up" and Endpoint.objects.get().failures == 0
    assert json.loads(world.sent[0][1])["type"] == "webhook.test"


def test_an_answer_is_kept_shortened_and_without_what_pages_cannot_show(
    account: TradeAccount, world: Outside
) -> None:
    row = make_delivery(make_endpoint(account)[0])
    world.answers = [Answer(200, text="a\x00b\x1b[31m\u202e" + "x" * 9_000)]
    deliver(row.pk)
    kept = Attempt.objects.get().answer
    assert len(kept) <= 1_000 and not {"\x00", "\x1b", "\u202e"} & set(kept)


def test_an_address_that_is_deleted_meanwhile_leaves_nothing(
    account: TradeAccount, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    inner = world.post

    def post(*args: Any, **more: Any) -> Answer:
        Endpoint.objects.all().delete()
        return inner(*args, **more)

    monkeypatch.setattr(services.outside, "post", post)
    assert deliver(row.pk)
    assert not Attempt.objects.exists() and not Delivery.objects.exists()


def test_events_and_their_log_are_deleted_after_the_days_of_the_setting(
    account: TradeAccount, world: Outside, clock: Any, settings: Any
) -> None:
    settings.WEBHOOK_KEEP_DAYS = 30
    endpoint, _secret = make_endpoint(account)
    old = make_delivery(endpoint)
    deliver(old.pk)
    clock.shift(dt.timedelta(days=30))
    young = make_delivery(endpoint)
    assert sweep_old_events() == 0
    clock.shift(dt.timedelta(seconds=1))
    assert sweep_old_events() == 1
    assert list(Delivery.objects.values_list("pk", flat=True)) == [young.pk]
    assert not Attempt.objects.exists()
