"""Setting a new password by an emailed link (U6): which person it is, and how they prove it.

The ways are a list of proofs: the three answers, or another factor in their place, because people
must be able to get in without recalling something (WCAG 2.2, 3.3.8).

The session stores which link it is and when the person was proved (``credentials.mailed_links``).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.forms import say_what_to_do
from identity import services
from identity.credentials import mailed_links, security_answers
from identity.forms import AnswerField, QuestionsForm, ThrottledForm
from identity.forms.proofs import Proof, ProofForm, SecondFactorProof
from identity.models import MailedLink, User
from identity.selectors import user_state
from identity.states import LinkPurpose, SignInStep
from identity.views.browser_session import seconds_now

PROVED_AT = "proved_at"


class UnshownInput(forms.TextInput):
    """Text that the page never shows again, even if it was refused."""

    def format_value(self, value: Any) -> None:
        """Nothing."""


class AnswersProof(Proof):
    """The answers to the person's own three questions, all at once."""

    code = "answers"
    label = _("Your security questions")
    field = "current_answer"

    def __init__(self, user: User) -> None:
        self.questions = user_state.questions_of(user)

    def fields(self) -> dict[str, forms.Field]:
        """One field for each question."""
        return {
            f"{self.field}_{one.position}": AnswerField(label=one.question, widget=UnshownInput())
            for one in self.questions
        }

    def check(self, user: User, data: dict[str, Any], request: Any) -> str:
        """Compare all three; a wrong answer refuses them as a whole."""
        services.prove_answers(
            actor=request.access,
            request=request,
            user=user,
            answers=[data[name] for name in self.fields()],
        )
        return self.code


class FactorInPlace(SecondFactorProof):
    """A second factor in place of the answers: the app's code, a passkey, a backup code."""

    code = "second-factor"
    label = _("Your authenticator app, a passkey or a backup code")

    def __init__(self, user: User, request: Any) -> None:
        super().__init__(user, request, step=SignInStep.RECOVERY)


def ways_of(user: User, request: Any) -> dict[str, Proof]:
    """How this person can prove who they are, the usual way first. Empty if only the helpdesk can
    help.
    """
    ways: list[Proof] = []
    if user_state.questions_of(user):
        ways.append(AnswersProof(user))
    if user_state.has_second_factor(user):
        ways.append(FactorInPlace(user, request))
    return {way.code: way for way in ways}


class WayForm(ThrottledForm):
    """The fields of one way to prove it."""

    def __init__(self, *args: Any, way: Proof, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(way.fields())
        say_what_to_do(self.fields)


class ChangeQuestionsForm(ProofForm, QuestionsForm):
    """Three new questions; before them the password, the current answers and the second factor.

    The answers are checked before the code, which works once. A person without questions, because
    the helpdesk had to help without them, gives only the other proofs.
    """

    looks_early = False  # poor questions cost no slow hash

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        current = AnswersProof(user)
        self.asked = current.questions
        if self.asked:
            after = 0 if self.knows_password else 1
            self.proofs = [*self.proofs[:after], current, *self.proofs[after:]]
            self.fields.update(current.fields())
            say_what_to_do(self.fields)

    @property
    def current_fields(self) -> list[BoundField]:
        """The fields of the current answers."""
        return [self[name] for name in self.fields if name.startswith(AnswersProof.field)]

    @property
    def proof_fields(self) -> list[BoundField]:
        """The fields of the other proofs."""
        return [self[name] for name in self.fields if name.startswith("proof_")]

    def clean(self) -> dict[str, Any]:
        """Check the new questions before anything is proved."""
        data = super().clean() or {}
        if not self.errors:
            for problem in security_answers.problems_of(self.pairs(), email=self.user.email):
                self.add_error(problem.field, ValidationError(problem.message, code=problem.code))
        return data


# --- the session ----------------------------------------------------------------------------


def at_hand(request: Any) -> MailedLink | None:
    """The link that the request names, if this browser has opened it and it can still be used.

    Without a name, the link that was opened last.
    """
    held = mailed_links.chosen(request, LinkPurpose.PASSWORD_RESET)
    return user_state.reset_link(held) if held else None


def is_proved(request: Any, link: MailedLink) -> bool:
    """Whether to ask for the new password: the person was proved recently, or the link needs no
    answers.
    """
    at = mailed_links.noted(request, link.pk, PROVED_AT)
    lately = at is not None and seconds_now() - at <= settings.SESSION_IDLE_SECONDS
    return link.without_answers or lately


def note_proved(request: Any, link: MailedLink) -> None:
    """Note that the person was proved; the session gets a new id."""
    request.session.cycle_key()
    mailed_links.note(request, link.pk, **{PROVED_AT: seconds_now()})
