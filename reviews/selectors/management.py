"""Reads what management oversees: applications and their two gates, the workload, codes,
vetting.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.errors import NotVisible
from core.ids import parse_id
from core.list_pages import Rows
from core.program_days import DAY
from core.text import filled
from identity.models import User
from reviews.selectors.queue import types_of
from reviews.selectors.staffing import specialists, with_staff
from security_models.models import (
    BusinessType,
    BusinessTypeAccount,
    IdentifierRequirement,
    InvitationCode,
    SecurityModel,
    StaffAssignment,
    Vetting,
)
from security_models.policies import P, in_charge, reviewers
from security_models.selectors import require_dates
from security_models.states import BusinessTypeStatus
from security_profile.models import Submission
from security_profile.states import WITH_PROGRAM, SubmissionStatus

#: The identifier type of invitation codes (reference/program).
INVITATION = "INVITATION"

VETTING, SPECIALIST, PROFILE = "vetting", "specialist", "profile"
WAITING_FOR = (
    (VETTING, _("Vetting")),
    (SPECIALIST, _("A specialist")),
    (PROFILE, _("Approval of the security profile")),
)


def applications() -> QuerySet[SecurityModel]:
    """C-TPAT accounts with an applicant business type, annotated for a list in one query.

    ``profile_done`` and ``vetting_done`` tell whether each gate is passed for all applicant types.
    ``first_assigned_at`` is when the first specialist was assigned, ``vetting_result`` the newest
    decision, ``review_status`` the status of the newest submission. ``staff_name`` is empty if
    nobody is assigned.
    """
    return _applications(clock.today())().all()


def application_list() -> Rows:
    """The same, ready for the list of management."""
    return Rows(_applications(clock.today()))


@lru_cache(maxsize=4)
def _applications(_day: dt.date) -> Callable[[], QuerySet[SecurityModel]]:
    """They are the same for every query of a program day, so they are built once."""
    applicants = BusinessTypeAccount.objects.filter(
        security_model=OuterRef("pk"), status=BusinessTypeStatus.APPLICANT
    )
    newest_vetting = Vetting.objects.filter(security_model=OuterRef("pk")).order_by("-decided_at")
    assigned = StaffAssignment.objects.filter(security_model=OuterRef("pk")).order_by("assigned_at")
    newest = Submission.objects.filter(security_model=OuterRef("pk")).order_by("-submitted_at")
    rows = with_staff(SecurityModel.objects.filter(Exists(applicants)), "pk")
    rows = rows.annotate(
        account_name=F("trade_account__name"),
        received_on=F("first_submitted_on"),
        types=types_of("pk"),
        profile_done=~Exists(applicants.filter(profile_approved_on=None)),
        vetting_done=~Exists(applicants.filter(vetting_passed_on=None)),
        first_assigned_at=Subquery(assigned.values("assigned_at")[:1]),
        vetting_result=Coalesce(Subquery(newest_vetting.values("result")[:1]), Value("")),
        review_status=Coalesce(Subquery(newest.values("status")[:1]), Value("")),
    )
    return lambda: rows


def undecided(latest_start: dt.date) -> QuerySet[Any]:
    """Applications that wait for the program and were submitted on or before a day."""
    ours = [*WITH_PROGRAM, SubmissionStatus.APPROVED]
    rows: QuerySet[Any] = applications()
    rows = rows.filter(first_submitted_on__lte=latest_start, review_status__in=ours)
    return rows.select_related("trade_account").order_by("first_submitted_on", "pk")


def unvetted(latest_start: dt.date) -> QuerySet[Any]:
    """Submitted applications that have not passed vetting and had a specialist by a day."""
    midnight = dt.datetime.combine(latest_start + DAY, dt.time(), tzinfo=clock.PROGRAM_ZONE)
    rows: QuerySet[Any] = applications()
    rows = rows.filter(vetting_done=False, first_assigned_at__lt=midnight)
    rows = rows.exclude(first_submitted_on=None).select_related("trade_account")
    return rows.order_by("first_assigned_at", "pk")


def vetting_due(row: Any) -> dt.date | None:
    """By which day an annotated application is to be vetted; None without a specialist."""
    if row.vetting_done or row.first_assigned_at is None:
        return None
    return clock.clock(VETTING).due(clock.program_date(row.first_assigned_at))


def partners_of(access: Access) -> QuerySet[SecurityModel]:
    """Submitted C-TPAT accounts: those the actor looks after; for management, all.

    Annotated for a list: ``account_name``, ``types``, ``staff_name``.
    """
    rows = every_partner()
    if access.has(P.OVERSEE):
        return rows
    mine = StaffAssignment.objects.filter(in_charge(access.user_id))
    return rows.filter(pk__in=mine.values("security_model"))


def every_partner() -> QuerySet[SecurityModel]:
    """All C-TPAT accounts that were submitted, annotated for a list."""
    rows = SecurityModel.objects.exclude(first_submitted_on=None)
    rows = rows.annotate(account_name=F("trade_account__name"), types=types_of("pk"))
    return with_staff(rows, "pk")


def chosen(ids: Iterable[uuid.UUID]) -> list[Any]:
    """The partners of a hand-over by name, with their current specialist; one query."""
    return list(every_partner().filter(pk__in=list(ids)).order_by("trade_account__name", "pk"))


def seen_in(
    rows: QuerySet[Any], ids: Iterable[str] | None, most: int
) -> dict[uuid.UUID, uuid.UUID | None]:
    """The partners in a filtered list, each with its specialist: of ``ids``, or all.

    At most ``most``, in the order of the list; one query.
    """
    model = "pk" if rows.model is SecurityModel else "security_model_id"
    if ids is not None:
        wanted = {pk for pk in map(parse_id, ids) if pk is not None}
        rows = rows.filter(**{f"{model}__in": wanted})
    return dict(rows.values_list(model, "staff_id_now")[:most])


def by_waiting(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Narrow applications to those that wait for vetting, a specialist or the profile."""
    if value == VETTING:
        return rows.filter(vetting_done=False)
    if value == SPECIALIST:
        return rows.filter(staff_name="")
    return rows.filter(profile_done=False)


