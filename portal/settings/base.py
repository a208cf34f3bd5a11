"""Settings that apply everywhere. Everything that differs comes from the environment."""

from __future__ import annotations

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from identity.credentials.relying_party import relying_party
from portal.settings.jobs import *

BASE_DIR = Path(__file__).resolve().parent.parent.parent
REFERENCE_DIR = BASE_DIR / "reference"
env = environ.Env()

# --- Apps, from the ground floor up (docs/architecture.md) ---------------------------------------

INSTALLED_APPS = [
    "core",
    "audit",
    "notifications",
    "identity",
    "files",
    "trade_accounts",
    "security_models",
    "documents",
    "agreements",
    "messages_app",
    "change_requests",
    "webhooks",
    "security_profile",
    "svi",
    "operations",
    "reviews",
    "portal",
    "guardian",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "axes",
    "csp",
    "django_htmx",
    "django_cotton",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "core.middleware.RequestIdMiddleware",
    "core.middleware.OneSlashMiddleware",
    "core.middleware.BareProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "identity.middleware.PersonMiddleware",
    "identity.middleware.SessionLifeMiddleware",
    "identity.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "identity.middleware.KeptPostMiddleware",
    "core.drafts.DraftMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.DoorMiddleware",
    "portal.middleware.OpenedAccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.middleware.AlteredMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "libraries": {"i18n": "core.templatetags.sentences"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.navigation.context",
            ],
        },
    }
]
COTTON_DIR = "cotton"
# Tests draw what templates keep again, and compare (portal/templatetags/kept_components.py).
COMPARE_KEPT_MARKUP = False
# Two libraries are called i18n on purpose: ours replaces Django's.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# --- Database: web and worker connect as a role that owns nothing --------------------------------

DATABASES = {"default": env.db("DATABASE_URL", engine="django.db.backends.postgresql")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# What pages read lies in memory or on SSD. With PostgreSQL's default, meant for turning disks, the
# planner reads whole tables of 12,000 partners to find 150 of them (docs/performance.md).
# Statements that every request sends are planned once for a connection (core/prepared.py), at once
# and not only from the sixth time on: they look up a few rows by index, whatever the values are.
DATABASES["default"]["OPTIONS"].setdefault(
    "options", "-c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"
)
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", default=True)
if env("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = env.db("DATABASE_OWNER_URL", engine="django.db.backends.postgresql")
    # A migration that waits for a lock makes every request wait behind it. So it stops soon, having
    # changed nothing, and can be repeated.
    DATABASES["owner"].setdefault("OPTIONS", {}).setdefault("options", "-c lock_timeout=5s")

# Addresses that machines use to check the portal: they have no session.
PROBES = ["/healthz", "/readyz"]

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "identity.backends.PasswordBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "identity:sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "identity.credentials.passwords.CharacterClassValidator"},
    {"NAME": "identity.credentials.passwords.OwnWordsValidator"},
    {"NAME": "identity.credentials.passwords.NotRecentValidator"},
    {"NAME": "identity.credentials.passwords.NotAnAnswerValidator"},
]
ANSWER_PEPPER = env("ANSWER_PEPPER")
SECRET_KEY = env("SECRET_KEY")
FIELD_KEYS = env.list("FIELD_KEY")
OTP_TOTP_ISSUER = "Partner Portal"
# One delay for all proofs (identity.credentials.growing_delay); a second one would refuse right
# codes without an explanation.
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_TOTP_SYNC = False
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_RP_NAME = "Partner Portal"
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None
SESSION_ENGINE = "identity.session_store"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_WARNING_SECONDS = 5 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
KEPT_POST_SECONDS = 30 * 60
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"

# --- Files ---------------------------------------------------------------------------------------

MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
STORAGES = {
    "default": {"BACKEND": "files.upload_handlers.Disk"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = ["files.upload_handlers.Incoming"]
# The internal address at which a web server in front reads files; empty: Python sends them.
X_ACCEL_PREFIX = env("X_ACCEL_PREFIX", default="")
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
UPLOAD_MAX_FILES_PER_ACCOUNT = 2_000
UPLOAD_MAX_BYTES_PER_ACCOUNT = 500 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
UPLOAD_FILES_AT_ONCE = 5
# Searches of one company for others in SVI, so that nobody copies the directory (SVI3).
SVI_SEARCHES_A_DAY = env.int("SVI_SEARCHES_A_DAY", default=200)
# Companies that one company asks in a day: each request sends emails (SVI3).
SVI_REQUESTS_A_DAY = env.int("SVI_REQUESTS_A_DAY", default=200)
# Requests to link, delink, merge or split that one trade account, and one person, may send in a
# day: each sends emails to others (T8).
ACCOUNT_REQUESTS_A_DAY = env.int("ACCOUNT_REQUESTS_A_DAY", default=20)
# Whether companies may also ask to monitor others, not only to be monitored (SVI3). Off as in the
# manual.
SVI_BOTH_DIRECTIONS = env.bool("SVI_BOTH_DIRECTIONS", default=False)
# Proofs of status that one company makes for outsiders: each may send an email.
SVI_PROOFS_A_DAY = env.int("SVI_PROOFS_A_DAY", default=50)
# How often one network address may open such proofs in a minute.
SVI_VERIFY_CALLS_A_MINUTE = env.int("SVI_VERIFY_CALLS_A_MINUTE", default=60)
# Signs statements of a status (core/jws.py): 32 random bytes in base64, the newest first.
STATEMENT_KEYS = env.list("STATEMENT_KEYS", default=[])
# More than a form takes, so that it can refuse them in words and keep what was typed.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
SCANNER = "files.scanners.ClamAv"
CLAMAV_HOST = env("CLAMAV_HOST", default="clamav")
CLAMAV_PORT = env.int("CLAMAV_PORT", default=3310)
CLAMAV_TIMEOUT = env.float("CLAMAV_TIMEOUT", default=60.0)

# --- Time and language ---------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "America/New_York"
DEMO_TODAY = env("DEMO_TODAY", default="")
# The first day for which companies are asked for annual reviews; empty for every day.
ANNUAL_REVIEWS_FROM = ""
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Static files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("uswds", BASE_DIR / "node_modules" / "@uswds" / "uswds" / "dist"),
]

# --- Email ---------------------------------------------------------------------------------------
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
# Passkeys are bound to the domain name in SITE_URL (identity/credentials/relying_party.py).
OTP_WEBAUTHN_RP_ID, OTP_WEBAUTHN_ALLOWED_ORIGINS = relying_party(SITE_URL)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Partner Portal <portal@localhost>")
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:1025"))
EMAIL_TIMEOUT = 10
# Where replies and bounces go: to `manage.py receive_mail` (docs/operators.md). Empty: the sender.
REPLIES_TO = env("REPLIES_TO", default="")
BOUNCES_TO = env("BOUNCES_TO", default="")
OPERATORS_EMAIL = env.list("OPERATORS_EMAIL", default=["operators@localhost"])
PROGRAM_OFFICE_EMAIL = env("PROGRAM_OFFICE_EMAIL", default="program-office@localhost")

# --- Records: what signs where their chain stands each day, and where statements are kept --------
RECORDS_KEY = env("RECORDS_KEY", default="")
RECORDS_OLD_KEYS = env.list("RECORDS_OLD_KEYS", default=[])
RECORDS_DIR = env("RECORDS_DIR", default="")
RECORDS_EMAIL = env.list("RECORDS_EMAIL", default=[])

# --- Cache (jobs: portal/settings/jobs.py) -------------------------------------------------------
CACHES = {"default": env.cache("CACHE_URL", default="redis://localhost:6379/0")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"]["BACKEND"] = "core.cache.PatientRedisCache"

# --- Safety --------------------------------------------------------------------------------------

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUST_X_FORWARDED_FOR = env.bool("TRUST_X_FORWARDED_FOR", default=False)
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

AXES_ENABLED = env.bool("AXES_ENABLED", default=True)
AXES_HANDLER = "identity.backends.GrowingDelay"
AXES_VERBOSE = False

# --- The program ---------------------------------------------------------------------------------

PORTAL_NAME = env("PORTAL_NAME", default="Partner Portal")
AGENCY_SHORT_NAME = env("AGENCY_SHORT_NAME", default="CBP")
IS_DEMO = False
#: G1: the person who approved the profile of an application does not also pass its vetting.
TWO_PAIRS_OF_EYES = env.bool("TWO_PAIRS_OF_EYES", default=True)

# --- API -----------------------------------------------------------------------------------------

API_RATE = env("API_RATE", default="600/min")
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Partner Portal API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Each state machine calls its field "status"; the schema gives their values separate names.
    "ENUM_NAME_OVERRIDES": {
        "BusinessTypeStatusEnum": "security_models.states.BusinessTypeStatus.choices",
        "CriterionStateEnum": "security_profile.states.CriterionState.choices",
    },
}

# --- Webhooks: sent to addresses that users chose (core/outside.py, ADR 26) ----------------------
# Ports to which the portal connects; and, only for a demo, whether also to this machine, by HTTP.
OUTSIDE_PORTS = env.list("OUTSIDE_PORTS", cast=int, default=[443])
OUTSIDE_LOOPBACK = False
#: How long one exchange may take, and how long events and the log of their deliveries are kept.
WEBHOOK_SECONDS = env.int("WEBHOOK_SECONDS", default=10)
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)

# core/log_secrets.py keeps secrets out of every log, and this keeps them out of error reports.
DEFAULT_EXCEPTION_REPORTER = "core.log_secrets.CleanReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
