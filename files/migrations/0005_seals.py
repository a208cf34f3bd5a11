"""What is kept is sealed as it is written."""

from django.db import migrations

from audit.frozen import Frozen, seal


class Migration(migrations.Migration):
    dependencies = [("files", "0004_facts"), ("audit", "0004_seals")]

    operations = [
        seal(
            "files_storedfile",
            Frozen(
                changes=(
                    "state", "state_reason", "scanned_at", "scan_attempts", "next_scan_at",
                    "scanner",
                ),
                deletable=True,
            ),
        ),
        seal(
            "files_rendering",
            Frozen(
                changes=("state", "attempts", "next_attempt_at", "error"),
                written_once=("file_id", "ready_at"),
                deletable=True,
            ),
        ),
    ]  # fmt: skip
