"""Production: everything secret or local comes from the environment; no check is silenced."""

import datetime as dt

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *
from portal.settings.base import env

DEBUG = False
DEMO_TODAY = ""
# Before this day no release of the portal asked for a review.
ANNUAL_REVIEWS_FROM = env("ANNUAL_REVIEWS_FROM", default="2026-11-27")
if ANNUAL_REVIEWS_FROM:
    try:
        dt.date.fromisoformat(ANNUAL_REVIEWS_FROM)
    except ValueError:
        words = "Set ANNUAL_REVIEWS_FROM to a day such as 2026-11-27, or to nothing."
        raise ImproperlyConfigured(words) from None
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
