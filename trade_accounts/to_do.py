"""What is to be done in trade accounts, derived from the state of things (N2)."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.contributions import Task
from core.text import filled
from trade_accounts import selectors
from trade_accounts.models import Address, Ask, Membership, TradeAccount
from trade_accounts.providers import reserved_acts
from trade_accounts.selectors import contact_checks
from trade_accounts.states import HEADQUARTERS, MembershipType, SetUp


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """Invitations to answer, wizards to finish, accounts with one user only; two queries."""
    if access.user is None or access.is_staff:
        return []
    tasks = [_answer(row) for row in _invitations(access, trade_account_id)]
    for account in _accounts(access, trade_account_id):
        tasks += _asked(account)
        if account.set_up == SetUp.OPEN:
            tasks.append(_finish(account))
        elif not account.has_others:  # type: ignore[attr-defined]
            tasks.append(_invite(account))
        if account.set_up == SetUp.DONE and contact_checks.is_due(account):
            tasks.append(_check_contacts(account))
    return tasks


def _accounts(access: Access, trade_account_id: uuid.UUID | None) -> list[TradeAccount]:
    """The reader's accounts with what makes tasks there."""
    bounds = {"asked": trade_account_id, "only": access.only_trade_account_id}
    ids = {name: bound for name, bound in bounds.items() if bound is not None}
    return _accounts_within(tuple(ids)).rows(user_id=access.user_id, **ids)


@lru_cache(maxsize=4)
def _accounts_within(bounds: tuple[str, ...]) -> Compiled[TradeAccount]:
    return Compiled(_with_tasks, **dict.fromkeys(("user_id", *bounds), uuid.UUID))


def _with_tasks(user_id: uuid.UUID, **bounds: uuid.UUID) -> QuerySet[TradeAccount]:
    accounts = selectors.accounts_of_member(user_id).annotate(
        has_others=Exists(
            Membership.objects.filter(
                Q(user_id=None) | ~Q(user_id=user_id),
                trade_account=OuterRef("pk"),
                state__in=selectors.STAYING,
            )
        ),
        has_headquarters=Exists(
            Address.objects.filter(
                trade_account=OuterRef("pk"), removed_at=None, types__contains=[HEADQUARTERS]
            )
        ),
        asks=_asks(user_id),
    )
    for bound in bounds.values():
        accounts = accounts.filter(pk=bound)
    return accounts.only("name", "set_up", "created_at", "contacts_checked_on")


def _asks(user_id: uuid.UUID) -> ArraySubquery:
    """What the reader was asked to do in each account, and is not done."""
    rows = Ask.objects.filter(
        trade_account=OuterRef("pk"), membership__user_id=user_id, ended_at=None
    )
    names = ("id", "act", "scope_id", "asked_by_name", "last_asked_at", "note")
    return ArraySubquery(
        rows.order_by("asked_at").values(json=JSONObject(**{one: one for one in names}))
    )


def _asked(account: TradeAccount) -> list[Task]:
    """A task for each act that the reader was asked for, unless the act has a task of its own."""
    tasks = []
    for one in account.asks:  # type: ignore[attr-defined]
        act = reserved_acts.known(one["act"])
        if act is None or act.has_own_task:
            continue
        last = dt.datetime.fromisoformat(one["last_asked_at"])
        about = {"name": one["asked_by_name"], "verb": act.verb}
        in_model = act.root != "trade_account"
        tasks.append(
            Task(
                key=f"asked:{one['id']}",
                title=filled(_("%(name)s asks you to %(verb)s"), **about),
                url=reserved_acts.page_of(act, account.pk, one["scope_id"]),
                account_name=account.name,
                trade_account_id=account.pk,
                security_model_id=uuid.UUID(one["scope_id"]) if in_model else None,
                note=one["note"],
                who=_("You"),
                since=clock.program_date(last),
                position=85,
            )
        )
    return tasks


def _invitations(access: Access, trade_account_id: uuid.UUID | None) -> list[Membership]:
    """They belong to no account of the reader yet: on the page of all accounts alone."""
    return [] if trade_account_id is not None else selectors.open_invitations(access.user)


def _answer(membership: Membership) -> Task:
    name = membership.trade_account.name
    return Task(
        key=f"invitation:{membership.pk}",
        title=filled(_("Accept the invitation of %(name)s"), name=name),
        url=reverse("trade_accounts:invitation", kwargs={"membership_id": membership.pk}),
        account_name=name,
        note=_("You are invited as %(type)s.") % {"type": MembershipType(membership.type).label},
        who=_("You"),
        since=clock.program_date(membership.created_at),
    )


def resume_at(account: TradeAccount, *, has_headquarters: bool) -> str:
    """The page on which an unfinished wizard goes on (T1)."""
    step = "summary" if has_headquarters else "addresses"
    return reverse(f"trade_accounts:{step}", kwargs={"trade_id": account.pk})


def _finish(account: TradeAccount) -> Task:
    has_headquarters: bool = account.has_headquarters  # type: ignore[attr-defined]
    return Task(
        key=f"set_up:{account.pk}",
        title=_("Finish the organization profile"),
        url=resume_at(account, has_headquarters=has_headquarters),
        account_name=account.name,
        trade_account_id=account.pk,
        note=_("Save the Summary to make the trade account ready to use."),
        who=_("Any user"),
        status="in_progress",
        since=clock.program_date(account.created_at),
    )


def _invite(account: TradeAccount) -> Task:
    kwargs = {"trade_id": account.pk}
    return Task(
        key=f"one_user:{account.pk}",
        title=_("Add a second user"),
        url=reverse("trade_accounts:user-add", kwargs=kwargs),
        account_name=account.name,
        trade_account_id=account.pk,
        note=_("Every account should have more than one user, so that the company keeps access."),
        who=_("Company Administrator"),
        mine=account.member_type == MembershipType.COMPANY_ADMINISTRATOR,  # type: ignore[attr-defined]
        position=90,
    )


def _check_contacts(account: TradeAccount) -> Task:
    return Task(
        key=f"check_contacts:{account.pk}",
        title=_("Check the users and contacts"),
        url=reverse("trade_accounts:users", kwargs={"trade_id": account.pk}),
        account_name=account.name,
        trade_account_id=account.pk,
        note=_("Once a year. If someone has left or an address has changed, correct it."),
        who=_("Company Administrator"),
        mine=account.member_type == MembershipType.COMPANY_ADMINISTRATOR,  # type: ignore[attr-defined]
        since=contact_checks.due_on(account),
        position=95,
    )
