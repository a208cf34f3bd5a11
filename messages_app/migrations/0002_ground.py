"""Messages exist for their company only, stay as they were sent, and are found by their words.

Notes of staff exist for no partner; what somebody is writing exists for the writer only.
"""

from django.db import migrations

from audit.frozen import Frozen, keep, seal
from core.row_security import of_model, of_person, wall
from core.tenancy import same_tenant, unique_with_tenant

TENANT = "security_model_id"
THREAD, MESSAGE = "messages_app_thread", "messages_app_message"
FILE, NOTE = "messages_app_messagefile", "messages_app_internalnote"
READING, DRAFT = "messages_app_reading", "messages_app_draft"
DRAFT_FILE = "messages_app_draftfile"
STORED = "files_storedfile"

FACTS = {
    MESSAGE: Frozen(read_by=("thread_id",), at="sent_at"),
    FILE: Frozen(read_by=("message_id",)),
    NOTE: Frozen(read_by=("thread_id",), at="written_at"),
}
#: What one person reads or writes, in an account that this person may enter.
OWN = f"{of_person()} AND {of_model()}"
WORDS = {"thread_words": (THREAD, "subject"), "message_words": (MESSAGE, "body")}


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0014_status_change_day"),
        ("files", "0006_walls"),
        ("identity", "0012_search"),
        ("messages_app", "0001_threads"),
        ("security_models", "0016_gates"),
    ]

    operations = [
        unique_with_tenant(THREAD, TENANT),
        unique_with_tenant(MESSAGE, TENANT),
        unique_with_tenant(DRAFT, TENANT),
        same_tenant(MESSAGE, "thread_id", THREAD, TENANT),
        same_tenant(FILE, "message_id", MESSAGE, TENANT),
        same_tenant(FILE, "file_id", STORED, TENANT, "scope_id"),
        same_tenant(NOTE, "thread_id", THREAD, TENANT),
        same_tenant(READING, "thread_id", THREAD, TENANT),
        same_tenant(DRAFT, "thread_id", THREAD, TENANT),
        same_tenant(DRAFT_FILE, "draft_id", DRAFT, TENANT),
        same_tenant(DRAFT_FILE, "file_id", STORED, TENANT, "scope_id"),
        wall(THREAD, of_model(bulk=True)),
        wall(MESSAGE, of_model(bulk=True)),
        wall(FILE, of_model(bulk=True)),
        wall(NOTE, "false"),
        wall(READING, OWN),
        wall(DRAFT, OWN),
        wall(DRAFT_FILE, OWN),
        *(
            operation
            for table, frozen in FACTS.items()
            for operation in (keep(table, frozen), seal(table, frozen))
        ),
        *(
            migrations.RunSQL(
                f"CREATE INDEX {name} ON {table} USING gin (portal_folded({column}) gin_trgm_ops)",
                f"DROP INDEX {name}",
            )
            for name, (table, column) in WORDS.items()
        ),
    ]
