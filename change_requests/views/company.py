"""The page of a change request for its company: what it changes, why, and the proof (T3, S3).

While it is a draft or returned, the page is one form: each button also saves what was typed and
chosen. The same act serves requests about the name and about numbers; only the doors differ.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from change_requests import page_links
from change_requests.forms import ProofsForm, TextForm, WithdrawForm
from change_requests.models import ChangeRequest
from change_requests.policies import P
from change_requests.presentation.request_page import line_rows, steps_of, turn_of
from change_requests.selectors.requests import name_request, number_request, proofs_of
from change_requests.services import drafts, sending
from change_requests.states import EDITABLE, UNFINISHED
from core.errors import Refused
from core.ids import parse_id
from core.text import filled
from core.web import PortalRequest, requires


@require_http_methods(["GET", "POST"])
@requires(P.ASK)
def of_name(request: PortalRequest, trade_id: uuid.UUID, name_change_id: uuid.UUID) -> HttpResponse:
    """A request about the company name."""
    return _page(request, name_request(request.access.trade_account, name_change_id))


@require_http_methods(["GET", "POST"])
@requires(P.ASK_NUMBERS)
def of_numbers(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, change_id: uuid.UUID
) -> HttpResponse:
    """A request about numbers of a C-TPAT account."""
    return _page(request, number_request(request.access.security_model, change_id))


@require_http_methods(["GET", "POST"])
@requires(P.ASK)
def withdraw_name(
    request: PortalRequest, trade_id: uuid.UUID, name_change_id: uuid.UUID
) -> HttpResponse:
    """Ask whether to withdraw a request about the company name."""
    return _withdraw(request, name_request(request.access.trade_account, name_change_id))


@require_http_methods(["GET", "POST"])
@requires(P.ASK_NUMBERS)
def withdraw_numbers(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, change_id: uuid.UUID
) -> HttpResponse:
    """Ask whether to withdraw a request about numbers."""
    return _withdraw(request, number_request(request.access.security_model, change_id))


def _page(request: PortalRequest, found: ChangeRequest) -> HttpResponse:
    page = _Page(request, found)
    if request.method == "POST" and page.act():
        return redirect(page_links.of_company(found))
    access = request.access
    context = {
        "change": page.change,
        "lines": line_rows(page.change, access),
        "proofs": [
            (one, page_links.proof(page.change, one.pk, is_staff=False))
            for one in proofs_of(page.change)
        ],
        "steps": steps_of(page.change, is_staff=False),
        "turn": turn_of(page.change, is_staff=False),
        "text": page.text,
        "files": page.files,
        "forms": [page.text, page.files],
        "conflict": page.conflict(),
        "can_write": page.change.status in EDITABLE,
        "can_withdraw": page.change.status in UNFINISHED,
        "back": page_links.list_of(page.change.trade_account_id),
        "withdraw_url": page_links.of_company(page.change, "withdraw"),
        **_adding(page.change),
        "page_code": "CH-3",
    }
    return render(request, "change_requests/request.html", context, status=page.status)


def _adding(change: ChangeRequest) -> dict[str, str]:
    """Where more numbers are added to a request, and where the entered ones are."""
    if change.is_of_name or change.security_model is None:
        return {}
    return {
        "add_url": f"{page_links.new_number(change.security_model)}?to={change.pk}",
        "numbers_url": page_links.numbers_of(change.security_model),
    }


class _Page:
    """The forms of the page for one request, and what its button did."""

    def __init__(self, request: PortalRequest, found: ChangeRequest) -> None:
        self.request, self.change = request, found
        sent = request.method == "POST" and found.status in EDITABLE
        about: dict[str, Any] = {"with_name": found.is_of_name}
        self.text = TextForm.of(request, self._written(), **about)
        self.files = ProofsForm.of(request) if sent else ProofsForm()

    def _written(self) -> dict[str, Any]:
        line = self.change.lines.first() if self.change.is_of_name else None
        name = {"name": line.shown} if line is not None else {}
        return {"reason": self.change.reason, "version": self.change.version, **name}

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return max(self.text.status, self.files.status)

    def act(self) -> bool:
        """Keep the files and the text, then do what the button says; whether nothing was refused.

        Files come first: a browser does not send them again with the next form.
        """
        kept = self._keep_files()
        saved = self.text.run(self._save)
        if saved is not None:
            self._refresh()
        if saved is None or not kept:
            return False
        self._drop()
        if "send" in self.request.POST:
            return self._send()
        messages.success(self.request, _("The request is saved. It is not sent yet."))
        return True

    def _keep_files(self) -> bool:
        chosen = [one for one in self.files.chosen_files if one]
        if not chosen:
            return self.files.is_valid()
        added = self.files.run(
            lambda _data: drafts.add_proofs(
                actor=self.request.access, request=self.change, uploads=chosen
            )
        )
        if added:
            names = ", ".join(one.file.name for one in added)
            words = _("Added and being checked: %(names)s")
            messages.success(self.request, filled(words, names=names))
        return added is not None

    def _save(self, data: dict[str, Any]) -> ChangeRequest:
        return drafts.save_text(
            actor=self.request.access,
            request=self.change,
            expected=data["version"],
            reason=data["reason"],
            name=data.get("name", ""),
        )

    def _drop(self) -> None:
        """Take out a line or a proof; what is gone already is no mistake."""
        actor, posted = self.request.access, self.request.POST
        for button, service, key in (
            ("drop", drafts.drop_line, "line_id"),
            ("remove", drafts.remove_proof, "proof_id"),
        ):
            row_id = parse_id(posted.get(button, ""))
            if row_id is None:
                continue
            try:
                gone = service(actor=actor, request=self.change, **{key: row_id})
            except Refused as refusal:
                messages.error(self.request, str(refusal.problems[0].message))
            else:
                if gone:
                    words = _("“%(name)s” is taken out of the request.")
                    messages.success(self.request, filled(words, name=gone))

    def _send(self) -> bool:
        done = self.text.run(
            lambda _data: sending.send(
                actor=self.request.access, request=self.change, expected=self.change.version
            )
        )
        if done is None:
            return False
        words = _("Request %(reference)s is sent. You get an email when it is decided.")
        messages.success(self.request, filled(words, reference=done.reference))
        return True

    def _refresh(self) -> None:
        """Go on from the version that was just written: what is refused next is no conflict."""
        self.change.refresh_from_db()
        data: Any = self.text.data
        posted = data.copy()
        posted[self.text.add_prefix("version")] = str(self.change.version)
        self.text.data = posted

    def conflict(self) -> dict[str, Any] | None:
        """After a conflict (P5): who saved, and the fields that differ."""
        if self.text.stale is None:
            return None
        self.change.refresh_from_db()
        return {"who": "", "at": None, "rows": self.text.differences(self._written())}


def _withdraw(request: PortalRequest, found: ChangeRequest) -> HttpResponse:
    form = WithdrawForm.of(request)
    if form.is_bound:
        done = form.run(lambda _data: sending.withdraw(actor=request.access, request=found))
        if done is not None:
            words = _("Request %(reference)s is withdrawn. Nothing was changed.")
            messages.success(request, filled(words, reference=done.reference))
            return redirect(page_links.list_of(found.trade_account_id))
    context = {
        "change": found,
        "form": form,
        "back": page_links.of_company(found),
        "page_code": "CH-4",
    }
    return render(request, "change_requests/withdraw.html", context, status=form.status)
