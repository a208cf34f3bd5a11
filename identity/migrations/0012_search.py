"""Search without accents and with small typing errors: extensions, functions, an index.

The extensions are trusted: the owner of the database may create them (docs/operators.md).
"""

from django.db import migrations

EXTENSIONS = """
    CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS fuzzystrmatch WITH SCHEMA public;
"""
# ``unaccent`` is only stable, because its dictionary could be changed. Ours is not: naming it
# makes the function fit for an index.
FUNCTIONS = """
    CREATE FUNCTION public.portal_folded(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT lower(public.unaccent('public.unaccent', normalize($1, NFKC))) $$;
    CREATE FUNCTION public.portal_compact(text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT upper(regexp_replace(normalize($1, NFKC), '[^[:alnum:]]', '', 'g')) $$;
    CREATE FUNCTION public.portal_mistyped(folded text, word text) RETURNS boolean
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        AS $$ SELECT EXISTS (
            SELECT FROM regexp_split_to_table(folded, '[^[:alnum:]]+') AS written
            WHERE public.levenshtein_less_equal(left(written, 60), left(word, 60), 2)
                <= CASE WHEN length(word) < 5 THEN 1 ELSE 2 END
        ) $$;
"""
NO_FUNCTIONS = """
    DROP FUNCTION public.portal_mistyped(text, text);
    DROP FUNCTION public.portal_compact(text);
    DROP FUNCTION public.portal_folded(text);
"""
PEOPLE = """
    CREATE INDEX user_words ON identity_user USING gin
        (portal_folded(first_name || ' ' || last_name || ' ' || email) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0011_phones_in_one_form")]

    operations = [
        migrations.RunSQL(EXTENSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(PEOPLE, "DROP INDEX user_words"),
    ]
