"""R3-R5, S5, T4: what stands in the way when a person takes over from another."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from identity.models import User
from security_models import page_links
from security_models.facts.model_facts import Facts
from security_models.facts.replacement import Step
from security_models.states import RANK, ContactRole
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState


def successor_problems(
    account: TradeAccount, member: Membership | None, user: User
) -> list[Problem]:
    """R4, R5: the successor may act, is not staff, and has accepted in this account. Who is not a
    user there (no ``member``) can be invited.
    """
    about = {"name": user.name, "account": account.name}
    if member is not None and member.state != MembershipState.ACTIVE:
        words = _("%(name)s has not accepted the invitation to %(account)s yet.")
        return [Problem("not_accepted", filled(words, **about))]
    if user.staff_role:
        words = _("%(name)s works for the program and can't be a contact of a company.")
        return [Problem("staff", filled(words, **about))]
    if user.disabled_at is not None:
        words = _("The sign-in of %(name)s is disabled. Have it reactivated first.")
        return [Problem("disabled", filled(words, **about))]
    return []


def step_problems(step: Step, facts: Facts, successor: Membership, *, own: bool) -> list[Problem]:
    """S5: a Consultant does not take over as Officer or Primary POC. R3: nobody raises their own
    role (``own``: the successor is the one who acts).
    """
    about = {"name": successor.name, "reference": step.reference}
    where = page_links.url(facts.model, "contacts")
    takes = step.passes_poc or step.leaver_role == ContactRole.OFFICER
    if step.successor_role == ContactRole.CONSULTANT and takes:
        words = _(
            "%(name)s is a Consultant of %(reference)s and can't take over as Officer or Primary "
            "POC. Change the role there first."
        )
        return [Problem("consultant", filled(words, **about), url=where)]
    is_raised = RANK[step.role] > RANK[step.successor_role]
    is_first = step.role == ContactRole.OFFICER and not facts.model.had_officer
    if own and is_raised and not is_first:
        words = _(
            "You can't raise your own role in %(reference)s. Ask another Officer or Company "
            "Administrator."
        )
        return [Problem("own_role", filled(words, **about), url=where)]
    return []
