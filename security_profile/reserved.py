"""The acts of this app that only an Officer may do and others can ask for (A2, P4)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Problem
from security_models.models import SecurityModel
from security_models.reserved import find, officers
from security_profile.policies import SUBMIT, VIEW
from security_profile.presentation.profile_rows import page_url, sign_url
from security_profile.selectors import latest_submission, signed_as
from security_profile.services.submit import submission_blockers
from security_profile.states import SubmissionStatus
from trade_accounts.providers.reserved_acts import Act


def _withdraw_url(model: SecurityModel) -> str:
    latest = latest_submission(model)
    if latest is None:
        return page_url("summary", model)
    return page_url("withdraw", model, submission_id=latest.pk)


def _not_withdrawable(model: SecurityModel) -> list[Problem]:
    latest = latest_submission(model)
    if latest is not None and latest.status == SubmissionStatus.SUBMITTED:
        return []
    words = _("There is no submission to withdraw.")
    return [Problem("not_submitted", words, url=page_url("summary", model))]


def _what_is_signed(model: SecurityModel) -> str:
    return _("the %(document)s") % {"document": signed_as(model)}


SIGN = Act(
    code="sign",
    root="security_model",
    permission=SUBMIT,
    asker=VIEW,
    verb=gettext_lazy("sign and submit"),
    only=gettext_lazy("Only an Officer can sign and submit. Officers of this account:"),
    nobody=gettext_lazy("No Officer can sign right now."),
    find=find,
    holders=officers,
    url=sign_url,
    what=_what_is_signed,
    blockers=submission_blockers,
    notice="submission.ready_for_officer",
    named_through="contacts",
    pages=frozenset({"agreements:read", "agreements:certify", "agreements:prove"}),
    has_own_task=True,
    seen_at=lambda model: page_url("summary", model),
)

WITHDRAW = Act(
    code="withdraw",
    root="security_model",
    permission=SUBMIT,
    asker=VIEW,
    verb=gettext_lazy("withdraw the submission"),
    only=gettext_lazy("Until the review begins, only an Officer can withdraw it:"),
    nobody=gettext_lazy("No Officer can withdraw it right now."),
    find=find,
    holders=officers,
    url=_withdraw_url,
    blockers=_not_withdrawable,
    named_through="contacts",
    pages=frozenset({"security_profile:withdraw"}),
    seen_at=lambda model: page_url("summary", model),
)
