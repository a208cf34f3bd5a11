"""No row may point across tenants (docs/architecture.md, "Tenant-owned rows")."""

from django.db import migrations

from core.tenancy import same_tenant, unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("files", "0002_same_tenant"),
        ("security_models", "0002_same_tenant"),
    ]

    operations = [
        unique_with_tenant("documents_document", "security_model_id"),
        unique_with_tenant("documents_documentversion", "security_model_id"),
        same_tenant(
            "documents_documentversion",
            "document_id",
            "documents_document",
            "security_model_id",
        ),
        same_tenant(
            "documents_documentversion",
            "file_id",
            "files_storedfile",
            "security_model_id",
            "scope_id",
        ),
    ]
