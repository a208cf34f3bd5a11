"""Give what was the stand-in 6.53 its official number, 6.3."""

from typing import Any

from django.db import migrations

from core.crypto import content_hash

OLD, NEW = "msc-2020:6.53", "msc-2020:6.3"
#: What points to a criterion. Frozen content keeps the number that was signed (P8).
POINTING = ["Response", "SubmissionItem", "ResponseVersion"]
CRITERION = [
    "id",
    "criteria_set_id",
    "category_id",
    "code",
    "position",
    "level",
    "statement",
    "guidance",
]
CRITERION += ["evidence_required", "is_stand_in"]
APPLICABILITY = ["id", "criterion_id", "business_type_id", "level"]


def renumber(apps: Any, schema_editor: Any) -> None:
    """Give 6.53 its official number; answers, items and versions move along.

    A row that still holds what was shipped is marked as shipped again, so that the next load
    brings its new words; one edited in the database stays edited.
    """
    alias = schema_editor.connection.alias
    criteria = apps.get_model("security_profile", "Criterion").objects.using(alias)
    old = criteria.filter(pk=OLD).first()
    if old is None:
        return
    changes = {"id": NEW, "code": "6.3", "position": 6003, "is_stand_in": False}
    _copy(criteria, old, CRITERION, changes)
    for name in POINTING:
        rows = apps.get_model("security_profile", name).objects.using(alias)
        rows.filter(criterion_id=OLD).update(criterion_id=NEW)
    applies = apps.get_model("security_profile", "Applicability").objects.using(alias)
    for row in applies.filter(criterion_id=OLD):
        place = {"id": f"{NEW}:{row.business_type_id}", "criterion_id": NEW}
        _copy(applies, row, APPLICABILITY, place)
        row.delete()
    criteria.filter(pk=OLD).delete()


def _copy(rows: Any, old: Any, names: list[str], changes: dict[str, Any]) -> None:
    """The row with ``changes``; its mark of what was shipped is true again if it was."""
    values = {name: getattr(old, name) for name in names}
    shipped = old.shipped_hash
    values_now = {**values, **changes}
    if content_hash(values) == shipped:
        shipped = content_hash(values_now)
    rows.create(**values_now, shipped_hash=shipped)


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0005_criterion_versions")]

    operations = [migrations.RunPython(renumber, migrations.RunPython.noop)]
