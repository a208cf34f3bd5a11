"""The upload field that every form uses, and the form that takes several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from files.checks.formats import ACCEPT, LABELS


def _hint() -> str:
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    words = gettext("%(formats)s, up to %(number)s MB. Each file is checked for malware.")
    return words % {"formats": LABELS, "number": megabytes}


class UploadField(forms.FileField):
    """One file. Call it ``file``: refusals of ``files.services.receive`` name that field.

    ``receive`` reports what is wrong with a file, and also refuses an empty one.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("File"))
        kwargs.setdefault("help_text", lazy(_hint, str)())
        kwargs.setdefault("allow_empty_file", True)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ACCEPT}))
        super().__init__(**kwargs)
        self.error_messages["required"] = _("Choose a file.")


class FilesInput(forms.FileInput):
    """Several files at once; the field itself looks at one, services at each."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The last of the files."""
        return files.get(name)


class FilesForm(PortalForm):
    """A form whose field ``file`` takes several files at once, up to
    ``settings.UPLOAD_FILES_AT_ONCE``.
    """

    file = UploadField(
        label=_("Files"),
        required=False,
        widget=FilesInput(attrs={"accept": ACCEPT, "multiple": True}),
    )

    @property
    def chosen_files(self) -> list[Any]:
        """The files that were chosen, each as it was uploaded."""
        files: Any = self.files
        return list(files.getlist(self.add_prefix("file"))) if hasattr(files, "getlist") else []

    def clean_file(self) -> Any:
        """Refuse more files than one request may bring."""
        most = settings.UPLOAD_FILES_AT_ONCE
        if len(self.chosen_files) > most:
            words = gettext("Choose at most %(most)s files at once. Add the others afterwards.")
            raise ValidationError(words % {"most": most}, code="too_many")
        return self.cleaned_data["file"]
