"""Change requests exist for their company only (ADR 18)."""

from django.db import migrations

from core.row_security import of_account, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "trade_account_id"
REQUEST, LINE = "change_requests_changerequest", "change_requests_changeline"
PROOF, STORED = "change_requests_changeproof", "files_storedfile"


class Migration(migrations.Migration):
    dependencies = [
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
        same_tenant(PROOF, "file_id", STORED, TENANT, "scope_id"),
        wall(REQUEST, of_account()),
        wall(LINE, of_account()),
        wall(PROOF, of_account()),
    ]
