"""No row may point across tenants (docs/architecture.md, "Tenant-owned rows")."""

from django.db import migrations

from core.tenancy import same_tenant, unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [("trade_accounts", "0001_initial")]

    operations = [
        unique_with_tenant("trade_accounts_membership", "trade_account_id"),
        unique_with_tenant("trade_accounts_address", "trade_account_id"),
        same_tenant(
            "trade_accounts_invitation",
            "membership_id",
            "trade_accounts_membership",
            "trade_account_id",
        ),
    ]
