"""Documents have details, a place in the library, tags, and the places in which they are used."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
import core.search


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_walls"),
        ("security_models", "0016_gates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlaceTag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("profile", "Security profile"),
                            ("annual_review", "Annual review"),
                            ("message", "Message"),
                            ("request", "Request for a document"),
                        ],
                        max_length=16,
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("tagged_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.CharField(max_length=60)),
                (
                    "folded",
                    models.GeneratedField(
                        db_persist=True,
                        expression=core.search.Folded("word"),
                        output_field=models.TextField(),
                    ),
                ),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Tagging",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tagged_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="document",
            name="document_newest",
        ),
        migrations.AddField(
            model_name="document",
            name="added_by",
            field=models.CharField(
                choices=[("partner", "Partner"), ("staff", "Staff"), ("system", "Portal")],
                default="partner",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="current",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="documents.documentversion",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="description",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="document",
            name="evidence_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="expires_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="held_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="held_by_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="document",
            name="held_why",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="document",
            name="language",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="document",
            name="status",
            field=models.CharField(
                choices=[
                    ("in_library", "In the library"),
                    ("archived", "Archived"),
                    ("in_trash", "In the trash"),
                ],
                default="in_library",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="status_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="document",
            name="status_by_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="document",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["security_model", "status", "-changed_at"], name="document_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("expires_on__isnull", False), ("status", "in_library")),
                fields=["expires_on"],
                name="document_expires",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("status", "in_trash")),
                fields=["status_at"],
                name="document_in_trash",
            ),
        ),
        migrations.AddField(
            model_name="placetag",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="places",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="placetag",
            name="security_model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="security_models.securitymodel",
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="security_model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="security_models.securitymodel",
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tagging",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="taggings",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="tagging",
            name="security_model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="security_models.securitymodel",
            ),
        ),
        migrations.AddField(
            model_name="tagging",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="taggings",
                to="documents.tag",
            ),
        ),
        migrations.AddField(
            model_name="tagging",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="placetag",
            index=models.Index(fields=["security_model", "kind", "key"], name="place_tag_of_model"),
        ),
        migrations.AddConstraint(
            model_name="placetag",
            constraint=models.UniqueConstraint(
                fields=("document", "kind", "key"), name="place_tag_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="tagging",
            constraint=models.UniqueConstraint(fields=("tag", "document"), name="tagged_once"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(
                fields=("security_model", "user", "folded"), name="tag_once", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="tag",
            index=models.Index(fields=["user", "folded"], name="tag_of_person"),
        ),
    ]
