"""Settings of jobs: their broker, their queues, and when each sweep starts (docs/operators.md)."""

from __future__ import annotations

import environ
from kombu import Queue

env = environ.Env()

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="redis://localhost:6379/1")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
# Kinds of work that must not wait for each other have separate queues (docs/operators.md).
CELERY_TASK_DEFAULT_QUEUE = "sweeps"
CELERY_TASK_QUEUES = [
    Queue(q, routing_key=q)
    for q in ("documents", "mail", "previews", "scans", "sweeps", "webhooks")
]
CELERY_TASK_ROUTES = {
    "notifications.tasks.*": {"queue": "mail"},
    "files.tasks.scan": {"queue": "scans"},
    "files.tasks.sweep_scans": {"queue": "scans"},
    "files.tasks.render": {"queue": "documents"},
    "files.tasks.sweep_renderings": {"queue": "documents"},
    "documents.tasks.make_package": {"queue": "documents"},
    "documents.tasks.make_due_packages": {"queue": "documents"},
    "files.tasks.draw": {"queue": "previews"},
    "files.tasks.sweep_previews": {"queue": "previews"},
    "webhooks.tasks.deliver": {"queue": "webhooks"},
    "webhooks.tasks.sweep_webhooks": {"queue": "webhooks"},
}
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task (files.tasks.MOST_SECONDS); sweeps find lost work long before.
    "visibility_timeout": 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A request does not wait for a broker that does not answer: the sweep finds the work.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "notifications.tasks.sweep_outbox", "schedule": 60.0},
    "arrived-mail": {"task": "notifications.tasks.sweep_arrived_mail", "schedule": 600.0},
    "program-notices": {"task": "messages_app.tasks.sweep_program_notices", "schedule": 60.0},
    "mail-texts": {"task": "notifications.tasks.sweep_texts", "schedule": 3600.0},
    "digests": {"task": "identity.tasks.sweep_digests", "schedule": 300.0},
    "scans": {"task": "files.tasks.sweep_scans", "schedule": 60.0},
    "expiring-documents": {"task": "documents.tasks.sweep_expiring_documents", "schedule": 3600.0},
    "document-requests": {"task": "documents.tasks.sweep_document_requests", "schedule": 3600.0},
    "account-requests": {"task": "operations.tasks.sweep_account_requests", "schedule": 3600.0},
    "management-decisions": {
        "task": "operations.tasks.sweep_management_decisions",
        "schedule": 3600.0,
    },
    "public-documents": {"task": "documents.tasks.sweep_public_sendings", "schedule": 300.0},
    "packages": {"task": "documents.tasks.make_due_packages", "schedule": 60.0},
    "old-packages": {"task": "documents.tasks.sweep_packages", "schedule": 3600.0},
    "document-trash": {"task": "documents.tasks.sweep_trash", "schedule": 3600.0},
    "previews": {"task": "files.tasks.sweep_previews", "schedule": 60.0},
    "renderings": {"task": "files.tasks.sweep_renderings", "schedule": 60.0},
    "orphaned-files": {"task": "files.tasks.sweep_orphans", "schedule": 3600.0},
    "kept-posts": {"task": "identity.tasks.sweep_kept_posts", "schedule": 600.0},
    "given-up-addresses": {"task": "identity.tasks.sweep_email_undo", "schedule": 900.0},
    "ended-sessions": {"task": "identity.tasks.sweep_ended_sessions", "schedule": 24 * 3600.0},
    "outlived": {"task": "identity.tasks.sweep_outlived", "schedule": 24 * 3600.0},
    "guessing": {"task": "identity.tasks.sweep_guessing", "schedule": 60.0},
    "idle-users": {"task": "identity.tasks.sweep_idle_users", "schedule": 300.0},
    "reactivated-users": {"task": "identity.tasks.sweep_reactivated_users", "schedule": 300.0},
    "reset-requests": {"task": "identity.tasks.sweep_reset_requests", "schedule": 60.0},
    "expiring-passwords": {"task": "identity.tasks.sweep_expiring_passwords", "schedule": 3600.0},
    "unfinished-applications": {
        "task": "security_models.tasks.sweep_unfinished_applications",
        "schedule": 300.0,
    },
    "svi-news": {"task": "svi.tasks.sweep_svi_news", "schedule": 60.0},
    "webhooks": {"task": "webhooks.tasks.sweep_webhooks", "schedule": 60.0},
    "old-webhooks": {"task": "webhooks.tasks.sweep_old_events", "schedule": 3600.0},
    "broadcasts": {"task": "messages_app.tasks.sweep_broadcasts", "schedule": 60.0},
    "change-requests": {
        "task": "change_requests.tasks.sweep_change_requests",
        "schedule": 3600.0,
    },
    "inquiries": {"task": "messages_app.tasks.sweep_inquiries", "schedule": 3600.0},
    "returned-criteria": {
        "task": "security_profile.tasks.sweep_returned_criteria",
        "schedule": 300.0,
    },
    "annual-reviews": {"task": "security_profile.tasks.sweep_annual_reviews", "schedule": 300.0},
    "annual-review-escalations": {
        "task": "security_profile.tasks.sweep_annual_review_escalations",
        "schedule": 300.0,
    },
    "annual-review-closings": {
        "task": "security_profile.tasks.sweep_annual_review_closings",
        "schedule": 300.0,
    },
    "undecided-applications": {
        "task": "reviews.tasks.sweep_undecided_applications",
        "schedule": 300.0,
    },
    "unvetted-applications": {
        "task": "reviews.tasks.sweep_unvetted_applications",
        "schedule": 300.0,
    },
    "invitations": {"task": "trade_accounts.tasks.sweep_invitations", "schedule": 3600.0},
    "api-keys": {"task": "trade_accounts.tasks.sweep_api_keys", "schedule": 3600.0},
    "contact-checks": {"task": "trade_accounts.tasks.sweep_contact_checks", "schedule": 3600.0},
    "asks": {"task": "trade_accounts.tasks.sweep_asks", "schedule": 600.0},
    "chain": {"task": "audit.tasks.sweep_chain", "schedule": 60.0},
    "statements": {"task": "audit.tasks.sweep_anchor", "schedule": 3600.0},
    "records": {"task": "audit.tasks.sweep_records", "schedule": 300.0},
    "grants": {"task": "security_models.tasks.check_grants", "schedule": 24 * 3600.0},
}
# A message that no worker took is dropped: later ones do the same, and none pile up.
for _sweep in CELERY_BEAT_SCHEDULE.values():
    _sweep["options"] = {"expires": max(600.0, float(str(_sweep["schedule"])))}
CELERY_BEAT_SCHEDULE_FILENAME = env("BEAT_SCHEDULE", default="/tmp/portal-beat")  # noqa: S108
