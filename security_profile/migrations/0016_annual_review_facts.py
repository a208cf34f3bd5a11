"""What is recorded of an annual review is kept and sealed; what the company prepares may change.

What is there already is sealed by the next migration, some rows at a time.
"""

from django.db import migrations

from audit.frozen import Frozen, keep, seal

REVIEW = "security_profile_annualreview"
FROZEN = Frozen(
    changes=(
        "version", "assessed_on", "assessment", "assessment_document_id", "assessed_by_name",
        "assessed_at", "rechecks", "submission_id", "submitted_on", "reminded", "closing_reason",
        "closed_by_name",
    ),
    written_once=("rechecked_by_name", "rechecked_at", "escalated_on", "closed_on"),
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("security_profile", "0015_part_decisions"),
        ("audit", "0013_acceptance"),
    ]

    operations = [keep(REVIEW, FROZEN), seal(REVIEW, FROZEN)]
