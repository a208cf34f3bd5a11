"""Both companies see a request; recommendations are for staff (ADR 18). What was asked is a fact."""

from django.db import migrations

from audit.frozen import Frozen, keep, seal
from core.row_security import of_account, wall
from core.tenancy import same_tenant, unique_with_tenant

REQUEST = "operations_tradeaccountrequest"
RECOMMENDATION = "operations_recommendation"
TENANT = "trade_account_id"
ASKED = Frozen(
    changes=(
        "status",
        "version",
        "waits_since",
        "agreed_to",
        "answer",
        "decision_reason",
        "decided_by_id",
        "decided_by_name",
        "decided_at",
    ),
    written_once=("agreed_by_name", "agreed_at", "new_account_id", "outcome"),
    once="old.sent_at IS NOT NULL",
)
WRITTEN = Frozen()


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0001_requests"),
        ("security_models", "0017_closed_accounts"),
        ("audit", "0016_scope_of_trade_accounts"),
    ]

    operations = [
        wall(
            REQUEST,
            " OR ".join(map(of_account, ("trade_account_id", "other_id", "new_account_id"))),
        ),
        wall(RECOMMENDATION, "false"),
        unique_with_tenant(REQUEST, TENANT),
        same_tenant(RECOMMENDATION, "request_id", REQUEST, TENANT),
        keep(REQUEST, ASKED),
        seal(REQUEST, ASKED),
        keep(RECOMMENDATION, WRITTEN),
        seal(RECOMMENDATION, WRITTEN),
    ]
