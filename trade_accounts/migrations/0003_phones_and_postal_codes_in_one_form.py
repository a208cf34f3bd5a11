"""Phone numbers and postal codes as they are kept from now on.

What cannot be read as one stays as it is. A phone number without country code belongs to the
country of the account's headquarters.
"""

from django.db import migrations

from core.phones import as_kept
from trade_accounts.postal_codes import clean_postal_code


def rewrite(apps, schema_editor):
    database = schema_editor.connection.alias
    address = apps.get_model("trade_accounts", "Address").objects.using(database)
    homes = {}
    for row in list(address.order_by("created_at", "pk")):
        if "headquarters" in row.types and row.removed_at is None:
            homes.setdefault(row.trade_account_id, row.country)
        try:
            code = clean_postal_code(row.country, "", row.postal_code)
        except ValueError:
            continue
        if code != row.postal_code:
            address.filter(pk=row.pk).update(postal_code=code)
    for name, account in (("TradeAccount", "pk"), ("Membership", "trade_account_id")):
        table = apps.get_model("trade_accounts", name).objects.using(database)
        rows = table.exclude(phone="").values_list("pk", account, "phone")
        for key, whose, phone in list(rows):
            if (kept := as_kept(phone, homes.get(whose, ""))) != phone:
                table.filter(pk=key).update(phone=kept)


class Migration(migrations.Migration):
    dependencies = [("trade_accounts", "0002_same_tenant")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
