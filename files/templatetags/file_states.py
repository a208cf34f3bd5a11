"""Shows a file's state on pages, the same everywhere."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat

from files.models import StoredFile
from files.selectors import state_words
from files.states import ScanState

register = template.Library()

#: State -> code of the status component.
_CODES = {
    ScanState.QUARANTINED: "checking",
    ScanState.CLEAN: "clean",
    ScanState.INFECTED: "blocked",
    ScanState.UNSCANNABLE: "blocked",
}


@register.inclusion_tag("files/row.html")
def file_row(file: StoredFile, href: str = "", name: str = "", **more: Any) -> dict[str, Any]:
    """A file with its state, inside ``<c-files>``: a link only if it may be opened (D5).

    ``href`` is the address of its download. ``name`` is a title in place of the file's own name.
    ``show_hash`` adds its SHA-256.
    """
    return {
        "name": name or file.name,
        "href": href if file.is_clean else "",
        "note": f"{filesizeformat(file.size)}. {state_words(file)}".strip(),
        "code": _CODES[ScanState(file.state)],
        "label": file.get_state_display(),
        "hash": file.sha256 if more.get("show_hash") else "",
    }


@register.filter
def state_code(file: StoredFile) -> str:
    """The code of the status component for a file's state."""
    return _CODES[ScanState(file.state)]


@register.filter(name="state_words")
def words(file: StoredFile) -> str:
    """A sentence on the state of a file's check, and who checked it."""
    return state_words(file)
