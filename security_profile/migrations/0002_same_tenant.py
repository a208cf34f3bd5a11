"""No row may point across tenants (docs/architecture.md, "Tenant-owned rows")."""

from django.db import migrations

from core.tenancy import same_tenant, unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0001_initial"), ("documents", "0002_same_tenant")]

    operations = [
        unique_with_tenant("security_profile_response", "security_model_id"),
        unique_with_tenant("security_profile_submission", "security_model_id"),
        unique_with_tenant("security_profile_submissionitem", "security_model_id"),
        *(
            same_tenant(
                f"security_profile_{child}",
                f"{column}_id",
                f"security_profile_{parent}",
                "security_model_id",
            )
            for child, column, parent in [
                ("responserevision", "response", "response"),
                ("evidencelink", "response", "response"),
                ("submission", "previous", "submission"),
                ("submissionitem", "submission", "submission"),
                ("submissionitem", "response", "response"),
                ("criteriondecision", "submission", "submission"),
                ("criteriondecision", "item", "submissionitem"),
                ("responseversion", "response", "response"),
                ("responseversion", "submission", "submission"),
            ]
        ),
        same_tenant(
            "security_profile_evidencelink",
            "document_version_id",
            "documents_documentversion",
            "security_model_id",
        ),
    ]
