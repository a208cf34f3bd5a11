"""Documents of a library in words, where one of them is chosen from a list."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core import clock
from core.days import day
from core.text import filled
from documents.models import DocumentVersion
from documents.selectors import reusable
from security_models.models import SecurityModel


def document_choices(model: SecurityModel, most: int) -> list[tuple[str, str]]:
    """The newest documents that can be chosen, each with what tells it from one of the same title:
    type, date and file.
    """
    return [(str(one.pk), choice_words(one)) for one in reusable(model)[:most]]


def choice_words(version: DocumentVersion) -> str:
    """One document in a list of choices."""
    kind = version.document.type
    values = {
        "title": version.title,
        "type": kind.name if kind is not None else _("Other"),
        "day": day(clock.program_date(version.created_at)),
    }
    words = filled(_("%(title)s – %(type)s, %(day)s"), **values)
    return words if version.file.name == version.title else f"{words}, {version.file.name}"
