"""A stamp that changes with the catalogue, so that every process notices an edit."""

import uuid

from django.db import migrations, models

TABLES = [
    "security_profile_criteriaset",
    "security_profile_category",
    "security_profile_criterion",
    "security_profile_applicability",
    "security_models_businesstype",
    "documents_documenttype",
]

FUNCTION = migrations.RunSQL(
    """
    INSERT INTO security_profile_cataloguestamp (id, stamp) VALUES (1, gen_random_uuid());
    CREATE FUNCTION renew_catalogue_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE security_profile_cataloguestamp SET stamp = gen_random_uuid();
        RETURN NULL;
    END $$
    """,
    "DROP FUNCTION renew_catalogue_stamp(); DELETE FROM security_profile_cataloguestamp",
)


def stamped(table: str) -> migrations.RunSQL:
    """Renew the stamp whenever a statement changes ``table``, whoever sends it."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER catalogue_stamp AFTER INSERT OR UPDATE OR DELETE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION renew_catalogue_stamp()
        """,
        f'DROP TRIGGER catalogue_stamp ON "{table}"',
    )


class Migration(migrations.Migration):
    dependencies = [
        ("security_profile", "0002_same_tenant"),
        ("security_models", "0001_initial"),
        ("documents", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueStamp",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("stamp", models.UUIDField(default=uuid.uuid4)),
            ],
        ),
        FUNCTION,
        *(stamped(table) for table in TABLES),
    ]
