"""Answers to security questions: slow, salted, and peppered with a key outside the database (U2).

An answer is recalled, not copied: case, width, and spaces at the ends or repeated do not count.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from core.errors import Problem

MIN_LENGTH = 3
COUNT = 3


def normal(text: str) -> str:
    """What is compared: NFKC, case-folded, trimmed, single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def _peppered(answer: str) -> str:
    key = settings.ANSWER_PEPPER.encode()
    return hmac.new(key, normal(answer).encode(), hashlib.sha256).hexdigest()


def hash_answer(answer: str) -> str:
    """What the database keeps of an answer."""
    return make_password(_peppered(answer))


def is_answer(typed: str, answer_hash: str) -> bool:
    """Whether ``typed`` is the answer that was hashed; costs one slow hash."""
    return check_password(_peppered(typed), answer_hash)


def problems_of(pairs: Sequence[tuple[str, str]], *, email: str) -> list[Problem]:
    """Everything that stands against three questions and answers, each beside its field (U2).

    Fields are ``question_1`` and ``answer_1`` onwards.
    """
    found: list[Problem] = []
    questions = [normal(question).rstrip(" ?") for question, _answer in pairs]
    replies = [normal(answer) for _question, answer in pairs]
    for index, (question, reply) in enumerate(zip(questions, replies, strict=True)):
        place = str(index + 1)
        if question in questions[:index]:
            words = _("Choose a different question. This one is asked above.")
            found.append(Problem("question_twice", words, f"question_{place}"))
        if words := _against(reply, question, replies[:index], email):
            found.append(Problem("answer", words, f"answer_{place}"))
    return found


def changed_elsewhere() -> Problem:
    """The refusal when the questions are others than those that were answered."""
    return Problem("lost_race", _("The questions were changed elsewhere. Reload the page."))


def _against(reply: str, question: str, earlier: Sequence[str], email: str) -> str:
    """Why an answer is refused, or nothing."""
    if len(reply) < MIN_LENGTH:
        return _("Enter an answer of at least 3 characters.")
    if reply in earlier:
        return _("Enter a different answer. This one is given above.")
    if reply in question:
        return _("Enter an answer that the question does not give away.")
    if reply in email or email in reply:
        return _("Enter an answer that is not part of your email address.")
    return ""
