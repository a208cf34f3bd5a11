"""Titles and descriptions are folded once, as they are written.

Folding takes about a hundred times as long as comparing. A search asks for documents by their
account; nothing used the index of the words of all accounts.
"""

from django.db import migrations, models

import core.search


class Migration(migrations.Migration):
    dependencies = [("documents", "0016_package")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="folded",
            field=models.GeneratedField(
                db_persist=True,
                expression=core.search.Folded("title", "description"),
                output_field=models.TextField(),
            ),
        ),
        migrations.RunSQL(
            "DROP INDEX document_words",
            "CREATE INDEX document_words ON documents_document"
            " USING gin (portal_folded(title || ' ' || description) gin_trgm_ops)",
        ),
    ]
