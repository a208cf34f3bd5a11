"""What comes next in a C-TPAT account, who can do it, and what its at-a-glance page shows.

Derived from the facts each time (N2): three queries for tasks, for any number of accounts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Access
from core.contributions import DatedAccount, DueDate, Fact, Glance, Section, Task
from core.days import day
from core.errors import Problem
from core.text import filled, listed
from security_models import page_links
from security_models.checks import RULES, problems_by_tab
from security_models.facts.model_facts import Facts
from security_models.models import SecurityModel
from security_models.policies import P, finish_by
from security_models.recipients import named
from security_models.selectors import entered, facts_for, facts_of
from security_models.states import EligibilityOutcome
from trade_accounts.selectors import own_accounts

#: The position of the company profile's tasks among the steps of an application.
POSITIONS = {tab: 10 * (number + 1) for number, tab in enumerate(RULES)}


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """What the company can do now in the accounts of the reader; nothing for staff."""
    if access.user is None or access.is_staff:
        return []
    every = facts_for(access, trade_account_id)
    found = [task for facts in every for task in _tasks_of(facts, entered(access, facts.model))]
    return found + _starts(access, trade_account_id, every)


def _starts(
    access: Access, trade_account_id: uuid.UUID | None, every: Iterable[Facts]
) -> list[Task]:
    """A task for each account that is set up and in which no application was ever started."""
    begun = {facts.model.trade_account_id for facts in every}
    bounds = {trade_account_id, access.only_trade_account_id} - {None}
    return [
        Task(
            key=f"start-{account.id}",
            title=_("Start a C-TPAT application"),
            url=reverse("security_models:start", kwargs={"trade_id": account.id}),
            account_name=account.name,
            trade_account_id=account.id,
            note=_("See what you will need and how long it takes."),
            who=_("Any user of the trade account"),
            position=5,
        )
        for account in own_accounts(access)
        if not account.unfinished and account.id not in begun and bounds <= {account.id}
    ]


def _tasks_of(facts: Facts, access: Access) -> Iterator[Task]:
    if facts.over:
        return
    if facts.lapsed:
        if access.has(P.EDIT):
            yield _reopen(facts)
        return
    for tab in RULES:
        allowed = P.MANAGE_CONTACTS if tab == "contacts" else P.EDIT
        if not access.has(P.VIEW) and not access.has(allowed):
            continue
        problems = problems_by_tab(access, facts)[tab]
        if problems:
            yield _task(facts, tab, problems, mine=access.has(allowed))


def _task(facts: Facts, tab: str, problems: list[Problem], *, mine: bool) -> Task:
    status, label = _status(facts, tab)
    title = _title(facts, tab, problems)
    return Task(
        key=f"{tab}-{facts.model.pk}",
        title=title,
        url=problems[0].url if len(problems) == 1 else page_links.url(facts.model, tab),
        account_name=facts.model.trade_account.name,
        trade_account_id=facts.model.trade_account_id,
        security_model_id=facts.model.pk,
        note=_note(facts, title, problems),
        who=who_can(facts, tab),
        mine=mine,
        status=status,
        status_note=label,
        due=None if facts.submitted else finish_by(facts.model),
        since=facts.model.started_on,
        position=POSITIONS[tab],
    )


def _reopen(facts: Facts) -> Task:
    return Task(
        key=f"reopen-{facts.model.pk}",
        title=_("Reopen the application"),
        url=page_links.url(facts.model, "reopen"),
        account_name=facts.model.trade_account.name,
        trade_account_id=facts.model.trade_account_id,
        security_model_id=facts.model.pk,
        note=_("It was not finished in time. Everything in it is kept."),
        who=who_can(facts, "eligibility"),
        status="lapsed",
        position=1,
    )


def _title(facts: Facts, tab: str, problems: list[Problem]) -> str:
    if len(problems) == 1 and tab != "identifiers":
        return str(problems[0].message).removesuffix(".")
    titles = {
        "eligibility": _("Answer the eligibility questions"),
        "identifiers": _("Enter the business entity IDs"),
        "papers": _("Add the supporting papers"),
        "addresses": _("Choose the addresses"),
        "contacts": _("Choose an Officer and the Primary POC"),
    }
    return titles[tab]


def _note(facts: Facts, title: str, problems: list[Problem]) -> str:
    """The reference and the problems, unless the title already names the only one."""
    if [str(one.message).removesuffix(".") for one in problems] == [title]:
        return str(facts.model.reference)
    words = " ".join(str(one.message) for one in problems[:2])
    if len(problems) > 2:
        words += " " + _("And %(n)s more.") % {"n": len(problems) - 2}
    return f"{facts.model.reference}. {words}"


def _status(facts: Facts, tab: str) -> tuple[str, str]:
    """The code for the status component, and other words for it if there are any."""
    started = {
        "eligibility": bool(facts.run.answered),
        "identifiers": bool(facts.numbers),
        "papers": bool(facts.papers or facts.model.event_description),
        "addresses": bool(facts.addresses),
        "contacts": bool(facts.contacts),
    }
    if tab == "eligibility" and facts.run.outcome == EligibilityOutcome.NOT_ELIGIBLE:
        return "returned", _("Not eligible yet")
    return ("in_progress" if started[tab] else "not_started"), ""


def who_can(facts: Facts, tab: str) -> str:
    """Who can do a task of a tab, with their names (R3, R6)."""
    if tab == "contacts":
        names = [one.name for one in facts.officers] + list(facts.administrators)
        words = _("An Officer or Company Administrator: %(names)s")
        return filled(words, names=listed(dict.fromkeys(names)))
    return filled(_("Any contact: %(names)s"), names=listed(facts.people))


# --- at a glance --------------------------------------------------------------------------------


def glance_for(access: Access, model: SecurityModel) -> Glance:
    """Dates, Primary POC, SCSS, and the business types with their statuses (S6)."""
    facts = facts_of(model)
    rows = Section("security_models/parts/business_types.html", {"facts": facts}, position=10)
    return Glance((*_dates(facts), _poc(facts, access), _specialist(facts)), (rows,))


def _dates(facts: Facts) -> Iterator[Fact]:
    if facts.lapsed:
        when = facts.model.lapsed_on
        note = _("On %(date)s. Any contact can reopen it.") % {"date": day(when)} if when else ""
        where = page_links.url(facts.model, "reopen")
        yield Fact(_("Application"), _("Lapsed"), note, where, _("Reopen"))
    elif not facts.submitted:
        due = finish_by(facts.model)
        note = _("11:59 p.m. Eastern. After that day the application lapses.")
        yield Fact(_("Finish by"), day(due), note)


def _poc(facts: Facts, access: Access) -> Fact:
    chosen = facts.primary_poc
    where = page_links.url(facts.model, "contacts")
    if chosen is None:
        return Fact(_("Primary POC"), _("Nobody yet"), "", where, _("Contacts"))
    mine = chosen.user_id == str(access.user_id)
    note = _("%(role)s (you).") if mine else "%(role)s."
    if not chosen.counts:
        note = _("%(role)s, has not accepted yet.")
    return Fact(
        _("Primary POC"), chosen.name, note % {"role": chosen.role_label}, where, _("Contacts")
    )


def _specialist(facts: Facts) -> Fact:
    if facts.specialist_disabled:
        words = filled(_("%(name)s (disabled)"), name=facts.specialist)
        return Fact(_("SCSS"), words, _("The program assigns your specialists."))
    if facts.specialist:
        return Fact(_("SCSS"), facts.specialist, _("Looks after this C-TPAT account."))
    note = (
        _("One is assigned to every application.")
        if facts.submitted
        else _("One is assigned after you submit.")
    )
    return Fact(_("SCSS"), _("Not assigned yet"), note)


# --- dates --------------------------------------------------------------------------------------


def dates_for(access: Access) -> list[DueDate]:
    """The days by which drafts must be finished. Anniversaries are those of annual reviews."""
    if access.user is None or access.is_staff:
        return []
    found: list[DueDate] = []
    for facts in facts_for(access):
        if not entered(access, facts.model).has(P.VIEW) or facts.over or facts.lapsed:
            continue
        where, name = page_links.glance(facts.model), facts.model.trade_account.name
        if not facts.submitted:
            words = _("Finish the application %(reference)s") % {"reference": facts.model.reference}
            found.append(
                DueDate(
                    f"finish-{facts.model.pk}",
                    finish_by(facts.model),
                    facts.model.started_on,
                    words,
                    where,
                    name,
                    facts.model.pk,
                )
            )
    return found


def dated_accounts_for(access: Access) -> list[DatedAccount]:
    """The accounts of the reader that have not ended."""
    if access.user is None or access.is_staff:
        return []
    return [
        DatedAccount(facts.model.pk, named(facts.model))
        for facts in facts_for(access)
        if entered(access, facts.model).has(P.VIEW) and not facts.over
    ]
