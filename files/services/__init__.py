"""Writes files: uploads, their check, what is inside, and documents made by the worker."""

from files.services.deletions import delete_unnamed
from files.services.made import Written, keep_made, write_made
from files.services.previews import (
    Drawn,
    ask_step,
    draw,
    note_viewing,
    open_page,
    sweep_previews,
)
from files.services.prints import follow_address, forget_prints
from files.services.reading import (
    Altered,
    bytes_of_files,
    changed_files,
    documents_unlike_their_state,
    open_unaltered,
    tell_of_altered,
    without_their_file,
)
from files.services.renderings import (
    render,
    repeat_rendering,
    request_rendering,
    sweep_renderings,
)
from files.services.scans import scan, sweep_scans
from files.services.uploads import (
    discard,
    examine,
    note_download,
    receive,
    sha256_of,
    sweep_orphans,
)

__all__ = [
    "Altered",
    "Drawn",
    "Written",
    "ask_step",
    "bytes_of_files",
    "changed_files",
    "delete_unnamed",
    "discard",
    "documents_unlike_their_state",
    "draw",
    "examine",
    "follow_address",
    "forget_prints",
    "keep_made",
    "note_download",
    "note_viewing",
    "open_page",
    "open_unaltered",
    "receive",
    "render",
    "repeat_rendering",
    "request_rendering",
    "scan",
    "sha256_of",
    "sweep_orphans",
    "sweep_previews",
    "sweep_renderings",
    "sweep_scans",
    "tell_of_altered",
    "without_their_file",
    "write_made",
]
