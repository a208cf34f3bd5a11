"""Change requests exist for their company only; a proof stays as it was added (ADR 15, 16, 18)."""

from django.db import migrations

from audit.frozen import Frozen, keep, seal
from core.row_security import of_account, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "trade_account_id"
REQUEST, LINE = "change_requests_changerequest", "change_requests_changeline"
PROOF, STORED = "change_requests_changeproof", "files_storedfile"
FROZEN = Frozen(changes=("trade_account_id",), written_once=("removed_at", "removed_by_name"))


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0014_status_change_day"),
        ("change_requests", "0001_requests"),
        ("files", "0006_walls"),
        ("security_models", "0016_gates"),
        ("trade_accounts", "0006_walls"),
    ]

    operations = [
        unique_with_tenant(REQUEST, TENANT),
        same_tenant(REQUEST, "security_model_id", "security_models_securitymodel", TENANT),
        same_tenant(LINE, "request_id", REQUEST, TENANT),
        same_tenant(PROOF, "request_id", REQUEST, TENANT),
        same_tenant(PROOF, "file_id", STORED, "scope_id"),
        wall(REQUEST, of_account()),
        wall(LINE, of_account()),
        wall(PROOF, of_account()),
        keep(PROOF, FROZEN),
        seal(PROOF, FROZEN),
    ]
