"""Forms of the answers to criteria, and of the profile on a date."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Access
from core.days import day as in_words
from core.days import example_day
from core.errors import Problem, Refused, refusal
from core.forms import PortalForm, TextField, say_what_to_do
from core.text import filled
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import (
    REASON_MAXIMUM,
    TEXT_MAXIMUM,
    Answer,
    item_hash,
)
from security_profile.models import Response
from security_profile.selectors import overview
from security_profile.services import annual_review, evidence, responses
from security_profile.states import REASON_MINIMUM

RESPONSE, NOT_APPLICABLE = "response", "not_applicable"
ANSWERS = [(RESPONSE, _("Response")), (NOT_APPLICABLE, _("Not Applicable"))]
#: What the radio cards say below their labels.
ANSWER_NOTES = {RESPONSE: _("Describe how you meet it"), NOT_APPLICABLE: _("Give the reason")}


def already_attached(name: str) -> str:
    """The message for a file whose content is already attached: there is no second row."""
    return filled(_("This file is already attached: “%(name)s”."), name=name)


class CriterionForm(PortalForm):
    """The answer to one criterion with everything that its page can do; nothing that is typed is
    lost.

    One form saves the text, adds a file, removes or restores one, and confirms the answer for the
    annual review. If a file or the confirmation is refused, the text is still saved, and a conflict
    over the text does not lose the file.
    """

    attached = ""
    attached_words = ""
    tried_file = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    answer = forms.ChoiceField(label=_("Your answer"), choices=ANSWERS, widget=forms.RadioSelect)
    text = TextField(
        label=_("Your response"),
        max_length=TEXT_MAXIMUM,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    reason = TextField(
        label=_("Reason why it does not apply"),
        max_length=REASON_MAXIMUM,
        multiline=True,
        required=False,
        help_text=format_lazy(_("At least {minimum} characters."), minimum=REASON_MINIMUM),
        widget=forms.Textarea(attrs={"rows": 4, "data-min": REASON_MINIMUM}),
    )
    is_ready = forms.BooleanField(
        label=_("Ready"),
        required=False,
        help_text=_("Tells your colleagues that this answer is finished. You can still change it."),
    )
    file = forms.FileField(label=_("Add a file"), required=False, allow_empty_file=True)
    type_code = forms.ChoiceField(label=_("Document type"), required=False)
    remove = forms.UUIDField(required=False, widget=forms.HiddenInput)
    restore = forms.UUIDField(required=False, widget=forms.HiddenInput)
    confirm = forms.BooleanField(required=False, widget=forms.HiddenInput)
    files_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, document_types: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        other = ("other", _("Other"))
        every = [one for one in document_types or [] if one[0] != "other"]
        self.fields["type_code"].choices = [*every, other]  # type: ignore[attr-defined]

    @classmethod
    def for_answer(cls, request: Any, answer: Answer, **kwargs: Any) -> Self:
        """The form for a request, filled with the saved answer."""
        initial = {
            "version": answer.version,
            "answer": NOT_APPLICABLE if answer.not_applicable else RESPONSE,
            "text": answer.text,
            "reason": answer.reason,
            "is_ready": answer.is_ready,
            "files_shown": answer.files_hash,
        }
        return cls.of(request, initial=initial, **kwargs)

    @classmethod
    def of(cls, request: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> Self:
        """As for every form. On a conflict page the combined text replaces the user's own text."""
        form = super().of(request, initial=initial, **kwargs)
        if form.is_bound and form.data.get("keep") == "combined":
            name = "reason" if form.is_not_applicable else "text"
            form._put(name, form.data.get("combined", ""))
        return form

    def save(self, *, actor: Access, model: SecurityModel, code: str) -> Response | None:
        """Do everything that was requested; None if something was refused. A file is attached also
        if another field is wrong, so that it need not be chosen again.
        """
        saved = self.run(lambda data: self._save(actor, model, code, data))
        if saved is None and not self.tried_file and "type_code" not in self.errors:
            where: dict[str, Any] = {"actor": actor, "model": model, "code": code}
            for problem in getattr(self._attach(where, self.cleaned_data), "problems", ()):
                field = problem.field if problem.field in self.fields else None
                self.add_error(field, ValidationError(problem.message, code=problem.code))
            self._put("files_shown", overview(model).answer(code).files_hash)
        return saved

    def _save(
        self, actor: Access, model: SecurityModel, code: str, data: dict[str, Any]
    ) -> Response:
        where: dict[str, Any] = {"actor": actor, "model": model, "code": code}
        refusal = self._attach(where, data)
        draft = responses.Draft(
            text=data["text"],
            not_applicable=data["answer"] == NOT_APPLICABLE,
            reason=data["reason"],
            is_ready=data["is_ready"],
        )
        saved = responses.save_response(**where, version=data["version"], draft=draft)
        self._put("version", str(saved.version))
        if data["remove"]:
            evidence.remove_evidence(**where, link_id=data["remove"])
        if data["restore"]:
            evidence.restore_evidence(**where, link_id=data["restore"])
        if refusal is not None:
            raise refusal
        if data["confirm"]:
            self._confirm(where, draft)
        return saved

    def _confirm(self, where: dict[str, Any], draft: responses.Draft) -> None:
        """Confirm the answer as it was posted, with the files that the page showed."""
        answer = overview(where["model"]).answer(where["code"])
        shown = self.cleaned_data["files_shown"]
        self._put("files_shown", answer.files_hash)
        if shown != answer.files_hash:
            words = _("The answer is saved. Its files changed: look at them, then confirm again.")
            raise refusal("files_changed", words)
        files = [one.frozen() for one in answer.evidence]
        digest = item_hash(draft.text, draft.not_applicable, draft.reason, files)
        annual_review.confirm_criterion(**where, digest=digest)

    def still_to_do(self) -> list[Problem]:
        """What the saved text lacks. The page itself shows what is missing in the evidence."""
        written = Answer(
            None,
            text=self.cleaned_data["text"],
            not_applicable=self.is_not_applicable,
            reason=self.cleaned_data["reason"],
        )
        return written.text_to_do()

    def _attach(self, where: dict[str, Any], data: dict[str, Any]) -> Refused | None:
        """Add the file, if there is one; a refusal waits until the text is saved."""
        self.tried_file = True
        if not data.get("file"):
            return None
        kind = data.get("type_code", "")
        try:
            link = evidence.add_evidence(**where, upload=data["file"], type_code=kind)
            self.attached = link.document_version.title
            words = _("“%(name)s” is attached.")
            if link.was_in_library:
                words = _("This file is in the Partner Library as “%(name)s”. It is attached.")
            self.attached_words = filled(words, name=self.attached)
            if link.was_there:
                self.attached_words = already_attached(self.attached)
        except Refused as refusal:
            return refusal
        return None

    def _put(self, name: str, value: str) -> None:
        """Change what was posted, so that the page shows it."""
        posted: Any = self.data
        changed = posted.copy()
        changed[name] = value
        self.data = changed

    def base_on(self, version: int) -> None:
        """Base the page that is shown again on what is saved now."""
        self._put("version", str(version))

    @property
    def is_not_applicable(self) -> bool:
        """Whether the writer chose Not Applicable."""
        return bool(self.data.get("answer") == NOT_APPLICABLE)

    @property
    def mine(self) -> str:
        """The writer's own words for the conflict page."""
        return str(self.cleaned_data.get("reason" if self.is_not_applicable else "text", ""))

    def typed(self) -> list[tuple[str, str]]:
        """Everything typed, as (name, value), for the conflict page to carry along."""
        names = ("answer", "text", "reason", "is_ready", "type_code")
        return [(name, self.data[name]) for name in names if self.data.get(name)]


