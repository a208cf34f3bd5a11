"""The life cycle of a membership: invited, active, over (R4, T6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.machine import Machine, move
from audit.services import Scope, account_scope
from trade_accounts.models import Membership
from trade_accounts.policies import P
from trade_accounts.states import MembershipState as S


def scope_of(membership: Membership) -> Scope:
    """A membership belongs to its trade account."""
    return account_scope(membership.trade_account_id)


# Only the invited person accepts or declines, and has no role yet, so the service checks that the
# confirmed address is the invited one. The service also checks the last administrator (T4) and
# dependents, under the lock of the account.
MEMBERSHIP = Machine(
    "membership",
    S,
    scope_of,
    [
        move("accept", _("Accept"), [S.INVITED], S.ACTIVE, None),
        move("decline", _("Decline"), [S.INVITED], S.DECLINED, None),
        move("withdraw", _("Withdraw invitation"), [S.INVITED], S.ENDED, P.MANAGE_USERS),
        move("end", _("End membership"), [S.ACTIVE], S.ENDED, P.MANAGE_USERS),
        # The person has a membership in the account into which this one is merged (T9).
        move("merge", _("Merge"), [S.INVITED, S.ACTIVE], S.ENDED, None),
    ],
    field="state",
)
