"""No signature may belong to a ceremony of another model."""

from django.db import migrations

from core.tenancy import same_tenant, unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0002_append_only"),
        ("security_models", "0002_same_tenant"),
    ]

    operations = [
        unique_with_tenant("agreements_ceremony", "security_model_id"),
        same_tenant(
            "agreements_signature", "ceremony_id", "agreements_ceremony", "security_model_id"
        ),
    ]
