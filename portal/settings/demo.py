"""The demonstration on one machine: plain HTTP, invented companies, a built-in check with
a label.
"""

from portal.settings.base import *
from portal.settings.base import BASE_DIR, env

DEBUG = False
IS_DEMO = True
# A receiver of webhooks on this machine can be tried, without a certificate.
OUTSIDE_LOOPBACK = True
INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]
SCANNER = "files.scanners.BuiltInCheck"
SESSION_COOKIE_NAME = "portal_session"
CSRF_COOKIE_NAME = "portal_csrf"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
ROOT_URLCONF = "portal.demo.urls"

# The folder in which the mail catcher stores what is sent (`portal/demo/mail.py` shows it).
MAIL_ROOT = env("MAIL_ROOT", default=str(BASE_DIR / "var" / "demo" / "mail"))
