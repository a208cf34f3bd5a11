"""What it costs to merge two trade accounts, with few and with many C-TPAT accounts and documents
(T9).

`python -m devtools.bench.merges`, with the settings of the benchmark. Prints figures as JSON.
Nothing is kept: each transaction is rolled back.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import django

from devtools.bench import library
from devtools.bench.many import Measured
from devtools.bench.message_pages import READERS
from devtools.bench.signed_in import email_of_staff, read

#: C-TPAT accounts of both accounts together, and the documents of one of them.
SIZES = {2: library.FEW, 20: library.MANY}
#: Trade accounts with one C-TPAT account each, at the same level of the hierarchy.
OTHERS = """
    SELECT s.trade_account_id FROM security_models_securitymodel s
    JOIN trade_accounts_tradeaccount t ON t.id = s.trade_account_id AND t.parent_id IS NULL
    WHERE s.trade_account_id <> %s
    GROUP BY s.trade_account_id HAVING count(*) = 1 ORDER BY s.trade_account_id LIMIT %s
"""


def _merge(closing: uuid.UUID, staying: uuid.UUID, actor: Any) -> None:
    # Models can be imported only once Django is set up.
    from django.db import connection

    from core.account_moves import Plan, move
    from trade_accounts.models import TradeAccount
    from trade_accounts.services.hierarchy import close_into

    accounts = TradeAccount.objects.in_bulk([closing, staying])
    move(Plan(source=closing, target=staying, closes=True), actor=actor)
    close_into(accounts[closing], accounts[staying])
    # What is deferred belongs to the merge: references are checked at the end of its transaction.
    connection.check_constraints()


def _measured(models: int, documents: int) -> dict[str, Any]:
    from django.db import transaction

    from core.access import for_user
    from core.account_moves import Plan, preview
    from core.tenancy import on_behalf_of
    from identity.models import User

    manager = for_user(User.objects.get(email=email_of_staff("management")))
    closing = read(READERS, documents)[0][1]
    others = [one for (one,) in read(OTHERS, closing, models - 1)]
    half = models // 2
    staying = others[0]
    with on_behalf_of(manager):
        for number, one in enumerate(others[1:], start=1):
            _merge(one, staying if number < half else closing, manager)
        plan = Plan(source=closing, target=staying, closes=True)
        previewed = Measured(lambda: preview(plan))
        done = Measured(lambda: _merge(closing, staying, manager))
        transaction.set_rollback(True)
    return {
        "documents": documents,
        "preview": {"statements": previewed.statements, "ms": previewed.ms},
        "statements": done.statements,
        "ms": done.ms,
        "processor_ms": done.processor_ms,
    }


def main() -> None:
    """Print the figures by the number of C-TPAT accounts."""
    django.setup()
    print(json.dumps({str(models): _measured(models, some) for models, some in SIZES.items()}))


if __name__ == "__main__":
    main()
