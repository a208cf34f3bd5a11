"""What was recorded of annual reviews before this version is sealed as it is now.

Some rows at a time, each committed: it locks nothing, and may be stopped and repeated.
"""

from importlib import import_module

from django.db import migrations

from audit.frozen import filled

facts = import_module("security_profile.migrations.0016_annual_review_facts")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("security_profile", "0016_annual_review_facts")]

    operations = [filled(facts.REVIEW, facts.FROZEN)]
