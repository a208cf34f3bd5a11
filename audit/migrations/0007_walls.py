"""Row-level security: the record of a tenant exists for that tenant only (ADR 18)."""

from django.db import migrations

from core.row_security import ABOUT_NO_TENANT, SAME_RIGHTS, listed_id, of_scope, wall

#: The id in the scope of a seal.
ID = "split_part(\"scope\", ':', 2)"


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_read_by")]

    operations = [
        SAME_RIGHTS,
        wall("audit_event", of_scope(), made=ABOUT_NO_TENANT),
        wall("audit_statuschange", of_scope(), made=ABOUT_NO_TENANT),
        # The scope of a seal is the kind and the id of the scope of its fact; what belongs to the
        # program has no id, and everyone sees its seal. Only triggers of the owner add seals.
        wall(
            "audit_seal",
            f"{listed_id(ID, 'app.scopes')} OR {ID} = '' AND current_setting('app.scopes', true) IS NOT NULL",
        ),
    ]
