"""What there is to choose for the new account of a split."""

from __future__ import annotations

import uuid

from core.access import Access
from security_models.models import SecurityModel
from trade_accounts.models import Address
from trade_accounts.selectors.accounts import addresses_of
from trade_accounts.selectors.people import account_people
from trade_accounts.states import HEADQUARTERS


def split_choices(access: Access) -> dict[str, list[tuple[str, str]]]:
    """The C-TPAT accounts, addresses and users of the current account, as choices."""
    account = access.trade_account
    models = SecurityModel.objects.filter(trade_account=account).order_by("started_at", "pk")
    types = models.prefetch_related("business_types__business_type")
    return {
        "model_ids": [(str(one.pk), _named(one)) for one in types],
        "address_ids": [(str(one.pk), str(one)) for one in addresses_of(account)],
        "member_ids": [
            (str(one.pk), f"{one.name} ({one.get_type_display()})")
            for one in account_people(account)
        ],
    }


def _named(model: SecurityModel) -> str:
    names = ", ".join(one.business_type.name for one in model.business_types.all())
    return f"{model.reference} ({names})" if names else model.reference


def headquarters_of(account_id: uuid.UUID) -> list[uuid.UUID]:
    """The headquarters, which the new account needs, too (T5): chosen beforehand."""
    rows = Address.objects.filter(
        trade_account=account_id, removed_at=None, types__contains=[HEADQUARTERS]
    )
    return list(rows.order_by("created_at", "pk").values_list("pk", flat=True)[:1])
