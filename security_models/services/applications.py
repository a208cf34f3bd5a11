"""An application from its start to its first submission, its lapse and its reopening."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.days import day, days_left
from core.errors import Problem, Refused, refusal
from core.ids import new_reference
from notifications.providers.kinds import resolve
from notifications.services.sending import notify, still_to_remind
from security_models import page_links
from security_models.checks import blockers_of, company_profile_blockers
from security_models.facts.model_facts import Facts
from security_models.machine import business_types
from security_models.models import BusinessTypeAccount, Contact, EligibilityRun, SecurityModel
from security_models.policies import P, finish_by, is_lapsed
from security_models.selectors import facts_of
from security_models.services.notices import officers_changed
from security_models.services.roots import lock, scope_of, settle_roles
from security_models.states import BusinessTypeStatus, ContactRole, EligibilityOutcome
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.policies import P as AccountP
from trade_accounts.services.accounts import locked
from trade_accounts.states import MembershipState, SetUp


@transaction.atomic
def start_application(*, actor: Access, form_key: uuid.UUID, role: str) -> SecurityModel:
    """Start an application in the actor's trade account; the actor is its first contact (R2).

    ``form_key`` becomes the id of the model: two clicks make one. The contact states the role; an
    Officer or Employee is the Primary POC until someone else is chosen. Refused while the trade
    account itself is still being set up.
    """
    actor.require(AccountP.START_APPLICATION)
    account = locked(actor.trade_account.pk, no_key=True)
    mine = {"trade_account_id": account.pk, "started_by_id": actor.user_id}
    made = made_before(SecurityModel, form_key, **mine)
    if made is not None:
        return made
    member = _ready(account, actor, role)
    model = _create(account, actor, form_key)
    contact = Contact.objects.create(
        security_model=model,
        trade_account_id=account.pk,
        membership=member,
        role=role,
        is_primary_poc=role != ContactRole.CONSULTANT,
        added_at=clock.now(),
    )
    settle_roles(model)
    _tell_started(model, contact, actor)
    return model


def _ready(account: TradeAccount, actor: Access, role: str) -> Membership:
    """The membership that becomes the first contact. Raises Refused with every problem."""
    problems = []
    if account.set_up != SetUp.DONE:
        words = _("Finish setting up the trade account first.")
        problems.append(Problem("set_up", words))
    if role not in ContactRole.values:
        problems.append(Problem("role", _("Choose your role in the company."), "role"))
    members = Membership.objects.filter(trade_account=account, state=MembershipState.ACTIVE)
    member = members.filter(user=actor.user).first()
    if member is None:
        words = _("Only a user of the trade account can start an application.")
        problems.append(Problem("member", words))
    if problems or member is None:
        raise Refused("start", problems)
    return member


def _create(account: TradeAccount, actor: Access, form_key: uuid.UUID) -> SecurityModel:
    reference = new_reference("A")
    while SecurityModel.objects.filter(reference=reference).exists():
        reference = new_reference("A")
    model = SecurityModel.objects.create(
        id=form_key,
        trade_account=account,
        reference=reference,
        started_on=clock.today(),
        started_at=clock.now(),
        started_by=actor.user,
    )
    EligibilityRun.objects.create(
        security_model=model, started_at=clock.now(), started_on=clock.today()
    )
    return model


def _tell_started(model: SecurityModel, contact: Contact, actor: Access) -> None:
    role = ContactRole(contact.role)
    record(
        "security_models.started",
        actor=actor,
        scope=scope_of(model),
        reference=model.reference,
        role=str(role.label),
    )
    notify(
        "application.started",
        scope=scope_of(model),
        about=model,
        url=page_links.url(model, "eligibility"),
        account=model.trade_account.name,
        business_type=_("C-TPAT"),
        reference=model.reference,
        due_date=day(finish_by(model)),
        days=clock.clock("application_finish").length,
        factors=f"{settings.SITE_URL}{reverse('identity:factors')}",
    )
    if role == ContactRole.OFFICER:
        officers_changed(model, actor, named=[contact.membership], removed=[])


# --- submission -----------------------------------------------------------------------------------


@transaction.atomic
def mark_submitted(*, actor: Access, model: SecurityModel) -> SecurityModel:
    """Make every Draft an Applicant with the first submission; called inside its transaction.

    A later round finds no Draft and changes nothing. Refused with every blocker of the company
    profile, read again here (A2: the page may be out of date).
    """
    actor.require(P.SUBMIT)
    model = lock(model.pk)
    problems = company_profile_blockers(model)
    if problems:
        raise Refused("company_profile", problems)
    drafts = BusinessTypeAccount.objects.select_for_update().filter(
        security_model=model, status=BusinessTypeStatus.DRAFT
    )
    for account in drafts.select_related("business_type"):
        business_types.apply("submit", account, actor=actor)
    if model.first_submitted_on is None:
        model.first_submitted_on = clock.today()
        model.save(update_fields=["first_submitted_on"])
    return model


# --- the 60 program days --------------------------------------------------------------------------


@transaction.atomic
def lapse(*, actor: Access, model: SecurityModel) -> bool:
    """Let an unfinished application lapse once its time is over; False if there is nothing to do.

    Only the system lapses applications. Drafts become Lapsed; everything stays readable.
    """
    if not actor.is_system:
        raise refusal(
            "lapse", _("Nobody can make an application lapse. It lapses when its time has passed.")
        )
    model = lock(model.pk)
    if model.lapsed_on is not None or not is_lapsed(model):
        return False
    _lapse(model, actor)
    notify(
        "application.lapsed",
        scope=scope_of(model),
        about=model,
        url=page_links.url(model, "reopen"),
        account=model.trade_account.name,
        reference=model.reference,
        days=clock.clock("application_finish").length,
        eligible=not is_not_eligible(facts_of(model)),
    )
    return True


def _lapse(model: SecurityModel, actor: Access) -> None:
    model.lapsed_on = clock.today()
    model.save(update_fields=["lapsed_on"])
    drafts = BusinessTypeAccount.objects.filter(
        security_model=model, status=BusinessTypeStatus.DRAFT
    )
    for account in drafts.select_related("business_type"):
        business_types.apply("lapse", account, actor=actor)
    record("security_models.lapsed", actor=actor, scope=scope_of(model))


@transaction.atomic
def reopen(*, actor: Access, model: SecurityModel) -> SecurityModel:
    """Reopen a lapsed application: same reference, nothing copied, as many days again (domain 3).

    Any contact may. It does not wait for the sweep: if only the date has passed, the lapse is
    recorded first. A second click changes nothing.
    """
    actor.require(P.EDIT)
    model = lock(model.pk)
    if not is_lapsed(model):
        return model
    if model.lapsed_on is None:
        _lapse(model, actor)
    model.lapsed_on, model.started_on = None, clock.today()
    model.save(update_fields=["lapsed_on", "started_on"])
    lapsed = BusinessTypeAccount.objects.filter(
        security_model=model, status=BusinessTypeStatus.LAPSED
    )
    for account in lapsed.select_related("business_type"):
        business_types.apply("reopen", account, actor=actor, started_on=clock.today())
    record(
        "security_models.reopened",
        actor=actor,
        scope=scope_of(model),
        due=finish_by(model).isoformat(),
    )
    return model


def remind_unfinished(*, facts: Facts, last_day: dt.date, offset: int) -> bool:
    """Remind the contacts once for each offset of the clock: what is missing, each with its place.

    A company that is not eligible has nothing to submit and gets no reminder.
    """
    if is_not_eligible(facts):
        return False
    model = facts.model
    once_key = f"expiring:{model.pk}:{last_day:%y%m%d}:{offset}"
    people = list(resolve(["contacts"], model))
    if not still_to_remind(once_key, people):
        return False
    missing = [*blockers_of(facts), *page_links.missing_after(facts)]
    sent = notify(
        "application.expiring",
        scope=scope_of(model),
        to=people,
        url=page_links.glance(model) if missing else page_links.signing_of(model),
        button="" if missing else _("Sign and submit the application"),
        once_key=once_key,
        key_is_new=True,
        account=model.trade_account.name,
        reference=model.reference,
        due_date=day(last_day),
        left=days_left(last_day, clock.today()),
        missing=[
            {
                "words": str(one.message).removesuffix("."),
                "link": f"{settings.SITE_URL}{one.url}" if one.url else "",
            }
            for one in missing
        ],
    )
    return bool(sent)


def is_not_eligible(facts: Facts) -> bool:
    """Whether the answers exclude the company and no other business type continues."""
    return facts.run.outcome == EligibilityOutcome.NOT_ELIGIBLE and not facts.types
