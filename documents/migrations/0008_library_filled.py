"""Documents know their newest version and the annual review that they were uploaded in.

Some rows at a time, each time committed. It may be stopped and repeated.
"""

from typing import Any

from django.db import migrations

#: How many rows one statement changes.
AT_ONCE = 2000

PLACES = f"""
    INSERT INTO documents_placetag (id, security_model_id, document_id, kind, key, tagged_at)
        SELECT gen_random_uuid(), security_model_id, id, 'annual_review', right(place, 4),
            created_at
        FROM documents_document WHERE id IN (
            SELECT id FROM documents_document WHERE changed_at IS NULL ORDER BY id LIMIT {AT_ONCE}
        ) AND place ~ '[0-9]{{4}}$' AND place !~ '[.]'
    ON CONFLICT DO NOTHING
"""  # noqa: S608 (constants)
NEWEST = f"""
    UPDATE documents_document d SET current_id = v.id, changed_at = v.created_at
    FROM documents_documentversion v
    WHERE v.document_id = d.id AND d.id IN (
            SELECT id FROM documents_document WHERE changed_at IS NULL ORDER BY id LIMIT {AT_ONCE}
        ) AND v.number = (
            SELECT max(number) FROM documents_documentversion o WHERE o.document_id = d.id
        )
"""  # noqa: S608 (constants)


def fill(_apps: Any, editor: Any) -> None:
    """Until no document is left."""
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(PLACES)
            cursor.execute(NEWEST)
            if not cursor.rowcount:
                return


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("documents", "0007_library_ground")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
