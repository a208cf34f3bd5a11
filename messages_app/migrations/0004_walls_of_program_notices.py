"""Row-level security: a notice exists for those whom it may concern (ADR 18); and the stamp of what
is published, which each transaction reads as it begins.
"""

from django.db import migrations

from core.row_security import of_model, of_person, wall

#: Written by staff only.
NOBODY = "false"
#: Published, and addressed to everyone, to the person, or to people of a company that the person
#: may enter. The other tables show only rows of the person and of these companies.
SHOWN = """
    status IN ('published', 'withdrawn') AND (
        'everyone' = ANY (groups)
        OR EXISTS (
            SELECT FROM messages_app_noticereader r WHERE r.notice_id = messages_app_programnotice.id
        )
        OR (
            current_setting('app.scope', true) = 'partner'
            AND groups && ARRAY[
                'contacts', 'officers', 'consultants', 'company_administrators'
            ]::varchar[]
            AND (NOT by_account OR EXISTS (
                SELECT FROM messages_app_noticeaccount a
                WHERE a.notice_id = messages_app_programnotice.id
            ))
            AND (business_types = '{}' OR EXISTS (
                SELECT FROM security_models_businesstypeaccount b
                WHERE b.business_type_id = ANY (business_types)
            ))
        )
    )
"""
OF_SHOWN = "EXISTS (SELECT FROM messages_app_programnotice n WHERE n.id = notice_id)"

STAMP = """
    CREATE FUNCTION portal_notices() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT stamp::text FROM public.messages_app_noticestamp $$
"""


class Migration(migrations.Migration):
    dependencies = [("messages_app", "0003_program_notices"), ("security_models", "0013_walls")]

    operations = [
        wall("messages_app_noticereader", of_person()),
        wall("messages_app_noticeaccount", of_model()),
        wall("messages_app_programnotice", NOBODY, shown=SHOWN),
        wall("messages_app_noticeversion", NOBODY, shown=OF_SHOWN),
        wall("messages_app_noticesending", NOBODY),
        migrations.RunSQL(STAMP, "DROP FUNCTION portal_notices()"),
    ]
