"""Texts that were published, ceremonies that were signed, and signatures stay as they were."""

from importlib import import_module

from django.db import migrations

from audit.frozen import Frozen, keep

[before] = import_module("agreements.migrations.0002_append_only").Migration.operations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_signature_title"), ("audit", "0003_facts")]

    operations = [
        migrations.RunSQL(before.reverse_sql, before.sql),
        keep("agreements_agreementtext", Frozen(changes=("position", "shipped_hash"))),
        keep("agreements_ceremony", Frozen(held_by=("agreements_signature", "ceremony_id"))),
        keep("agreements_signature", Frozen(written_once=("copy_of_record_id",))),
    ]
