"""Forms of the annual review (P10)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Access
from core.days import example_day
from core.errors import Refused
from core.forms import PortalForm, TextField
from core.text import filled
from security_models.models import SecurityModel
from security_profile.models import AnnualReview
from security_profile.services import annual_review
from security_profile.services.annual_review import STATEMENT_MAXIMUM


class ConfirmForm(PortalForm):
    """Confirms criteria of a category that the page showed: one, all that are left, or none again.

    ``shown`` proves what was shown. The buttons name what they do.
    """

    shown = forms.CharField(widget=forms.HiddenInput)
    confirm = forms.CharField(required=False, widget=forms.HiddenInput)
    take_back = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def place(self) -> str:
        """Where on the page the button was; empty for that of the whole category."""
        code = self.cleaned_data["confirm"] or self.cleaned_data["take_back"]
        return f"c-{code}" if code else ""


class SectionForm(PortalForm):
    """Confirms a section of the company profile as the page showed it, or takes that back."""

    section = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(required=False, widget=forms.HiddenInput)
    take_back = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def place(self) -> str:
        """Where on the page the button was."""
        return str(self.cleaned_data["section"])


class ReviewForm(PortalForm):
    """A form of one part of an annual review. ``seen`` is the fingerprint of that part as its
    writer had read it, empty before anything is saved.
    """

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def base_on(self, seen: str) -> None:
        """After a conflict the writer has read what is saved now."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = seen


#: Chosen instead of a document to take out the one that is saved.
WITHOUT_DOCUMENT = "none"


class AssessmentForm(ReviewForm):
    """The risk assessment of the year: when, what it found, and its document (P10).

    ``kept_upload`` is the title of a document that was kept although the form was refused.
    """

    kept_upload = ""

    assessed_on = forms.DateField(
        label=_("Date of the risk assessment"),
        widget=forms.DateInput(),
    )
    statement = TextField(
        label=_("What it covered and what it found"),
        max_length=STATEMENT_MAXIMUM,
        multiline=True,
        help_text=_("A few sentences: which supply chains, which threats, what you changed."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    file = forms.FileField(label=_("Upload the document"), required=False, allow_empty_file=True)
    document = forms.ChoiceField(label=_("Or choose it from the Partner Library"), required=False)

    def __init__(
        self,
        *args: Any,
        documents: Sequence[tuple[str, str]] = (),
        titles: Mapping[str, str] | None = None,
        kept: str = "",
        **kwargs: Any,
    ) -> None:
        """``documents`` are choices, ``titles`` their titles by id; ``kept`` is the title of the
        document that is saved.
        """
        super().__init__(*args, **kwargs)
        self.titles = titles or {}
        words = _(
            "The day it was finished, within a year before the first submission, for example "
            "%(day)s."
        )
        self.fields["assessed_on"].help_text = words % {"day": example_day(clock.today())}
        self.kept_title = kept
        choices = [("", _("No document")), *documents]
        if kept:
            stays = ("", filled(_("Keep “%(name)s”"), name=kept))
            choices = [stays, (WITHOUT_DOCUMENT, _("No document")), *documents]
        self.fields["document"].choices = choices  # type: ignore[attr-defined]

    @property
    def document_title(self) -> str:
        """The title of the document that the writer wants; empty for none."""
        upload, chosen = self.cleaned_data["file"], self.cleaned_data["document"]
        if upload:
            return str(upload.name)
        if not chosen:
            return self.kept_title
        return self.titles.get(chosen) or str(_("No document"))

    def save(self, *, actor: Access, model: SecurityModel) -> AnnualReview | None:
        """Save the statement; None if something was refused. A file that was uploaded with it is
        kept then, and chosen.
        """
        saved = self.run(lambda data: self._save(actor, model, data))
        upload = self.cleaned_data.get("file")
        if saved is None and upload:
            self._keep(actor, model, upload)
        return saved

    def _keep(self, actor: Access, model: SecurityModel, upload: Any) -> None:
        try:
            kept = annual_review.keep_document(actor=actor, model=model, upload=upload)
        except Refused as refusal:
            for problem in refusal.problems:
                if not self.has_error(problem.field or NON_FIELD_ERRORS, problem.code):
                    field = problem.field if problem.field in self.fields else None
                    self.add_error(field, ValidationError(problem.message, code=problem.code))
            return
        self.kept_upload = kept.title
        chosen = str(kept.pk)
        choices = self.fields["document"].choices  # type: ignore[attr-defined]
        if chosen not in dict(choices):
            choices = [*choices, (chosen, kept.title)]
            self.fields["document"].choices = choices  # type: ignore[attr-defined]
        data: Any = self.data
        self.data = data = data.copy()
        data["document"] = chosen

    def _save(self, actor: Access, model: SecurityModel, data: dict[str, Any]) -> AnnualReview:
        chosen = data["document"]
        return annual_review.assess(
            actor=actor,
            model=model,
            assessed_on=data["assessed_on"],
            statement=data["statement"],
            upload=data["file"],
            document_id=uuid.UUID(chosen) if chosen not in {"", WITHOUT_DOCUMENT} else None,
            without_document=chosen == WITHOUT_DOCUMENT,
            seen=data["seen"],
        )


class RecheckForm(ReviewForm):
    """The eligibility questions of a business type, all on one page; none is answered already.

    Its fields are the questions of the path so far, by their codes.
    """

    def __init__(self, *args: Any, asked: Sequence[tuple[Any, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question, words in asked:
            self.fields[question.code] = forms.ChoiceField(
                label=words,
                help_text=question.help,
                choices=question.offered,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )

    @property
    def answers(self) -> dict[str, str]:
        """The answers, by question."""
        return {name: one for name, one in self.cleaned_data.items() if name != "seen"}
