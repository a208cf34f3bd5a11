"""Whatever companies do, each sees what the other shares and nothing else (SVI1-SVI5, I-2).

Random walks of four companies are compared with a model of a few lines after each step: both
lists, the directory, the search, the statuses by business type of every company, and what outsiders
see who have proof of a status.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as how_often
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.errors import NotVisible, Refused
from core.ids import new_id
from security_models.models import SecurityModel
from svi.models import Consent, DirectoryEntry, DirectoryType, Monitor, Monitored, SeenType
from svi.models import Monitoring as Row
from svi.selectors.directory import companies_found
from svi.selectors.proofs import proofs_of, public_path
from svi.selectors.relations import MOST_ASKED
from svi.services.consent import revoke_consent, sign_consent
from svi.services.proofs import make_proof, revoke_proof
from svi.services.requests import withdraw
from tests.factories import svi

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(settings: Any) -> Any:
    """The settings of Django, beside those of hypothesis."""
    return settings


NAMES = ("Ash Lane", "Birch Row", "Cedar Dock", "Dune Freight")
ONE = st.sampled_from(range(len(NAMES)))
LISTED = {"pending", "accepted", "declined", "revoked"}
BLOCKING = {"declined", "revoked"}
#: Move -> where it begins, and where it leads.
MOVES = {
    "accept": ({"pending", "declined", "revoked"}, "accepted"),
    "decline": ({"pending"}, "declined"),
    "revoke": ({"accepted"}, "revoked"),
    "remove": ({"accepted", "declined", "revoked"}, "removed"),
}


class Companies(RuleBasedStateMachine):
    """Four companies and what should be between them."""

    companies: tuple[SecurityModel, ...] = ()
    both_directions = False

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.consents = dict.fromkeys(range(len(NAMES)), True)
        self.certified = dict.fromkeys(range(len(NAMES)), True)
        #: (who is monitored, who monitors) -> the state of what stands on their lists
        self.listed: dict[tuple[int, int], str] = {}
        #: (who asks, who is asked) -> how often
        self.times: dict[tuple[int, int], int] = {}
        #: The pairs of which the monitor has asked.
        self.by_monitor: set[tuple[int, int]] = set()
        #: address of a proof -> (whose it is, whether it works)
        self.proofs: dict[str, tuple[int, bool]] = {}

    def teardown(self) -> None:
        """Forget everything that this walk has done."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def takes_part(self, one: int) -> bool:
        """SVI1."""
        return self.consents[one] and self.certified[one]

    # --- what they do -----------------------------------------------------------------------------

    @rule(one=ONE, other=ONE)
    def ask(self, one: int, other: int) -> None:
        """SVI3."""
        if one == other:
            return
        try:
            svi.ask(self.companies[one], self.companies[other])
        except Refused:
            assert not self.takes_part(one)
            return
        assert self.takes_part(one)
        self._asked(one, other, by_monitor=False)

    @rule(one=ONE, other=ONE)
    def ask_to_monitor(self, one: int, other: int) -> None:
        """SVI3 the other way round, where the program offers it."""
        if one == other:
            return
        monitor, monitored = self.companies[one], self.companies[other]
        try:
            svi.ask_to_monitor(monitor, monitored)
        except NotVisible:
            assert not self.both_directions
            return
        except Refused:
            assert not self.takes_part(one)
            return
        assert self.both_directions and self.takes_part(one)
        self._asked(other, one, by_monitor=True)

    def _asked(self, monitored: int, monitor: int, *, by_monitor: bool) -> None:
        pair = (monitored, monitor)
        asker, asked = (monitor, monitored) if by_monitor else (monitored, monitor)
        if not self.takes_part(asked) or pair in self.listed or self._is_closed(asker, asked):
            return
        self.times[asker, asked] = self.times.get((asker, asked), 0) + 1
        self.listed[pair] = "pending"
        (self.by_monitor.add if by_monitor else self.by_monitor.discard)(pair)

    def _is_closed(self, asker: int, asked: int) -> bool:
        """SVI4: blocked, whichever way it was asked; or asked too often lately."""
        to_be, to_see = (asker, asked), (asked, asker)
        blocks = (to_be not in self.by_monitor and self.listed.get(to_be) in BLOCKING) or (
            to_see in self.by_monitor and self.listed.get(to_see) in BLOCKING
        )
        return blocks or self.times.get((asker, asked), 0) >= MOST_ASKED

    @rule(one=ONE, other=ONE, what=st.sampled_from(sorted(MOVES)))
    def answer(self, one: int, other: int, what: str) -> None:
        """SVI4."""
        if (one, other) not in self.listed:
            return
        begins, leads = MOVES[what]
        state = self.listed[one, other]
        asked = one if (one, other) in self.by_monitor else other
        may = state in begins and (what != "accept" or self.takes_part(asked))
        try:
            svi.answered(self._row(one, other), what)
        except Refused:
            assert not may
            return
        assert may or state == leads
        self._now(one, other, leads)

    @rule(one=ONE, other=ONE)
    def withdraw(self, one: int, other: int) -> None:
        """SVI3."""
        if (one, other) not in self.listed:
            return
        by_monitor = (one, other) in self.by_monitor
        asker = other if by_monitor else one
        may = {"pending", "accepted"} if by_monitor else {"pending"}
        try:
            with svi.acting(self.companies[asker]) as actor:
                withdraw(
                    actor=actor, model=actor.security_model, monitoring_id=self._row(one, other).pk
                )
        except Refused:
            assert self.listed[one, other] not in may
            return
        assert self.listed[one, other] in may
        self._now(one, other, "withdrawn")

    @rule(one=ONE)
    def revoke_consent(self, one: int) -> None:
        """SVI2."""
        no_signature: Any = None
        with svi.acting(self.companies[one]) as actor:
            revoke_consent(actor=actor, model=actor.security_model, signature=no_signature)
        self.consents[one] = False
        for pair in [pair for pair in self.listed if one in pair]:
            del self.listed[pair]
        for address, (owner, works) in self.proofs.items():
            self.proofs[address] = (owner, works and owner != one)

    @rule(one=ONE)
    def sign_again(self, one: int) -> None:
        """SVI1."""
        if self.consents[one]:
            return
        no_signature: Any = None
        with svi.acting(self.companies[one]) as actor:
            sign_consent(actor=actor, model=actor.security_model, signature=no_signature)
        self.consents[one] = True

    @rule(one=ONE)
    def suspend_or_reinstate(self, one: int) -> None:
        """SVI5."""
        act = svi.suspend if self.certified[one] else svi.reinstate
        act(self.companies[one])
        self.certified[one] = not self.certified[one]

    @rule(one=ONE)
    def prove(self, one: int) -> None:
        """SVI1, SVI5: to an outsider."""
        try:
            with svi.acting(self.companies[one]) as actor:
                proof = make_proof(
                    actor=actor,
                    model=actor.security_model,
                    form_key=new_id(),
                    recipient="A bank",
                    days=30,
                )
        except Refused:
            assert not self.takes_part(one)
            return
        assert self.takes_part(one)
        assert [kind["status"] for kind in proof.letter.content["types"]] == ["Certified"]
        self.proofs[public_path(proof)] = (one, True)

    @rule(one=ONE)
    def revoke_proofs(self, one: int) -> None:
        """Of those that the company has, each."""
        model = self.companies[one]
        with svi.acting(model) as actor:
            for proof in proofs_of([model]).filter(revoked_at=None):
                revoke_proof(actor=actor, model=model, proof_id=proof.pk)
        for address, (owner, works) in self.proofs.items():
            self.proofs[address] = (owner, works and owner != one)

    # --- what each of them sees -------------------------------------------------------------------

    @invariant()
    def each_sees_what_is_shared_and_nothing_else(self) -> None:
        """Compare every list of every company with the model."""
        for me, model in enumerate(self.companies):
            with svi.acting(model):
                assert self._list(Monitored) == self._expected(me, other=0, own=1)
                assert self._list(Monitor) == self._expected(me, other=1, own=0)
                found = {one.name for one in DirectoryEntry.objects.all()}
                assert found == self._findable(me)
                assert DirectoryType.objects.count() == len(self._findable(me))
                searched = {one.name for one in companies_found("a", [model])}
                names = self._findable(me) - {NAMES[me]}
                assert searched == {name for name in names if "a" in name.casefold()}
                shared = SeenType.objects.values_list("monitoring_id", flat=True)
                assert len(shared) == self._shared(me)

    @invariant()
    def outsiders_see_whose_address_they_have(self) -> None:
        """Compare the page and the statement of every proof with the model."""
        for address, (owner, works) in self.proofs.items():
            page, statement = Client().get(address), Client().get(address + "/statement")
            assert {page.status_code, statement.status_code} == {200 if works else 410}
            words = page.content.decode()
            assert [name for name in NAMES if name in words] == [NAMES[owner]] * works
            if works:
                body = statement.content.decode().split(".")[1]
                said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
                status = "certified" if self.certified[owner] else "not_certified"
                assert [kind["status"] for kind in said["types"]] == [status]
                assert ("Not Certified" in words) != self.certified[owner]

    def _list(self, view: Any) -> dict[str, tuple[str, bool | None, bool]]:
        rows = view.objects.all()
        return {row.name: (row.status, row.is_certified, row.is_asked) for row in rows}

    def _expected(
        self, me: int, *, other: int, own: int
    ) -> dict[str, tuple[str, bool | None, bool]]:
        """One list: the other company of each pair in which this one is on the side ``own``."""
        return {
            NAMES[pair[other]]: (
                state,
                self.certified[pair[other]]
                if state == "accepted" and self.takes_part(me)
                else None,
                (pair in self.by_monitor) == (own == 0),
            )
            for pair, state in self.listed.items()
            if pair[own] == me
        }

    def _findable(self, me: int) -> set[str]:
        if not self.takes_part(me):
            return set()
        return {name for one, name in enumerate(NAMES) if self.takes_part(one)}

    def _shared(self, me: int) -> int:
        accepted = [pair for pair, state in self.listed.items() if state == "accepted"]
        return sum(me in pair for pair in accepted) if self.takes_part(me) else 0

    def _row(self, one: int, other: int) -> Row:
        monitored, monitor = self.companies[one], self.companies[other]
        rows = Row.objects.filter(monitored=monitored, monitor=monitor, status__in=LISTED)
        return rows.select_related("monitor", "monitored").get()

    def _now(self, one: int, other: int, state: str) -> None:
        if state in LISTED:
            self.listed[one, other] = state
        else:
            del self.listed[one, other]


def _walk(examples: int, given: Any, both: bool) -> None:
    given.SVI_BOTH_DIRECTIONS = both

    class Walk(Companies):
        companies = tuple(svi.consenting(name) for name in NAMES)
        both_directions = both

    assert Consent.objects.count() == len(NAMES)
    run_state_machine_as_test(
        Walk,
        settings=how_often(
            max_examples=examples,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


BOTH = pytest.mark.parametrize("both", [False, True])


@BOTH
def test_svi_each_company_sees_what_others_share_with_it_and_nothing_else(
    program: Any, both: bool
) -> None:
    _walk(5, program, both)


@BOTH
@pytest.mark.long
def test_svi_the_same_in_many_walks(program: Any, both: bool) -> None:
    _walk(150, program, both)
