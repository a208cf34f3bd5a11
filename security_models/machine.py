"""The life cycle of a business type in a security model (domain 3; reference/program/statuses.csv).

Which moves exist is data, and a test compares the two. This module says who makes them, and for
which type. Moves without a permission are made by another service that has checked its own right:
certification by the gate that comes second, the lapse by its sweep.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Guard, Machine, Move, move
from audit.models import StatusChange
from audit.selectors import status_history
from audit.services import Scope, model_scope
from core.access import Access
from core.errors import Problem
from security_models.models import BusinessTypeAccount
from security_models.policies import P
from security_models.providers import type_status_changed
from security_models.states import CERTIFIED_STATUSES, BusinessTypeStatus

S = BusinessTypeStatus
THING = "business_type_account"


def _scope(account: BusinessTypeAccount) -> Scope:
    return model_scope(account.security_model_id)


def both_gates(account: BusinessTypeAccount, access: Access) -> Iterator[Problem]:
    """An approved profile and passed vetting, in any order; the second one certifies."""
    if account.profile_approved_on is None:
        yield Problem("profile_gate", _("The security profile is not approved yet."))
    if account.vetting_passed_on is None:
        yield Problem("vetting_gate", _("Vetting is not passed yet."))


def word_of_the_type(status: BusinessTypeStatus) -> Guard:
    """A validation sets the status that the reference data name for the type."""

    def guard(account: BusinessTypeAccount, access: Access) -> Iterator[Problem]:
        wanted = account.business_type.status_word_after_validation
        with translation.override(None):  # the reference data are in English
            fits = wanted == str(status.label)
        if not fits:
            words = _("After a validation this business type is “%(status)s”.")
            yield Problem("other_type", words % {"status": wanted})

    return guard


def tiered(account: BusinessTypeAccount, access: Access) -> Iterator[Problem]:
    """Only types with tiers can become Exceeding."""
    if not account.business_type.tiered:
        yield Problem("no_tiers", _("This business type has no tiers."))


def was(status: BusinessTypeStatus) -> Guard:
    """A reinstated member gets back the status from before the suspension or removal."""

    def guard(account: BusinessTypeAccount, access: Access) -> Iterator[Problem]:
        had = status_before_measure(account)
        if had != status:
            words = _("The status goes back to “%(status)s”, as it was before.")
            label = S(had).label if had else "–"
            yield Problem("other_status", words % {"status": label})

    return guard


def status_before_measure(account: BusinessTypeAccount) -> str:
    """The certified status before the newest suspension or removal; empty if there was none."""
    moves = status_history(THING, account.pk).filter(
        before__in=CERTIFIED_STATUSES, after__in=[S.SUSPENDED, S.REMOVED]
    )
    return moves.values_list("before", flat=True).last() or ""


def _reinstate(status: BusinessTypeStatus) -> Move:
    return move(
        f"reinstate_{status}", gettext_lazy("Reinstate"), {S.SUSPENDED, S.REMOVED}, status, None,
        was(status),
    )  # fmt: skip


_MOVES: list[Move] = [
    move("submit", gettext_lazy("Sign and submit"), {S.DRAFT}, S.APPLICANT, P.SUBMIT),
    move("certify", gettext_lazy("Certify"), {S.APPLICANT}, S.CERTIFIED, None, both_gates),
    move("not_accept", gettext_lazy("Do not accept"), {S.APPLICANT}, S.NOT_ACCEPTED, P.VET),
    move("lapse", gettext_lazy("Lapse"), {S.DRAFT}, S.LAPSED, None),
    move("reopen", gettext_lazy("Reopen"), {S.LAPSED}, S.DRAFT, P.EDIT),
    move(
        "validate", gettext_lazy("Validate"), {S.CERTIFIED, S.CERTIFIED_EXCEEDING},
        S.CERTIFIED_VALIDATED, None, word_of_the_type(S.CERTIFIED_VALIDATED),
    ),
    move(
        "complete_validation", gettext_lazy("Complete validation"),
        {S.CERTIFIED, S.CERTIFIED_EXCEEDING}, S.CERTIFIED_NON_IMPORTER_VALIDATED, None,
        word_of_the_type(S.CERTIFIED_NON_IMPORTER_VALIDATED),
    ),
    move(
        "exceed", gettext_lazy("Grant Exceeding"),
        {S.CERTIFIED_VALIDATED, S.CERTIFIED_NON_IMPORTER_VALIDATED}, S.CERTIFIED_EXCEEDING, None,
        tiered,
    ),
    move("suspend", gettext_lazy("Suspend"), CERTIFIED_STATUSES, S.SUSPENDED, None),
    *(_reinstate(status) for status in sorted(CERTIFIED_STATUSES)),
    move("remove", gettext_lazy("Remove"), {*CERTIFIED_STATUSES, S.SUSPENDED}, S.REMOVED, None),
    move(
        "withdraw", gettext_lazy("Withdraw"),
        {S.DRAFT, S.APPLICANT, *CERTIFIED_STATUSES, S.SUSPENDED}, S.WITHDRAWN, None,
    ),
]  # fmt: skip


def _tell_upper_apps(account: BusinessTypeAccount, change: StatusChange) -> None:
    for _told in type_status_changed(account, change):
        pass


business_types = Machine(THING, BusinessTypeStatus, _scope, _MOVES, after=_tell_upper_apps)
