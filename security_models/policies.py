"""What contacts and staff may do with a security model (domain 1; R2-R6, A2, P4)."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import grant_roles, permission
from identity.models import User
from identity.states import StaffRole
from security_models.models import SecurityModel, StaffAbsence
from security_models.states import BusinessTypeStatus, ContactRole
from trade_accounts.states import MembershipType

#: The role of the specialist assigned to a model; projected like a contact's role.
ASSIGNED_SCSS = "assigned_scss"

#: Who may look after a partner.
REVIEWERS = (StaffRole.SCSS, StaffRole.MANAGEMENT)


class P:
    """Permissions of this app."""

    VIEW = permission("security_models.view", _("see the C-TPAT account"))
    EDIT = permission("security_models.edit", _("change the company profile"))
    SEE_CONTACTS = permission("security_models.see_contacts", _("see the contacts"))
    MANAGE_CONTACTS = permission("security_models.manage_contacts", _("manage contacts"))
    SUBMIT = permission("security_models.submit", _("sign and submit"), in_person=True)
    REVIEW = permission("security_models.review", _("review the C-TPAT account"))
    WORK_QUEUE = permission("security_models.work_queue", _("see the review queue"))
    SEE_POOL = permission("security_models.see_pool", _("see the pool of new applications"))
    OVERSEE = permission("security_models.oversee", _("see all applications and the workload"))
    ASSIGN = permission("security_models.assign", _("assign specialists"))
    VET = permission("security_models.vet", _("decide vetting"))
    ISSUE_CODES = permission("security_models.issue_codes", _("issue invitation codes"))


_CONTACT = [P.VIEW, P.EDIT, P.SEE_CONTACTS]

grant_roles(
    {
        ContactRole.OFFICER: [*_CONTACT, P.MANAGE_CONTACTS, P.SUBMIT],
        ContactRole.EMPLOYEE: _CONTACT,
        ContactRole.CONSULTANT: _CONTACT,
        MembershipType.COMPANY_ADMINISTRATOR: [P.SEE_CONTACTS, P.MANAGE_CONTACTS],
        ASSIGNED_SCSS: [P.REVIEW],
        StaffRole.SCSS: [P.WORK_QUEUE, P.SEE_POOL],
        StaffRole.MANAGEMENT: [
            P.REVIEW,
            P.WORK_QUEUE,
            P.SEE_POOL,
            P.OVERSEE,
            P.ASSIGN,
            P.VET,
            P.ISSUE_CODES,
        ],
        StaffRole.PROGRAM_ADMIN: [],
        StaffRole.HELPDESK: [],
    }
)


def reviewers() -> QuerySet[User]:
    """Everyone who can be assigned a partner: specialists and management who may act."""
    return User.objects.filter(staff_role__in=REVIEWERS, disabled_at=None, is_active=True)


def covering() -> QuerySet[StaffAbsence]:
    """Absences that someone who may act covers today."""
    return StaffAbsence.objects.filter(
        until_on__gte=clock.today(), cover__disabled_at=None, cover__is_active=True
    )


def in_charge(user_id: uuid.UUID | None) -> Q:
    """The open assignments of a member of staff, and of those for whom they cover today (R6)."""
    own = User.objects.filter(pk__in=[user_id]).order_by().values("pk")
    covered = covering().filter(cover=user_id).values("staff")
    return Q(ended_at=None, staff__in=own.union(covered))


def lapses_on(model: SecurityModel) -> dt.date:
    """The program date on which an unfinished application lapses: 60 days after its start."""
    return clock.clock("application_finish").due(model.started_on)


def finish_by(model: SecurityModel) -> dt.date:
    """The last program date on which it can be submitted, until 11:59 p.m. Eastern time."""
    return lapses_on(model) - dt.timedelta(days=1)


def is_lapsed(model: SecurityModel) -> bool:
    """Whether the time to finish is over. Derived from the date, not from a sweep (P11)."""
    if model.first_submitted_on is not None:
        return False
    return model.lapsed_on is not None or clock.today() >= lapses_on(model)


def shown_status(model: str = "security_model") -> Case:
    """The shown status of business types, for querysets.

    A draft is *Lapsed* from the day after its time is over, as :func:`is_lapsed` says of the model
    at the path ``model``, and not from the next run of the sweep (P11).
    """
    length = dt.timedelta(days=clock.clock("application_finish").length)
    return Case(
        When(
            **{
                "status": BusinessTypeStatus.DRAFT,
                f"{model}__first_submitted_on": None,
                f"{model}__started_on__lte": clock.today() - length,
            },
            then=Value(BusinessTypeStatus.LAPSED),
        ),
        default=F("status"),
        output_field=CharField(),
    )


def is_submitted(model: SecurityModel) -> bool:
    """Whether the first submission was made. From then on locked numbers stay locked (S3)."""
    return model.first_submitted_on is not None


#: The clock of the decision on an application.
DECISION = "certification_decision"


def decision_due(model: SecurityModel) -> dt.date | None:
    """By which day the program plans to decide on an application; None before it was submitted."""
    if model.first_submitted_on is None:
        return None
    return clock.clock(DECISION).due(model.first_submitted_on)


def takes_longer(model: SecurityModel) -> bool:
    """Whether the day planned for the decision is over. Ask only while it is not decided."""
    due = decision_due(model)
    return due is not None and clock.today() > due
