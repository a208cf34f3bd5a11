"""What production settings must be to protect credentials, and the names of browsers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from identity.presentation.browser_names import browser_in_words
from identity.settings_checks import credentials

GOOD: dict[str, Any] = {
    "ANSWER_PEPPER": "another-long-and-varied-value-0123456789",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "SESSION_COOKIE_NAME": "__Host-session",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "IS_DEMO": False,
}


def found(**changed: Any) -> list[str]:
    """The codes of what the check finds in good settings with these changes."""
    with override_settings(**{**GOOD, **changed}):
        return [str(error.id) for error in credentials(None)]


def test_good_settings_pass() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ANSWER_PEPPER": "short"}, "identity.E001"),
        ({"SECRET_KEY": GOOD["ANSWER_PEPPER"]}, "identity.E001"),
        ({"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}, "identity.E002"),
        ({"AUTH_PASSWORD_VALIDATORS": []}, "identity.E003"),
        ({"AXES_ENABLED": False}, "identity.E004"),
        ({"AXES_HANDLER": "axes.handlers.dummy.AxesDummyHandler"}, "identity.E004"),
        ({"SESSION_COOKIE_NAME": "sessionid"}, "identity.E005"),
        ({"ANONYMOUS_USER_NAME": "AnonymousUser"}, "identity.E006"),
        ({"IS_DEMO": True}, "identity.E007"),
    ],
)
def test_each_weak_setting_is_named(changed: dict[str, Any], code: str) -> None:
    assert found(**changed) == [code]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_browsers_are_called_what_people_call_them(user_agent: str, words: str) -> None:
    assert browser_in_words(user_agent) == words
