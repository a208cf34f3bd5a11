"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

django_application = get_wsgi_application()

# These need the apps to be loaded.
from files.upload_handlers import whole_bodies  # noqa: E402
from portal.celery import app  # noqa: E402
from portal.serving import buffered  # noqa: E402

# A reader should not wait long for a broker that hangs: a sweep finds the work.
app.conf.broker_transport_options = {**app.conf.broker_transport_options, "socket_timeout": 1}

application = buffered(whole_bodies(django_application), int(os.environ.get("WEB_THREADS", "4")))
