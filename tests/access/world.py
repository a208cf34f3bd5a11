"""A small world with one of everything, and a person for every role."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementText, Ceremony, Signature
from agreements.states import AgreementKind
from audit.services import person_scope
from core import clock
from core.access import for_user, system
from core.crypto import secret_hash
from core.ids import new_id, new_secret
from documents.models import Document, DocumentVersion, Package, Tag, Tagging
from documents.states import PackageState
from files.models import StoredFile
from files.services import keep_made, write_made
from identity.models import RecoveryCase, User
from identity.states import SetUpStep
from messages_app.models import Broadcast, Draft, MessageFile, ReplyTemplate, Thread
from messages_app.services import broadcasts, templates
from notifications.models import Notification
from security_models.models import InvitationCode, SecurityModel, SupportingPaper
from security_models.states import ContactRole, PaperKind
from security_profile.models import EvidenceLink, Submission
from security_profile.services import review
from tests.factories import change_requests, operations, previews, public_documents, svi
from tests.factories.document_requests import asked_for
from tests.factories.hooks import make_delivery, make_endpoint
from tests.factories.messages import write
from tests.factories.notices import addressed
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.reviews import sent_in, specialist
from tests.factories.trade import make_account, make_contact, make_member, make_model
from trade_accounts.models import (
    Address,
    ApiKey,
    ImportedSheet,
    Invitation,
    SavedView,
    TradeAccount,
)
from trade_accounts.states import MembershipState, MembershipType

#: Everyone who requests pages, in the order of the table's columns.
ROLES = (
    "anonymous",
    "stranger",
    "invited",
    "ended",
    "user",
    "company_administrator",
    "consultant",
    "employee",
    "officer",
    "officer_of_a_sibling",
    "assigned_scss",
    "other_scss",
    "management",
    "program_admin",
    "helpdesk",
    "staff_without_second_factor",
    "disabled",
    "expired_password",
    "unfinished",
)


@dataclass
class World:
    """The tenant whose addresses are requested, and the people.

    ``mailed`` has the paths of emailed links, by the name of the page behind each.
    """

    account: TradeAccount
    model: SecurityModel
    submission: Submission
    people: dict[str, User | None] = field(default_factory=dict)
    kwargs: dict[str, Any] = field(default_factory=dict)
    mailed: dict[str, str] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser in which that person has signed in and was seen.

        Otherwise each request that is undone would write the session again.
        """
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        user = self.people[role]
        if user is not None:
            client.force_login(user, backend="identity.backends.PasswordBackend")
            client.post(reverse("identity:stay"))
        return client


def build(name: str = "Mulberry Lane Footwear") -> World:
    """Company, model under review, people in every state, and the ids that addresses contain."""
    model = sent_in(name=name)
    submission = model.submissions.get()
    access = specialist(model)
    submission = review.start_review(actor=access, submission_id=submission.pk)
    world = World(model.trade_account, model, submission)
    world.people = _people(world, access.user)
    world.kwargs = _ids(world)
    return world


def _people(world: World, scss: User) -> dict[str, User | None]:
    account, model = world.account, world.model
    stranger = make_model(make_account("Old Kettle Packaging")).started_by
    ended = make_member(account, state=MembershipState.ENDED).user
    disabled = make_contact(model, role=ContactRole.OFFICER).membership.user
    expired = make_contact(model, role=ContactRole.OFFICER).membership.user
    assert disabled is not None
    assert expired is not None
    User.objects.filter(pk=disabled.pk).update(disabled_at=clock.now(), disabled_kind="idle")
    old = clock.now() - dt.timedelta(days=91)
    User.objects.filter(pk=expired.pk).update(password_changed_at=old)
    sibling = make_model(account, make_member(account).user).started_by
    administrator = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR).user
    officer = make_contact(model, role=ContactRole.OFFICER).membership.user
    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": stranger,
        "invited": make_member(account, state=MembershipState.INVITED).user,
        "ended": ended,
        "user": make_member(account).user,
        "company_administrator": administrator,
        "consultant": make_contact(model, role=ContactRole.CONSULTANT).membership.user,
        "employee": make_contact(model, role=ContactRole.EMPLOYEE).membership.user,
        "officer": officer,
        "officer_of_a_sibling": sibling,
        "assigned_scss": scss,
        "other_scss": UserFactory.create(staff_role="scss"),
        "management": UserFactory.create(staff_role="management"),
        "program_admin": UserFactory.create(staff_role="program_admin"),
        "helpdesk": UserFactory.create(staff_role="helpdesk"),
        "staff_without_second_factor": UserFactory.create(
            staff_role="management", authenticator=False
        ),
        "disabled": User.objects.get(pk=disabled.pk),
        "expired_password": User.objects.get(pk=expired.pk),
        "unfinished": UserFactory.create(set_up_step=SetUpStep.PROFILE),
    }
    assert set(people) == set(ROLES)
    return people


