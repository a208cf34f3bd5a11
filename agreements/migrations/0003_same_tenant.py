"""No signature may belong to a ceremony of another model."""

from django.db import migrations

from core.tenancy import same_tenant, unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0002_append_only"),
        ("files", "0002_same_tenant"),
        ("security_models", "0002_same_tenant"),
    ]

    operations = [
        unique_with_tenant("agreements_ceremony", "security_model_id"),
        same_tenant(
            "agreements_signature", "ceremony_id", "agreements_ceremony", "security_model_id"
        ),
        unique_with_tenant("agreements_signature", "security_model_id"),
        same_tenant(
            "agreements_signature", "revokes_id", "agreements_signature", "security_model_id"
        ),
        same_tenant(
            "agreements_signature",
            "copy_of_record_id",
            "files_rendering",
            "security_model_id",
            "scope_id",
        ),
    ]
