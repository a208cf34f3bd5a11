"""Asks someone for an act that is reserved to them (R6), and ends such a request."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import Scope, account_scope, model_scope, record
from core import clock
from core.access import Access
from core.errors import Problem, Refused
from core.text import filled
from identity.selectors.user_state import recipient
from notifications.services.sending import notify
from trade_accounts.models import Ask, Membership, TradeAccount
from trade_accounts.providers.reserved_acts import Act, known
from trade_accounts.selectors.asks import Person, people_for
from trade_accounts.services.accounts import locked
from trade_accounts.states import AskOutcome


@transaction.atomic
def ask(*, actor: Access, act: Act, membership_id: uuid.UUID | None, note: str = "") -> Ask:
    """Ask a person for an act: email, task, and an event. ``membership_id`` may be left out if only
    one person can be asked.

    If asked again within a day, nothing more is sent; later it is a reminder. Refused if nobody
    could do the act yet, if the actor can do it, and if that person cannot.
    """
    actor.require(act.asker)
    root = actor.root(act.root)
    locked(getattr(root, "trade_account_id", root.pk))
    problems = _blockers(actor, act, act.blockers(root))
    person = None if problems else _chosen(people_for(act, root), membership_id)
    if person is None:
        problems = problems or [Problem("whom", _("Choose who to ask."), "whom")]
        raise Refused(problems[0].code, problems)
    asked = Ask.objects.filter(
        scope_id=root.pk, act=act.code, membership_id=person.membership_id, ended_at=None
    ).first()
    if asked is not None and person.asked is not None and not person.asked.may_remind:
        return asked
    return _send(actor, act, root, person, asked, note)


def _blockers(actor: Access, act: Act, blockers: Iterable[Problem]) -> list[Problem]:
    if actor.user is None or actor.via:
        return [
            Problem("in_person", _("An API key can't ask. Sign in to the portal and ask there."))
        ]
    if actor.has(act.permission):
        return [Problem("yourself", _("You can do this yourself."))]
    return list(blockers)


def _chosen(people: Iterable[Person], membership_id: uuid.UUID | None) -> Person | None:
    ready = [one for one in people if one.state == "ready"]
    if membership_id is None:
        return ready[0] if len(ready) == 1 else None
    return next((one for one in ready if one.membership_id == membership_id), None)


def _send(
    actor: Access,
    act: Act,
    root: TradeAccount,
    person: Person,
    asked: Ask | None,
    note: str,
) -> Ask:
    now, scope = clock.now(), _scope(act, root)
    reminded = asked is not None
    if asked is None:
        asked = Ask(
            trade_account_id=getattr(root, "trade_account_id", root.pk),
            scope_kind=scope.kind,
            scope_id=scope.id,
            act=act.code,
            membership_id=person.membership_id,
            asked_by_id=actor.user_id,
            asked_by_name=actor.name,
            asked_at=now,
        )
    asked.last_asked_at, asked.note = now, note or asked.note
    asked.save()
    kind = "trade_accounts.reminded" if reminded else "trade_accounts.asked"
    what = act.said_of(root)
    record(kind, actor=actor, scope=scope, subject=("ask", asked.pk), name=person.name, act=what)
    user = Membership.objects.select_related("user").get(pk=person.membership_id).user
    notify(
        act.notice,
        scope=scope,
        to=[recipient(user)] if user is not None else [],
        url=act.url(root),
        button="" if act.has_own_task else what[:1].upper() + what[1:],
        account=getattr(root, "trade_account", root).name,
        asker=actor.name,
        act=what,
        note=note,
        reference=getattr(root, "reference", ""),
    )
    return asked


def _scope(act: Act, root: TradeAccount) -> Scope:
    return account_scope(root.pk) if act.root == "trade_account" else model_scope(root.pk)


def end_asks(
    *, code: str, root_id: uuid.UUID, outcome: AskOutcome, user_id: uuid.UUID | None = None
) -> int:
    """End the open requests for an act on a root, of one person or of everyone; return how many.

    Called by the service that does the act, in its transaction.
    """
    rows = Ask.objects.filter(act=code, scope_id=root_id, ended_at=None)
    if user_id is not None:
        rows = rows.filter(membership__user_id=user_id)
    return rows.update(ended_at=clock.now(), outcome=outcome)


def end_asks_of(membership: Membership) -> None:
    """End what a person who leaves was asked for."""
    rows = Ask.objects.filter(membership=membership, ended_at=None)
    rows.update(ended_at=clock.now(), outcome=AskOutcome.WITHDRAWN)


@transaction.atomic
def withdraw_outdated(*, actor: Access) -> int:
    """End requests for acts that can no longer be done, or no longer by that person; return how
    many.

    For a sweep: pages look at the current state themselves and never wait for it.
    """
    ended = 0
    open_asks = Ask.objects.filter(ended_at=None).order_by("act", "scope_id")
    for code, root_id in open_asks.values_list("act", "scope_id").distinct():
        act = known(code)
        root = act.find(root_id) if act is not None and root_id is not None else None
        if act is not None and root is not None:
            ended += _withdraw(actor, act, root)
    return ended


def _withdraw(actor: Access, act: Act, root: TradeAccount) -> int:
    rows = Ask.objects.filter(act=act.code, scope_id=root.pk, ended_at=None)
    able = [one.membership_id for one in people_for(act, root) if one.state == "ready"]
    gone = rows if act.blockers(root) else rows.exclude(membership_id__in=able)
    count = gone.update(ended_at=clock.now(), outcome=AskOutcome.WITHDRAWN)
    if count:
        scope, what = _scope(act, root), act.said_of(root)
        record("trade_accounts.ask_withdrawn", actor=actor, scope=scope, act=what)
    return count


def asked_words(asked: Ask, name: str) -> str:
    """Say after asking who was asked, when, and what that person got."""
    day = date_format(clock.program_date(asked.last_asked_at), "M j, Y")
    return filled(_("%(name)s was asked on %(day)s by email and has a task."), name=name, day=day)
