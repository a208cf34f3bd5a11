"""What is kept is sealed as it is written."""

from django.db import migrations

from audit.frozen import Frozen, seal


class Migration(migrations.Migration):
    dependencies = [("agreements", "0005_facts"), ("audit", "0004_seals")]

    operations = [
        seal("agreements_agreementtext", Frozen(changes=("position", "shipped_hash"))),
        seal("agreements_ceremony", Frozen(held_by=("agreements_signature", "ceremony_id"))),
        seal("agreements_signature", Frozen(written_once=("copy_of_record_id",))),
    ]