class ChooseForm(PortalForm):
    """Documents of the Partner Library to attach; what may be chosen is what is shown."""

    versions = forms.TypedMultipleChoiceField(
        label=_("Documents"),
        coerce=uuid.UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, choices: list[tuple[str, Any]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["versions"].choices = choices or []  # type: ignore[attr-defined]


class TwoForm(PortalForm):
    """Which two versions or approvals a page compares; its address says so.

    ``choices`` begin with the newest. The older one is always the first: an address that names them
    the other way round shows the same comparison.
    """

    def __init__(self, *args: Any, choices: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(choices.items())
        self.places = list(choices)
        self.fields["from"] = forms.ChoiceField(label=_("From"), choices=offered)
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=offered)
        say_what_to_do(self.fields)

    def clean(self) -> dict[str, Any]:
        """Both, in the order of time."""
        chosen: dict[str, Any] = super().clean() or {}
        first, second = chosen.get("from"), chosen.get("to")
        if first and second and self.places.index(first) < self.places.index(second):
            chosen |= {"from": second, "to": first}
            self.data = {**dict(self.data.items()), **chosen}
        return chosen

    @property
    def chosen(self) -> tuple[str, str] | None:
        """The keys of both, or None if the address names one that is not there."""
        if not self.is_valid():
            return None
        return self.cleaned_data["from"], self.cleaned_data["to"]


class OnForm(PortalForm):
    """The program date of which a page shows the profile; its address says so."""

    on = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("Today or an earlier day, for example %(day)s.")
        self.fields["on"].help_text = words % {"day": example_day(clock.today())}

    def clean_on(self) -> dt.date:
        """The date. Nobody knows yet what will be in force later."""
        day: dt.date = self.cleaned_data["on"]
        if day > clock.today():
            raise ValidationError(_("This day is in the future. Enter today or an earlier day."))
        self.data = {**dict(self.data.items()), "on": in_words(day)}
        return day


# --- the annual review ----------------------------------------------------------------------------