def waiting_counts() -> dict[str, int]:
    """How many applications wait for what; one query."""
    (counts,) = _WAITING_COUNTS.rows()
    return counts


def _waiting_counts() -> QuerySet[Any, Any]:
    # Rows with the same constant are one group: ``aggregate`` would ask at once.
    rows = applications().annotate(one=Value(1)).values("one")
    figures = {
        "vetting": Count("pk", filter=Q(vetting_done=False)),
        "specialist": Count("pk", filter=Q(staff_name="")),
        "profile": Count("pk", filter=Q(profile_done=False)),
        "all": Count("pk"),
    }
    return rows.annotate(**figures).values(*figures)


#: What is counted does not depend on the program day.
_WAITING_COUNTS = Compiled(_waiting_counts)


def workload_notes() -> dict[str, str]:
    """The workload of each person, in words, by id: for the choice of a specialist."""
    return {str(one.pk): load_words(one) for one in specialists()}


def load_words(person: Any) -> str:
    """The workload of a specialist, until when they are away, and who covers."""
    partners = ngettext("%(n)s partner", "%(n)s partners", person.partners)
    items = ngettext("%(n)s open item", "%(n)s open items", person.items)
    words = f"{partners % {'n': person.partners}}, {items % {'n': person.items}}"
    if person.away_until is None:
        return words
    day = date_format(person.away_until, "M j, Y")
    words = str(_("%(load)s. Away until %(day)s")) % {"load": words, "day": day}
    if not person.cover_name:
        return words
    return filled(str(_("%(why)s. %(name)s covers")), why=words, name=person.cover_name)


def assignable() -> QuerySet[User]:
    """Active specialists and managers, by name."""
    return reviewers().order_by("last_name", "first_name", "pk")


def vettings_of(model: SecurityModel) -> QuerySet[Vetting]:
    """The vetting decisions of a model, newest first."""
    return model.vettings.select_related("staff").order_by("-decided_at")


def certified_on(model: SecurityModel, day: dt.date) -> list[tuple[str, str]]:
    """Business types of a model that were certified on a day, as (name, account number)."""
    rows = model.business_types.filter(certified_on=day, account_number__isnull=False)
    rows = rows.select_related("business_type").order_by("business_type__position")
    return [(one.business_type.name, str(one.account_number)) for one in require_dates(rows)]


def invitation_codes() -> QuerySet[InvitationCode]:
    """All codes, with who issued and who used them."""
    return InvitationCode.objects.select_related(
        "business_type", "issued_by", "used_by__trade_account"
    )


def types_by_invitation() -> QuerySet[BusinessType]:
    """The business types for which some companies join by invitation only (reference data)."""
    asked = IdentifierRequirement.objects.filter(identifier=INVITATION)
    types = BusinessType.objects.filter(pk__in=asked.values("business_type"))
    return types.order_by("position")


def invitation_code(code_id: uuid.UUID) -> InvitationCode:
    """One code."""
    code = invitation_codes().filter(pk=code_id).first()
    if code is None:
        raise NotVisible("invitation_code")
    return code
