"""What a page shows of a file's content: one picture at a time, or the start of its text (U-8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.text import filled
from files.contents.pictures import can_draw
from files.models import Preview, StoredFile
from files.selectors import preview_of, start_of_text, state_words
from files.states import RenderState, ScanState

#: Characters of a text that a page shows.
START = 2_000
#: Seconds after which a page asks again how far the worker is.
ASK_AGAIN = 3


@dataclass(frozen=True)
class PreviewShown:
    """One page of a preview. ``words`` say what there is, or why there is none.

    ``picture`` is an address, and ``alt`` says what it shows. Without a picture, ``text`` may be
    the start of what the file says. ``waits`` while the worker or the malware check is not done.
    """

    words: str
    waits: bool = False
    picture: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0
    page: int = 0
    last: int = 0
    text: str = ""

    @property
    def before(self) -> int:
        """The number of the page before this one; 0 if it is the first."""
        return self.page - 1

    @property
    def after(self) -> int:
        """The number of the next page that is drawn; 0 if it is the last."""
        return self.page + 1 if 0 < self.page < self.last else 0


def shown_preview(
    file: StoredFile, title: str, wanted: str, picture_at: Callable[[int], str]
) -> PreviewShown:
    """The page ``wanted`` of a file's preview, or the nearest one; ``title`` names the document.

    ``picture_at`` gives the address of the picture of a page.
    """
    if not file.is_clean:
        waits = file.state == ScanState.QUARANTINED
        words = _("You can see a preview once the file is checked for malware.")
        return PreviewShown(words if waits else state_words(file), waits=waits)
    preview = preview_of(file)
    if preview is None:
        return PreviewShown(_("There is no preview of this file. Download it to read it."))
    if preview.pages:
        return _picture(preview, title, wanted, picture_at)
    if preview.state == RenderState.PENDING:
        late = preview.problem == "away"
        return PreviewShown(_late_words() if late else _waiting_words(), waits=True)
    text = start_of_text(file, START + 1)
    if text:
        return PreviewShown(_text_words(file, is_whole=len(text) <= START), text=text[:START])
    return PreviewShown(_reason(file, preview))


def _picture(
    preview: Preview, title: str, wanted: str, picture_at: Callable[[int], str]
) -> PreviewShown:
    last = len(preview.pages)
    number = min(max(int(wanted[:9]), 1), last) if wanted.isascii() and wanted.isdigit() else 1
    page = preview.pages[number - 1]
    count = max(preview.count, last)
    alt = _("Page %(number)s of %(count)s of “%(title)s”")
    return PreviewShown(
        _page_words(number, last, count, preview.problem),
        picture=picture_at(number),
        alt=filled(alt, number=number, count=count, title=title),
        width=page["width"],
        height=page["height"],
        page=number,
        last=last,
    )


def _page_words(number: int, last: int, count: int, problem: str) -> str:
    words = _("Page %(number)s of %(count)s.") % {"number": number, "count": count}
    if last == count:
        return words
    if problem:
        more = _("The other pages can't be drawn. Download the file to read them.")
    else:
        more = _("The first %(most)s pages are shown. Download the file to read the others.")
    return f"{words} {more % {'most': last}}"


def _waiting_words() -> str:
    return _("The preview is being drawn. It appears here in a moment.")


def _late_words() -> str:
    return _("Drawing the preview takes longer than usual. It appears here when it is done.")


def _text_words(file: StoredFile, *, is_whole: bool) -> str:
    if can_draw(file.content_type):
        words = _("The pages of this file can't be drawn. This is its text, without its layout.")
    elif is_whole:
        words = _("There are no pictures of this kind of file. This is its text, without layout.")
    else:
        words = _("There are no pictures of this kind of file. This is the start of its text.")
    return words if is_whole else f"{words} {_('Download the file to read all of it.')}"


def _reason(file: StoredFile, preview: Preview) -> str:
    """Why there is nothing to see."""
    reasons = {
        "too_large": _("The preview can't be drawn: the file is too large once it is unpacked."),
        "damaged": _("The preview can't be drawn: the file can't be read as its kind of file."),
        "altered": _("The preview can't be drawn: the stored file has changed."),
        "unfinished": _("The preview could not be drawn."),
    }
    if preview.state == RenderState.FAILED:
        why = reasons.get(preview.problem, reasons["unfinished"])
        return f"{why} {_('You can still download it.')}"
    if can_draw(file.content_type):
        return _("This file has no pages to show.")
    return _("There are no pictures of this kind of file, and no text was found in it.")
