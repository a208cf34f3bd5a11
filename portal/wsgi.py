"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

django_application = get_wsgi_application()

# Needs the apps to be loaded.
from files.uploads import whole_bodies  # noqa: E402

application = whole_bodies(django_application)
