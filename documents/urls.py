"""Addresses of documents: the company's below its account, those of staff under /scss."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.urls import URLPattern, path

from core.access import Permission
from documents.policies import P
from documents.views import (
    bulk,
    document,
    downloads,
    library,
    packages,
    previews,
    public_documents,
    public_library,
    requests,
    storage,
    tags,
)
from documents.views.sides import Act, for_partner, for_staff

app_name = "documents"

_PARTNER = "t/<uuid:trade_id>/m/<uuid:model_id>"
_STAFF = "scss/m/<uuid:model_id>"
_DOCUMENT = "library/<uuid:document_id>"
_PUBLIC = "program/documents"
_REQUEST = "requests/<uuid:request_id>"


def _of_both_sides() -> Iterator[URLPattern]:
    """A document and the acts on it, for its company and for staff."""
    acts: list[tuple[str, Act, Permission, tuple[str, ...]]] = [
        ("", document.document, P.READ, ("GET", "HEAD")),
        ("edit", document.edit, P.ADD, ("GET", "POST")),
        ("file", document.new_file, P.ADD, ("GET", "POST")),
        ("tags", document.document_tags, P.READ, ("GET", "POST")),
        *(
            (page, partial(document.move, name), P.ADD, ("GET", "POST"))
            for name, page in document.PAGES.items()
        ),
        ("versions/<int:number>/restore", document.restore, P.ADD, ("POST",)),
    ]
    for name, act, permission, methods in acts:
        end, called = (f"/{name}", name.rpartition("/")[2]) if name else ("", "document")
        partner = for_partner(act, permission, methods)
        yield path(f"{_PARTNER}/{_DOCUMENT}{end}", partner, name=called)
        yield path(f"{_STAFF}/{_DOCUMENT}{end}", for_staff(act, methods), name=f"staff-{called}")


def _previews() -> Iterator[URLPattern]:
    """The preview of a version and the pictures of its pages, for each kind of reader."""
    own, public = "documents/<uuid:version_id>", "<uuid:public_version_id>"
    for base, name, page, picture in (
        (f"{_PARTNER}/{own}", "", previews.preview, previews.picture),
        (f"{_STAFF}/{own}", "staff-", previews.staff_preview, previews.staff_picture),
        (
            f"documents/public/{public}",
            "public-",
            previews.public_preview,
            previews.public_picture,
        ),
        (
            f"{_PUBLIC}/versions/{public}",
            "version-",
            previews.version_preview,
            previews.version_picture,
        ),
    ):
        yield path(f"{base}/preview", page, name=f"{name}preview")
        yield path(f"{base}/pages/<int:number>", picture, name=f"{name}picture")


urlpatterns: list[URLPattern] = [
    path("documents/", library.library, name="library"),
    path("documents/archive", library.archive, name="archive"),
    path("documents/new", library.upload, name="upload"),
    path("documents/done", bulk.done, name="done"),
    path("documents/zips", packages.packages, name="zips"),
    path("documents/zips/<uuid:package_id>", packages.package, name="zip"),
    path("documents/zips/<uuid:package_id>/file", packages.download, name="zip-file"),
    path("documents/tags", tags.tags, name="all-tags"),
    path("documents/tags/<uuid:tag_id>", tags.rename, name="tag"),
    path("documents/tags/<uuid:tag_id>/delete", tags.delete, name="tag-delete"),
    path("t/<uuid:trade_id>/documents/", library.account_library, name="account-library"),
    path("t/<uuid:trade_id>/documents/archive", library.account_archive, name="account-archive"),
    path("t/<uuid:trade_id>/documents/storage", storage.account_storage, name="account-storage"),
    path(f"{_STAFF}/library/storage", storage.staff_storage, name="staff-storage"),
    path(f"{_STAFF}/library", library.staff_library, name="staff-library"),
    path(f"{_STAFF}/library/archive", library.staff_archive, name="staff-archive"),
    path(f"{_STAFF}/library/new", library.staff_upload, name="staff-upload"),
    path(f"{_STAFF}/{_DOCUMENT}/hold", for_staff(document.hold), name="staff-hold"),
    *_of_both_sides(),
    path("documents/requests", requests.all_requests, name="requests"),
    path(
        "t/<uuid:trade_id>/documents/requests", requests.account_requests, name="account-requests"
    ),
    path(f"{_PARTNER}/{_REQUEST}", requests.partner_request, name="request"),
    path(f"{_STAFF}/requests/", requests.staff_requests, name="staff-requests"),
    path(f"{_STAFF}/requests/new", requests.new_request, name="staff-request-new"),
    path(f"{_STAFF}/{_REQUEST}", requests.staff_request, name="staff-request"),
    path(f"{_STAFF}/{_REQUEST}/again", requests.ask_again, name="staff-request-again"),
    path(f"{_STAFF}/{_REQUEST}/cancel", requests.cancel, name="staff-request-cancel"),
    path(
        f"{_PARTNER}/documents/<uuid:version_id>",
        downloads.download,
        name="download",
    ),
    path(
        f"{_STAFF}/documents/<uuid:version_id>",
        downloads.staff_download,
        name="staff-download",
    ),
    *_previews(),
    path("documents/trade-public", public_library.trade, name="trade-public"),
    path("documents/ctpat-public", public_library.ctpat, name="ctpat-public"),
    path(
        "documents/public/<uuid:public_version_id>",
        public_library.public_file,
        name="public-file",
    ),
    path(f"{_PUBLIC}/", public_documents.documents, name="public-documents"),
    path(f"{_PUBLIC}/new", public_documents.new, name="public-new"),
    path(
        f"{_PUBLIC}/versions/<uuid:public_version_id>",
        public_documents.version_file,
        name="public-version",
    ),
    path(f"{_PUBLIC}/<uuid:public_id>/", public_documents.document, name="public-document"),
    path(f"{_PUBLIC}/<uuid:public_id>/edit", public_documents.edit, name="public-edit"),
    path(f"{_PUBLIC}/<uuid:public_id>/publish", public_documents.publish, name="public-publish"),
    path(f"{_PUBLIC}/<uuid:public_id>/discard", public_documents.discard, name="public-discard"),
    path(f"{_PUBLIC}/<uuid:public_id>/withdraw", public_documents.withdraw, name="public-withdraw"),
]
