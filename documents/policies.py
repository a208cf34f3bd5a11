"""Who reads, adds and publishes documents (D1, D6)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from core.access import Access, grant_roles, permission
from core.errors import Problem
from documents.models import Document
from documents.states import AddedBy
from identity.states import StaffRole
from security_models.models import SecurityModel
from security_models.policies import ASSIGNED_SCSS
from security_models.states import ContactRole, all_ended


class P:
    """Permissions of this app."""

    READ = permission("documents.read", _("see the documents of the C-TPAT account"))
    ADD = permission("documents.add", _("add documents to the Partner Library"))
    SHARE_TAGS = permission("documents.share_tags", _("change the tags that all contacts share"))
    EXCHANGE = permission("documents.exchange", _("exchange documents with the partner"))
    HOLD = permission("documents.hold", _("keep documents from being deleted"))
    PUBLISH = permission(
        "documents.publish", _("publish documents in the public libraries"), in_person=True
    )
    #: Every public document that was published, whoever it is for.
    READ_ALL_PUBLIC = permission(
        "documents.read_all_public", _("read every document of the public libraries")
    )


_CONTACT = [P.READ, P.ADD, P.SHARE_TAGS]
_STAFF = [P.READ, P.ADD, P.EXCHANGE, P.HOLD]

grant_roles(
    {
        ContactRole.OFFICER: _CONTACT,
        ContactRole.EMPLOYEE: _CONTACT,
        ContactRole.CONSULTANT: _CONTACT,
        ASSIGNED_SCSS: _STAFF,
        StaffRole.MANAGEMENT: [*_STAFF, P.READ_ALL_PUBLIC],
        StaffRole.SCSS: [P.READ_ALL_PUBLIC],
        StaffRole.HELPDESK: [P.READ_ALL_PUBLIC],
        StaffRole.PROGRAM_ADMIN: [P.PUBLISH, P.READ_ALL_PUBLIC],
    }
)


def side_of(access: Access) -> AddedBy:
    """Whose documents an actor adds: staff's are marked "From CBP" (D6)."""
    if access.is_system:
        return AddedBy.SYSTEM
    return AddedBy.STAFF if access.is_staff else AddedBy.PARTNER


def may_change(document: Document, access: Access) -> bool:
    """Whether a document belongs to the actor's side: each side changes only what it added (D6)."""
    return access.has(P.ADD) and document.added_by == side_of(access)


def closed_problems(model: SecurityModel, access: Access) -> Iterator[Problem]:
    """Contacts change nothing in the library of an account that has ended; they still read it.
    Staff file there what belongs to its history.
    """
    if side_of(access) != AddedBy.PARTNER:
        return
    if all_ended(list(model.business_types.values_list("status", flat=True))):
        words = _("This C-TPAT account is closed. You can read its documents but not change them.")
        yield Problem("over", words)
