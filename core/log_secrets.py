"""Keeps secrets of links and keys out of logs: the second defense, for every logger and handler.

The first defense is that the first request removes a secret from the address. But the server, the
framework, a worker or a library may log an address, an argument or an error that contains one. So
every record of this process is cleaned where it becomes text, whoever formats it: in the log of the
web server, of the worker and of packages.

A secret is anything like the result of ``core.ids.new_secret`` (43 characters of base64 for
addresses), and everything longer that looks the same (form tokens, signed or encrypted values).
Words joined by underscores and hexadecimal hashes use only one case and stay.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

HIDDEN = "[secret]"

_RUN = re.compile(r"[A-Za-z0-9_-]{43,}")
_UPPER, _LOWER = re.compile(r"[A-Z]"), re.compile(r"[a-z]")


def without_secrets(text: str) -> str:
    """The text with each secret replaced by ``[secret]``."""
    return _RUN.sub(_hidden, text)


def _hidden(run: re.Match[str]) -> str:
    return HIDDEN if _UPPER.search(run[0]) and _LOWER.search(run[0]) else run[0]


class CleanRecord(logging.LogRecord):
    """A record whose message and traceback are cleaned when they become text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._traceback: str | None = None
        super().__init__(*args, **kwargs)

    def getMessage(self) -> str:  # noqa: N802 (the name of the standard library)
        """The message with its arguments, clean."""
        return without_secrets(super().getMessage())

    @property
    def exc_text(self) -> str | None:
        """The traceback, once a formatter has written it."""
        return self._traceback

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self._traceback = without_secrets(text) if text else text


class CleanReporter(ExceptionReporter):
    """Reports of errors, if an operator has them emailed, without any secret."""

    def get_traceback_html(self) -> SafeString:
        """The report as a page, clean."""
        return SafeString(without_secrets(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        """The report as text, clean."""
        return SafeString(without_secrets(super().get_traceback_text()))


def install() -> None:
    """Make every record of this process a clean one; called once, when the apps are loaded."""
    logging.setLogRecordFactory(CleanRecord)
