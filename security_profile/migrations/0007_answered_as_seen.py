"""Completeness counts what a reader sees: blanks once, nothing invisible (``core.text``)."""

from typing import Any

import django.db.models.lookups
from django.db import migrations, models
from django.db.models.functions import Length, Trim

UNCOUNTED = (
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f"
    "\ufeff\uffa0\ufff9-\ufffc\U00013430-\U0001345f\U000e0000-\U000e0fff]"
)
BLANKS = "[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+"


def _visible_length(name: str) -> Length:
    seen: Any = models.F(name)
    for pattern, instead in ((UNCOUNTED, ""), (BLANKS, " ")):
        values = (models.Value(pattern), models.Value(instead), models.Value("g"))
        seen = models.Func(
            seen, *values, function="regexp_replace", output_field=models.TextField()
        )
    return Length(Trim(seen))


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0006_official_number")]

    operations = [
        migrations.RemoveField(model_name="response", name="is_answered"),
        migrations.AddField(
            model_name="response",
            name="is_answered",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        not_applicable=True,
                        then=django.db.models.lookups.GreaterThanOrEqual(
                            _visible_length("reason"), 30
                        ),
                    ),
                    default=django.db.models.lookups.GreaterThan(_visible_length("text"), 0),
                ),
                output_field=models.BooleanField(),
            ),
        ),
    ]
