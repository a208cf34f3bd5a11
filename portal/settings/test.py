"""Tests: the demo's parts with a fast password hasher; PostgreSQL and the roles are real."""

import os

os.environ.setdefault("SECRET_KEY", "test-only")
os.environ.setdefault("ANSWER_PEPPER", "test-only")
os.environ.setdefault("FIELD_KEY", "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktISE=")
os.environ.setdefault("RECORDS_KEY", "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktISE=")
os.environ.setdefault("STATEMENT_KEYS", "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktISE=")
os.environ.setdefault("DATABASE_URL", "postgres://portal_app@/portal")

from portal.settings.demo import *
from portal.settings.demo import BASE_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = os.environ.get("TEST_MEDIA_ROOT", str(BASE_DIR / "var" / "test-media"))
# The live server finds static files itself; otherwise each test client would check some 3,700 of
# them.
WHITENOISE_USE_FINDERS = False
SESSION_COOKIE_NAME = "portal_session"
OUTSIDE_LOOPBACK = False
COMPARE_KEPT_MARKUP = True
# Tests open addresses of proofs far more often, all from one network address.
SVI_VERIFY_CALLS_A_MINUTE = 1_000_000
