"""What a page does with a message while it is written: keeps it, with its files, until it is
sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.days import moment
from core.errors import Refused
from core.ids import new_id, parse_id
from core.text import filled
from core.web import PortalRequest
from messages_app.forms.writing import WritingForm
from messages_app.models import Draft, DraftFile, Thread
from messages_app.models.threads import BODY_LENGTH
from messages_app.presentation.reply_templates import filled_text
from messages_app.selectors.drafts import files_of
from messages_app.selectors.messages import message_of
from messages_app.selectors.templates import template_of
from messages_app.services import drafts

#: What a draft keeps of a form.
KEPT = ("subject", "body", "about")


def initial_of(draft: Draft | None) -> dict[str, Any]:
    """The fields of a form that continues with a draft, or begins."""
    if draft is None:
        return {"form_key": str(new_id()), "draft_version": 0}
    typed = {name: getattr(draft, name) for name in KEPT}
    account = str(draft.security_model_id)
    return {
        **typed, "account": account, "form_key": str(draft.pk), "draft_version": draft.version,
    }  # fmt: skip


class DraftPage:
    """The draft behind a form that was posted: saved first, whatever the button does."""

    def __init__(
        self,
        request: PortalRequest,
        form: WritingForm,
        access: Access | None,
        thread: Thread | None = None,
    ) -> None:
        self.request, self.form, self.access, self.thread = request, form, access, thread
        self.draft: Draft | None = None

    def files(self) -> list[DraftFile]:
        """The files that wait in the draft."""
        key = self.draft.pk if self.draft else parse_id(self.form["form_key"].value())
        return files_of(key, self.request.access)

    def keep(self) -> bool:
        """Save what is typed, attach the chosen files, take one out; whether nothing was refused.

        What is refused is left out, and all else is kept. Afterwards the form carries the draft's
        id and version.
        """
        kept = self.form.is_valid()
        if self.access is None and self.form.chosen_files:
            # A file belongs to its account from the first moment (D5), so it can't wait for one.
            words = _("Choose the account first, then choose the files again.")
            self.form.add_error("file", words)
        if self.access is None or not self.form.cleaned_data.get("form_key"):
            return False
        if not self._has_content() or self._was_sent():
            return kept
        if "insert" in self.request.POST:
            kept = self._insert(self.access) and kept
        self.draft = self._run(self._save)
        if self.draft is None:
            return False
        self._carry(self.draft)
        for file in self.form.chosen_files:
            kept = self._run(partial(self._attach, file)) is not None and kept
        if taken := parse_id(self.request.POST.get("remove")):
            self._detach(taken)
        return kept

    def _was_sent(self) -> bool:
        """Whether the message was sent already: by a second click, or by a page that saves itself
        late. What is new on a page that came back after sending begins another draft.
        """
        data = self.form.cleaned_data
        sent = message_of(self._actor(), data["form_key"])
        if sent is None:
            return False
        body = data.get("body") or ""
        if sent.body.startswith(body) and (body or not self.form.chosen_files):
            return True
        data["form_key"], data["draft_version"] = new_id(), 0
        return False

    def _insert(self, access: Access) -> bool:
        """Add the chosen template below what is typed; whether there was one and it has room."""
        data = self.form.cleaned_data
        key = parse_id(data.get("template"))
        if key is None:
            self.form.add_error("template", _("Choose a template."))
            return False
        template = template_of(access, key)
        text = filled_text(template, access.security_model, access, self.thread)
        body = "\n\n".join(part for part in (data.get("body"), text) if part)
        if len(body) > BODY_LENGTH:
            words = _("The message would have more than %(n)s characters. Shorten it first.")
            self.form.add_error("template", words % {"n": BODY_LENGTH})
            return False
        typed: Any = self.form.data
        self.form.data = typed = typed.copy()
        data["body"] = typed["body"] = body
        typed["template"] = ""
        self.form.done = True
        return True

    def _has_content(self) -> bool:
        """Whether there is a draft, or something to make one of."""
        data = self.form.cleaned_data
        typed = any(data.get(name) for name in KEPT)
        asks = "insert" in self.request.POST
        return bool(typed or asks or self.form.chosen_files or data.get("draft_version"))

    def _save(self) -> Draft:
        data = self.form.cleaned_data
        typed = {name: data[name] or "" for name in KEPT if name in data}
        return drafts.save_draft(
            actor=self._actor(),
            form_key=data["form_key"],
            version=data.get("draft_version") or 0,
            thread=self.thread,
            **typed,
        )

    def _actor(self) -> Access:
        assert self.access is not None  # noqa: S101 - ``keep`` has asked
        return self.access

    def _attach(self, file: Any) -> DraftFile:
        assert self.draft is not None  # noqa: S101 - saved before
        added = drafts.attach(actor=self._actor(), draft=self.draft, file=file)
        words = _("“%(name)s” was uploaded and is being checked.")
        messages.success(self.request, filled(words, name=added.file.name))
        return added

    def _detach(self, file_id: uuid.UUID) -> None:
        name = drafts.detach(actor=self._actor(), file_id=file_id)
        if name:
            messages.success(self.request, filled(_("“%(name)s” is removed."), name=name))

    def _run(self, act: Callable[[], Any]) -> Any:
        """The result of a service; None if it refused, with the reasons at the form."""
        try:
            return act()
        except Refused as refusal:
            self.form.add_refusal(refusal)
            return None

    def _carry(self, draft: Draft) -> None:
        """Let the form, when it is shown again, continue with this draft."""
        data: Any = self.form.data
        self.form.data = data = data.copy()
        data["form_key"], data["draft_version"] = str(draft.pk), str(draft.version)

    def as_json(self) -> HttpResponse:
        """The answer to the page's own saving; ``is_copy``: another tab had saved the draft."""
        asked = self.request.POST.get("form_key", "")
        kept = self.keep()
        key = str(self.draft.pk) if self.draft is not None else asked
        return JsonResponse(
            status=200 if kept else 422,
            data={
                "form_key": key,
                "draft_version": self.draft.version if self.draft is not None else 0,
                "is_copy": key != asked,
                "at": moment(clock.now()),
            },
        )
