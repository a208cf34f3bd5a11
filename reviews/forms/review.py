"""Forms of a review: deciding a criterion, completing the review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField, VersionedForm
from security_profile.services.outcomes import registered
from security_profile.states import Verdict

COMMENT_MAXIMUM = 2000
#: The names of the ticks begin with this; the service refuses a missing one under the same name.
RECHECK = "recheck_"
ACCEPT, RETURN, UNDO, SAVE, INSERT = "accept", "return", "undo", "save", "insert"
ACTS = [(act, act) for act in (ACCEPT, RETURN, UNDO, SAVE, INSERT)]
VERDICTS = {ACCEPT: Verdict.ACCEPTED, RETURN: Verdict.RETURNED, UNDO: Verdict.TO_REVIEW}


class DecisionForm(PortalForm):
    """A decision on one criterion. The button that sent the form says which decision.

    ``version`` is that of the decision the writer had read (0: none), ``verdict`` what it said.

    """

    stale_message = _(
        "Someone else decided this while you were reading. Your decision was not "
        "saved. Compare both below."
    )
    own_stale_message = _(
        "You decided this in another window or tab. Nothing was saved here. Compare both below."
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        choices=Verdict.choices, widget=forms.HiddenInput, initial=Verdict.TO_REVIEW
    )
    comment = TextField(
        label=_("Comment to partner"),
        max_length=COMMENT_MAXIMUM,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    internal_note = TextField(
        label=_("Internal note"),
        max_length=COMMENT_MAXIMUM,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reason = forms.CharField(max_length=60, required=False)
    following = forms.RegexField(r"^[0-9.]{1,10}$", required=False, widget=forms.HiddenInput)
    act = forms.ChoiceField(
        choices=ACTS,
        widget=forms.HiddenInput,
        error_messages={"required": _("Select Accept, Return or Save.")},
    )

    @property
    def decision(self) -> dict[str, Any]:
        """The arguments for the service, from the cleaned data."""
        act = self.cleaned_data["act"]
        return {
            "verdict": VERDICTS.get(act, self.cleaned_data["verdict"]),
            "comment": self.cleaned_data["comment"],
            "internal_note": self.cleaned_data["internal_note"],
            "version": self.cleaned_data["version"],
        }

    @property
    def wants_reason(self) -> bool:
        """Whether the button was *Insert*: nothing is saved; a saved reason is added to the
        comment.
        """
        return self.is_bound and self.data.get("act") == INSERT

    def put(self, **values: Any) -> None:
        """Show other values than those posted: the text with a reason, or the newest version."""
        self.data = {**dict(self.data.items()), **{k: str(v) for k, v in values.items()}}


class PartForm(VersionedForm):
    """Returns a part of an annual review with a comment, or takes that back; the button says which.

    ``version`` is that of the decision the writer had read (0: none).
    """

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    comment = TextField(
        label=_("Comment to partner"),
        help_text=_("What to change, and why. The partner reads it next to this step."),
        max_length=COMMENT_MAXIMUM,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    act = forms.ChoiceField(choices=[(RETURN, RETURN), (UNDO, UNDO)], widget=forms.HiddenInput)

    @property
    def verdict(self) -> Verdict:
        """What the button decides."""
        return VERDICTS[self.cleaned_data["act"]]


class CompleteForm(PortalForm):
    """The confirmation that ends a review; ``seen`` is the fingerprint of what was shown.

    A tick for each recheck of each kind of submission can be sent; ``put`` says which are asked.
    """

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stale_message = _(
        "A decision changed while you were reading this page, by someone else or "
        "by you in another window. Look at it again, then complete the review."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: Mapping[str, Any] = {}
        for outcome in registered().values():
            for code, words in outcome.rechecks.items():
                tick = forms.BooleanField(label=words, required=False)
                self.fields[f"{RECHECK}{code}"] = tick

    def put(self, seen: str, rechecks: Mapping[str, Any]) -> None:
        """Confirm what is shown now, with these rechecks."""
        self.asked = rechecks
        self.initial["seen"] = seen
        if self.is_bound:
            self.data = {**dict(self.data.items()), "seen": seen}

    @property
    def ticks(self) -> list[Any]:
        """The rechecks that are asked, as fields."""
        return [self[f"{RECHECK}{code}"] for code in self.asked]

    @property
    def rechecked(self) -> list[str]:
        """The codes of what was ticked, from the cleaned data."""
        names = [name for name, value in self.cleaned_data.items() if value is True]
        return [name.removeprefix(RECHECK) for name in names if name.startswith(RECHECK)]
