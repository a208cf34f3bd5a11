"""Text as people write it, in any script: what is stored, what is empty, what counts as equal.

No text is refused for its letters. Invisible characters are dropped or made visible
(:func:`clean`), so that a text is what it looks like; the rest stays as typed. :func:`fold`
compares two spellings of one word; its result is never stored in place of a text.

Two invisible characters, ZWNJ and ZWJ, change how letters are written: Persian, Hindi, Sinhala and
the emoji of families and professions need them. They are kept after a letter of a script that joins
letters, or between two emoji, and dropped everywhere else. Variation selectors and tags are kept in
the same way: only where they change something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

#: Bullets and marks of symbol fonts, as word processors paste them, and what they represent.
_PASTED = {
    "\uf020": " ",
    "\uf02d": "-",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf06f": "□",
    "\uf071": "❑",
    "\uf075": "◆",
    "\uf076": "❖",
    "\uf09f": "•",
    "\uf0a7": "▪",
    "\uf0a8": "◻",
    "\uf0b7": "•",
    "\uf0d8": "➢",
    "\uf0df": "←",
    "\uf0e0": "→",
    "\uf0e8": "➔",
    "\uf0fb": "✗",
    "\uf0fc": "✓",
    "\uf0fe": "☑",
}
#: Everything that :func:`clean` may have to change; a text without any of these is stored as it is.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 14) for last in (0xFFFE, 0xFFFF))
    + "]"
)
#: Marks that sit on the letter before them, and such marks without a letter: nothing to read.
MARKS = "".join(
    chr(code)
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0))
    if unicodedata.category(chr(code)).startswith("M")
)
_BASELESS = re.compile(f"(^|[ \\t\\n])[{MARKS}]+")
_NEW_LINES = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
#: Invisible without being a format character: fillers, inherent vowels, the object mark.
_NOTHING = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffc")
#: Format characters that are drawn: signs before or around a number, and those that build a group
#: of hieroglyphs.
_DRAWN = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
_GROUPING = re.compile("[\U00013430-\U0001345f]")

_JOINERS = frozenset("\u200c\u200d")
_JOINING = (  # scripts whose letters ZWNJ and ZWJ join or part
    "\u0600-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u18af\u1a20-\u1aaf\u1b00-\u1c4f"
    "\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_BEHIND = re.compile(f"[{_JOINING}]")
_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_MONGOLIAN_FORMS = frozenset("\u180b\u180c\u180d\u180e\u180f")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")

#: Marks on letters of any script, which do not count as characters, invisible characters, and
#: spaces. Written so that Python and PostgreSQL read them alike.
UNCOUNTED = (
    "\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f"
    "\ufeff\uffa0\ufff9-\ufffc\U00013430-\U0001345f\U000e0000-\U000e0fff"
)
BLANKS = "\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000"
_uncounted = re.compile(f"[{UNCOUNTED}]")
_blanks = re.compile(f"[{BLANKS}]+")
_plain_letter = re.compile("[0-9A-Za-z]")


def clean(text: str) -> str:
    """The text as it is stored: NFC, line ends ``\n``, nothing invisible; never refuses.

    Drops controls except line feed and tab, lone surrogates, noncharacters, private characters
    without a known meaning, format characters that have no visible effect, and marks that have no
    letter to sit on.
    """
    return unicodedata.normalize("NFC", _BASELESS.sub(r"\1", _without_unseen_in(text)))


def _without_unseen_in(text: str) -> str:
    text = _NEW_LINES.sub("\n", text)
    if not _UNSEEN.search(text):
        return unicodedata.normalize("NFC", text)
    if flags := {place for match in _FLAG.finditer(text) for place in range(*match.span())}:
        return _without_unseen(text, flags)
    # Composing first shows each mark the letter that it follows.
    return _without_unseen(unicodedata.normalize("NFC", text), flags)


def most_typed(max_length: int) -> int:
    """How long a text may be before cleaning, if ``max_length`` characters may remain.

    Programs put one or a few invisible characters after each letter; a longer text is not cleaned.
    """
    return 10 * max_length + 1000


#: What some systems refuse in a file name (Windows has the longest list).
_REFUSED_IN_NAMES = re.compile(r'[<>:"|?*\\/\n]')


def download_name(title: str, extension: str) -> str:
    """The name of a file that the portal makes: a title and its extension, separated by one dot.

    Leaves out what an operating system would replace, also a dot at the end ("Inc.").
    """
    stem = " ".join(_REFUSED_IN_NAMES.sub(" ", one_line(title)).split())
    return f"{stem[:190].rstrip('. ')}.{extension}"


def one_line(text: str) -> str:
    """Same as :func:`clean`, but everything except a line feed that separates lines or columns
    becomes a space.
    """
    text = re.sub("[\v\f\t\u0085\u2028\u2029]", " ", text)
    return clean(text)


def _without_unseen(text: str, flags: set[int]) -> str:
    kept: list[str] = []
    for place, one in enumerate(text):
        if (seen := _seen(one)) is None:
            after = text[place + 1 : place + 2]
            if place in flags or _does_something(one, kept[-1] if kept else "", after):
                kept.append(one)
        elif seen:
            kept.append(seen)
    return "".join(kept)


@cache
def _seen(one: str) -> str | None:
    """What to keep of a character; None if that depends on its neighbors."""
    if one in "\n\t":
        return one
    if one in _PASTED:
        return _PASTED[one]
    if one in _NOTHING:
        return ""
    code = ord(one)
    if one in _JOINERS or one in _MONGOLIAN_FORMS or one == "\u034f" or _GROUPING.match(one):
        return None
    if 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF:
        return None
    category = unicodedata.category(one)
    if category == "Cf":
        return one if _DRAWN.match(one) else ""
    if category in {"Cc", "Cs", "Co"}:
        return ""
    never = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    ignorable = code == 0x2065 or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF
    return "" if never or ignorable else one


def _does_something(one: str, before: str, after: str) -> bool:
    """Whether an invisible character changes how its neighbors are written."""
    if not before or (_seen(before) is None and before != "\ufe0f"):
        return False
    if one in _JOINERS and _BEHIND.match(before):
        return True
    if one == "\u200d":
        return _is_pictorial(before) and _is_pictorial(after)
    if one in _MONGOLIAN_FORMS:
        return bool(_MONGOLIAN.match(before))
    if _GROUPING.match(one):
        return 0x13000 <= ord(before) <= 0x1345F
    if one == "\u034f":
        return bool(unicodedata.combining(before)) and bool(after and unicodedata.combining(after))
    kind = unicodedata.category(before)
    if one in "\ufe0e\ufe0f":
        return kind in {"So", "Sm", "Po", "Pd"} or before in "0123456789#*"
    if "\ufe00" <= one <= "\ufe0d" or one >= "\U000e0100":
        return kind in {"Lo", "Sm", "Po"}
    return False


def _is_pictorial(one: str) -> bool:
    """Whether a character can be part of an emoji made of several."""
    return bool(one) and (one == "\ufe0f" or unicodedata.category(one) in {"So", "Sk"})


def visible_length(text: str) -> int:
    """How many characters a reader sees: a run of spaces counts once, none at the ends.

    Invisible characters do not count, and neither do accents on letters.
    """
    return len(_blanks.sub(" ", _uncounted.sub("", clean(text))).strip(" "))


def is_blank(text: str) -> bool:
    """Whether a text contains nothing to read; almost every text has a letter, which is enough."""
    return not _plain_letter.search(text) and visible_length(text) == 0


_QUOTES = dict.fromkeys("‘’‚‛`´ʹʻʼʽʾʿˈˊˋ′‵‹›＇`׳՚ꞌ＇", "'") | dict.fromkeys(
    "“”„‟«»″‶〝〞〟＂״ˮ", '"'
)
_DASHES = dict.fromkeys("‐‑‒–—―−˗⁃֊־᐀⸺⸻﹘﹣－", "-")
#: Letters that do not decompose into letter and mark, and letters of two keyboards for one script.
_LETTERS = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ĸ": "k",
    "ŋ": "n",
    "\u06cc": "\u064a",  # Persian and Arabic yeh
    "\u0649": "\u064a",
    "\u06a9": "\u0643",  # Persian and Arabic kaf
}
_STRETCH_AND_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670"
_ignored = re.compile(f"[{UNCOUNTED}{_STRETCH_AND_POINTS}]")
_SIGNS = str.maketrans(_QUOTES | _DASHES)
_LETTERS_TABLE = str.maketrans(_LETTERS)


def plain_signs(text: str) -> str:
    """A number or code in plain characters: widths folded, digits of every script as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else one
        for one in unicodedata.normalize("NFKC", text)
    )


