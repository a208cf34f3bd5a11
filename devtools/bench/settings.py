"""Production's settings, but for what the bench cannot have: collected files and a virus scanner."""

from portal.settings.production import *

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
