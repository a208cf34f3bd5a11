"""Tags exist for those whose they are, no row points across tenants, and the newest come first."""

from django.db import migrations

from audit.frozen import Frozen, keep_anew, seal_anew
from core.row_security import of_model, of_person, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "security_model_id"
DOCUMENT, VERSION = "documents_document", "documents_documentversion"
PLACE, TAG, TAGGING = "documents_placetag", "documents_tag", "documents_tagging"
#: A person's own, or shared by an account.
OWN_OR_SHARED = f'"user_id" IS NULL OR {of_person()}'


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_library"), ("identity", "0012_search")]

    operations = [
        same_tenant(DOCUMENT, "current_id", VERSION, TENANT),
        same_tenant(PLACE, "document_id", DOCUMENT, TENANT),
        same_tenant(TAGGING, "document_id", DOCUMENT, TENANT),
        unique_with_tenant(TAG, TENANT),
        same_tenant(TAGGING, "tag_id", TAG, TENANT),
        wall(PLACE, of_model(bulk=True)),
        wall(TAG, f"{of_model()} AND ({OWN_OR_SHARED})"),
        wall(TAGGING, f"{of_model(bulk=True)} AND ({OWN_OR_SHARED})"),
        keep_anew(VERSION, Frozen(), Frozen(deletable=True)),
        seal_anew(VERSION, Frozen(), Frozen(deletable=True)),
        migrations.RunSQL(
            "CREATE INDEX document_words ON documents_document"
            " USING gin (portal_folded(title || ' ' || description) gin_trgm_ops)",
            "DROP INDEX document_words",
        ),
    ]
