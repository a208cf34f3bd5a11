"""No row may point across tenants (docs/architecture.md, "Tenant-owned rows")."""

from django.db import migrations

from core.tenancy import same_tenant, unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0001_initial"),
        ("trade_accounts", "0002_same_tenant"),
        ("files", "0002_same_tenant"),
    ]

    operations = [
        unique_with_tenant("security_models_securitymodel", "trade_account_id"),
        unique_with_tenant("security_models_eligibilityrun", "security_model_id"),
        same_tenant(
            "security_models_businesstypeaccount",
            "run_id",
            "security_models_eligibilityrun",
            "security_model_id",
        ),
        same_tenant(
            "security_models_contact",
            "security_model_id",
            "security_models_securitymodel",
            "trade_account_id",
        ),
        same_tenant(
            "security_models_contact",
            "membership_id",
            "trade_accounts_membership",
            "trade_account_id",
        ),
        same_tenant(
            "security_models_modeladdress",
            "security_model_id",
            "security_models_securitymodel",
            "trade_account_id",
        ),
        same_tenant(
            "security_models_modeladdress",
            "address_id",
            "trade_accounts_address",
            "trade_account_id",
        ),
        same_tenant(
            "security_models_supportingpaper",
            "file_id",
            "files_storedfile",
            "security_model_id",
            "scope_id",
        ),
    ]
