"""The sweeps of annual reviews under fire: killed anywhere, run twice at once, cut off from the
database (P11). The next run ends as an undisturbed one does, and each message is sent once.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, connections, transaction

from audit.models import Event, SweepRun
from audit.sweeps import ClockSweep
from core.access import system
from core.tenancy import on_behalf_of
from identity.models import User
from notifications.models import Outbox
from portal.sweeps import SWEEPS
from security_models.models import SecurityModel
from security_profile.models import AnnualReview, ReviewConfirmation
from security_profile.selectors import overview
from security_profile.services import annual_review, review_clock
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.security_profile.test_parallel import at_once
from tests.superuser import superuser

pytestmark = pytest.mark.django_db(transaction=True)

#: Each sweep, so many days after the due day of which cycle it has something to do, and the acts
#: within it before which it is killed.
FIRED = {
    "annual_reviews": (-30, 1, ("row_of", "notify", "record")),
    "annual_review_escalations": (30, 1, ("row_of", "record", "notify")),
    "annual_review_closings": (-80, 2, ("record",)),
}
State = tuple[list[Any], ...]


def state() -> State:
    """What the sweeps have written, without the moments at which they did."""
    mails = Outbox.objects.filter(kind__startswith="annual_review.")
    events = Event.objects.filter(kind__startswith="security_profile.review_")
    rows = AnnualReview.objects.values_list(
        "security_model__reference", "due_on", "reminded", "escalated_on", "closed_on"
    )
    return (
        sorted(mails.values_list("to_address", "kind", "once_key")),
        sorted(events.values_list("scope_id", "kind")),
        sorted(rows, key=str),
    )


def swept(name: str) -> SweepRun | None:
    """Run a sweep as its task does."""
    with on_behalf_of(system("test")):
        return SWEEPS[name].run()


def undisturbed(name: str) -> State:
    """What a run leaves that nothing disturbs; it is taken back."""
    with transaction.atomic():
        assert swept(name) is not None
        found = state()
        transaction.set_rollback(True)
    return found


def die(*_args: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_the_commit(name: str) -> None:
    swept(name)
    die()


def killed(act: Callable[[], Any]) -> None:
    """Do an act in a process of its own, which is killed within it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(1)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def dying_at_the_second() -> Callable[..., str]:
    """Serves one account, and dies at the next."""
    serve, served = ClockSweep._tried, list[Any]()

    def tried(sweep: ClockSweep, thing: Any, last_day: Any) -> str:
        if served:
            die()
        served.append(thing)
        return serve(sweep, thing, last_day)

    return tried


def two_accounts() -> SecurityModel:
    UserFactory.create(email="boss@agency.example", staff_role="management")
    with on_behalf_of(system("test")):
        annual.certify("Bramble and Finch", "second@example.com")
        return annual.certify()


@pytest.mark.long
@pytest.mark.parametrize("name", FIRED)
def test_p11_a_sweep_that_is_killed_anywhere_is_repeated_and_sends_each_message_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, number, points = FIRED[name]
    with annual.at_due(two_accounts(), days, number):
        before, wanted = state(), undisturbed(name)
        assert wanted != before
        for point in points:
            with monkeypatch.context() as patched:
                patched.setattr(review_clock, point, die)
                killed(lambda: swept(name))
            assert state() == before, point
        with monkeypatch.context() as patched:
            patched.setattr(ClockSweep, "_tried", dying_at_the_second())
            killed(lambda: swept(name))
        assert state() == before, "one of two accounts is served"

        def before_the_commit() -> None:
            with on_behalf_of(system("test")):
                SWEEPS[name].run()
                die()

        killed(before_the_commit)
        assert state() == before, "everything is written and not committed"
        killed(lambda: after_the_commit(name))
        assert state() == wanted, "it is committed, and the broker not told"
        assert swept(name) is not None
        assert state() == wanted


@pytest.fixture
def model() -> SecurityModel:
    return annual.certified_model()


def test_p11_of_two_beats_at_once_one_sweeps(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes while the first is in the middle of an account."""
    seconds: list[SweepRun | None] = []
    tell = review_clock._tell

    def second() -> SweepRun | None:
        try:
            with annual.at_due(model):
                return swept("annual_reviews")
        finally:
            connection.close()

    def meanwhile(*args: Any) -> int:
        with ThreadPoolExecutor(1) as beat:
            seconds.append(beat.submit(second).result())
        return tell(*args)

    monkeypatch.setattr(review_clock, "_tell", meanwhile)
    with annual.at_due(model):
        wanted = undisturbed("annual_reviews")
        seconds.clear()
        assert swept("annual_reviews") is not None
        assert seconds == [None]
        assert state() == wanted


def test_p11_a_sweep_whose_database_restarts_is_repeated(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart ends every session in the middle of its statement or between two."""

    def restarted(*_args: Any) -> None:
        with superuser() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    with annual.at_due(model):
        before, wanted = state(), undisturbed("annual_reviews")
        with monkeypatch.context() as patched:
            patched.setattr(review_clock, "_tell", restarted)
            with pytest.raises((OperationalError, InterfaceError)):
                swept("annual_reviews")
        connection.close()
        assert state() == before
        assert swept("annual_reviews") is not None
        assert state() == wanted


def test_p10_two_people_who_confirm_one_category_at_once_confirm_each_criterion_once(
    model: SecurityModel,
) -> None:
    """Both together, and one of them a single criterion of it."""
    colleague = access_to(model, User.objects.get(email=annual.EMPLOYEE))
    officer = access_to(model)

    def together(actor: Any, number: str) -> Callable[[], Any]:
        with annual.at_due(model):
            category = overview(model).category(number)
            shown = annual_review.proof_of_showing(actor, annual.today(model), category)

        def confirm() -> Any:
            with annual.at_due(model):
                return annual_review.confirm_category(
                    actor=actor, model=model, number=number, shown=shown
                )

        return confirm

    def alone(code: str) -> Any:
        with annual.at_due(model):
            return annual.confirm(model, code, colleague)

    both = at_once(together(officer, "1"), together(colleague, "1"))
    codes = [one.code for one in overview(model).category("1").answers]
    assert sorted(both, key=len) == [[], codes]
    assert ReviewConfirmation.objects.values("confirmed_by").distinct().count() == 1
    at_once(together(officer, "6"), lambda: alone("6.1"))
    codes += [one.code for one in overview(model).category("6").answers]
    assert ReviewConfirmation.objects.count() == len(codes)
    told = Event.objects.filter(kind__startswith="security_profile.review_confirmed")
    named = [
        one for event in told for one in event.data.get("codes", event.data.get("code")).split(", ")
    ]
    assert sorted(named) == sorted(codes)
