"""The names of accounts, for emails about files, whose owner is an opaque scope."""

from __future__ import annotations

from audit.models import ScopeKind
from audit.services import Scope
from files.providers.account_names import account_names
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount


@account_names.register
def account_name(scope: Scope) -> str:
    """The company, and the reference of the C-TPAT account."""
    if scope.kind == ScopeKind.TRADE_ACCOUNT:
        return (
            TradeAccount.objects.filter(pk__in=[scope.id]).values_list("name", flat=True).first()
            or ""
        )
    if scope.kind == ScopeKind.SECURITY_MODEL:
        model = (
            SecurityModel.objects.select_related("trade_account").filter(pk__in=[scope.id]).first()
        )
        return f"{model.trade_account.name}, {model.reference}" if model is not None else ""
    return ""
