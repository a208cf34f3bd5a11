"""C-TPAT accounts are found by parts of their reference, account numbers and identifiers.

Of a masked identifier the index holds what people see, never its ciphertext.
"""

from django.db import migrations

INDEXES = {
    "model_reference_parts": ("security_models_securitymodel", "reference"),
    "account_number_parts": ("security_models_businesstypeaccount", "account_number"),
    "identifier_parts": ("security_models_entityidentifier", "shown"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0012_search"),
        ("security_models", "0004_profile_approved_by"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {name} ON {table} USING gin (portal_compact({column}) gin_trgm_ops)",
            f"DROP INDEX {name}",
        )
        for name, (table, column) in INDEXES.items()
    ]
