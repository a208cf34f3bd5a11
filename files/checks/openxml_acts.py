"""What the parts of an Office file do besides being read: fields, formulas, actions (U-8, ADR 13).

Every part that is XML is read, whatever its name; names of elements count in every namespace, so
that the strict and the transitional form are read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from files.checks import excel_formulas, plain_xml, word_fields
from files.checks.links import is_plain_link, leads_outside
from files.checks.plain_xml import Budget, NotPlain, TooMuch, local

#: Links to other programs, a ribbon with programs, the database of merged letters.
_REFUSED = frozenset({"ddeLink", "oleLink", "customUI", "connectString"})
_ALTERNATIVES = frozenset({"Choice", "Fallback"})
_CODES = frozenset({"instrText", "delInstrText"})
_TEXTS = _CODES | {"t"}
_MOST_DULL = 1_000
#: Between two pieces of a code, these are blanks.
_BLANKS = frozenset({"tab", "br", "cr", "p"})
#: Elements whose text is judged.
_JUDGED: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(
        ("f", "definedName", "formula", "formula1", "formula2", "oldFormula",
         "calculatedColumnFormula", "totalsRowFormula"),
        excel_formulas.acts,
    ),
    "FmlaMacro": excel_formulas.names_macro,
    "HyperlinkBase": lambda text: not is_plain_link(text),
}  # fmt: skip
_MATH = "/math"
_VML = "urn:schemas-microsoft-com:vml"
#: What a click on a shape may do; the others start programs or open files.
_CLICKS = ("ppaction://hlinksldjump", "ppaction://hlinkshowjump", "ppaction://customshow",
           "ppaction://media", "ppaction://noaction")  # fmt: skip


def is_xml(beginning: bytes, declared: str) -> bool:
    """Whether a part is declared as XML, or begins like XML in any encoding. Empty parts are
    not.
    """
    bare = beginning[:256].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff\t\r\n ")
    return bare.startswith(b"<") or (bool(beginning) and declared.casefold().endswith("xml"))


def found_in(pieces: Iterable[bytes], declared: str, budget: Budget) -> set[str]:
    """``acts``; ``odd`` if it cannot be read; ``too_large`` if the budget ends; or nothing."""
    part, found = _Part(), set()
    try:
        plain_xml.parse(pieces, budget, part.start, text=part.text, end=part.end, may_name_dtd=True)
    except TooMuch:
        found.add("too_large")
    except NotPlain:
        # Excel's own drawings of comments have unclosed line breaks.
        if not declared.casefold().endswith("vmldrawing"):
            found.add("odd")
    if part.finished():
        found.add("acts")
    return found


class _Part:
    """Reads one part and remembers whether it acts."""

    def __init__(self) -> None:
        self._acts = False
        self._fields = word_fields.Fields()
        self._inside = ""
        self._judged = ""
        self._text = ""
        # Names of elements that need no look: most of a sheet are the same few.
        self._dull: set[str] = set()

    def finished(self) -> bool:
        """Whether the part acts, once everything has been read."""
        self._fields.close()
        return self._acts or self._fields.acts

    def start(self, full: str, given: dict[str, str]) -> None:
        """An element begins."""
        # A code contains only text. Anything else inside it could hide a part of it.
        self._acts = self._acts or self._inside in _CODES or _clicks(given)
        if full not in self._dull:
            self._start(full, given)

    def _start(self, full: str, given: dict[str, str]) -> None:
        namespace, _space, name = full.rpartition(" ")
        if name in _TEXTS:
            self._inside = name
        elif name in _JUDGED and not namespace.endswith(_MATH):
            self._judged, self._text = name, ""
        elif name in _REFUSED:
            self._acts = True
        elif name in _ALTERNATIVES:
            self._fields.enter()
        elif name == "fldChar":
            self._fields.mark(_attribute(given, "fldCharType").strip())
        elif name == "fldSimple":
            self._acts = self._acts or word_fields.acts(_attribute(given, "instr"))
        elif name in _BLANKS:
            self._fields.write(" ")
        elif namespace == _VML:
            self._acts = self._acts or _loads(name, given)
        elif len(self._dull) < _MOST_DULL:
            self._dull.add(full)

    def text(self, words: str) -> None:
        """Text inside the innermost element."""
        if self._judged and len(self._text) < excel_formulas.MOST_FORMULA:
            self._text += words[: excel_formulas.MOST_FORMULA]
        if self._inside:
            self._fields.write(words, is_code=self._inside in _CODES)

    def end(self, full: str) -> None:
        """An element ends."""
        if full in self._dull:
            return
        name = local(full)
        if name in _TEXTS:
            self._inside = ""
        elif name == self._judged:
            self._acts = self._acts or _JUDGED[name](self._text)
            self._judged = ""
        elif name in _ALTERNATIVES:
            self._fields.leave()


def _clicks(given: dict[str, str]) -> bool:
    """Whether a click on a shape starts a program or a macro, or opens a file."""
    if "action" not in given and "macro" not in given:
        return False
    action = given.get("action", "").strip().casefold()
    return (action.startswith("ppaction:") and not action.startswith(_CLICKS)) or (
        excel_formulas.names_macro(given.get("macro", ""))
    )


def _attribute(given: dict[str, str], name: str) -> str:
    """The value of an attribute, whatever its namespace."""
    return next((value for key, value in given.items() if local(key) == name), "")


def _loads(name: str, given: dict[str, str]) -> bool:
    """Whether a shape of the older kind shows a picture from elsewhere, or is a link that is not
    plain.
    """
    if name in {"imagedata", "fill", "stroke"}:
        return any(leads_outside(_attribute(given, key)) for key in ("src", "href"))
    return not is_plain_link(_attribute(given, "href"))