def _ids(world: World) -> dict[str, Any]:
    """A value for every placeholder in an address; rows of the world where there are some."""
    account, model = world.account, world.model
    link = EvidenceLink.objects.filter(security_model=model).select_related(
        "response__criterion", "document_version"
    )[0]
    member = make_member(account)
    now = clock.now()
    token = f"token-{account.pk}"
    Invitation.objects.create(
        trade_account=account,
        membership=member,
        token_hash=secret_hash(token),
        sent_at=now,
        expires_at=now + dt.timedelta(days=1),
    )
    key = ApiKey.objects.create(
        trade_account=account,
        user=account.created_by,
        name="ERP",
        prefix="pk_1",
        scopes=["svi:read"],
        key_hash=secret_hash(new_secret()),
        created_at=now,
    )
    paper = SupportingPaper.objects.create(
        security_model=model,
        kind=PaperKind.DEED_OF_INCORPORATION,
        file=link.document_version.file,
        added_at=now,
        added_by_name="x",
    )
    code = InvitationCode.objects.create(
        code=f"INV-Q7Q7-{InvitationCode.objects.count():04d}",
        business_type_id="foreign_manufacturer",
        country="VN",
        issued_at=now,
        issued_by_id=world.submission.submitted_by_id,
    )
    for stored in StoredFile.objects.all():
        default_storage.save(stored.storage_key, ContentFile(b"%PDF-1.7"))
    ceremony, signature = _signed(world)
    thread, attached, draft = _written(world, link.document_version.file)
    disabled, officer = world.people["disabled"], world.people["officer"]
    assert disabled is not None and officer is not None
    case = RecoveryCase.objects.create(
        user=disabled,
        lost="password",
        reason="x",
        identity_check="x",
        opened_at=now,
        opened_by=UserFactory.create(staff_role="helpdesk"),
        expires_at=now + dt.timedelta(days=1),
    )
    address = Address.objects.filter(trade_account=account)[0]
    roles = ("company_administrator", "consultant", "employee", "officer")
    notice = addressed(model, [world.people[one] for one in roles])
    public = public_documents.published(library="ctpat")
    for file in (link.document_version.file, public_documents.version_of(public).file):
        previews.shown(file)
    return {
        "trade_id": account.pk,
        "model_id": model.pk,
        "submission_id": world.submission.pk,
        "item_id": world.submission.pk,
        "address_id": address.pk,
        "membership_id": member.pk,
        "key_id": key.pk,
        "token": token,
        "handle": "0" * 32,
        "version_id": link.document_version_id,
        "document_id": link.document_version.document_id,
        "link_id": link.pk,
        "code": link.response.criterion.code,
        "kind": "application",
        "part": "assessment",
        "key": "x",
        "day": "2020-05-04",
        "paper_id": paper.pk,
        "ceremony_id": ceremony.pk,
        "signature_id": signature.pk,
        "code_id": code.pk,
        "waiting_id": model.pk,
        "passkey_id": 1,
        "own_notice_id": make_notices(officer),
        "business_type": "importer",
        "number": 1,
        "question": "IMP1",
        "name": "x",
        "user_id": disabled.pk,
        "case_id": case.pk,
        "way": "answers",
        "account_act": "users",
        "model_act": "contacts",
        "act_code": "reactivate",
        "notice_id": notice.pk,
        "program_notice_id": notice.pk,
        "public_notice_id": notice.pk,
        "public_id": public.pk,
        "public_version_id": public_documents.version_of(public).pk,
        "subject_id": disabled.pk,
        "thread_id": thread.pk,
        "file_id": attached.pk,
        "draft_id": draft.pk,
        "template_id": _template(world).pk,
        "broadcast_id": _to_many(world).pk,
        "request_id": asked_for(model).pk,
        **_changes(account, model),
        "monitoring_id": svi.between(svi.other_company(), model).pk,
        "asked_id": svi.between(model, svi.other_company()).pk,
        "proof_id": svi.proof(model).pk,
        "operation_id": operations.asked_of(account).pk,
        "office_operation_id": operations.asked_of(account).pk,
        "operation": "link",
        "operation_step": "reason",
        "operation_act": "decline",
        "answer_code": "remove",
        **_webhook(model),
        "tag_id": _tag(link.document_version.document).pk,
        "view_id": _view(officer).pk,
        "sheet_id": _sheet(world).pk,
        "package_id": _package(officer, link.document_version).pk,
    }


def _changes(account: TradeAccount, model: SecurityModel) -> dict[str, Any]:
    """Change requests of the company: about its name, about numbers, and one for the office."""
    name = change_requests.name_row(account, model)
    numbers = change_requests.number_row(model)
    office = change_requests.name_row(account)
    return {
        "name_change_id": name.pk,
        "name_proof_id": name.proofs.get().pk,
        "change_id": numbers.pk,
        "staff_change_id": numbers.pk,
        "change_proof_id": numbers.proofs.get().pk,
        "office_change_id": office.pk,
        "office_proof_id": office.proofs.get().pk,
        "number_id": change_requests.number(model).pk,
    }


