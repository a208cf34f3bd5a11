"""What this app adds to tasks, to due dates, to the at-a-glance page, and to an application."""

from security_profile.to_do.dates import dates_for
from security_profile.to_do.glance import glance_for
from security_profile.to_do.profiles import returned_of
from security_profile.to_do.steps import after_company_profile, criteria_reading, missing_beyond
from security_profile.to_do.tasks import tasks_for

__all__ = [
    "after_company_profile",
    "criteria_reading",
    "dates_for",
    "glance_for",
    "missing_beyond",
    "returned_of",
    "tasks_for",
]
