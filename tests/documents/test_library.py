"""Documents of a C-TPAT account: adding, the library, types, and who may download (D1-D6)."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from audit.models import Event
from audit.selectors import events_for, timeline
from audit.services import account_scope, model_scope
from core.access import Access
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from core.reference import rows_of
from documents import selectors, services
from documents.checks.details import Details
from documents.models import Document, DocumentType, DocumentVersion
from documents.services import versions
from documents.states import PlaceKind
from files.models import StoredFile
from files.providers.account_names import account_name
from files.services import scan
from files.states import ScanState
from security_models import grants
from security_models.models import SecurityModel
from security_models.states import ContactRole
from tests.factories.models import access_to
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from tests.files import corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    """A C-TPAT account just started."""
    return make_model(make_account("Thistlewick Home Goods"))


def _add(model: SecurityModel, actor: Access | None = None, **more: Any) -> DocumentVersion:
    values: dict[str, Any] = {
        "upload": SimpleUploadedFile("seals.pdf", corpus.pdf()),
        "title": "Seal procedure",
        "type_code": "seal_procedure",
        "place": services.Place(PlaceKind.PROFILE, "6.1"),
    } | more
    said = {name: values.pop(name) for name in ("title", "type_code")}
    return services.add_document(
        actor=actor or access_to(model), model=model, details=Details(**said), **values
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# --- adding --------------------------------------------------------------------------------------


def test_d2_an_upload_becomes_a_document_with_type_model_and_place(model: SecurityModel) -> None:
    version = _add(model)
    document = version.document
    assert (version.number, version.title) == (1, "Seal procedure")
    assert document.type_id == "seal_procedure"
    assert [str(place) for place in document.places.all()] == ["Security profile 6.1"]
    assert document.security_model_id == version.security_model_id == model.pk
    assert (version.file.scope_kind, version.file.scope_id) == ("security_model", model.pk)
    assert version.file.state == ScanState.QUARANTINED
    assert document.created_by_name == model.started_by.name


def test_a_document_without_a_title_is_called_like_its_file(model: SecurityModel) -> None:
    assert _add(model, title="  ").title == "seals.pdf"


def test_adding_a_document_is_on_the_timeline(model: SecurityModel) -> None:
    _add(model)
    (line,) = timeline(events_for(model_scope(model.pk), access=access_to(model)))
    assert line.what == "added the document “Seal procedure” (seals.pdf)"
    assert line.who == model.started_by.name


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": "x" * 201}, {"title"}),
        ({"type_code": ""}, {"type_code"}),
        ({"type_code": "nothing"}, {"type_code"}),
        ({"type_code": "\x00"}, {"type_code"}),
        ({"type_code": "validation_report"}, {"type_code"}),
        ({"upload": SimpleUploadedFile("a.pdf", b"")}, {"file"}),
        (
            {"title": "x" * 201, "type_code": "", "upload": SimpleUploadedFile("a.exe", b"MZ")},
            {"title", "type_code", "file"},
        ),
    ],
)
def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_kept(
    model: SecurityModel, store: Path, change: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Refused) as refusal:
        _add(model, **change)
    assert {problem.field for problem in refusal.value.problems} == fields
    assert not Document.objects.exists() and not StoredFile.objects.exists()
    assert _files(store) == []


def test_r8_the_same_form_sent_twice_makes_one_document(model: SecurityModel, store: Path) -> None:
    key = new_id()
    first, second = _add(model, key=key), _add(model, key=key, title="another")
    assert first.pk == second.pk == key
    assert Document.objects.count() == 1
    assert len(_files(store)) == 1


def test_a_key_of_somebody_else_is_refused(model: SecurityModel) -> None:
    key = new_id()
    _add(model, key=key)
    colleague = make_contact(model).membership.user
    with pytest.raises(Refused):
        _add(model, access_to(model, colleague), key=key)
    other = make_model(make_account("Other"))
    with pytest.raises(Refused):
        _add(other, key=key)


@pytest.mark.django_db(transaction=True)
def test_r8_two_tabs_at_once_make_one_document() -> None:
    with transaction.atomic():
        model = make_model(make_account("Thistlewick Home Goods"))
    key, found = new_id(), []
    actor = access_to(model)

    def press() -> None:
        try:
            found.append(_add(model, actor, key=key).pk)
        finally:
            connection.close()

    both = [threading.Thread(target=press) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert found == [key, key]
    assert StoredFile.objects.count() == 1


def test_r6_only_contacts_of_this_model_add_documents(model: SecurityModel) -> None:
    other = make_model(make_account("Other"))
    with pytest.raises(NotVisible):
        _add(model, access_to(other))
    member = make_member(model.trade_account).user
    with pytest.raises(NotAllowed):
        _add(model, access_to(model, member))
    staff = UserFactory(staff_role="scss")
    with pytest.raises(NotVisible):
        _add(model, grants.enter(Access(user=staff, roles=frozenset(["scss"])), model.pk))


@pytest.mark.parametrize("role", list(ContactRole))
def test_p4_every_contact_adds_documents(model: SecurityModel, role: ContactRole) -> None:
    user = make_contact(model, role=role).membership.user
    assert _add(model, access_to(model, user)).pk


# --- the library ---------------------------------------------------------------------------------


def test_d4_the_library_holds_the_newest_version_of_each_document_newest_first(
    model: SecurityModel,
) -> None:
    old, other = _add(model), _add(model, title="Visitors")
    changed = versions.change_details(
        actor=access_to(model),
        model=model,
        document_id=old.document_id,
        version=1,
        details=Details("Seal procedure, revised", "seal_procedure"),
    )
    found = list(selectors.library_of(model))
    assert [version.pk for version in found] == [changed.current_id, other.pk]
    assert [version.title for version in found] == ["Seal procedure, revised", "Visitors"]


def test_the_library_takes_one_query_however_long_it_is(
    model: SecurityModel, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        _add(model, title=f"Procedure {number}")
    with django_assert_num_queries(1):
        for version in selectors.library_of(model):
            assert version.file.name and version.document.type is not None


def test_what_is_blocked_cannot_be_chosen_again(model: SecurityModel) -> None:
    clean, waiting, infected, odd = (_add(model, title=str(n)) for n in range(4))
    for version, state in (
        (clean, ScanState.CLEAN),
        (infected, ScanState.INFECTED),
        (odd, ScanState.UNSCANNABLE),
    ):
        StoredFile.objects.filter(pk=version.file_id).update(state=state)
    assert {one.pk for one in selectors.reusable(model)} == {clean.pk, waiting.pk}


def test_a_document_of_another_account_does_not_exist(model: SecurityModel) -> None:
    other = make_model(make_account("Other"))
    version = _add(model)
    assert selectors.version_of(model, version.pk) == version
    with pytest.raises(NotVisible):
        selectors.version_of(other, version.pk)
    assert not selectors.library_of(other).exists()


# --- types ---------------------------------------------------------------------------------------


def test_every_document_type_of_the_reference_data_is_loaded() -> None:
    rows = rows_of("program", "document_types.csv")
    assert set(DocumentType.objects.values_list("code", flat=True)) == {r["code"] for r in rows}
    manual = DocumentType.objects.get(code="policy_manual")
    assert manual.criterion_categories == list(range(1, 13))


def test_partners_choose_among_their_types_and_fitting_ones_come_first() -> None:
    types = selectors.types_for_partners(6)
    codes = [one.code for one in types]
    assert codes.index("seal_log") < codes.index("risk_assessment")
    fitting = [6 in one.criterion_categories for one in types]
    assert fitting == sorted(fitting, reverse=True)
    assert not {"validation_report", "summary_pdf"} & set(codes)


def test_the_owner_of_a_file_has_a_name_in_mails(model: SecurityModel) -> None:
    company = model.trade_account.name
    assert account_name(model_scope(model.pk)) == f"{company}, {model.reference}"
    assert account_name(account_scope(model.trade_account_id)) == company
    assert account_name(model_scope(uuid.uuid4())) == ""


# --- downloads -----------------------------------------------------------------------------------


def _partner_url(model: SecurityModel, version_id: uuid.UUID) -> str:
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk, "version_id": version_id}
    return reverse("documents:download", kwargs=kwargs)


def _staff_url(model: SecurityModel, version_id: uuid.UUID) -> str:
    kwargs = {"model_id": model.pk, "version_id": version_id}
    return reverse("documents:staff-download", kwargs=kwargs)


@pytest.fixture
def version(model: SecurityModel) -> DocumentVersion:
    """A document whose file is clean."""
    version = _add(model)
    scan(version.file_id)
    return version


def _get(client: Client, user: Any, url: str) -> Any:
    client.force_login(user)
    response: Any = client.get(url)
    if response.streaming:
        response.body = b"".join(response)
    return response


def test_a_contact_downloads_the_bytes_that_were_uploaded(
    client: Client, model: SecurityModel, version: DocumentVersion
) -> None:
    response = _get(client, model.started_by, _partner_url(model, version.pk))
    assert response.status_code == 200
    assert len(response.body) == version.file.size and response.body.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'attachment; filename="seals.pdf"'
    event = Event.objects.get(kind="files.downloaded")
    assert (event.actor_id, event.scope_id) == (model.started_by_id, model.pk)


def test_addresses_of_downloads_are_as_agreed(
    model: SecurityModel, version: DocumentVersion
) -> None:
    partner = f"/t/{model.trade_account_id}/m/{model.pk}/documents/{version.pk}"
    assert _partner_url(model, version.pk) == partner
    assert _staff_url(model, version.pk) == f"/scss/m/{model.pk}/documents/{version.pk}"


@pytest.mark.parametrize("state", [s for s in ScanState if s != ScanState.CLEAN])
def test_d5_nothing_unscanned_or_blocked_can_be_opened(
    client: Client, model: SecurityModel, version: DocumentVersion, state: ScanState
) -> None:
    StoredFile.objects.filter(pk=version.file_id).update(state=state)
    for user, url in (
        (model.started_by, _partner_url(model, version.pk)),
        (assign(model), _staff_url(model, version.pk)),
    ):
        response = _get(client, user, url)
        assert response.status_code == 409
        assert not response.streaming


def test_d6_the_assigned_specialist_and_management_download_others_do_not(
    client: Client, model: SecurityModel, version: DocumentVersion
) -> None:
    url, assigned = _staff_url(model, version.pk), assign(model)
    manager = UserFactory.create(staff_role="management")
    other = UserFactory.create(staff_role="scss")
    assert _get(client, assigned, url).status_code == 200
    assert _get(client, manager, url).status_code == 200
    assert _get(client, other, url).status_code == 404
    assert _get(client, assigned, _partner_url(model, version.pk)).status_code == 404


def test_r6_across_accounts_a_document_does_not_exist(
    client: Client, model: SecurityModel, version: DocumentVersion
) -> None:
    other = make_model(make_account("Other"))
    own = _add(other)
    stranger = other.started_by
    assert _get(client, stranger, _partner_url(model, version.pk)).status_code == 404
    assert _get(client, stranger, _partner_url(other, version.pk)).status_code == 404
    assert _get(client, stranger, _partner_url(other, new_id())).status_code == 404
    assert _get(client, stranger, _staff_url(model, version.pk)).status_code == 404
    crossed = reverse(
        "documents:download",
        kwargs={
            "trade_id": other.trade_account_id,
            "model_id": model.pk,
            "version_id": version.pk,
        },
    )
    assert _get(client, stranger, crossed).status_code == 404
    assert not Event.objects.filter(kind="files.downloaded").exists()
    assert own.pk


def test_r6_a_member_who_is_no_contact_sees_who_can(
    client: Client, model: SecurityModel, version: DocumentVersion
) -> None:
    member = make_member(model.trade_account).user
    response = _get(client, member, _partner_url(model, version.pk))
    assert response.status_code == 403
    assert model.started_by.name in response.content.decode()


def test_a_partner_does_not_use_the_address_of_the_staff(
    client: Client, model: SecurityModel, version: DocumentVersion
) -> None:
    response = _get(client, model.started_by, _staff_url(model, version.pk))
    assert response.status_code in {403, 404}


def test_nobody_downloads_without_signing_in(
    client: Client, model: SecurityModel, version: DocumentVersion
) -> None:
    assert client.get(_partner_url(model, version.pk)).status_code == 302
    assert client.get(_staff_url(model, version.pk)).status_code == 302
