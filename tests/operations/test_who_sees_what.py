"""Whatever is linked, merged and split, everyone sees what they should and nothing else (T8-T11).

Random walks over a few companies and people are compared with a model of a few lines after each
step: the tree of each person, and the answer of the pages of each account and C-TPAT account.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck
from hypothesis import settings as how_often
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.access import for_user
from core.errors import Refused
from core.tenancy import bind
from identity.models import User
from operations.models import TradeAccountRequest
from operations.states import RequestStatus
from security_models import grants as model_grants
from security_models.models import SecurityModel
from tests.factories.operations import agreed, approved, entering, sent
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member, make_model
from trade_accounts import grants
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.selectors import AccountNode, accounts_of
from trade_accounts.services import end_membership, save_member
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db

ACCOUNTS = st.sampled_from(range(4))
PEOPLE = st.sampled_from(range(3))
ADMINISTRATOR = MembershipType.COMPANY_ADMINISTRATOR
#: A split founds accounts; no more than these, so that a walk ends.
MOST = 7


class Companies(RuleBasedStateMachine):
    """A few companies, who works where, and what should follow."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.boss = UserFactory.create()
        self.people = [UserFactory.create() for _ in range(3)]
        self.accounts = [make_account(f"Company {n}", administrator=self.boss) for n in range(4)]
        self.above: dict[int, int | None] = dict.fromkeys(range(4))
        self.closed: dict[int, int] = {}
        #: (account, person) -> type
        self.works = {(n, -1): str(ADMINISTRATOR) for n in range(4)}
        self.models: dict[int, int] = {}
        self.rows: list[SecurityModel] = []
        for number in (0, 1):
            self.rows.append(make_model(self.accounts[number], self.boss))
            self.models[number] = number
        self.join(0, 0)
        self.join(1, 1)

    def teardown(self) -> None:
        """Forget everything that this walk has done."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def person(self, number: int) -> User:
        """-1 is the person who administers all companies and asks for everything."""
        return self.boss if number < 0 else self.people[number]

    def is_open(self, *numbers: int) -> bool:
        return all(one not in self.closed for one in numbers)

    def ask(self, kind: str, head: int, lower: int) -> bool:
        """Ask, agree and have it approved; whether that worked."""
        try:
            request = sent(kind, self.accounts[head], self.boss, self.accounts[lower])
        except Refused:
            TradeAccountRequest.objects.filter(status=RequestStatus.DRAFT).delete()
            return False
        self.finish(request)
        return True

    def finish(self, request: TradeAccountRequest) -> TradeAccountRequest:
        if request.status == RequestStatus.ADMINISTRATOR:
            request = agreed(request, self.boss)
        return approved(request) if request.status == RequestStatus.MANAGEMENT else request

    # --- what happens -----------------------------------------------------------------------------

    @rule(account=ACCOUNTS, person=PEOPLE)
    def join(self, account: int, person: int) -> None:
        """A person begins to work in a company."""
        if self.is_open(account) and (account, person) not in self.works:
            make_member(self.accounts[account], self.people[person])
            self.works[account, person] = str(MembershipType.USER)

    @rule(account=ACCOUNTS, person=PEOPLE)
    def leave(self, account: int, person: int) -> None:
        """Or no longer does."""
        if self.is_open(account) and (account, person) in self.works:
            end_membership(
                actor=self._actor(account), membership_id=self._member(account, person).pk
            )
            del self.works[account, person]

    @rule(account=ACCOUNTS, person=PEOPLE)
    def change_type(self, account: int, person: int) -> None:
        """A user becomes a Company Administrator, or the other way round."""
        if not self.is_open(account) or (account, person) not in self.works:
            return
        now = self.works[account, person]
        other = MembershipType.USER if now == ADMINISTRATOR else ADMINISTRATOR
        member = self._member(account, person)
        save_member(
            actor=self._actor(account), membership_id=member.pk, expected=member.version, type=other
        )
        self.works[account, person] = str(other)

    def _actor(self, account: int) -> Any:
        return entering(self.accounts[account], self.boss)

    def _member(self, account: int, person: int) -> Membership:
        return Membership.objects.get(
            trade_account=self.accounts[account],
            user=self.person(person),
            state=MembershipState.ACTIVE,
        )

    @rule(head=ACCOUNTS, lower=ACCOUNTS)
    def link(self, head: int, lower: int) -> None:
        """T8."""
        if head == lower or not self.is_open(head, lower):
            return
        may = self.above[head] is None and self.above[lower] is None
        assert self.ask("link", head, lower) == may
        if may:
            self.above[lower] = head

    @rule(head=ACCOUNTS, lower=ACCOUNTS)
    def delink(self, head: int, lower: int) -> None:
        """T9."""
        if head == lower or not self.is_open(head, lower):
            return
        may = self.above[lower] == head
        assert self.ask("delink", head, lower) == may
        if may:
            self.above[lower] = None

    @rule(head=ACCOUNTS, lower=ACCOUNTS)
    def merge(self, head: int, lower: int) -> None:
        """T9."""
        if head == lower or not self.is_open(head, lower):
            return
        may = self.above[head] == self.above[lower]
        assert self.ask("merge", head, lower) == may
        if not may:
            return
        self.closed = {one: head if to == lower else to for one, to in self.closed.items()}
        self.closed[lower], self.above[lower] = head, None
        self.above = {one: head if up == lower else up for one, up in self.above.items()}
        self.models = {row: head if at == lower else at for row, at in self.models.items()}
        for (account, person), type_ in list(self.works.items()):
            if account == lower:
                self.works.setdefault((head, person), type_)
                del self.works[account, person]

    @rule(account=ACCOUNTS, person=PEOPLE, with_model=st.booleans())
    def split(self, account: int, person: int, with_model: bool) -> None:
        """T9."""
        if not self.is_open(account) or len(self.accounts) >= MOST:
            return
        going = [row for row, at in self.models.items() if at == account][:1] if with_model else []
        copied = [(account, person)] if (account, person) in self.works else []
        request = self.finish(
            sent(
                "split",
                self.accounts[account],
                self.boss,
                new_name=f"Company {len(self.accounts)}",
                model_ids=[self.rows[row].pk for row in going],
                member_ids=[self._member(*one).pk for one in copied],
            )
        )
        assert request.new_account is not None
        new = len(self.accounts)
        self.accounts.append(request.new_account)
        self.above[new] = self.above[account]
        self.works[new, -1] = str(ADMINISTRATOR)
        for _account, who in copied:
            self.works[new, who] = self.works[account, who]
        for row in going:
            self.models[row] = new

    # --- what everyone sees -----------------------------------------------------------------------

    @invariant()
    def each_tree_has_the_own_accounts_and_the_names_above(self) -> None:
        for number in range(-1, 3):
            seen: set[tuple[str, bool]] = set()
            _gather(accounts_of(for_user(self.person(number))), seen)
            own = {account for account, person in self.works if person == number}
            above = {up for one in own for up in self._chain(one)} - own
            wanted = {(self.accounts[one].name, False) for one in own}
            assert seen == wanted | {(self.accounts[one].name, True) for one in above}

    def _chain(self, account: int) -> list[int]:
        up, found = self.above[account], []
        while up is not None:
            found.append(up)
            up = self.above[up]
        return found

    @invariant()
    def each_page_answers_those_who_may_open_it(self) -> None:
        for number in range(-1, 3):
            client = Client(SERVER_NAME="localhost")
            client.force_login(self.person(number), backend="identity.backends.PasswordBackend")
            for account, row in enumerate(self.accounts):
                page = reverse("trade_accounts:company", kwargs={"trade_id": row.pk})
                assert client.get(page).status_code == self._answer(account, number)
            for index, model in enumerate(self.rows):
                at = self.accounts[self.models[index]]
                places = {"trade_id": at.pk, "model_id": model.pk}
                answer = client.get(reverse("portal:glance", kwargs=places)).status_code
                is_member = (self.models[index], number) in self.works
                assert answer == (200 if number < 0 else 403 if is_member else 404)

    def _answer(self, account: int, person: int) -> int:
        if account in self.closed:
            return 302 if (self.closed[account], person) in self.works else 404
        return 200 if (account, person) in self.works else 404

    @invariant()
    def the_database_shows_the_rows_of_these_companies_alone(self) -> None:
        for number in range(-1, 3):
            own = {account for account, person in self.works if person == number}
            with transaction.atomic():
                bind(for_user(self.person(number)))
                seen = set(SecurityModel.objects.values_list("pk", flat=True))
                transaction.set_rollback(True)
            assert seen == {self.rows[row].pk for row, at in self.models.items() if at in own}

    @invariant()
    def the_grants_follow(self) -> None:
        assert list(model_grants.drifts()) == []
        for account, row in enumerate(self.accounts):
            wanted = {
                (str(user.pk), role)
                for user, roles in grants.wanted_grants(row).items()
                for role in roles
            }
            works = {
                (str(self.person(who).pk), type_)
                for (at, who), type_ in self.works.items()
                if at == account
            }
            assert wanted == works

    @invariant()
    def the_hierarchy_is_a_forest_of_open_accounts(self) -> None:
        for account, row in enumerate(self.accounts):
            now = TradeAccount.objects.get(pk=row.pk)
            up = self.above[account]
            assert now.parent_id == (None if up is None else self.accounts[up].pk)
            into = self.closed.get(account)
            assert now.merged_into_id == (None if into is None else self.accounts[into].pk)


def _gather(nodes: list[AccountNode], seen: set[tuple[str, bool]]) -> None:
    for one in nodes:
        seen.add((one.name, one.plain))
        _gather(one.children, seen)


def _walk(steps: int, times: int) -> None:
    run_state_machine_as_test(
        Companies,
        settings=how_often(
            max_examples=times,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_t11_everyone_sees_what_they_should_after_each_operation() -> None:
    _walk(steps=8, times=2)


@pytest.mark.long
def test_t11_everyone_sees_what_they_should_after_long_walks() -> None:
    _walk(steps=30, times=60)
