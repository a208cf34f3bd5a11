"""Names inside a ZIP file: safe on every system, in any script, each once (U-5)."""

from __future__ import annotations

import re
import unicodedata

from core.text import download_name, one_line

#: Longest name of one part of a path: systems take 255 bytes, and Windows 260 signs of a path.
MOST_SIGNS, MOST_BYTES = 100, 200
_JOINERS = {"\u200c", "\u200d"}
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.I)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def safe_part(name: str) -> str:
    """One part of a path: no separators, controls, signs that turn the direction of writing, or
    names that a system keeps for itself; never empty, and at most ``MOST_SIGNS`` long.
    """
    stem, ending = _apart(one_line(name))
    stem, ending = _plain(stem), _plain(ending)
    stem = stem.lstrip(".~ ").rstrip(". ")
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return f"{_shortened(stem, ending) or '_'}{ending}"


def name_of(title: str, file_name: str) -> str:
    """The name of a document: its title, with the ending of its file."""
    _stem, ending = _apart(file_name)
    return title if title.casefold().endswith(ending.casefold()) else f"{title}{ending}"


def zip_name(title: str) -> str:
    """The name of a whole ZIP file."""
    return download_name(safe_part(title), "zip")


class ArchiveNames:
    """Gives each file of one ZIP file a path of its own, also where a system takes upper and lower
    case, or two ways to write an accent, for the same.
    """

    def __init__(self, *taken: str) -> None:
        self._taken = {self._key(one) for one in taken}

    def path(self, folder: str, name: str) -> str:
        """The path of a file in a folder, which may be empty."""
        inside = f"{safe_part(folder)}/" if folder else ""
        wanted = safe_part(name)
        stem, ending = _apart(wanted)
        number = 1
        while self._key(inside + wanted) in self._taken:
            number += 1
            mark = f" ({number})"
            wanted = f"{_shortened(stem, mark + ending)}{mark}{ending}"
        self._taken.add(self._key(inside + wanted))
        return inside + wanted

    @staticmethod
    def _key(path: str) -> str:
        return unicodedata.normalize("NFKC", path).casefold()


def _apart(name: str) -> tuple[str, str]:
    """Stem and ending of a name."""
    found = _ENDING.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")


def _plain(text: str) -> str:
    kept = "".join(
        one
        for one in " ".join(text.split())
        if one in _JOINERS or unicodedata.category(one)[0] != "C"
    )
    return " ".join(re.sub(r'[<>:"|?*\\/]', " ", kept).split())


def _shortened(stem: str, more: str) -> str:
    """A stem that leaves room for what follows it."""
    stem = stem[: MOST_SIGNS - len(more)]
    room = MOST_BYTES - len(more.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ")