def fold(text: str) -> str:
    """The key by which two typed texts count as the same words; compared, never shown or stored.

    Folds widths and compatibility forms (NFKC), quotes, dashes, case, accents and points, digits of
    every script, spaces, and invisible characters. Letters of different scripts that look alike
    stay different.
    """
    text = unicodedata.normalize("NFKC", clean(text).translate(_SIGNS)).casefold()
    text = _ignored.sub("", unicodedata.normalize("NFKD", text).casefold())
    text = text.translate(_SIGNS).translate(_LETTERS_TABLE)
    text = "".join(str(unicodedata.decimal(one, one)) for one in text)
    # A letter such as Thai sara am is a mark and a letter here, and the mark can stand first.
    text = _BASELESS.sub(r"\1", _blanks.sub(" ", text))
    return unicodedata.normalize("NFC", " ".join(text.split()))


_FIRST_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_turning = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def direction(text: str) -> str:
    """The direction of a paragraph: ``rtl`` if its first letter is written to the left, otherwise
    ``ltr``.
    """
    if not _turning.search(text):
        return "ltr"
    return next(
        filter(None, (_FIRST_STRONG.get(unicodedata.bidirectional(c)) for c in text)), "ltr"
    )


def isolate(text: str) -> str:
    """A text for use inside a sentence: letters written to the left do not reorder the rest.

    Puts FSI and PDI around a text with such letters; others stay as they are. For display only:
    typed or pasted text loses these marks again (:func:`clean`).
    """
    return f"\u2068{text}\u2069" if _turning.search(text) else text


def listed(names: Iterable[str]) -> str:
    """Names in one line."""
    return ", ".join(map(isolate, names))


def isolated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for the placeholders of a sentence, with each text isolated."""
    return {name: isolate(one) if isinstance(one, str) else one for name, one in values.items()}


def filled(sentence: Any, **values: Any) -> str:
    """A sentence, translated now or later, filled with what people typed (``isolate``)."""
    words: str = str(sentence) % isolated(values)
    return words
