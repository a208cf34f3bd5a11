"""Each document that was ever attached to a criterion carries its place (D2).

Some links at a time, each time committed. It may be stopped and repeated.
"""

from typing import Any

from django.db import migrations

#: How many links one statement reads.
AT_ONCE = 2000
NEXT = f"""
    SELECT max(id::text) FROM (
        SELECT id FROM security_profile_evidencelink WHERE id > %s ORDER BY id LIMIT {AT_ONCE}
    ) AS next
"""  # noqa: S608 (constants)
PLACES = """
    INSERT INTO documents_placetag (id, security_model_id, document_id, kind, key, tagged_at)
        SELECT DISTINCT ON (v.document_id, c.code) gen_random_uuid(), v.security_model_id,
            v.document_id, 'profile', c.code, l.added_at
        FROM security_profile_evidencelink l
            JOIN security_profile_response r ON r.id = l.response_id
            JOIN security_profile_criterion c ON c.id = r.criterion_id
            JOIN documents_documentversion v ON v.id = l.document_version_id
        WHERE l.id > %s AND l.id <= %s
        ORDER BY v.document_id, c.code, l.added_at
    ON CONFLICT DO NOTHING
"""


def fill(_apps: Any, editor: Any) -> None:
    """From the first link to the last."""
    last = "00000000-0000-0000-0000-000000000000"
    with editor.connection.cursor() as cursor:
        while True:
            cursor.execute(NEXT, [last])
            (until,) = cursor.fetchone()
            if until is None:
                return
            cursor.execute(PLACES, [last, until])
            last = until


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("security_profile", "0017_seals_of_annual_reviews"),
        ("documents", "0007_library_ground"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
