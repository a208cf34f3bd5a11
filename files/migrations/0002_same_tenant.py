"""What rows of a tenant point to with their tenant's id, so that no file is taken across tenants."""

from django.db import migrations

from core.tenancy import unique_with_tenant


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        unique_with_tenant("files_storedfile", "scope_id"),
        unique_with_tenant("files_rendering", "scope_id"),
    ]
