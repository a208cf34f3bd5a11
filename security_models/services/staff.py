"""What staff decide about a security model: who looks after it, vetting, and the gates.

The two gates, an approved profile and passed vetting, may be passed in any order; the second one
certifies (domain section 3). Every act locks the security model first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.errors import NotVisible, Problem, Refused, refusal
from core.ids import new_account_number
from core.text import filled, listed, visible_length
from identity.models import User
from identity.selectors.user_state import recipient
from identity.services import end_staff_asks
from notifications.providers.kinds import Recipient, resolve
from notifications.services.sending import notify
from security_models import grants
from security_models.machine import THING, business_types
from security_models.models import BusinessTypeAccount, SecurityModel, StaffAssignment, Vetting
from security_models.policies import P, covering, reviewers
from security_models.providers import threads_that_come_along
from security_models.selectors.gates import require_gates
from security_models.selectors.who_decides import Act, may_decide
from security_models.services.roots import lock
from security_models.states import BusinessTypeStatus, VettingCheck, VettingResult

NUMBER_ATTEMPTS = 20
#: The decisions that staff ask each other for; a decision ends the open requests for it.
VETTING, APPROVAL, ASSIGNMENT, NOT_ACCEPT = "vetting", "approval", "assignment", "not-accept"
REASONS_AT_LEAST = 30


# --- who looks after a model ----------------------------------------------------------------------


@transaction.atomic
def claim(*, actor: Access, model_id: uuid.UUID) -> StaffAssignment:
    """Take a partner from the pool. Two clicks by the same person make one claim.

    The floor above knows whether something waits for review, and calls this. Claiming does not
    start the review (domain 3). Refused if someone else was quicker. The partners of a disabled
    specialist can be claimed as if they were assigned to nobody, unless someone covers.
    """
    actor.require(P.SEE_POOL)
    model = lock(model_id)
    current = model.assignments.filter(ended_at=None).select_related("staff").first()
    if current is not None and current.staff_id == actor.user_id:
        return current
    if current is not None and current.staff.disabled_at is None and current.staff.is_active:
        words = filled(_("%(name)s has already taken this partner."), name=current.staff.name)
        raise refusal("taken", words)
    if current is not None:
        _refuse_covered(current.staff)
    if model.first_submitted_on is None:
        raise NotVisible("security_model")
    if current is not None:
        model.assignments.filter(pk=current.pk, ended_at=None).update(ended_at=clock.now())
    assignment = _begin(model, actor.user, actor)
    record("security_models.claimed", actor=actor, scope=model_scope(model.pk))
    return assignment


def _refuse_covered(staff: User) -> None:
    for absence in covering().filter(staff=staff).select_related("cover"):
        words = _("%(name)s covers for this partner's specialist.")
        raise refusal("taken", filled(words, name=absence.cover.name if absence.cover else ""))


def locked_reviewer(staff_id: uuid.UUID) -> User:
    """The person who is to look after a partner. Refused for anyone else.

    Locked after the models, so that nobody who is being disabled at this moment is assigned work.
    """
    staff = reviewers().select_for_update(no_key=True).filter(pk=staff_id).first()
    if staff is None:
        raise refusal("staff", _("Choose a specialist from the list."), "staff")
    return staff


@transaction.atomic
def assign(*, actor: Access, model_id: uuid.UUID, staff_id: uuid.UUID) -> StaffAssignment:
    """Assign a partner to a specialist, or reassign it; only management may.

    The former specialist loses access to the partner in this transaction. Naming the current
    specialist changes nothing.
    """
    actor.require(P.ASSIGN)
    model = lock(model_id)
    staff = locked_reviewer(staff_id)
    current = model.assignments.filter(ended_at=None).select_related("staff").first()
    if current is not None and current.staff_id == staff.pk:
        return current
    if current is not None:
        model.assignments.filter(pk=current.pk, ended_at=None).update(ended_at=clock.now())
    assignment = _begin(model, staff, actor)
    if current is not None:
        _tell(model, staff, "former", [recipient(current.staff)], reverse("reviews:queue"))
    before = current.staff.name if current is not None else _("nobody")
    scope = model_scope(model.pk)
    record("security_models.assigned", actor=actor, scope=scope, name=staff.name, before=before)
    end_staff_asks(ASSIGNMENT, model.pk)
    return assignment


def tell_contacts(model: SecurityModel, staff: User, threads: int) -> None:
    """Email the contacts of a model who looks after it now, and reads its open threads."""
    _tell(model, staff, "contacts", resolve(["contacts"], model), glance_url(model), threads)


def _begin(model: SecurityModel, staff: User, actor: Access) -> StaffAssignment:
    assignment = StaffAssignment.objects.create(
        security_model=model,
        staff=staff,
        assigned_at=clock.now(),
        assigned_by_name=actor.name,
    )
    grants.sync(model)
    threads = threads_that_come_along([model], staff).get(model.pk, 0)
    page = reverse("reviews:partner", args=[model.pk])
    tell_contacts(model, staff, threads)
    _tell(model, staff, "scss", resolve(["scss"], model), page, threads)
    return assignment


def _tell(
    model: SecurityModel,
    staff: User,
    group: str,
    people: Sequence[Recipient],
    url: str,
    threads: int = 0,
) -> None:
    """Email the contacts, the new specialist and the former one who looks after a model now.

    ``threads`` is how many open threads go along.
    """
    if people:
        notify(
            "assignment.changed",
            scope=model_scope(model.pk),
            to=people,
            url=url,
            account=model.trade_account.name,
            scss_name=staff.name,
            reference=model.reference,
            group=group,
            threads=threads,
        )


# --- the two gates --------------------------------------------------------------------------------


@transaction.atomic
def approve_profile(*, actor: Access, model: SecurityModel) -> list[BusinessTypeAccount]:
    """Pass the first gate for each applicant type of the model; return the types that it certified.

    Called inside the transaction that approves a submission. Types whose gate was passed before
    keep its date. Refused for the person who passed vetting of the application (G1).
    """
    actor.require(P.REVIEW)
    lock(model.pk)
    applicants = _applicants(model).filter(profile_approved_on=None)
    answer = may_decide(actor, model, Act.APPROVAL, is_in_charge=True)
    if answer.needs_another:
        raise refusal("second_person", needs_another_reviewer(answer.who_else))
    applicants.update(profile_approved_on=clock.today(), profile_approved_by=actor.user)
    end_staff_asks(APPROVAL, model.pk)
    return _certify_ready(model, actor)


def needs_another_reviewer(names: Sequence[str]) -> str:
    """Why the reader cannot approve the profile, and who can (G1, R6)."""
    words = _("You passed vetting for this application, so someone else approves its profile.")
    return f"{words} {_who_can(names)}"


def needs_another_vetter(names: Sequence[str]) -> str:
    """Why the reader cannot pass vetting, and who can (G1, R6)."""
    words = _("You approved this application's security profile, so someone else passes vetting.")
    return f"{words} {_who_can(names)}"


def leaves_vetting_to_others(names: Sequence[str]) -> str:
    """What approving the profile means for its reviewer; shown before the decision (G1)."""
    words = _("If you approve the profile, you can't pass vetting too: two people decide.")
    return f"{words} {_who_can(names)}"


def leaves_approval_to_others(names: Sequence[str]) -> str:
    """What passing vetting means for the person who does it; shown before the decision (G1)."""
    words = _("If you pass vetting, you can't approve the profile too: two people decide.")
    return f"{words} {_who_can(names)}"


def _who_can(names: Sequence[str]) -> str:
    if not names:
        return _("Nobody else can do this now. Ask the program office to add a second person.")
    return filled(_("These people can: %(names)s."), names=listed(names))


@transaction.atomic
def record_vetting(
    *,
    actor: Access,
    model_id: uuid.UUID,
    form_key: uuid.UUID,
    result: str,
    checklist: Mapping[str, bool],
    note: str,
) -> Vetting:
    """Decide the second gate: passed, not passed, or pending (to be repeated); only management may.

    The note and the checklist are never shown to partners. Passing certifies each applicant type
    whose profile is approved. *Not passed* takes back an earlier pass if nothing is certified yet.
    The person who approved the profile may decide anything but *passed* (G1).
    """
    actor.require(P.VET)
    model = lock(model_id)
    made = made_before(Vetting, form_key, security_model_id=model.pk)
    if made is not None:
        return made
    ticked = {check: bool(checklist.get(check)) for check in VettingCheck.values}
    problems = _vetting_problems(model, result, ticked, note)
    answer = may_decide(actor, model, Act.VETTING)
    if result == VettingResult.PASSED and answer.needs_another:
        words = needs_another_vetter(answer.who_else)
        problems.append(Problem("second_person", words, "result"))
    if problems:
        raise Refused("vetting", problems)
    vetting = Vetting.objects.create(
        id=form_key,
        security_model=model,
        result=result,
        checklist=ticked,
        note=note,
        decided_on=clock.today(),
        decided_at=clock.now(),
        staff=actor.user,
    )
    label = str(VettingResult(result).label)
    record("security_models.vetted", actor=actor, scope=model_scope(model.pk), result=label)
    end_staff_asks(VETTING, model.pk)
    if result == VettingResult.PASSED:
        _applicants(model).filter(vetting_passed_on=None).update(vetting_passed_on=clock.today())
        _applicants(model).update(vetting_passed_by=actor.user)
    else:
        _applicants(model).update(vetting_passed_on=None, vetting_passed_by=None)
    _certify_ready(model, actor)
    return vetting


def _vetting_problems(
    model: SecurityModel, result: str, ticked: Mapping[str, bool], note: str
) -> list[Problem]:
    """Every problem that blocks a vetting decision."""
    problems = []
    if not _applicants(model).exists():
        words = _("You can decide vetting only while the C-TPAT account is an applicant.")
        problems.append(Problem("wrong_state", words))
    if result == VettingResult.PASSED and not all(ticked.values()) and not note:
        words = _("Select every check, or write in the note why you left one out.")
        problems.append(Problem("checks", words, "checklist"))
    if result == VettingResult.NOT_PASSED and not note:
        words = _("Write in the note what was found.")
        problems.append(Problem("note", words, "note"))
    return problems


@transaction.atomic
def not_accept(*, actor: Access, model_id: uuid.UUID, reasons: str) -> list[BusinessTypeAccount]:
    """Refuse the application with reasons that the partner reads; only management may.

    All applicant types of the model become *Not accepted*. The floor above closes what was
    submitted in the same transaction. A second click is refused with an explanation.
    """
    actor.require(P.VET)
    model = lock(model_id)
    problems = []
    applicants = list(_applicants(model).select_related("business_type"))
    if not applicants:
        words = _("You can refuse only an applicant. This account is not one.")
        problems.append(Problem("wrong_state", words))
    if visible_length(reasons) < REASONS_AT_LEAST:
        words = _("Give the reasons in at least %(n)s characters. The partner reads them.")
        problems.append(Problem("reasons", words % {"n": REASONS_AT_LEAST}, "reasons"))
    if problems:
        raise Refused("not_accept", problems)
    for account in applicants:
        business_types.apply("not_accept", account, actor=actor, reason=reasons)
    scope = model_scope(model.pk)
    record("security_models.not_accepted", actor=actor, scope=scope, reasons=reasons)
    for code in (NOT_ACCEPT, VETTING, APPROVAL):
        end_staff_asks(code, model.pk)
    notify(
        "application.not_accepted",
        scope=scope,
        about=model,
        url=glance_url(model),
        account=model.trade_account.name,
        reference=model.reference,
    )
    return applicants


# --- certification --------------------------------------------------------------------------------


def _applicants(model: SecurityModel) -> Any:
    return BusinessTypeAccount.objects.filter(
        security_model=model, status=BusinessTypeStatus.APPLICANT
    )


def _certify_ready(model: SecurityModel, actor: Access) -> list[BusinessTypeAccount]:
    """Certify each applicant type that has passed both gates; Altered if one was changed past them.

    The model is locked.
    """
    ready = _applicants(model).exclude(profile_approved_on=None).exclude(vetting_passed_on=None)
    certified = list(ready.select_related("business_type"))
    if certified:
        require_gates(THING, certified)
    for account in certified:
        _certify(model, account, actor)
    return certified


def _certify(model: SecurityModel, account: BusinessTypeAccount, actor: Access) -> None:
    """Write number and date once, and notify the contacts."""
    for attempt in range(NUMBER_ATTEMPTS):
        try:
            with transaction.atomic():
                business_types.apply(
                    "certify",
                    account,
                    actor=actor,
                    certified_on=clock.today(),
                    account_number=new_account_number(),
                )
            break
        except IntegrityError:  # the number is taken: another one
            if attempt == NUMBER_ATTEMPTS - 1:
                raise
    scope = model_scope(model.pk)
    name = account.business_type.name
    number = account.account_number
    record("security_models.certified", actor=actor, scope=scope, type=name, number=number)
    notify(
        "application.certified",
        scope=scope,
        about=model,
        url=glance_url(model),
        account=model.trade_account.name,
        business_type=name,
        number=number,
        anniversary=clock.clock("anniversary").due(clock.today()),
        validation_due=clock.clock("first_validation").due(clock.today()),
    )


def glance_url(model: SecurityModel) -> str:
    """The address where a partner sees the account at a glance."""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return reverse("portal:glance", kwargs=kwargs)
