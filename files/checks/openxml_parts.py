"""What an Office file says about its own parts: types and relationships, read as XML (U-1, U-8).

The XML may be in any encoding that Office reads; declarations of types and entities are refused. A
part is classified by its declared type and its relationships, never by its name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from files.checks import plain_xml
from files.checks.links import is_plain_link, leads_outside
from files.checks.plain_xml import Budget, NotPlain, local

MOST_XML = 4 * 1024 * 1024
MOST_ELEMENTS = 50_000

_DOCUMENT = "officeDocument"
#: The ends of relationship types, in lowercase, for macros and programs …
_MACROS = frozenset(
    {"vbaproject", "vbaprojectsignature", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet",
     "attachedtoolbars"}
)  # fmt: skip
#: … and for other files, media, controls, ribbons and data that the file contains or loads.
_CARRIES = frozenset(
    {"oleobject", "package", "control", "activexcontrolbinary", "ctrlprop", "afchunk",
     "subdocument", "externallink", "externallinkpath", "frame", "mailmergesource",
     "mailmergeheadersource", "attachedtemplate", "connections", "querytable", "webextension",
     "webextensiontaskpanes", "extensibility", "usercustomization", "audio", "video", "media",
     "slideupdateurl"}
)  # fmt: skip
#: Words in the declared types of such parts, in lowercase.
_MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "attachedtoolbars")
_CARRIED_TYPES = ("oleobject", "activex", "externallink", "controlproperties", "webextension")


@dataclass(frozen=True)
class Relation:
    """One relationship: the end of its type in lowercase, its target, and whether the target is
    outside, by its declaration or by its form.
    """

    kind: str
    target: str
    is_external: bool

    @property
    def is_macro(self) -> bool:
        """Whether the relationship points to a program."""
        return self.kind in _MACROS

    @property
    def carries(self) -> bool:
        """Whether the relationship points to another file, to a control, or outside by anything but
        a plain link.
        """
        if self.is_external:
            return self.kind != "hyperlink" or not is_plain_link(self.target)
        return self.kind in _CARRIES


@dataclass
class Types:
    """The declared types: by extension, and by name of the part."""

    defaults: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)

    def of(self, part: str) -> str:
        """The type of a part, by its path without the leading slash."""
        ending = part.rpartition(".")[2].casefold()
        return self.overrides.get(part.casefold(), self.defaults.get(ending, ""))

    def all(self) -> Iterator[str]:
        """All declared types, in lowercase."""
        for one in (*self.defaults.values(), *self.overrides.values()):
            yield one.casefold()

    @property
    def hold_macros(self) -> bool:
        """Whether any type is that of a program."""
        return any(word in one for one in self.all() for word in _MACRO_TYPES)

    @property
    def carry(self) -> bool:
        """Whether any type is that of another file or a control."""
        return any(word in one for one in self.all() for word in _CARRIED_TYPES)


def types_of(xml: bytes) -> Types:
    """The declared types; raises NotPlain."""
    found = Types()

    def read(name: str, given: dict[str, str]) -> None:
        if name == "Default":
            found.defaults[given.get("Extension", "").casefold()] = given.get("ContentType", "")
        elif name == "Override":
            part = unquote(given.get("PartName", "")).lstrip("/").casefold()
            found.overrides[part] = given.get("ContentType", "")

    _parse(xml, read)
    return found


def relations_of(xml: bytes) -> list[Relation]:
    """The relationships of a part; raises NotPlain."""
    found: list[Relation] = []

    def read(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            kind = given.get("Type", "").rstrip("/").rpartition("/")[2].casefold()
            target = given.get("Target", "")
            declared = given.get("TargetMode", "").strip().casefold() == "external"
            found.append(Relation(kind, target, declared or leads_outside(target)))

    _parse(xml, read)
    return found


def main_part(relations: list[Relation]) -> str:
    """The part that the package declares as the document itself, by its path."""
    for one in relations:
        if one.kind == _DOCUMENT.casefold() and not one.is_external:
            return posixpath.normpath("/" + unquote(one.target).lstrip("/")).lstrip("/")
    return ""


def _parse(xml: bytes, read: Callable[[str, dict[str, str]], None]) -> None:
    """Call ``read`` with the local name and the attributes of every element."""
    if len(xml) > MOST_XML:
        raise NotPlain("too large")
    plain_xml.parse([xml], Budget(MOST_ELEMENTS), lambda name, given: read(local(name), given))
