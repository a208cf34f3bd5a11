"""Fields in Word documents: which run, load or send something when they are updated (U-8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from files.checks.links import is_plain_link

#: Other programs (DDE), other files and addresses, databases, controls, commands for a printer. The
#: second half of the names are those of earlier versions, which Word still reads.
_REFUSED = frozenset(
    {"dde", "ddeauto", "link", "includetext", "includepicture", "database", "rd", "control",
     "include", "import", "htmlcontrol", "print"}
)  # fmt: skip
_BUTTON, _LINK = "macrobutton", "hyperlink"
_JUDGED = _REFUSED | {_BUTTON, _LINK}
#: What templates write where a click shall only select the text.
_NO_MACROS = frozenset({"nomacro", "dofieldclick"})
#: Switches of a link whose value is a bookmark, a tip or a frame.
_NOT_ADDRESSES = frozenset({"\\l", "\\o", "\\t", "\\s"})

#: Takes the place of a field inside a code: its result is not known before it is updated.
INNER = "\ufffc"
#: Characters of a code that are kept. Codes of reference managers are longer, after their command.
MOST_CODE = 16_384

_COMMAND = re.compile(r'[\s"“”]*([^\s"“”\\]*)')
_VALUE = re.compile(r'["“”]([^"“”]*)["“”]?|([^\s"“”]+)')


def acts(code: str) -> bool:
    """Whether a field with this code does more than show something, or links to anything but a
    plain address.
    """
    found = _COMMAND.match(code)
    command, rest = (found[1].casefold(), code[found.end() :]) if found else ("", "")
    if INNER in command:
        known = command.partition(INNER)[0]
        return any(one.startswith(known) for one in _JUDGED)
    if command == _BUTTON:
        names = _VALUE.search(rest)
        return names is not None and names[0].strip('"“”').casefold() not in _NO_MACROS
    if command == _LINK:
        return not all(is_plain_link(one) and INNER not in one for one in _addresses(rest))
    return command in _REFUSED


def _addresses(rest: str) -> list[str]:
    """The values of a link, without those of its switches."""
    found, before = [], ""
    for value in _VALUE.finditer(rest):
        quoted, bare = value[1], value[2]
        is_switch = bare is not None and len(bare) == len("\\l") and bare.startswith("\\")
        if not is_switch and before not in _NOT_ADDRESSES:
            found.append(quoted if bare is None else bare)
        before = bare.casefold() if is_switch else ""
    return found


@dataclass
class _Field:
    """A field that has begun; ``in_code`` until its result begins."""

    code: str = ""
    in_code: bool = False


class Fields:
    """The fields of one part, told in the order of the part; ``acts`` says what was found.

    A code may be split over any number of pieces and contain other fields.
    """

    def __init__(self) -> None:
        self.acts = False
        # The first stands for codes outside any field.
        self._open = [_Field()]
        self._floors = [1]

    def mark(self, kind: str) -> None:
        """A field begins, its result begins, or it ends."""
        if kind == "begin":
            if self._open[-1].in_code:
                self.write(INNER)
            self._open.append(_Field(in_code=True))
        elif len(self._open) <= self._floors[-1]:
            # Only in one of two alternatives: which of them counts depends on the reader.
            self.acts = self.acts or len(self._floors) > 1
        elif kind == "separate":
            self._judge(self._open[-1])
            self._open[-1].in_code = False
        elif kind == "end":
            self._judge(self._open.pop())

    def write(self, text: str, *, is_code: bool = False) -> None:
        """Text that may belong to the code of the innermost field."""
        field = self._open[-1]
        if (is_code or field.in_code) and len(field.code) < MOST_CODE:
            field.code += text[:MOST_CODE]

    def enter(self) -> None:
        """One of several alternatives begins. No code can be continued inside it."""
        self.acts = self.acts or self._open[-1].in_code
        self._floors.append(len(self._open))

    def leave(self) -> None:
        """An alternative ends, with every field that began in it."""
        self.acts = self.acts or len(self._open) != self._floors.pop()

    def close(self) -> None:
        """The part ends, and with it what has not ended."""
        for field in self._open:
            self._judge(field)

    def _judge(self, field: _Field) -> None:
        self.acts = self.acts or acts(field.code)