def _webhook(model: SecurityModel) -> dict[str, Any]:
    """A webhook of the company, with an event on its way."""
    endpoint, _secret = make_endpoint(model.trade_account)
    row = make_delivery(endpoint, model)
    return {"endpoint_id": endpoint.pk, "delivery_id": row.pk, "hook_act": "test"}


def _view(user: User) -> SavedView:
    """A list that a person saved for themselves."""
    return SavedView.objects.create(
        user=user, name="Not used", path="/documents/", query="use=unused", saved_at=clock.now()
    )


def _sheet(world: World) -> ImportedSheet:
    """A spreadsheet that the Company Administrator has uploaded."""
    person = world.people["company_administrator"]
    assert person is not None
    return ImportedSheet.objects.create(
        trade_account=world.account,
        user=person,
        kind="users",
        file_name="users.xlsx",
        columns=["Email address"],
        rows=[{"number": 2, "cells": ["x"], "action": "error", "problems": {"0": ["Wrong"]}}],
        made_at=clock.now(),
        applied_at=clock.now(),
    )


def _package(user: User, version: DocumentVersion) -> Package:
    """A ZIP file of one person with one document, ready to be downloaded."""
    now = clock.now()
    file = keep_made(
        write_made([b"PK"]),
        name="Evidence.zip",
        content_type="application/zip",
        scope=person_scope(user.pk),
        actor=system("A ZIP file of a test"),
    )
    named = {"model": str(version.security_model_id), "version": str(version.pk)}
    return Package.objects.create(
        user=user,
        title="Evidence",
        state=PackageState.READY,
        contents=[{**named, "title": version.title, "folder": ""}],
        total=1,
        file=file,
        requested_at=now,
        ready_at=now,
        next_attempt_at=now,
    )


def _tag(document: Document) -> Tag:
    """A tag that the contacts share, on a document."""
    tag = Tag.objects.create(
        security_model_id=document.security_model_id, word="Locks", made_at=clock.now()
    )
    Tagging.objects.create(
        tag=tag,
        document=document,
        security_model_id=document.security_model_id,
        tagged_at=clock.now(),
    )
    return tag


def _to_many(world: World) -> Broadcast:
    """A message of the assigned specialist to many partners, which is not sent yet."""
    return broadcasts.send_to_many(
        actor=for_user(world.people["assigned_scss"]),
        form_key=new_id(),
        subject="Locks",
        body="Dear {contact}",
        partners=[world.model.pk],
    )


def _template(world: World) -> ReplyTemplate:
    """A template of the assigned specialist."""
    specialist = world.people["assigned_scss"]
    assert specialist is not None
    return templates.add_template(
        actor=for_user(specialist), form_key=new_id(), name="Locks", body="Dear {contact}"
    )


def _written(world: World, file: StoredFile) -> tuple[Thread, MessageFile, Draft]:
    """A thread with a file, and a draft, of the officer."""
    officer = world.people["officer"]
    assert officer is not None
    thread = write(access_to(world.model, officer))
    attached = MessageFile.objects.create(
        message=thread.messages.get(), security_model=world.model, file=file, position=0
    )
    draft = Draft.objects.create(
        user=officer, security_model=world.model, body="Not sent yet.", saved_at=clock.now()
    )
    return thread, attached, draft


def make_notices(user: User) -> uuid.UUID:
    """An unread notice of a person, beside one that was read; the id of the first."""
    now = clock.now()
    read, unread = (
        Notification.objects.create(
            user_id=user.pk,
            kind="submission.received",
            subject="x: submission received",
            body="x",
            account="x",
            created_at=now,
            read_at=read_at,
            scope_kind="person",
            scope_id=user.pk,
        )
        for read_at in (now, None)
    )
    assert read.read_at is not None
    return unread.pk


def _signed(world: World) -> tuple[Ceremony, Signature]:
    """A ceremony and a signature of the officer."""
    user = world.submission.submitted_by
    text = AgreementText.objects.filter(kind=AgreementKind.PARTNER)[0]
    now = clock.now()
    ceremony = Ceremony.objects.create(
        security_model=world.model,
        user=user,
        kind="application",
        content={},
        read_hash="x",
        read_at=now,
    )
    signature = Signature.objects.create(
        id=new_id(),
        security_model=world.model,
        ceremony=ceremony,
        kind=text.kind,
        text=text,
        content="x",
        content_hash="x",
        signer=user,
        signer_name=user.name,
        typed_name=user.name,
        signer_email=user.email,
        signer_title="x",
        signer_role="officer",
        certification="x",
        electronic_business="x",
        proofs=[],
        signed_at=now,
        signed_on=clock.today(),
    )
    return ceremony, signature
