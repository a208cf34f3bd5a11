"""The portal's pages, in the states that the demonstration contains."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from documents.models import DocumentRequest, Package, PublicDocument, PublicVersion, Tag
from identity.credentials.unsubscribing import token_for
from identity.models import RecoveryCase, User
from messages_app.models import ProgramNotice
from notifications.selectors import notices_of
from operations.models import TradeAccountRequest
from portal.demo import account_requests as requests
from portal.demo import cast, library, public_documents
from portal.demo import program_notices as notices
from reviews.models import WorkItem
from reviews.selectors.annual_review import all_years
from security_models.models import InvitationCode, SecurityModel
from svi.models import Monitoring, StatusProof
from svi.selectors.proofs import public_path
from tests.browser import annual_reviews, endings
from tests.browser.desk import Desk
from tests.factories.previews import drawn
from trade_accounts.models import ImportedSheet, SavedView, TradeAccount
from webhooks.models import Delivery, Endpoint

NOBODY = ""
MARGUERITE, ROSALIND = cast.MARGUERITE.email, cast.ROSALIND.email
IGNACIO, LUCERO = cast.IGNACIO.email, cast.LUCERO.email
PRUDENCE, CATALINA = cast.PRUDENCE.email, cast.CATALINA.email
JONAH, ODALYS = cast.JONAH.email, cast.ODALYS.email
PHILIPPA = cast.PHILIPPA.email
IMRE, WILHELMINA = cast.IMRE.email, cast.WILHELMINA.email
BENEDICTA = cast.BENEDICTA.email
OCTAVIA = cast.OCTAVIA.email
AUGUSTA, EMIL = cast.AUGUSTA.email, cast.EMIL.email
THISTLEWICK, HALFMOON = cast.THISTLEWICK.name, cast.HALFMOON.name
LARKSPUR, OLD_KETTLE = cast.LARKSPUR.name, cast.OLD_KETTLE.name
QUILLFEATHER = cast.QUILLFEATHER.name
DOCUMENT = "documents:document"
REQUEST = "documents:request"
#: The pages of one document, for its company and for staff.
_ACTS = ("edit", "file", "tags", "put-away", "return", "delete")
OF_A_DOCUMENT = {name: f"documents:{name}" for name in _ACTS}
OF_A_DOCUMENT_FOR_STAFF = {name: f"documents:staff-{name}" for name in ("document", *_ACTS, "hold")}


class Scene:
    """The loaded demonstration, and a browser for each of its people."""

    def __init__(self, open_desk: Callable[..., Desk]) -> None:
        self.open_desk = open_desk
        self.at_work: dict[str, Desk] = {}

    def desk(self, email: str) -> Desk:
        """The browser of a person; of a visitor for an empty address."""
        if email not in self.at_work:
            self.at_work[email] = self.open_desk()
            if email:
                self.at_work[email].come_signed_in(User.objects.get(email=email))
        return self.at_work[email]

    def account(self, company: str) -> TradeAccount:
        """The trade account of a company."""
        return TradeAccount.objects.get(name=company)

    def model(self, company: str) -> SecurityModel:
        """The first C-TPAT account of a company."""
        return SecurityModel.objects.filter(trade_account__name=company).earliest("started_at")


@dataclass(frozen=True)
class Where:
    """The name of an address, and its values, found once the scene is loaded."""

    name: str
    kwargs: Callable[[Scene], dict[str, Any]] = lambda _scene: {}
    query: str = ""

    def path(self, scene: Scene) -> str:
        """The path of the address."""
        return reverse(self.name, kwargs=self.kwargs(scene)) + self.query


@dataclass(frozen=True)
class Seen:
    """A page as one person sees it; ``press`` is the start of a button whose result is shown."""

    name: str
    who: str
    where: Where
    status: int = 200
    press: str = ""
    #: The address after the button.
    answers: str = ""

    @property
    def address(self) -> str:
        """The name of the address that is shown."""
        return self.answers or self.where.name

    def open(self, scene: Scene, desk: Desk) -> None:
        """Open it."""
        if not self.press:
            desk.go(self.where.path(scene), self.status, look=False)
            return
        desk.go(self.where.path(scene), look=False)
        with desk.leaving(self.status):
            desk.page.get_by_role("button", name=re.compile(self.press)).click()


def at(name: str, query: str = "", /, **kwargs: Any) -> Where:
    """A page that belongs to no account."""
    return Where(name, lambda _scene: kwargs, query)


def of(company: str, name: str, **kwargs: Any) -> Where:
    """A page of a trade account."""
    return Where(name, lambda scene: {"trade_id": scene.account(company).pk, **kwargs})


def asking_query(company: str, name: str, query: str) -> Where:
    """A page of a trade account with a query."""
    return Where(name, lambda scene: {"trade_id": scene.account(company).pk}, query)


def first_of(company: str, name: str, what: str, key: str) -> Where:
    """A page about the first address, user or key of a trade account."""

    def kwargs(scene: Scene) -> dict[str, Any]:
        account = scene.account(company)
        return {"trade_id": account.pk, key: getattr(account, what).order_by("pk")[0].pk}

    return Where(name, kwargs)


@dataclass(frozen=True)
class Replacing(Where):
    """The page on which a user of the demo is replaced, with a chosen successor or without."""

    company: str = ""
    leaver: str = ""
    successor: str = ""

    def path(self, scene: Scene) -> str:
        """The path of the address."""
        account = scene.account(self.company)
        ids = dict(account.memberships.values_list("user__email", "pk"))
        kwargs = {"trade_id": account.pk, "membership_id": ids[self.leaver]}
        people = dict(account.memberships.values_list("user__email", "user"))
        query = f"?successor={people[self.successor]}&removes=on" if self.successor else ""
        return reverse(self.name, kwargs=kwargs) + query


def sheet_of(kind: str) -> Where:
    """A spreadsheet that the owner of the other endings has uploaded."""

    def kwargs(scene: Scene) -> dict[str, Any]:
        account = scene.account(endings.OTHER)
        sheet = ImportedSheet.objects.get(trade_account=account, kind=kind)
        return {"trade_id": account.pk, "sheet_id": sheet.pk}

    return Where("trade_accounts:sheet", kwargs)


def hooked(name: str, number: int = 0, **more: Any) -> Where:
    """A page of a webhook of the company of the other endings."""

    def kwargs(scene: Scene) -> dict[str, Any]:
        account = scene.account(endings.OTHER)
        rows = Endpoint.objects.filter(trade_account=account).order_by("created_at", "pk")
        return {"trade_id": account.pk, "endpoint_id": rows[number].pk, **more}

    return Where(name, kwargs)


def delivered(state: str) -> Where:
    """The page of a delivery of that company in a state."""

    def kwargs(scene: Scene) -> dict[str, Any]:
        row = Delivery.objects.get(trade_account=scene.account(endings.OTHER), state=state)
        return {"trade_id": row.trade_account_id, "delivery_id": row.pk}

    return Where("webhooks:delivery", kwargs)


def newest_of(email: str) -> dict[str, Any]:
    """The newest notice of a person."""
    return {"own_notice_id": notices_of(User.objects.get(email=email).pk).latest("created_at").pk}


def digest_of(email: str) -> dict[str, Any]:
    """The link in the digests of a person."""
    return {"token": token_for(User.objects.get(email=email).pk)}


def operation(company: str, kind: str, act: str = "") -> Where:
    """A request of the demonstration as a company sees it, or an act on it."""

    def found(scene: Scene) -> dict[str, Any]:
        account = scene.account(company)
        concerned = Q(asking=account) | Q(other=account)
        row = TradeAccountRequest.objects.filter(concerned, kind=kind).exclude(status="draft")
        more = {"operation_act": act} if act else {}
        return {"trade_id": account.pk, "operation_id": row[0].pk, **more}

    return Where("operations:act" if act else "operations:request", found)


def operation_step(step: str, kind: str = "link") -> Where:
    """A step of a draft of Octavia."""

    def found(scene: Scene) -> dict[str, Any]:
        account, other = scene.account(requests.HOLDING), scene.account(requests.RETAIL)
        owner = User.objects.get(email=OCTAVIA)
        named = {"asking_name": account.name, "asked_by_name": owner.name, "reason": "x" * 40}
        pair = {"other": other, "other_name": other.name, "head": account}
        draft, _made = TradeAccountRequest.objects.get_or_create(
            kind=kind,
            asking=account,
            asked_by=owner,
            status="draft",
            defaults={
                "reference": f"R-2222{kind[:2].upper()}",
                "started_at": account.created_at,
                **named,
                **(pair if kind == "link" else {"new_name": "Penhallow Lamps"}),
            },
        )
        return {"trade_id": account.pk, "operation_id": draft.pk, "operation_step": step}

    return Where("operations:step", found)


def for_management(name: str, act: str = "") -> Where:
    """The request of the demonstration that waits for management."""
    more = {"operation_act": act} if act else {}
    return Where(name, lambda _scene: {"office_operation_id": _waiting().pk, **more})


def _waiting() -> TradeAccountRequest:
    return TradeAccountRequest.objects.get(status="management")


def _recommended(scene: Scene) -> dict[str, Any]:
    return {"model_id": scene.model(requests.WORKS).pk, "operation_id": _waiting().pk}


recommending = Where("operations:recommend", _recommended)


def inside(company: str, name: str, query: str = "", **kwargs: Any) -> Where:
    """A page of a C-TPAT account; values that are functions are asked for the account."""

    def found(scene: Scene) -> dict[str, Any]:
        model = scene.model(company)
        about = {key: one(model) if callable(one) else one for key, one in kwargs.items()}
        return {"trade_id": model.trade_account_id, "model_id": model.pk, **about}

    return Where(name, found, query)


def submitted(company: str, name: str) -> Where:
    """A page about the newest submission of a C-TPAT account."""
    return inside(company, name, submission_id=lambda m: m.submissions.latest("submitted_at").pk)


def signed(company: str, name: str) -> Where:
    """A page about the newest signature of a C-TPAT account."""
    return inside(company, name, signature_id=lambda m: m.signatures.latest("signed_at").pk)


def saved_view(name: str) -> Where:
    """A page about a list that was saved under a name."""
    return Where(name, lambda _scene: {"view_id": SavedView.objects.get(name=library.VIEW).pk})


def zipped(name: str) -> Where:
    """A page about a ZIP file of documents."""
    return Where(name, lambda _scene: {"package_id": Package.objects.get(title=library.ZIP).pk})


def tagged(name: str) -> Where:
    """A page about a tag that the contacts of an account share."""
    return Where(name, lambda scene: {"tag_id": Tag.objects.filter(user=None)[0].pk})


def license_of(model: SecurityModel) -> Any:
    """The document with details, two versions and tags, whose preview is drawn."""
    document = model.documents.get(title=library.LICENSE.title)
    drawn(document.newest.file)
    return document.pk


def preview_of(model: SecurityModel) -> Any:
    """The first version of the document with a preview."""
    return model.documents.get(pk=license_of(model)).versions.get(number=1).pk


def public_version(title: str, name: str) -> Where:
    """A page about a version of a document of the public libraries, whose preview is drawn."""

    def found(_scene: Scene) -> dict[str, Any]:
        version = PublicVersion.objects.get(document__title=title)
        drawn(version.file)
        return {"public_version_id": version.pk}

    return Where(name, found)


def request_of(model: SecurityModel) -> Any:
    """The request for a document that waits for the company."""
    return DocumentRequest.objects.get(security_model=model, title=library.ASKED).pk


def answered_of(model: SecurityModel) -> Any:
    """The request for a document that the company answered."""
    return DocumentRequest.objects.get(security_model=model, title=library.LOG.title).pk


def monitored_of(model: SecurityModel) -> Any:
    """The monitoring of a partner that the account accepted, or that waits for its answer."""
    return Monitoring.objects.get(monitor=model).pk


def asked_of(model: SecurityModel) -> Any:
    """The request of the account that another company has to answer."""
    return Monitoring.objects.get(monitored=model, status="pending").pk


def proof_of(model: SecurityModel) -> Any:
    """The proof of its status that works."""
    return StatusProof.objects.get(security_model=model, revoked_at=None).pk


def revoked_proof_of(model: SecurityModel) -> Any:
    """The proof that was revoked."""
    return StatusProof.objects.get(security_model=model, revoked_at__isnull=False).pk


def outside(find: Callable[[SecurityModel], Any]) -> Where:
    """The page of an outsider for one of the proofs."""

    def kwargs(scene: Scene) -> dict[str, Any]:
        proof = StatusProof.objects.get(pk=find(scene.model(THISTLEWICK)))
        return {"token": public_path(proof).rsplit("/", 1)[1]}

    return Where("svi:verify", kwargs)


def approved_of(model: SecurityModel) -> Any:
    """The change request that was approved."""
    return model.change_requests.get(status="approved").pk


def returned_of(model: SecurityModel) -> Any:
    """The change request that the company must complete."""
    return model.change_requests.get(status="returned").pk


def named_of(model: SecurityModel) -> Any:
    """The change request for another company name, which waits for a decision."""
    return model.change_requests.get(kind="name").pk


def locked_of(model: SecurityModel) -> Any:
    """A number that can only be changed by a request."""
    return model.identifiers.get(type="IOR_IRS").pk


def letter_of(model: SecurityModel) -> Any:
    """The document that CBP added."""
    return model.documents.get(title=library.LETTER.title).pk


def inquiry(model: SecurityModel) -> Any:
    """The thread that waits for an answer of the company."""
    return model.threads.get(inquiry_on__isnull=False).pk


def reviewed(company: str, name: str, **kwargs: Any) -> Where:
    """A page of the review of the newest submission."""

    def found(scene: Scene) -> dict[str, Any]:
        newest = scene.model(company).submissions.latest("submitted_at")
        return {"model_id": newest.security_model_id, "submission_id": newest.pk, **kwargs}

    return Where(name, found)


def in_account(company: str, name: str, **kwargs: Any) -> Where:
    """A page of a trade account; functions are asked for its first C-TPAT account."""

    def found(scene: Scene) -> dict[str, Any]:
        model = scene.model(company)
        about = {key: one(model) if callable(one) else one for key, one in kwargs.items()}
        return {"trade_id": model.trade_account_id, **about}

    return Where(name, found)


def staffed(company: str, name: str, **kwargs: Any) -> Where:
    """A page of the program about a C-TPAT account; functions are asked for the account."""

    def found(scene: Scene) -> dict[str, Any]:
        model = scene.model(company)
        about = {key: one(model) if callable(one) else one for key, one in kwargs.items()}
        return {"model_id": model.pk, **about}

    return Where(name, found)


def missed(company: str) -> Where:
    """The page of the reason why the first annual review of an account was not done."""

    def found(scene: Scene) -> dict[str, Any]:
        model = scene.model(company)
        return {"model_id": model.pk, "day": all_years(model)[-1].cycle.due_on.isoformat()}

    return Where("reviews:review-reason", found)


def asked(act: str, company: str) -> Where:
    """The page on which staff ask for an act on a C-TPAT account."""
    return Where(
        "identity:ask", lambda scene: {"act_code": act, "subject_id": scene.model(company).pk}
    )


def in_queue(company: str, name: str) -> Where:
    """A page about the item of a C-TPAT account that waits for staff."""

    def found(scene: Scene) -> dict[str, Any]:
        item = WorkItem.objects.get(security_model=scene.model(company).pk)
        return {"model_id": item.security_model_id, "kind": item.kind, "item_id": item.id}

    return Where(name, found)


def person(email: str, name: str) -> Where:
    """A page of the program about a person."""
    return Where(name, lambda scene: {"user_id": User.objects.get(email=email).pk})


def public(title: str, name: str) -> Where:
    """A page about a document of the public libraries."""
    return Where(name, lambda _scene: {"public_id": PublicDocument.objects.get(title=title).pk})


def noticed(title: str, name: str, query: str = "", key: str = "program_notice_id") -> Where:
    """A page about a notice of the program."""
    return Where(name, lambda _scene: {key: ProgramNotice.objects.get(title=title).pk}, query)


def waiting_case() -> Where:
    """The recovery that waits for a second person."""
    return Where("identity:case", lambda _scene: {"case_id": RecoveryCase.objects.get().pk})


STRANGERS = (
    Seen("front-door", NOBODY, at("portal:landing")),
    Seen("register", NOBODY, at("identity:register")),
    Seen("register-sent", NOBODY, at("identity:register-sent")),
    Seen("link-ended", NOBODY, at("identity:confirm", token="unknown"), 410),
    Seen("email-link-ended", NOBODY, at("identity:email-confirm", token="unknown"), 410),
    Seen("email-undo-ended", NOBODY, at("identity:email-undo", token="unknown"), 410),
    Seen("email-undone", NOBODY, at("identity:email-undone")),
    Seen("sign-in", NOBODY, at("identity:sign-in")),
    Seen("recover", NOBODY, at("identity:recover")),
    Seen("recover-sent", NOBODY, at("identity:recover-sent")),
    Seen("recover-ended", NOBODY, at("identity:recover-link", token="unknown"), 410),
    Seen("not-found", NOBODY, at("portal:landing", "nowhere"), 404),
)
PEOPLE = (
    Seen("home", MARGUERITE, at("portal:home")),
    Seen("home-three-companies", ROSALIND, at("portal:home")),
    Seen("switcher", ROSALIND, at("portal:accounts")),
    Seen("account-tree", ROSALIND, at("portal:account-tree")),
    Seen("tasks", ROSALIND, at("portal:tasks")),
    Seen("messages", MARGUERITE, at("messages_app:inbox")),
    Seen("messages-account", MARGUERITE, of(THISTLEWICK, "messages_app:threads")),
    Seen("message-new", MARGUERITE, at("messages_app:new")),
    Seen("message-drafts", MARGUERITE, at("messages_app:drafts")),
    Seen(
        "message-inquiry", MARGUERITE, inside(THISTLEWICK, "messages_app:thread", thread_id=inquiry)
    ),
    Seen("library", MARGUERITE, at("documents:library")),
    Seen("library-none", LUCERO, at("documents:library")),
    Seen("library-account", MARGUERITE, of(THISTLEWICK, "documents:account-library")),
    Seen("archive", MARGUERITE, at("documents:archive")),
    Seen("archive-account", MARGUERITE, of(THISTLEWICK, "documents:account-archive")),
    Seen("upload", MARGUERITE, at("documents:upload")),
    Seen("storage", MARGUERITE, of(THISTLEWICK, "documents:account-storage")),
    Seen("views", MARGUERITE, at("trade_accounts:views")),
    Seen("views-none", LUCERO, at("trade_accounts:views")),
    Seen(
        "view-new",
        MARGUERITE,
        at("trade_accounts:view-new", "?path=/documents/&query=use%3Dunused"),
    ),
    Seen("view-edit", MARGUERITE, saved_view("trade_accounts:view-edit")),
    Seen("view-delete", MARGUERITE, saved_view("trade_accounts:view-delete")),
    Seen("zips", MARGUERITE, at("documents:zips")),
    Seen("zips-none", LUCERO, at("documents:zips")),
    Seen("zip", MARGUERITE, zipped("documents:zip")),
    Seen("tags", MARGUERITE, at("documents:all-tags")),
    Seen("tags-none", LUCERO, at("documents:all-tags")),
    Seen("tag", MARGUERITE, tagged("documents:tag")),
    Seen("tag-delete", MARGUERITE, tagged("documents:tag-delete")),
    Seen("operations-manage", OCTAVIA, of(requests.HOLDING, "operations:manage")),
    Seen("operations-manage-none", MARGUERITE, of(THISTLEWICK, "operations:manage")),
    Seen("operations-applied", OCTAVIA, operation(requests.LOGISTICS, "split")),
    Seen("operations-declined", OCTAVIA, operation(requests.HOLDING, "delink")),
    Seen("operations-to-decide", OCTAVIA, operation(requests.OUTLET, "merge")),
    Seen("operations-agree", OCTAVIA, operation(requests.OUTLET, "merge", act="agree")),
    Seen("operations-decline", OCTAVIA, operation(requests.OUTLET, "merge", act="decline")),
    Seen("operations-withdraw", OCTAVIA, operation(requests.RETAIL, "merge", act="withdraw")),
    Seen("operations-step", OCTAVIA, operation_step("top")),
    Seen("operations-step-subsidiary", OCTAVIA, operation_step("subsidiary")),
    Seen("operations-step-reason", OCTAVIA, operation_step("reason")),
    Seen("operations-step-check", OCTAVIA, operation_step("check")),
    Seen("operations-step-what", OCTAVIA, operation_step("what", "split")),
    Seen("operations-queue", ODALYS, Where("operations:queue")),
    Seen("operations-staff", ODALYS, for_management("operations:staff-request")),
    Seen("operations-approve", ODALYS, for_management("operations:decide", "approve")),
    Seen("operations-return", ODALYS, for_management("operations:decide", "return")),
    Seen("operations-many", ODALYS, Where("operations:approve-many")),
    Seen("operations-recommend", ODALYS, recommending),
    Seen("svi-agreement", MARGUERITE, of(THISTLEWICK, "svi:agreement")),
    Seen("svi-agreement-unsigned", IGNACIO, of(HALFMOON, "svi:agreement")),
    Seen("svi-request", MARGUERITE, of(THISTLEWICK, "svi:request")),
    Seen("svi-request-found", MARGUERITE, asking_query(THISTLEWICK, "svi:request", "?q=quill")),
    Seen("svi-request-none", MARGUERITE, asking_query(THISTLEWICK, "svi:request", "?q=zzz")),
    Seen("svi-request-blocked", IGNACIO, of(HALFMOON, "svi:request")),
    Seen("svi-match", MARGUERITE, of(THISTLEWICK, "svi:match")),
    Seen("svi-check-none", MARGUERITE, of(THISTLEWICK, "svi:check")),
    Seen("svi-monitored", MARGUERITE, of(THISTLEWICK, "svi:monitored")),
    Seen("svi-monitored-waiting", AUGUSTA, of(QUILLFEATHER, "svi:monitored")),
    Seen("svi-monitored-none", IGNACIO, of(HALFMOON, "svi:monitored")),
    Seen("svi-monitors", MARGUERITE, of(THISTLEWICK, "svi:monitors")),
    Seen("svi-partner", MARGUERITE, inside(THISTLEWICK, "svi:partner", monitoring_id=monitored_of)),
    Seen(
        "svi-accept",
        AUGUSTA,
        inside(QUILLFEATHER, "svi:answer", monitoring_id=monitored_of, answer_code="accept"),
    ),
    Seen(
        "svi-revoke",
        MARGUERITE,
        inside(THISTLEWICK, "svi:answer", monitoring_id=monitored_of, answer_code="revoke"),
    ),
    Seen("svi-withdraw", MARGUERITE, inside(THISTLEWICK, "svi:withdraw", asked_id=asked_of)),
    Seen("svi-sign", MARGUERITE, inside(THISTLEWICK, "agreements:read", kind="svi_revocation")),
    Seen(
        "svi-act",
        MARGUERITE,
        of(THISTLEWICK, "svi:monitored"),
        press="Answer or mark all",
    ),
    Seen("svi-proofs", MARGUERITE, of(THISTLEWICK, "svi:proofs")),
    Seen("svi-proofs-none", IGNACIO, of(HALFMOON, "svi:proofs")),
    Seen("svi-proof-new", MARGUERITE, of(THISTLEWICK, "svi:proof-new")),
    Seen(
        "svi-proof-new-wrong", MARGUERITE, of(THISTLEWICK, "svi:proof-new"), 422, "Make the proof"
    ),
    Seen("svi-proof-new-blocked", IGNACIO, of(HALFMOON, "svi:proof-new")),
    Seen("svi-proof", MARGUERITE, inside(THISTLEWICK, "svi:proof", proof_id=proof_of)),
    Seen(
        "svi-proof-ended", MARGUERITE, inside(THISTLEWICK, "svi:proof", proof_id=revoked_proof_of)
    ),
    Seen(
        "svi-proof-revoke", MARGUERITE, inside(THISTLEWICK, "svi:proof-revoke", proof_id=proof_of)
    ),
    Seen("svi-verify", NOBODY, outside(proof_of)),
    Seen("svi-verify-ended", NOBODY, outside(revoked_proof_of), 410),
    Seen("svi-verify-unknown", NOBODY, at("svi:verify", token="unknown"), 404),
    Seen("changes", MARGUERITE, of(THISTLEWICK, "change_requests:list")),
    Seen("changes-none", LUCERO, of(HALFMOON, "change_requests:list")),
    Seen("change-name-new", LUCERO, of(HALFMOON, "change_requests:new-name")),
    Seen("change-name-wrong", LUCERO, of(HALFMOON, "change_requests:new-name"), 422, "Continue"),
    Seen(
        "change-name",
        MARGUERITE,
        in_account(THISTLEWICK, "change_requests:name", name_change_id=named_of),
    ),
    Seen(
        "change-name-withdraw",
        MARGUERITE,
        in_account(THISTLEWICK, "change_requests:name-withdraw", name_change_id=named_of),
    ),
    *(
        Seen(f"change-numbers{name}", MARGUERITE, inside(THISTLEWICK, page, change_id=which))
        for name, page, which in (
            ("", "change_requests:numbers", returned_of),
            ("-approved", "change_requests:numbers", approved_of),
            ("-withdraw", "change_requests:numbers-withdraw", returned_of),
        )
    ),
    Seen("change-add-number", MARGUERITE, inside(THISTLEWICK, "change_requests:add-number")),
    Seen(
        "change-add-number-wrong",
        MARGUERITE,
        inside(THISTLEWICK, "change_requests:add-number"),
        422,
        "Put it into the request",
    ),
    Seen(
        "change-number",
        MARGUERITE,
        inside(THISTLEWICK, "change_requests:change-number", number_id=locked_of),
    ),
    Seen("identifiers-locked", MARGUERITE, inside(THISTLEWICK, "security_models:identifiers")),
    Seen("company-locked", MARGUERITE, of(THISTLEWICK, "trade_accounts:company")),
    Seen("requests", MARGUERITE, at("documents:requests")),
    Seen("requests-none", LUCERO, at("documents:requests")),
    Seen("requests-account", MARGUERITE, of(THISTLEWICK, "documents:account-requests")),
    Seen("request", MARGUERITE, inside(THISTLEWICK, REQUEST, request_id=request_of)),
    Seen("request-answered", MARGUERITE, inside(THISTLEWICK, REQUEST, request_id=answered_of)),
    Seen("library-found", MARGUERITE, at("documents:library", "?q=license")),
    Seen("preview", MARGUERITE, inside(THISTLEWICK, "documents:preview", version_id=preview_of)),
    Seen("document", MARGUERITE, inside(THISTLEWICK, DOCUMENT, document_id=license_of)),
    Seen("document-from-cbp", MARGUERITE, inside(THISTLEWICK, DOCUMENT, document_id=letter_of)),
    *(
        Seen(f"document-{name}", MARGUERITE, inside(THISTLEWICK, page, document_id=license_of))
        for name, page in OF_A_DOCUMENT.items()
    ),
    Seen("account-menu", MARGUERITE, at("identity:menu")),
    Seen("account-profile", MARGUERITE, at("identity:profile")),
    Seen("account-password", MARGUERITE, at("identity:password")),
    Seen("account-questions", MARGUERITE, at("identity:questions")),
    Seen("account-factors", MARGUERITE, at("identity:factors")),
    Seen("account-factors-none", LUCERO, at("identity:factors")),
    Seen("account-authenticator", LUCERO, at("identity:authenticator")),
    Seen("account-authenticator-replace", MARGUERITE, at("identity:authenticator")),
    Seen("account-authenticator-remove", JONAH, at("identity:authenticator-remove")),
    Seen("account-backup-codes", MARGUERITE, at("identity:backup-codes")),
    Seen("account-backup-codes-none", LUCERO, at("identity:backup-codes")),
    Seen("account-passkey-add", MARGUERITE, at("identity:passkey-add")),
    Seen("account-sign-ins", MARGUERITE, at("identity:sign-ins")),
    Seen("account-email", MARGUERITE, at("identity:email")),
    Seen("account-sessions", MARGUERITE, at("identity:sessions")),
    Seen("account-region", MARGUERITE, at("identity:region")),
    Seen("account-notifications", MARGUERITE, at("identity:notifications")),
    Seen("notices", MARGUERITE, at("identity:notices")),
    Seen("notices-of-staff", JONAH, at("identity:notices")),
    Seen("notices-filtered", MARGUERITE, at("identity:notices", "?state=read&topic=svi")),
    Seen("notice", MARGUERITE, Where("identity:notice", lambda scene: newest_of(MARGUERITE))),
    Seen("digests", NOBODY, Where("identity:digests", lambda scene: digest_of(MARGUERITE))),
    Seen(
        "digests-ended",
        NOBODY,
        Where("identity:digests", lambda scene: digest_of(ROSALIND)),
        press="End the daily digest",
    ),
    Seen("account-calendar", MARGUERITE, at("identity:calendar")),
    Seen("account-calendar-make", MARGUERITE, at("identity:calendar-make")),
    Seen("account-shortcuts", MARGUERITE, at("identity:shortcuts")),
    Seen("invitations", MARGUERITE, at("trade_accounts:invitations")),
)
ORGANIZATION = (
    Seen("trade-create", MARGUERITE, at("trade_accounts:create")),
    Seen("trade-company", MARGUERITE, of(THISTLEWICK, "trade_accounts:company")),
    Seen("trade-addresses", MARGUERITE, of(THISTLEWICK, "trade_accounts:addresses")),
    Seen("trade-address-matrix", MARGUERITE, of(THISTLEWICK, "security_models:address-matrix")),
    Seen("trade-address-add", MARGUERITE, of(THISTLEWICK, "trade_accounts:address-add")),
    Seen(
        "trade-address-edit",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:address", "addresses", "address_id"),
    ),
    Seen(
        "trade-address-remove",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:address-remove", "addresses", "address_id"),
    ),
    Seen("trade-users", MARGUERITE, of(THISTLEWICK, "trade_accounts:users")),
    Seen("trade-users-for-a-user", ROSALIND, of(THISTLEWICK, "trade_accounts:users")),
    Seen("trade-users-check", MARGUERITE, of(THISTLEWICK, "trade_accounts:contacts-checked")),
    Seen("trade-user-add", MARGUERITE, of(THISTLEWICK, "trade_accounts:user-add")),
    Seen("trade-user-add-refused", ROSALIND, of(THISTLEWICK, "trade_accounts:user-add"), 403),
    Seen(
        "trade-user-edit",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:user", "memberships", "membership_id"),
    ),
    Seen(
        "trade-user-end",
        MARGUERITE,
        first_of(THISTLEWICK, "trade_accounts:user-end", "memberships", "membership_id"),
    ),
    Seen(
        "trade-user-replace",
        MARGUERITE,
        Replacing("security_models:replace", company=THISTLEWICK, leaver=cast.TEODOR.email),
    ),
    Seen(
        "trade-user-replace-preview",
        MARGUERITE,
        Replacing(
            "security_models:replace",
            company=THISTLEWICK,
            leaver=MARGUERITE,
            successor=cast.TEODOR.email,
        ),
    ),
    Seen(
        "trade-ask-for-users",
        ROSALIND,
        of(THISTLEWICK, "trade_accounts:ask", account_act="users"),
    ),
    Seen("trade-summary", MARGUERITE, of(THISTLEWICK, "trade_accounts:summary")),
    Seen(
        "document-preparing",
        MARGUERITE,
        of(THISTLEWICK, "trade_accounts:summary-pdf"),
        202,
    ),
    Seen("trade-history", MARGUERITE, of(THISTLEWICK, "trade_accounts:history")),
    Seen("trade-tasks", MARGUERITE, of(THISTLEWICK, "portal:account-tasks")),
    Seen("trade-tasks-returned", IGNACIO, of(HALFMOON, "portal:account-tasks")),
    Seen("api-keys", MARGUERITE, of(THISTLEWICK, "trade_accounts:api-keys")),
    Seen("webhooks", MARGUERITE, of(THISTLEWICK, "webhooks:endpoints")),
    Seen("webhook-add", MARGUERITE, of(THISTLEWICK, "webhooks:add")),
    Seen("api-key-add", MARGUERITE, of(THISTLEWICK, "trade_accounts:api-key-add")),
)
BEGINNING = (
    Seen("accounts", MARGUERITE, of(THISTLEWICK, "security_models:accounts")),
    Seen("start", MARGUERITE, of(THISTLEWICK, "security_models:start")),
    Seen("criteria-index", MARGUERITE, at("security_profile:criteria-index")),
    Seen("criteria", MARGUERITE, at("security_profile:criteria", business_type="importer")),
)
DRAFT = (
    Seen("draft-glance", CATALINA, inside(OLD_KETTLE, "portal:glance")),
    Seen("draft-eligibility", CATALINA, inside(OLD_KETTLE, "security_models:eligibility")),
    Seen("draft-identifiers", CATALINA, inside(OLD_KETTLE, "security_models:identifiers")),
    Seen("draft-papers", CATALINA, inside(OLD_KETTLE, "security_models:papers")),
    Seen("draft-addresses", CATALINA, inside(OLD_KETTLE, "security_models:addresses")),
    Seen("draft-contacts", CATALINA, inside(OLD_KETTLE, "security_models:contacts")),
    Seen("draft-history", CATALINA, inside(OLD_KETTLE, "security_models:history")),
    Seen("draft-profile", CATALINA, inside(OLD_KETTLE, "security_profile:profile")),
    Seen("draft-criterion", CATALINA, inside(OLD_KETTLE, "security_profile:criterion", code="3.5")),
    Seen("draft-versions", CATALINA, inside(OLD_KETTLE, "security_profile:versions", code="3.5")),
    Seen("draft-approvals", CATALINA, inside(OLD_KETTLE, "security_profile:approvals")),
    Seen("draft-choose", CATALINA, inside(OLD_KETTLE, "security_profile:choose", code="3.5")),
    Seen("draft-summary", CATALINA, inside(OLD_KETTLE, "security_profile:summary")),
    Seen("draft-sign", CATALINA, inside(OLD_KETTLE, "agreements:read", kind="application")),
)
SUBMITTED = (
    Seen("submitted-glance", PRUDENCE, inside(LARKSPUR, "portal:glance")),
    Seen("submitted-identifiers", PRUDENCE, inside(LARKSPUR, "security_models:identifiers")),
    Seen("submitted-eligibility", PRUDENCE, inside(LARKSPUR, "security_models:eligibility")),
    Seen("submitted-profile", PRUDENCE, inside(LARKSPUR, "security_profile:profile")),
    Seen("submitted-summary", PRUDENCE, inside(LARKSPUR, "security_profile:summary")),
    Seen("submitted-submission", PRUDENCE, submitted(LARKSPUR, "security_profile:submission")),
    Seen("submitted-withdraw", PRUDENCE, submitted(LARKSPUR, "security_profile:withdraw")),
    Seen("submitted-agreements", PRUDENCE, inside(LARKSPUR, "agreements:list")),
    Seen("submitted-agreement", PRUDENCE, signed(LARKSPUR, "agreements:detail")),
    Seen("submitted-signed", PRUDENCE, signed(LARKSPUR, "agreements:done")),
    Seen("agreement-text", PRUDENCE, inside(LARKSPUR, "agreements:text", kind="partner_agreement")),
)
RETURNED = (
    Seen("returned-glance", IGNACIO, inside(HALFMOON, "portal:glance")),
    Seen("returned-profile", IGNACIO, inside(HALFMOON, "security_profile:profile")),
    Seen("returned-criterion", IGNACIO, inside(HALFMOON, "security_profile:criterion", code="3.5")),
    Seen("returned-summary", IGNACIO, inside(HALFMOON, "security_profile:summary")),
    Seen("returned-summary-employee", LUCERO, inside(HALFMOON, "security_profile:summary")),
    Seen(
        "returned-ask-to-sign",
        LUCERO,
        inside(HALFMOON, "trade_accounts:ask-in-model", model_act="sign"),
    ),
    Seen("sign-refused", LUCERO, inside(HALFMOON, "agreements:read", kind="application"), 403),
    Seen("returned-submission", IGNACIO, submitted(HALFMOON, "security_profile:submission")),
)
REVIEWING = (
    Seen("review-board", EMIL, at("security_profile:review-board")),
    Seen("annual-review", EMIL, inside(QUILLFEATHER, "security_profile:annual-review")),
    Seen(
        "annual-review-upcoming", MARGUERITE, inside(THISTLEWICK, "security_profile:annual-review")
    ),
    Seen("annual-review-none", CATALINA, inside(OLD_KETTLE, "security_profile:annual-review")),
    Seen(
        "review-category",
        EMIL,
        inside(QUILLFEATHER, "security_profile:review-category", number="1"),
    ),
    Seen("review-company", EMIL, inside(QUILLFEATHER, "security_profile:review-company")),
    Seen(
        "review-eligibility",
        EMIL,
        inside(QUILLFEATHER, "security_profile:review-eligibility", business_type="importer"),
    ),
    Seen("review-assessment", EMIL, inside(QUILLFEATHER, "security_profile:review-assessment")),
    Seen(
        "review-criterion",
        AUGUSTA,
        inside(QUILLFEATHER, "security_profile:criterion", code="1.2"),
    ),
    Seen("review-summary", AUGUSTA, inside(QUILLFEATHER, "security_profile:summary")),
)
CERTIFIED = (
    Seen("certified-glance", MARGUERITE, inside(THISTLEWICK, "portal:glance")),
    Seen("certified-profile", MARGUERITE, inside(THISTLEWICK, "security_profile:profile")),
    Seen(
        "certified-criterion",
        MARGUERITE,
        inside(THISTLEWICK, "security_profile:criterion", code="1.1"),
    ),
    Seen("certified-contacts", MARGUERITE, inside(THISTLEWICK, "security_models:contacts")),
    Seen("certified-contacts-employee", ROSALIND, inside(THISTLEWICK, "security_models:contacts")),
    Seen("certified-addresses", MARGUERITE, inside(THISTLEWICK, "security_models:addresses")),
    Seen("certified-summary", MARGUERITE, inside(THISTLEWICK, "security_profile:summary")),
    Seen("versions", MARGUERITE, inside(THISTLEWICK, "security_profile:versions", code="1.2")),
    Seen(
        "versions-refused",
        MARGUERITE,
        inside(THISTLEWICK, "security_profile:versions", "?from=1&to=9", code="1.2"),
        422,
    ),
    Seen("approvals", MARGUERITE, inside(THISTLEWICK, "security_profile:approvals")),
    Seen("profile-on", MARGUERITE, inside(THISTLEWICK, "security_profile:profile-on")),
    Seen(
        "profile-on-refused",
        MARGUERITE,
        inside(THISTLEWICK, "security_profile:profile-on", "?on=soon"),
        422,
    ),
    Seen(
        "profile-on-before",
        MARGUERITE,
        inside(THISTLEWICK, "security_profile:profile-on", "?on=2020-02-29"),
    ),
    Seen("certified-history", MARGUERITE, inside(THISTLEWICK, "security_models:history")),
)
STAFF = (
    Seen("queue", JONAH, at("reviews:queue")),
    Seen("partners", JONAH, at("reviews:partners")),
    Seen("staff-changes", JONAH, at("change_requests:all")),
    *(
        Seen(f"staff-change{name}", JONAH, staffed(THISTLEWICK, page, staff_change_id=which))
        for name, page, which in (
            ("", "change_requests:staff", named_of),
            ("-returned", "change_requests:staff", returned_of),
            ("-approved", "change_requests:staff", approved_of),
        )
    ),
    Seen(
        "staff-change-wrong",
        JONAH,
        staffed(THISTLEWICK, "change_requests:staff", staff_change_id=named_of),
        422,
        "Decide",
    ),
    Seen("staff-all-requests", JONAH, at("documents:requests")),
    Seen("staff-requests", JONAH, staffed(THISTLEWICK, "documents:staff-requests")),
    Seen("staff-request-new", JONAH, staffed(THISTLEWICK, "documents:staff-request-new")),
    *(
        Seen(f"staff-request{name}", JONAH, staffed(THISTLEWICK, page, request_id=which))
        for name, page, which in (
            ("", "documents:staff-request", request_of),
            ("-answered", "documents:staff-request", answered_of),
            ("-again", "documents:staff-request-again", answered_of),
            ("-cancel", "documents:staff-request-cancel", request_of),
        )
    ),
    Seen(
        "staff-preview",
        JONAH,
        staffed(THISTLEWICK, "documents:staff-preview", version_id=preview_of),
    ),
    Seen("staff-library", JONAH, staffed(THISTLEWICK, "documents:staff-library")),
    Seen("staff-svi", JONAH, staffed(THISTLEWICK, "svi:overview")),
    Seen("staff-storage", JONAH, staffed(THISTLEWICK, "documents:staff-storage")),
    Seen("staff-archive", JONAH, staffed(THISTLEWICK, "documents:staff-archive")),
    Seen("staff-upload", JONAH, staffed(THISTLEWICK, "documents:staff-upload")),
    *(
        Seen(f"staff-document-{name}", JONAH, staffed(THISTLEWICK, page, document_id=letter_of))
        for name, page in OF_A_DOCUMENT_FOR_STAFF.items()
    ),
    Seen("staff-messages", JONAH, at("messages_app:staff-threads")),
    Seen("staff-message-new", JONAH, staffed(THISTLEWICK, "messages_app:staff-new")),
    Seen(
        "staff-message", JONAH, staffed(THISTLEWICK, "messages_app:staff-thread", thread_id=inquiry)
    ),
    Seen("pool", JONAH, at("reviews:pool")),
    Seen("partner-returned", JONAH, staffed(HALFMOON, "reviews:partner")),
    Seen("partner-certified", JONAH, staffed(THISTLEWICK, "reviews:partner")),
    Seen("review-of-approved", JONAH, reviewed(THISTLEWICK, "reviews:criterion", code="1.1")),
    Seen("partner-versions", JONAH, staffed(THISTLEWICK, "reviews:versions", code="1.2")),
    Seen("partner-approvals", JONAH, staffed(THISTLEWICK, "reviews:approvals")),
    Seen("partner-profile-on", JONAH, staffed(THISTLEWICK, "reviews:profile-on")),
    Seen("review-not-assigned", JONAH, staffed(LARKSPUR, "reviews:partner"), 404),
    Seen("open-work", ODALYS, at("reviews:open-work")),
    Seen("specialist", ODALYS, person(JONAH, "reviews:specialist")),
    Seen(
        "assign-many",
        ODALYS,
        person(JONAH, "reviews:specialist"),
        press="^Hand over",
        answers="reviews:assign-many",
    ),
    Seen("management", ODALYS, at("reviews:management")),
    Seen("invitation-codes", ODALYS, at("reviews:invitation-codes")),
    Seen("records", ODALYS, at("portal:records")),
    Seen("partner-for-management", ODALYS, staffed(LARKSPUR, "reviews:partner")),
    Seen("vetting", ODALYS, staffed(LARKSPUR, "reviews:vetting")),
    Seen("assignment", ODALYS, staffed(LARKSPUR, "reviews:assignment")),
    Seen("not-accept", ODALYS, staffed(LARKSPUR, "reviews:not-accept")),
    Seen("staff-profile", ODALYS, at("identity:profile")),
)
LOOKED_AFTER = (
    Seen("security-history", MARGUERITE, at("identity:security-history")),
    Seen("disabled-users", JONAH, at("identity:disabled-users")),
    Seen("disabled-users-none", IMRE, at("identity:disabled-users")),
    Seen("reactivate", JONAH, person(BENEDICTA, "identity:reactivate")),
    Seen("ask-to-assign", JONAH, asked("assignment", HALFMOON)),
    Seen("disabled-idle", BENEDICTA, at("identity:disabled")),
    Seen("helpdesk", WILHELMINA, at("identity:helpdesk")),
    Seen("helpdesk-user", WILHELMINA, person(MARGUERITE, "identity:helpdesk-user")),
    Seen("helpdesk-disabled", WILHELMINA, person(BENEDICTA, "identity:helpdesk-user")),
    Seen("helpdesk-disable", WILHELMINA, person(LUCERO, "identity:disable")),
    Seen("helpdesk-end-sessions", WILHELMINA, person(MARGUERITE, "identity:end-sessions")),
    Seen("helpdesk-open-case", WILHELMINA, person(LUCERO, "identity:open-case")),
    Seen("helpdesk-open-case-alone", WILHELMINA, person(CATALINA, "identity:open-case")),
    Seen("helpdesk-cases-none", WILHELMINA, at("identity:cases")),
    Seen("unsent-none", WILHELMINA, at("identity:unsent")),
)
NOTICES = (
    Seen("templates", JONAH, at("messages_app:templates")),
    Seen("template-new", ODALYS, at("messages_app:template-new")),
    Seen("messages-to-many", JONAH, at("messages_app:broadcasts")),
    Seen("notices-of-staff", PHILIPPA, at("messages_app:notices")),
    Seen("notice-new", PHILIPPA, at("messages_app:notice-new")),
    Seen("notice-draft", PHILIPPA, noticed(notices.DRAFT, "messages_app:notice")),
    Seen("notice-edit", PHILIPPA, noticed(notices.DRAFT, "messages_app:notice-edit")),
    Seen("notice-preview", PHILIPPA, noticed(notices.DRAFT, "messages_app:notice-preview")),
    Seen(
        "notice-accounts",
        PHILIPPA,
        noticed(notices.DRAFT, "messages_app:notice-preview", "?as=contacts&show=accounts"),
    ),
    Seen("notice-publish", PHILIPPA, noticed(notices.DRAFT, "messages_app:notice-publish")),
    Seen("notice-discard", PHILIPPA, noticed(notices.DRAFT, "messages_app:notice-discard")),
    Seen("notice-shown", PHILIPPA, noticed(notices.SHOWN, "messages_app:notice")),
    Seen("notice-correct", PHILIPPA, noticed(notices.SHOWN, "messages_app:notice-edit")),
    Seen("notice-withdraw", PHILIPPA, noticed(notices.SHOWN, "messages_app:notice-withdraw")),
    Seen("notice-readers", PHILIPPA, noticed(notices.ALERT, "messages_app:notice-readers")),
    Seen("notices-read-only", JONAH, at("messages_app:notices")),
    Seen("program-notices", MARGUERITE, at("messages_app:program-notices")),
    Seen("program-notices-none", ODALYS, at("messages_app:program-notices")),
    Seen(
        "program-notice",
        MARGUERITE,
        noticed(notices.ALERT, "messages_app:program-notice", key="notice_id"),
    ),
)
PUBLIC = (
    Seen("trade-public", MARGUERITE, at("documents:trade-public")),
    Seen("ctpat-public", MARGUERITE, at("documents:ctpat-public")),
    Seen(
        "public-preview",
        MARGUERITE,
        public_version(public_documents.TRADE, "documents:public-preview"),
    ),
    Seen(
        "version-preview",
        PHILIPPA,
        public_version(public_documents.ALERT, "documents:version-preview"),
    ),
    Seen("public-documents", PHILIPPA, at("documents:public-documents")),
    Seen("public-read-only", JONAH, at("documents:public-documents", "?library=trade")),
    Seen("public-new", PHILIPPA, at("documents:public-new")),
    Seen("public-draft", PHILIPPA, public(public_documents.DRAFT, "documents:public-document")),
    Seen("public-edit", PHILIPPA, public(public_documents.DRAFT, "documents:public-edit")),
    Seen("public-publish", PHILIPPA, public(public_documents.DRAFT, "documents:public-publish")),
    Seen("public-discard", PHILIPPA, public(public_documents.DRAFT, "documents:public-discard")),
    Seen("public-shown", PHILIPPA, public(public_documents.ALERT, "documents:public-document")),
    Seen("public-withdraw", PHILIPPA, public(public_documents.ALERT, "documents:public-withdraw")),
)
DEMO = (
    *STRANGERS, *PEOPLE, *ORGANIZATION, *BEGINNING, *DRAFT, *SUBMITTED, *RETURNED, *REVIEWING,
    *CERTIFIED, *STAFF, *LOOKED_AFTER, *NOTICES, *PUBLIC,
)  # fmt: skip
SECOND_ROUND = (
    Seen("second-queue", JONAH, at("reviews:queue")),
    Seen("second-snooze", JONAH, in_queue(HALFMOON, "reviews:snooze")),
    Seen("second-partner", JONAH, staffed(HALFMOON, "reviews:partner")),
    Seen("second-review", JONAH, reviewed(HALFMOON, "reviews:criterion", code="3.5")),
    Seen("second-review-unchanged", JONAH, reviewed(HALFMOON, "reviews:criterion", code="1.1")),
    Seen("second-complete", JONAH, reviewed(HALFMOON, "reviews:complete")),
    Seen("second-glance", IGNACIO, inside(HALFMOON, "portal:glance")),
    Seen("second-submission", IGNACIO, submitted(HALFMOON, "security_profile:submission")),
)
ENDINGS = (
    Seen("lapsed-glance", endings.OWNER, inside(endings.LAPSED, "portal:glance")),
    Seen("lapsed-reopen", endings.OWNER, inside(endings.LAPSED, "security_models:reopen")),
    Seen(
        "lapsed-criterion",
        endings.OWNER,
        inside(endings.LAPSED, "security_profile:criterion", code="1.1"),
    ),
    Seen(
        "lapsed-identifiers", endings.OWNER, inside(endings.LAPSED, "security_models:identifiers")
    ),
    Seen("not-eligible", endings.OWNER, inside(endings.OTHER, "security_models:eligibility")),
    Seen(
        "question-again",
        endings.OWNER,
        inside(endings.OTHER, "security_models:question", code="START1"),
    ),
    Seen(
        "no-type-identifiers", endings.OWNER, inside(endings.OTHER, "security_models:identifiers")
    ),
    Seen("no-type-profile", endings.OWNER, inside(endings.OTHER, "security_profile:profile")),
    Seen("no-type-glance", endings.OWNER, inside(endings.OTHER, "portal:glance")),
    Seen("api-keys-some", endings.OWNER, of(endings.OTHER, "trade_accounts:api-keys")),
    Seen(
        "api-key-revoke",
        endings.OWNER,
        first_of(endings.OTHER, "trade_accounts:api-key-revoke", "api_keys", "key_id"),
    ),
    Seen("webhooks-some", endings.OWNER, of(endings.OTHER, "webhooks:endpoints")),
    Seen("webhook", endings.OWNER, hooked("webhooks:endpoint")),
    Seen("webhook-off", endings.OWNER, hooked("webhooks:endpoint", 1)),
    Seen("webhook-edit", endings.OWNER, hooked("webhooks:edit")),
    Seen("webhook-rotate", endings.OWNER, hooked("webhooks:rotate", 1)),
    Seen("webhook-secret", endings.OWNER, hooked("webhooks:rotate"), press="Make a new secret"),
    Seen("webhook-act", endings.OWNER, hooked("webhooks:act", hook_act="delete")),
    Seen("webhook-delivery", endings.OWNER, delivered("delivered")),
    Seen("webhook-delivery-withheld", endings.OWNER, delivered("withheld")),
    Seen("calendar-on", endings.OWNER, at("identity:calendar")),
    Seen("calendar-change", endings.OWNER, at("identity:calendar-change")),
    Seen("calendar-end", endings.OWNER, at("identity:calendar-end")),
    Seen("users-import", endings.OWNER, of(endings.OTHER, "trade_accounts:users-import")),
    Seen("addresses-import", endings.OWNER, of(endings.OTHER, "trade_accounts:addresses-import")),
    Seen("sheet", endings.OWNER, sheet_of("users")),
    Seen("sheet-applied", endings.OWNER, sheet_of("addresses")),
    Seen("users-invited", endings.OWNER, of(endings.OTHER, "trade_accounts:users")),
    Seen("invitations-some", endings.INVITED, at("trade_accounts:invitations")),
    Seen("disabled", endings.DISABLED, at("identity:disabled")),
    Seen("password-expired", endings.EXPIRED, at("identity:password")),
    Seen("password-expiring", endings.EXPIRING, at("portal:home")),
    Seen("questions-lost", endings.EXPIRING, at("identity:questions")),
    Seen("invitation-codes-some", endings.MANAGER, at("reviews:invitation-codes")),
    Seen(
        "invitation-code-revoke",
        endings.MANAGER,
        Where("reviews:revoke-code", lambda _scene: {"code_id": InvitationCode.objects.get().pk}),
    ),
    Seen("helpdesk-cases", endings.HELPER, at("identity:cases")),
    Seen("unsent", endings.HELPER, at("identity:unsent")),
    Seen("emails-fail", endings.FAILING, at("identity:email")),
    Seen("helpdesk-case-own", endings.HELPER, waiting_case()),
    Seen("helpdesk-case", endings.SECOND, waiting_case()),
    Seen(
        "helpdesk-registration-link",
        endings.HELPER,
        person(endings.UNFINISHED, "identity:registration-link"),
    ),
    Seen("queue-empty", endings.MANAGER, at("reviews:queue")),
    Seen("pool-empty", endings.MANAGER, at("reviews:pool")),
    Seen("annual-reviews", endings.MANAGER, at("reviews:annual-reviews")),
    Seen("annual-reviews-own", annual_reviews.SPECIALIST, at("reviews:annual-reviews")),
    Seen(
        "annual-review-signed",
        annual_reviews.SPECIALIST,
        reviewed(annual_reviews.LATE, "reviews:annual-review"),
    ),
    Seen(
        "annual-review-complete",
        annual_reviews.SPECIALIST,
        reviewed(annual_reviews.LATE, "reviews:complete"),
    ),
    Seen(
        "annual-review-part",
        annual_reviews.SPECIALIST,
        reviewed(annual_reviews.LATE, "reviews:annual-part", part="assessment"),
    ),
    Seen("annual-review-queue", annual_reviews.SPECIALIST, at("reviews:queue")),
    Seen(
        "annual-review-partner",
        endings.MANAGER,
        staffed(annual_reviews.MISSED, "reviews:partner"),
    ),
    Seen("review-reason", endings.MANAGER, missed(annual_reviews.MISSED)),
    Seen("mails", NOBODY, at("demo:mails")),
    Seen("mail", NOBODY, at("demo:mail", name=endings.mail_name(0))),
)
PAGES = {"demo": DEMO, "second-round": SECOND_ROUND, "endings": ENDINGS}
#: Pages whose address is looked at in a richer state in every run; the long run looks at all.
OTHER_STATES = {
    "home", "password-expiring", "password-expired", "questions-lost", "staff-profile",
    "account-calendar", "account-factors-none", "account-authenticator-replace",
    "account-backup-codes-none",
    "invitations", "trade-users", "trade-users-for-a-user", "sign-refused", "trade-tasks",
    "api-keys", "webhooks", "webhook", "webhook-delivery-withheld",
    "draft-glance", "submitted-glance", "returned-glance", "lapsed-glance",
    "no-type-glance", "submitted-eligibility", "not-eligible", "submitted-identifiers",
    "lapsed-identifiers", "no-type-identifiers", "certified-addresses", "certified-contacts",
    "certified-contacts-employee", "draft-history", "draft-profile", "submitted-profile",
    "certified-profile", "no-type-profile", "draft-criterion", "certified-criterion",
    "lapsed-criterion", "draft-summary", "submitted-summary", "returned-summary-employee",
    "certified-summary", "submitted-submission", "returned-submission", "queue", "queue-empty",
    "pool-empty", "partner-returned", "partner-certified", "partner-for-management",
    "review-not-assigned", "review-of-approved", "invitation-codes", "disabled-users-none",
    "disabled", "helpdesk-disabled", "helpdesk-open-case-alone", "helpdesk-cases-none",
    "unsent-none",
    "helpdesk-case-own", "versions-refused", "profile-on-refused", "profile-on-before",
    "annual-reviews-own", "annual-review-complete", "annual-review-queue", "annual-review-partner",
    "draft-versions", "draft-approvals",
}  # fmt: skip
