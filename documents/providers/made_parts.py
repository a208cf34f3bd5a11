"""What a ZIP file can hold besides documents of the libraries: documents that the portal makes."""

from __future__ import annotations

from collections.abc import Callable

from core.access import Access
from core.providers import Provider
from files.models import Rendering

#: () -> the name of a kind, and what asks for its document in the account of an access; it raises
#: NotAllowed if the person may not have it.
made_parts: Provider[[], tuple[str, Callable[[Access], Rendering]]] = Provider("made_parts")


def ask_for(kind: str, access: Access) -> Rendering:
    """The document of a kind for the C-TPAT account of the access; made already, or asked for."""
    return dict(made_parts())[kind](access)
