"""A public document exists for those who may read its library; its versions are facts (ADR 15-18)."""

from django.db import migrations

from audit.frozen import Frozen, keep, seal
from core.row_security import of_person, wall

VERSION = "documents_publicversion"
#: Written by staff only.
NOBODY = "false"
#: Published, for people of a company: the tables of companies show only rows of those that the
#: person may enter.
SHOWN = """
    status = 'published' AND current_setting('app.scope', true) = 'partner'
    AND EXISTS (SELECT FROM trade_accounts_membership)
    AND (library = 'trade' OR EXISTS (SELECT FROM security_models_contact))
    AND (business_types = '{}' OR EXISTS (
        SELECT FROM security_models_businesstypeaccount b
        WHERE b.business_type_id = ANY (business_types)
    ))
"""
OF_SHOWN = "EXISTS (SELECT FROM documents_publicdocument d WHERE d.id = document_id)"
#: A clean file of the program that a shown document names (D5).
FILE = """
    CREATE POLICY published ON files_storedfile FOR SELECT USING (
        scope_kind = 'program' AND state = 'clean' AND EXISTS (
            SELECT FROM documents_publicversion v WHERE v.file_id = files_storedfile.id
        )
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0010_public"),
        ("files", "0006_walls"),
        ("security_models", "0013_walls"),
    ]

    operations = [
        keep(VERSION, Frozen(deletable=True)),
        seal(VERSION, Frozen(deletable=True)),
        wall("documents_publicdocument", NOBODY, shown=SHOWN),
        wall(VERSION, NOBODY, shown=OF_SHOWN),
        wall("documents_publicreader", of_person()),
        wall("documents_libraryvisit", of_person()),
        migrations.RunSQL(FILE, "DROP POLICY published ON files_storedfile"),
    ]
