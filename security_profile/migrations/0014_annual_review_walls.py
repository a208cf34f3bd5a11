"""An annual review exists for its company only, and points to nothing of another (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "security_model_id"
REVIEW = "security_profile_annualreview"
TICK = "security_profile_reviewconfirmation"


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0013_annual_review")]

    operations = [
        unique_with_tenant(REVIEW, TENANT),
        same_tenant(REVIEW, "assessment_document_id", "documents_documentversion", TENANT),
        same_tenant(REVIEW, "submission_id", "security_profile_submission", TENANT),
        same_tenant(TICK, "review_id", REVIEW, TENANT),
        wall(REVIEW, of_model()),
        wall(TICK, of_model(bulk=True)),
    ]
