"""Answers to security questions: hashed slowly, salted, and peppered with a key outside the
database (U2).

People recall an answer, they don't copy it. So it is compared as ``core.text.fold`` folds it: case,
accents, spaces and the quotes of another keyboard do not count.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import fold

MIN_LENGTH = 3
COUNT = 3
#: Two ideographs or two Korean syllables are a word, and harder to guess than three letters.
_DENSE = re.compile("[\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]{2}")


#: The prefix of the hash of an answer compared by ``core.text.fold``.
_FOLDED = "folded:"


def _peppered(compared: str) -> str:
    key = settings.ANSWER_PEPPER.encode()
    return hmac.new(key, compared.encode(), hashlib.sha256).hexdigest()


def hash_answer(answer: str) -> str:
    """The hash that the database stores for an answer."""
    return _FOLDED + make_password(_peppered(fold(answer)))


def is_answer(typed: str, answer_hash: str) -> bool:
    """Whether ``typed`` is the hashed answer; costs one slow hash.

    An answer hashed before folding was introduced costs up to three: it is compared the earlier
    way, also with the apostrophe of another keyboard.
    """
    if not is_of_before(answer_hash):
        return check_password(_peppered(fold(typed)), answer_hash.removeprefix(_FOLDED))
    plain = _as_before(typed)
    ways = dict.fromkeys((plain, plain.replace("\u2019", "'"), plain.replace("'", "\u2019")))
    return any(check_password(_peppered(one), answer_hash) for one in ways)


def is_of_before(answer_hash: str) -> bool:
    """Whether an answer was hashed before folding; it is hashed again when it is next proved."""
    return not answer_hash.startswith(_FOLDED)


def _as_before(text: str) -> str:
    """The form compared earlier: NFKC, case-folded, trimmed, single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def problems_of(pairs: Sequence[tuple[str, str]], *, email: str) -> list[Problem]:
    """Everything that is wrong with three questions and answers, each problem with its field (U2).

    Fields are ``question_1`` and ``answer_1`` onwards.

    """
    found: list[Problem] = []
    questions = [fold(question).rstrip(" ?") for question, _answer in pairs]
    replies = [fold(answer) for _question, answer in pairs]
    for index, (question, reply) in enumerate(zip(questions, replies, strict=True)):
        place = str(index + 1)
        if question in questions[:index]:
            words = _("Choose a different question. This one is asked above.")
            found.append(Problem("question_twice", words, f"question_{place}"))
        if words := _against(reply, question, replies[:index], email):
            found.append(Problem("answer", words, f"answer_{place}"))
    return found


def changed_elsewhere() -> Problem:
    """The refusal if the questions are no longer those that were answered."""
    return Problem("lost_race", _("The questions were changed elsewhere. Reload the page."))


def _against(reply: str, question: str, earlier: Sequence[str], email: str) -> str:
    """Why an answer is refused, or nothing."""
    if len(reply) < MIN_LENGTH and not _DENSE.fullmatch(reply):
        return _("Enter an answer of at least 3 characters.")
    if reply in earlier:
        return _("Enter a different answer. This one is given above.")
    if reply in question:
        return _("Enter an answer that the question does not give away.")
    if reply in fold(email) or fold(email) in reply:
        return _("Enter an answer that is not part of your email address.")
    return ""
