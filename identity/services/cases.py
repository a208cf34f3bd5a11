"""Recovery by the helpdesk (U6): one person opens a case, a second one decides.

After the approval the person gets a new link by email, or signs in without the lost factor. No
member of staff sees or sets a secret.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access, system
from core.errors import NotVisible, Problem, refusal, refuse
from identity.acts_on_people import RECOVERY
from identity.checks.idle import REASON
from identity.machine import CASE
from identity.models import MailedLink, RecoveryCase, User
from identity.policies import P
from identity.selectors.helpdesk import who_may_agree
from identity.selectors.user_state import recipient
from identity.services.asking import end_staff_asks
from identity.services.disabled_people import locked_person
from identity.services.factors import remove_factors
from identity.services.recovery import send_reset_link
from identity.services.registration import ask_for_link
from identity.states import CaseStatus, Lost, SetUpStep
from notifications.services.sending import notify


@transaction.atomic
def open_case(
    *,
    actor: Access,
    user_id: uuid.UUID,
    lost: str,
    reason: str,
    identity_check: str,
    agreed_by: str = "",
) -> RecoveryCase:
    """Open a recovery for a person, who is told at once by email.

    ``agreed_by`` is the id of the Company Administrator who agreed; required if there is one.
    Refused for the actor's own sign-in, for an unfinished registration, and if a case is already
    open.
    """
    actor.require(P.RECOVER)
    user = locked_person(user_id)
    for old in RecoveryCase.objects.select_for_update().filter(
        user=user, status=CaseStatus.OPEN, expires_at__lte=clock.now()
    ):
        CASE.apply("expire", old, actor=system(REASON))
        end_staff_asks(RECOVERY, old.pk)
    problems = _problems(actor, user, agreed_by)
    refuse(problems)
    now = clock.now()
    case = RecoveryCase.objects.create(
        user=user,
        lost=Lost(lost),
        reason=reason,
        identity_check=identity_check,
        agreed_by_id=agreed_by or None,
        opened_at=now,
        opened_by=actor.user,
        expires_at=clock.clock("recovery_case").expires(now),
    )
    CASE.begin(case, actor=actor)
    scope = person_scope(user.pk)
    record("identity.case_opened", actor=actor, scope=scope, lost=str(Lost(lost).label))
    notify(
        "user.recovery_opened",
        scope=scope,
        to=[recipient(user)],
        at=now,
        lost=lost,
        until=case.expires_at,
    )
    return case


def _problems(actor: Access, user: User, agreed_by: str) -> list[Problem]:
    found = []
    if user.pk == actor.user_id:
        found.append(Problem("oneself", _("You can't open your own recovery. Someone else must.")))
    if user.set_up_step != SetUpStep.DONE:
        words = _("The registration is not finished. Send the registration link instead.")
        found.append(Problem("unfinished", words))
    if RecoveryCase.objects.filter(user=user, status=CaseStatus.OPEN).exists():
        words = _("This user already has an open recovery. It must be decided first.")
        found.append(Problem("open", words, url=reverse("identity:cases")))
    choices = {key for key, _words in who_may_agree(user)}
    if choices and agreed_by not in choices:
        words = _("Choose the Company Administrator who agreed.")
        found.append(Problem("agreed_by", words, "agreed_by"))
    return found


def _locked(case_id: uuid.UUID) -> RecoveryCase:
    rows = RecoveryCase.objects.select_for_update(of=("self",)).select_related("user")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotVisible("recovery_case")
    return case


@transaction.atomic
def approve_case(*, actor: Access, case_id: uuid.UUID, note: str = "") -> RecoveryCase:
    """Approve as the second person: remove the lost factors, and email a new link if the person
    needs one.
    """
    case = _locked(case_id)
    CASE.apply(
        "approve", case, actor=actor, decided_at=clock.now(), decided_by=actor.user, note=note
    )
    record("identity.case_approved", actor=actor, scope=person_scope(case.user_id))
    end_staff_asks(RECOVERY, case.pk)
    if case.lost in {Lost.FACTOR, Lost.BOTH}:
        remove_factors(actor=actor, user=case.user)
    if case.lost in {Lost.PASSWORD, Lost.BOTH}:
        send_reset_link(actor=actor, user=case.user, without_answers=True)
    return case


@transaction.atomic
def decline_case(*, actor: Access, case_id: uuid.UUID, note: str) -> RecoveryCase:
    """Decline a case, or take back one's own. The sign-in stays as it is."""
    case = _locked(case_id)
    if not note:
        raise refusal("note", _("Say why the recovery is declined."), "note")
    CASE.apply(
        "decline",
        case,
        actor=actor,
        reason=note,
        decided_at=clock.now(),
        decided_by=actor.user,
        note=note,
    )
    record("identity.case_declined", actor=actor, scope=person_scope(case.user_id))
    end_staff_asks(RECOVERY, case.pk)
    return case


@transaction.atomic
def send_registration_link(*, actor: Access, user_id: uuid.UUID) -> MailedLink:
    """Email a new link to a person whose registration is not finished. No member of staff
    sees it.
    """
    actor.require(P.SEE_USERS)
    user = locked_person(user_id)
    if user.set_up_step == SetUpStep.DONE or user.staff_role:
        words = _("This user has no registration to continue.")
        raise refusal("finished", words)
    link = ask_for_link(actor=actor, email=user.email)
    if link.ended_at is not None:
        words = _(
            "We sent five emails to this address within an hour. Wait before you send another."
        )
        raise refusal("enough", words)
    record("identity.link_sent_again", actor=actor, scope=person_scope(user.pk))
    return link
