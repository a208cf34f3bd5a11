"""Row-level security: files and documents exist for their tenant or person only (ADR 18)."""

from django.db import migrations

from core.row_security import ABOUT_NO_TENANT, of_scope, wall


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_walls"), ("files", "0005_seals")]

    operations = [
        wall("files_storedfile", of_scope(bulk=True), made=ABOUT_NO_TENANT),
        wall("files_rendering", of_scope(), made=ABOUT_NO_TENANT),
    ]
