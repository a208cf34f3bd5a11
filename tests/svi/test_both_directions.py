"""Where the program offers it, companies also ask to monitor others, who then decide (SVI3, SVI4).

Off as in the manual: then no address of it works, and nothing of it is shown.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import NotVisible, Refused
from notifications.models import Notification
from security_models.models import SecurityModel
from svi.models import Monitor, Monitored, Monitoring, PartnerNote
from svi.services.requests import withdraw
from svi.to_do import tasks_for
from tests.factories import svi

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(settings: Any) -> Any:
    settings.SVI_BOTH_DIRECTIONS = True
    return settings


def _tab(model: SecurityModel, name: str, query: str = "") -> str:
    return reverse(f"svi:{name}", kwargs={"trade_id": model.trade_account_id}) + query


def _of(row: Monitoring, model: SecurityModel, name: str, **more: Any) -> str:
    places = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return reverse(f"svi:{name}", kwargs={**places, **more})


def _client(model: SecurityModel) -> Client:
    client = Client()
    client.force_login(model.started_by)
    return client


def _text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u2068", "").replace("\u2069", "")


def _asked(monitor: SecurityModel, monitored: SecurityModel) -> Monitoring:
    svi.ask_to_monitor(monitor, monitored, note="We buy your linen.")
    return Monitoring.objects.get(monitored=monitored, monitor=monitor, status="pending")


def _told(model: SecurityModel) -> list[str]:
    rows = Notification.objects.filter(kind__startswith="svi.", scope_id=model.pk)
    return sorted(rows.values_list("kind", flat=True))


def _move(row: Monitoring, model: SecurityModel, what: str = "withdraw") -> None:
    with svi.acting(model) as actor:
        withdraw(actor=actor, model=model, monitoring_id=row.pk)


def test_svi3_a_company_asks_to_monitor_another_which_accepts_and_shares_its_status(
    both: Any,
) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    client, theirs = _client(looks), _client(shows)
    found = _text(client.get(_tab(looks, "request", "?direction=monitor&q=shows")))
    assert "Ask to monitor companies" in found
    assert '<input type="hidden" name="direction" value="monitor">' in found
    check = f"{_tab(looks, 'check')}?account={looks.pk}&direction=monitor&partner={shows.pk}"
    assert "asked to share their status" in _text(client.get(check))
    said = _text(client.post(check, {"note": "We buy your linen."}, follow=True))
    assert "1 company is asked." in said
    assert "Partners You Are Monitoring" in said
    row = Monitoring.objects.get()
    assert (row.monitor_id, row.monitored_id, row.asked_by_monitor) == (looks.pk, shows.pk, True)
    assert _text(client.get(_tab(looks, "monitored"))).count("Decline and block") == 0
    waits = _text(theirs.get(_tab(shows, "monitors")))
    assert "Asks to see your status" in waits and "We buy your linen." in waits
    accept = _of(row, shows, "answer", monitoring_id=row.pk, answer_code="accept")
    assert "It sees whether you are certified" in _text(theirs.get(accept))
    assert "Looks sees your status now." in _text(theirs.post(accept, follow=True))
    assert svi.seen(Monitored, looks) == {"Shows": ("accepted", True)}
    assert svi.seen(Monitor, shows) == {"Looks": ("accepted", True)}
    assert "You have monitored it since" in _text(
        client.get(_tab(looks, "request", "?direction=monitor&q=shows"))
    )


def test_svi4_who_was_asked_alone_decides(both: Any) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = _asked(looks, shows)
    for what in ("accept", "decline", "remove"):
        path = _of(row, looks, "answer", monitoring_id=row.pk, answer_code=what)
        assert _client(looks).post(path).status_code == 404, what
    path = _of(row, shows, "withdraw", asked_id=row.pk)
    assert _client(shows).post(path).status_code == 404
    row.refresh_from_db()
    assert row.status == "pending"


def test_svi4_a_block_holds_in_both_directions_until_it_is_removed(both: Any) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = svi.answered(_asked(looks, shows), "decline")
    again = svi.ask_to_monitor(looks, shows)
    assert ([one.name for one in again.passed], again.asked) == (["Shows"], ())
    assert not svi.ask(looks, shows).asked
    svi.asked(shows, svi.consenting("Others"))
    svi.answered(row, "remove")
    assert [one.name for one in svi.ask_to_monitor(looks, shows).asked] == ["Shows"]


def test_svi4_the_monitored_company_stops_sharing_and_the_monitor_stops_looking(
    both: Any,
) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = svi.answered(_asked(looks, shows))
    svi.answered(row, "revoke")
    assert svi.seen(Monitored, looks) == {"Shows": ("revoked", None)}
    svi.answered(row)
    path = _of(row, looks, "withdraw", asked_id=row.pk)
    client = _client(looks)
    assert "Stop monitoring" in _text(client.get(path))
    assert "You stopped monitoring Shows: it is off your list." in _text(
        client.post(path, follow=True)
    )
    assert svi.seen(Monitored, looks) == {} == svi.seen(Monitor, shows)
    assert "This company is no longer on your list." in _text(client.post(path, follow=True))
    assert [one.name for one in svi.ask_to_monitor(looks, shows).asked] == ["Shows"]


def test_svi4_who_asked_to_be_monitored_cannot_withdraw_what_was_accepted() -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = svi.accepted(shows, looks)
    with pytest.raises(Refused, match="The request was accepted"):
        _move(row, shows)


def test_svi7_each_step_is_told_to_the_other_company(both: Any) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = svi.answered(_asked(looks, shows))
    svi.answered(row, "revoke")
    svi.answered(row)
    _move(row, looks)
    answered = ["svi.request_answered"] * 2
    assert _told(looks) == [*answered, "svi.sharing_ended"]
    assert _told(shows) == ["svi.request_to_see_received", "svi.revoked"]
    [ended] = Notification.objects.filter(kind="svi.sharing_ended")
    assert "revoked its SVI Agreement" not in str(vars(ended))


def test_n2_a_request_to_see_the_status_is_a_task_of_who_was_asked(both: Any) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = _asked(looks, shows)
    with svi.acting(looks) as actor:
        assert tasks_for(actor, None) == []
    with svi.acting(shows) as actor:
        [task] = tasks_for(actor, None)
    assert str(task.title) == "Answer a request to see your status"
    assert task.url.startswith(_tab(shows, "monitors"))
    svi.answered(row)
    with svi.acting(shows) as actor:
        assert tasks_for(actor, None) == []


def test_svi_two_companies_that_ask_each_other_get_one_request_in_a_direction(both: Any) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    svi.asked(shows, looks)
    assert svi.ask_to_monitor(looks, shows).asked == ()
    assert Monitoring.objects.count() == 1
    note = "Asked you on"
    answer = _client(looks).get(_tab(looks, "request", "?direction=monitor&q=shows"))
    assert note in _text(answer)


def test_svi_own_notes_go_along_whoever_asks(both: Any) -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    row = svi.accepted(shows, looks)
    PartnerNote.objects.create(security_model=looks, monitoring=row, reference="V-1")
    svi.answered(row, "remove")
    again = _asked(looks, shows)
    assert PartnerNote.objects.get(monitoring=again).reference == "V-1"


# --- off, as in the manual ------------------------------------------------------------------------


def test_svi3_while_it_is_not_offered_nobody_asks_to_monitor_another() -> None:
    looks, shows = svi.consenting("Looks"), svi.consenting("Shows")
    with pytest.raises(NotVisible):
        svi.ask_to_monitor(looks, shows)
    client = _client(looks)
    for name in ("request", "match", "check"):
        assert client.get(_tab(looks, name, "?direction=monitor")).status_code == 404, name
        assert "Ask to monitor them" not in _text(client.get(_tab(looks, name))), name
    path = f"{_tab(looks, 'check')}?direction=monitor&partner={shows.pk}"
    assert client.post(path, {"note": ""}).status_code == 404
    assert not Monitoring.objects.exists()


def test_svi_another_direction_does_not_exist(both: Any) -> None:
    looks = svi.consenting("Looks")
    assert _client(looks).get(_tab(looks, "request", "?direction=sideways")).status_code == 404


def test_svi_once_it_is_no_longer_offered_what_is_there_can_be_ended_but_not_accepted(
    both: Any,
) -> None:
    looks, shows, other = (svi.consenting(name) for name in ("Looks", "Shows", "Other"))
    waits, shared = _asked(looks, shows), svi.answered(_asked(looks, other))
    both.SVI_BOTH_DIRECTIONS = False
    with pytest.raises(Refused, match="no longer offered"):
        svi.answered(waits)
    assert svi.answered(waits, "decline").status == "declined"
    assert svi.answered(shared, "revoke").status == "revoked"
