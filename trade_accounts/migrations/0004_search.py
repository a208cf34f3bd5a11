"""Companies and their people are found by words and parts of words."""

from django.db import migrations

COMPANIES = """
    CREATE INDEX account_words ON trade_accounts_tradeaccount USING gin
        (portal_folded(name || ' ' || doing_business_as) gin_trgm_ops);
"""
MEMBERS = """
    CREATE INDEX member_words ON trade_accounts_membership USING gin
        (portal_folded(first_name || ' ' || last_name || ' ' || email) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0012_search"),
        ("trade_accounts", "0003_phones_and_postal_codes_in_one_form"),
    ]

    operations = [
        migrations.RunSQL(COMPANIES, "DROP INDEX account_words"),
        migrations.RunSQL(MEMBERS, "DROP INDEX member_words"),
    ]
