"""Webhooks exist for the members of their company; no row points across companies (ADR 18)."""

from django.db import migrations

from core.row_security import of_account, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "trade_account_id"
ENDPOINT, EVENT = "webhooks_endpoint", "webhooks_event"
DELIVERY, ATTEMPT = "webhooks_delivery", "webhooks_attempt"


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_webhooks"), ("trade_accounts", "0006_walls")]

    operations = [
        *(wall(table, of_account()) for table in (ENDPOINT, EVENT, DELIVERY, ATTEMPT)),
        unique_with_tenant(ENDPOINT, TENANT),
        unique_with_tenant(EVENT, TENANT),
        unique_with_tenant(DELIVERY, TENANT),
        same_tenant(EVENT, "security_model_id", "security_models_securitymodel", TENANT),
        same_tenant(DELIVERY, "endpoint_id", ENDPOINT, TENANT),
        same_tenant(DELIVERY, "event_id", EVENT, TENANT),
        same_tenant(ATTEMPT, "delivery_id", DELIVERY, TENANT),
    ]
