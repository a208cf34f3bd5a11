"""Row-level security: a notice exists for its reader only, also among colleagues and staff (ADR 18).

Anyone who may enter its company may add one, as before.
"""

from django.db import migrations

from core.row_security import ABOUT_NO_TENANT, ALL_ROWS, of_person, of_scope

#: Staff, and work beyond tenants, see all rows of other tables. The system writes digests.
_READER = f"{of_person()} OR coalesce(current_setting('app.scope', true), '') IN ('', 'system')"

ONE_READER = f"""
    SET LOCAL lock_timeout = '5s';
    ALTER POLICY tenant ON notifications_notification
        USING ({of_person()}) WITH CHECK ({of_person()});
    ALTER POLICY made ON notifications_notification
        WITH CHECK ({of_scope()} OR {ABOUT_NO_TENANT});
    CREATE POLICY reader ON notifications_notification AS RESTRICTIVE FOR SELECT TO {ALL_ROWS}
        USING ({_READER});
"""
COMPANY = f"""
    DROP POLICY reader ON notifications_notification;
    ALTER POLICY made ON notifications_notification WITH CHECK ({ABOUT_NO_TENANT});
    ALTER POLICY tenant ON notifications_notification
        USING ({of_scope()} OR {of_person()}) WITH CHECK ({of_scope()} OR {of_person()});
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_notice_indexes")]

    operations = [migrations.RunSQL(ONE_READER, COMPANY)]
