"""What was submitted is read by its submission or response: rows gone from among those are missed.

What is there is sealed some rows at a time, each committed. It may be stopped and repeated.
"""

from django.db import migrations

from audit.frozen import Frozen, filled_read_by, seal_anew

DECIDED = "not old.is_draft"
TABLES = {
    "security_profile_submissionitem": (
        Frozen(),
        Frozen(read_by=("submission_id", "response_id")),
    ),
    "security_profile_criteriondecision": (
        Frozen(once=DECIDED),
        Frozen(once=DECIDED, read_by=("submission_id", "item_id")),
    ),
    "security_profile_responseversion": (Frozen(), Frozen(read_by=("response_id",))),
}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("security_profile", "0010_seals_of_what_is_there"),
        ("audit", "0006_read_by"),
    ]

    operations = [
        *(seal_anew(table, before, now) for table, (before, now) in TABLES.items()),
        *(filled_read_by(table, now) for table, (_before, now) in TABLES.items()),
    ]
