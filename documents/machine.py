"""The life of a document: in the library, put away in the archive, or in the trash for 30 days.

The life of a public document; whether readers find it follows from its days (D1). The life of a
request for a document (D6).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Machine, move
from audit.scopes import PROGRAM, Scope, model_scope
from core.access import Access
from core.errors import Problem
from documents.models import Document, DocumentRequest, PublicDocument
from documents.policies import P, closed_problems, may_change
from documents.states import DocumentStatus as S
from documents.states import PublicStatus as L
from documents.states import RequestStatus as R


def scope_of(document: Document) -> Scope:
    """The owner of a document."""
    return model_scope(document.security_model_id)


def _account_open(document: Document, access: Access) -> Iterator[Problem]:
    """Contacts move nothing in an account that has ended."""
    yield from closed_problems(document.security_model, access)


def _of_its_side(document: Document, access: Access) -> Iterator[Problem]:
    """Each side moves only what it added (D6)."""
    if may_change(document, access):
        return
    if document.is_from_program:
        words = _("This document is from CBP. Only CBP can archive or delete it.")
    else:
        words = _("This document belongs to the company. Only its contacts can move it.")
    yield Problem("not_yours", words)


def _unused(document: Document, access: Access) -> Iterator[Problem]:
    """What was ever used stays, because submissions and messages refer to it."""
    if document.places.exists():
        words = _(
            "This document was used in the portal, so it can't be deleted. Archive it instead: "
            "then it is no longer offered."
        )
        yield Problem("used", words)


def _not_held(document: Document, access: Access) -> Iterator[Problem]:
    """A legal hold keeps a document until it is released."""
    if document.held_at is not None:
        words = _("CBP keeps this document on legal hold. It can't be deleted until that ends.")
        yield Problem("held", words)


DOCUMENT = Machine(
    "document",
    S,
    scope_of,
    [
        move(
            "archive",
            gettext_lazy("Archive"),
            [S.IN_LIBRARY],
            S.ARCHIVED,
            P.ADD,
            _account_open,
            _of_its_side,
        ),
        move(
            "restore",
            gettext_lazy("Return to the library"),
            [S.ARCHIVED, S.IN_TRASH],
            S.IN_LIBRARY,
            P.ADD,
            _account_open,
            _of_its_side,
        ),
        move(
            "delete",
            gettext_lazy("Delete"),
            [S.IN_LIBRARY, S.ARCHIVED],
            S.IN_TRASH,
            P.ADD,
            _account_open,
            _of_its_side,
            _unused,
            _not_held,
        ),
    ],
)


def public_scope(document: PublicDocument) -> Scope:
    """A public document belongs to the program."""
    return PROGRAM


PUBLIC = Machine(
    "public_document",
    L,
    public_scope,
    [
        move("publish", gettext_lazy("Publish"), [L.DRAFT], L.PUBLISHED, P.PUBLISH),
        move("discard", gettext_lazy("Discard"), [L.DRAFT], L.DISCARDED, P.PUBLISH),
        move("withdraw", gettext_lazy("Withdraw"), [L.PUBLISHED], L.WITHDRAWN, P.PUBLISH),
    ],
)


def request_scope(request: DocumentRequest) -> Scope:
    """The owner of a request: the company that is asked."""
    return model_scope(request.security_model_id)


def _by_the_company(request: DocumentRequest, access: Access) -> Iterator[Problem]:
    """Who asks does not answer."""
    if access.is_staff:
        yield Problem("not_yours", _("Only contacts of the company can answer a request."))


def _by_the_portal(request: DocumentRequest, access: Access) -> Iterator[Problem]:
    """No person opens a request again without a reason: that is "Ask again"."""
    if not access.is_system:
        yield Problem("not_yours", _("The portal does this by itself when a file is blocked."))


REQUEST = Machine(
    "document_request",
    R,
    request_scope,
    [
        move("answer", gettext_lazy("Answer"), [R.OPEN], R.ANSWERED, P.ADD, _by_the_company),
        move("ask_again", gettext_lazy("Ask again"), [R.ANSWERED], R.OPEN, P.EXCHANGE),
        # What answered it was blocked: nobody can open it (D5).
        move("reopen", gettext_lazy("File blocked"), [R.ANSWERED], R.OPEN, None, _by_the_portal),
        move("cancel", gettext_lazy("Cancel the request"), [R.OPEN], R.CANCELED, P.EXCHANGE),
    ],
)
