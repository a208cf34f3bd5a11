"""Production's settings, but without collected files."""

from portal.settings.production import *

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# For the codes of demo users, who sign in through their own pages.
INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]
# Each guess at sign-in comes from an address of its own.
TRUST_X_FORWARDED_FOR = True
# One account gets all files that are uploaded.
UPLOAD_MAX_BYTES_PER_ACCOUNT = 100 * 1024**3
# One person searches and looks up again and again.
SVI_SEARCHES_A_DAY = 1_000_000_000
API_RATE = "1000000/min"
ACCOUNT_REQUESTS_A_DAY = 1_000_000_000
