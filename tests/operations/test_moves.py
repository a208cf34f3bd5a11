"""Every table with rows of a company has a mover, or goes with its C-TPAT account (T9)."""

from __future__ import annotations

from django.apps import apps
from django.db.models import ForeignKey, Model

from core.account_moves import movers
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount

#: The columns that name the owner of a row on the lower floors, or its trade account.
_OWNERS = {"scope_id", "trade_account_id"}
#: Projections, which are made anew (ADR 2), and what a person keeps for themselves.
_MADE_ANEW = {"trade_accounts_tradeaccountgrant", "security_models_securitymodelgrant"}


def _of_trade_accounts(model: type[Model]) -> bool:
    """Whether rows name a trade account, or an owner that may be one."""
    for field in model._meta.concrete_fields:
        to_account = isinstance(field, ForeignKey) and field.related_model is TradeAccount
        if to_account or field.column in _OWNERS:
            return True
    return False


def _tables() -> set[str]:
    managed = [one for one in apps.get_models() if one._meta.managed]
    return {one._meta.db_table for one in managed if _of_trade_accounts(one)} - _MADE_ANEW


def _declared() -> list[str]:
    return [table for mover in movers() for table in mover.tables]


def test_t9_every_table_of_a_trade_account_has_a_mover() -> None:
    assert set(_declared()) == _tables()


def test_t9_no_table_has_two_movers() -> None:
    assert len(_declared()) == len(set(_declared()))


def test_t9_a_table_without_a_mover_is_found() -> None:
    assert "trade_accounts_address" in _tables() and "svi_consent" not in _tables()
    assert {"webhooks_event", "security_models_contact", "audit_event"} <= _tables()


def test_t9_all_else_of_a_company_names_its_c_tpat_account() -> None:
    """So it goes where that goes, without a mover of its own."""
    named = {
        one._meta.db_table
        for one in apps.get_models()
        for field in one._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is SecurityModel
    }
    assert {"documents_document", "messages_app_thread", "svi_consent"} <= named - _tables()
