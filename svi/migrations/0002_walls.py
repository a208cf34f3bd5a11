"""Who sees a monitoring: both of its companies. All else belongs to one company (SVI1, ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "security_model_id"
MONITORING = "svi_monitoring"
TYPES = "security_models_businesstypeaccount"


class Migration(migrations.Migration):
    dependencies = [("svi", "0001_monitoring"), ("security_models", "0013_walls")]

    operations = [
        wall("svi_consent", of_model(bulk=True)),
        wall(
            MONITORING,
            f"{of_model('monitor_id', bulk=True)} OR {of_model('monitored_id', bulk=True)}",
        ),
        wall("svi_partnernote", of_model(bulk=True)),
        wall("svi_statusnews", of_model(bulk=True)),
        unique_with_tenant(MONITORING, "monitor_id"),
        same_tenant("svi_partnernote", "monitoring_id", MONITORING, TENANT, "monitor_id"),
        same_tenant("svi_consent", "signature_id", "agreements_signature", TENANT),
        unique_with_tenant(TYPES, TENANT),
        same_tenant("svi_statusnews", "type_account_id", TYPES, TENANT),
    ]
