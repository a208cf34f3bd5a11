"""What ``check --deploy`` checks in the settings to protect people's credentials."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

_SHORTEST_PEPPER = 32


def _problems() -> list[tuple[str, str]]:
    hashers = settings.PASSWORD_HASHERS
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    named = {one["NAME"] for one in validators}
    own = {
        "identity.credentials.passwords.CharacterClassValidator",
        "identity.credentials.passwords.OwnWordsValidator",
        "identity.credentials.passwords.NotRecentValidator",
        "identity.credentials.passwords.NotAnAnswerValidator",
    }
    asked = [
        (
            len(settings.ANSWER_PEPPER) >= _SHORTEST_PEPPER
            and settings.ANSWER_PEPPER not in {settings.SECRET_KEY, *settings.FIELD_KEYS},
            "ANSWER_PEPPER must be a secret of its own of at least 32 characters.",
        ),
        (
            hashers[0] == "django.contrib.auth.hashers.Argon2PasswordHasher",
            "Passwords and answers must be hashed with Argon2.",
        ),
        (own <= named, "AUTH_PASSWORD_VALIDATORS lacks rules of the program (U3)."),
        (
            settings.AXES_ENABLED and settings.AXES_HANDLER == "identity.backends.GrowingDelay",
            "The growing delay against guessing must be on (U9).",
        ),
        (
            settings.SESSION_COOKIE_NAME.startswith("__Host-")
            and settings.CSRF_COOKIE_NAME.startswith("__Host-"),
            "The cookies of sessions and forms must be bound to the host (__Host-).",
        ),
        (settings.ANONYMOUS_USER_NAME is None, "There must be no anonymous user with rights."),
        (not getattr(settings, "IS_DEMO", False), "The demonstration must not be deployed."),
    ]
    return [(f"identity.E{n:03}", words) for n, (holds, words) in enumerate(asked, 1) if not holds]


@register(Tags.security, deploy=True)
def credentials(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Report every setting that would weaken the proof of who a person is."""
    return [Error(words, id=code) for code, words in _problems()]
