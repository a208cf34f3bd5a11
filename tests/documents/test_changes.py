"""Changed documents: versions, archive, trash and legal hold; whose they are (D4, D6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from audit.models import Event
from core import clock
from core.access import Access
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from documents import page_links, selectors
from documents.checks.details import Details
from documents.models import Document, DocumentVersion
from documents.selectors.documents import document_of, expiring_documents, history_of, versions_of
from documents.services import Place, moves, versions
from documents.services.library import keep_in_library, tag_place
from documents.services.trash import sweep_trash
from documents.states import DocumentStatus, PlaceKind
from documents.tasks import EXPIRING
from files.models import StoredFile
from files.services import scan
from files.services.uploads import note_download
from files.states import ScanState
from notifications.models import Notification
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import BusinessTypeStatus
from tests.factories.documents import add, file_of
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.django_db
#: A place that a document was used in.
USED = Place(PlaceKind.PROFILE, "6.1")


@pytest.fixture
def sides() -> tuple[SecurityModel, Access, Access]:
    """An account, its Officer and its specialist."""
    return looked_after()


def change(actor: Access, document: Document, **details: Any) -> Document:
    values: dict[str, Any] = {"title": document.title, "type_code": document.type_id, **details}
    return versions.change_details(
        actor=actor,
        model=actor.security_model,
        document_id=document.pk,
        version=document.version,
        details=Details(**values),
    )


def move(actor: Access, document: Document, name: str) -> Document:
    return moves.move_document(
        actor=actor, model=actor.security_model, document_id=document.pk, move=name
    )


def titles(document: Document) -> list[tuple[int, str]]:
    rows = document.versions.order_by("number")
    return [(one.number, one.title) for one in rows]


# --- versions -------------------------------------------------------------------------------------


def test_d4_a_new_title_keeps_the_old_version_with_its_title(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    change(officer, document, title="封条程序")
    assert titles(document) == [(1, "Seal procedure"), (2, "封条程序")]
    files = {one.file_id for one in document.versions.all()}
    assert len(files) == 1
    assert document_of(officer.security_model, document.pk).title == "封条程序"


def test_d4_other_details_make_no_version_and_the_same_again_changes_nothing(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    said = {"description": "All seals", "language": "es", "expires_on": dt.date(2030, 1, 1)}
    changed = change(officer, document, **said)
    assert titles(document) == [(1, "Seal procedure")]
    assert Event.objects.filter(kind="documents.described").count() == 1
    change(officer, changed, **said)
    assert Event.objects.filter(kind="documents.described").count() == 1


def test_d4_a_new_file_keeps_the_old_one_for_what_used_it(sides: Any) -> None:
    model, officer, _specialist = sides
    document = add(officer)
    newest = versions.add_file(
        actor=officer,
        model=model,
        document_id=document.pk,
        version=document.version,
        upload=file_of(b"new text", "new.txt"),
        key=new_id(),
    )
    assert newest.number == 2 and newest.file_id != document.newest.file_id
    assert DocumentVersion.objects.get(pk=document.newest.pk).file_id == document.newest.file_id
    assert [one.pk for one in selectors.library_of(model)] == [newest.pk]


def test_d4_the_same_file_again_is_no_new_version(sides: Any) -> None:
    model, officer, _specialist = sides
    document = add(officer, content=b"same")
    with pytest.raises(Refused, match="same file"):
        versions.add_file(
            actor=officer,
            model=model,
            document_id=document.pk,
            version=document.version,
            upload=file_of(b"same", "other.txt"),
            key=new_id(),
        )
    assert StoredFile.objects.count() == 1


def test_r8_a_new_file_sent_twice_is_one_version(sides: Any) -> None:
    model, officer, _specialist = sides
    document, key = add(officer), new_id()
    for _click in range(2):
        versions.add_file(
            actor=officer,
            model=model,
            document_id=document.pk,
            version=document.version,
            upload=file_of(b"new text", "new.txt"),
            key=key,
        )
    assert document.versions.count() == 2


def test_d4_an_earlier_version_becomes_the_newest_as_a_version_of_its_own(sides: Any) -> None:
    model, officer, _specialist = sides
    document = add(officer)
    change(officer, document, title="Seals, revised")
    versions.restore_version(actor=officer, model=model, document_id=document.pk, number=1)
    assert titles(document) == [(1, "Seal procedure"), (2, "Seals, revised"), (3, "Seal procedure")]
    with pytest.raises(NotVisible):
        versions.restore_version(actor=officer, model=model, document_id=document.pk, number=9)


def test_r8_an_earlier_version_that_is_made_the_newest_twice_is_one_version(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    change(officer, document, title="Seals, revised")
    client = Client()
    client.force_login(officer.user)
    page = page_links.restore_of(document, 1, is_staff=False)
    for _click in range(2):
        assert client.post(page).status_code == 302
    assert [number for number, _title in titles(document)] == [1, 2, 3]


def test_p5_whoever_saves_second_sees_what_was_saved(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    change(officer, document, title="First")
    with pytest.raises(Stale):
        change(officer, document, title="Second")
    assert titles(document)[-1] == (2, "First")


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"language": "klingon"}, "language"),
        ({"type_code": "validation_report"}, "type_code"),
        ({"evidence_on": dt.date(2999, 1, 1)}, "evidence_on"),
        ({"evidence_on": dt.date(2020, 2, 2), "expires_on": dt.date(2020, 2, 1)}, "expires_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    sides: Any, details: dict[str, Any], field: str
) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    with pytest.raises(Refused) as refusal:
        change(officer, document, **details)
    assert [problem.field for problem in refusal.value.problems] == [field]


# --- both sides -----------------------------------------------------------------------------------


def test_d6_what_the_specialist_adds_is_marked_and_only_staff_change_it(sides: Any) -> None:
    _model, officer, specialist = sides
    letter = add(specialist, "Letter", type_code="program_letter")
    assert letter.is_from_program
    with pytest.raises(Refused, match="from CBP"):
        change(officer, letter, title="Ours")
    for name in ("archive", "delete"):
        with pytest.raises(Refused, match="from CBP"):
            move(officer, letter, name)
    change(specialist, letter, title="Letter, corrected")
    assert titles(letter) == [(1, "Letter"), (2, "Letter, corrected")]


def test_d6_staff_change_nothing_that_the_company_added(sides: Any) -> None:
    _model, officer, specialist = sides
    document = add(officer)
    with pytest.raises(Refused, match="belongs to the company"):
        change(specialist, document, title="Ours")
    with pytest.raises(Refused, match="belongs to the company"):
        move(specialist, document, "archive")
    assert titles(document) == [(1, "Seal procedure")]


def test_d1_a_stranger_and_a_document_next_door_are_the_same(sides: Any) -> None:
    _model, officer, _specialist = sides
    there = add(access_to(make_model(make_account("Next Door"))))
    with pytest.raises(NotVisible):
        change(officer, there, title="Mine")
    with pytest.raises(NotVisible):
        move(officer, there, "archive")


# --- archive and trash ----------------------------------------------------------------------------


def test_what_is_archived_is_no_longer_offered_and_can_return(sides: Any) -> None:
    model, officer, _specialist = sides
    document = add(officer)
    move(officer, document, "archive")
    assert not selectors.reusable(model).exists()
    assert move(officer, document, "archive").status == DocumentStatus.ARCHIVED
    move(officer, document, "restore")
    assert selectors.reusable(model).exists()


def test_what_was_used_cannot_be_deleted_and_the_refusal_says_what_to_do(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer, place=USED)
    with pytest.raises(Refused, match="Archive it instead"):
        move(officer, document, "delete")


def test_a5_the_page_of_a_document_says_what_happened_to_it_and_to_no_other(sides: Any) -> None:
    _model, officer, specialist = sides
    document, other = add(officer), add(officer, "Fence plan", content=b"fence")
    change(officer, document, description="All seals")
    move(officer, document, "archive")
    change(officer, other, description="All fences")
    said = [one.what for one in history_of(officer, document, versions_of(document))]
    assert [words.split()[0] for words in said] == ["archived", "changed", "added"]
    assert not [words for words in said if "Fence" in words]
    file = document.newest.file
    note_download(file, actor=specialist)
    for reader, count in ((officer, 3), (specialist, 4)):
        assert len(history_of(reader, document, versions_of(document))) == count


def test_d6_contacts_are_told_of_what_cbp_adds_and_not_of_their_own(sides: Any) -> None:
    _model, officer, specialist = sides
    add(officer)
    assert not Notification.objects.filter(kind="document.from_program").exists()
    add(specialist, "Letter", type_code="program_letter", content=b"letter")
    told = Notification.objects.get(kind="document.from_program")
    assert told.user_id == officer.user_id and "Letter" in told.body


def test_d2_a_place_stays_and_is_tagged_once(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer, place=USED)
    tag_place(document, USED)
    tag_place(document, Place(PlaceKind.ANNUAL_REVIEW, "2026"))
    assert sorted(map(str, document.places.all())) == ["Annual review 2026", "Security profile 6.1"]


def test_the_trash_is_emptied_after_thirty_days_with_the_files(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    key = document.newest.file.storage_key
    move(officer, document, "delete")
    with clock.at(clock.now() + dt.timedelta(days=29)):
        assert sweep_trash() == 0
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert sweep_trash() == 1
        assert sweep_trash() == 0
    assert not Document.objects.exists() and not StoredFile.objects.exists()
    assert Event.objects.get(kind="documents.purged").data["title"] == "Seal procedure"
    assert key


@pytest.mark.django_db(transaction=True)
def test_the_content_of_a_purged_document_leaves_the_store() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    key = document.newest.file.storage_key
    move(officer, document, "delete")
    assert default_storage.exists(key)
    with clock.at(clock.now() + dt.timedelta(days=31)):
        sweep_trash()
    assert not default_storage.exists(key)


def test_a_file_that_something_else_names_stays_when_its_document_goes(sides: Any) -> None:
    model, officer, _specialist = sides
    document = add(officer)
    other = DocumentVersion.objects.get(pk=document.newest.pk)
    Document.objects.filter(pk=document.pk).update(current=None)
    second = Document.objects.create(
        security_model=model, title="x", created_at=clock.now(), changed_at=clock.now()
    )
    DocumentVersion.objects.create(
        security_model=model,
        document=second,
        title="x",
        file=other.file,
        created_at=clock.now(),
        created_by_name="x",
    )
    Document.objects.filter(pk=document.pk).update(current=other)
    move(officer, document, "delete")
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert sweep_trash() == 1
    assert StoredFile.objects.filter(pk=other.file_id).exists()


def test_a_legal_hold_keeps_a_document_and_names_its_reason(sides: Any) -> None:
    model, officer, specialist = sides
    here = {"model": model, "document_id": add(officer).pk}
    moves.hold_document(actor=specialist, why="Case 7", **here)
    held = Document.objects.get()
    with pytest.raises(Refused, match="legal hold"):
        move(officer, held, "delete")
    with pytest.raises(NotAllowed):
        moves.hold_document(actor=officer, why="x", **here)
    with pytest.raises(Refused):
        moves.hold_document(actor=specialist, why=" \u200b ", **here)
    moves.release_document(actor=specialist, **here)
    assert move(officer, held, "delete").status == DocumentStatus.IN_TRASH


def test_a_hold_that_comes_after_deletion_keeps_what_is_in_the_trash(sides: Any) -> None:
    model, officer, specialist = sides
    document = move(officer, add(officer), "delete")
    moves.hold_document(actor=specialist, model=model, document_id=document.pk, why="Case 7")
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert sweep_trash() == 0
    assert move(officer, document, "restore").status == DocumentStatus.IN_LIBRARY


def test_what_was_chosen_in_the_moment_it_was_deleted_is_never_purged(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = move(officer, add(officer), "delete")
    tag_place(document, USED)
    with clock.at(clock.now() + dt.timedelta(days=31)):
        assert sweep_trash() == 0
    assert move(officer, document, "restore").status == DocumentStatus.IN_LIBRARY


def test_nothing_in_the_trash_is_changed(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = move(officer, add(officer), "delete")
    with pytest.raises(Refused, match="trash"):
        change(officer, document, title="New")


# --- what is sent elsewhere -----------------------------------------------------------------------


def test_d2_the_same_content_is_one_document_with_several_places(sides: Any) -> None:
    model, officer, specialist = sides
    document = add(officer, content=b"same")
    file = document.newest.file
    for key in ("one", "two", "two"):
        keep_in_library(
            actor=officer,
            model=model,
            file=file,
            details=Details("again", "message_attachment"),
            place=Place(PlaceKind.MESSAGE, key),
        )
    assert Document.objects.count() == 1 and document.places.count() == 2
    keep_in_library(
        actor=specialist,
        model=model,
        file=file,
        details=Details("theirs", "message_attachment"),
        place=Place(PlaceKind.MESSAGE, "one"),
    )
    assert sorted(one.added_by for one in Document.objects.all()) == ["partner", "staff"]


def test_d5_a_document_is_checked_before_anyone_opens_it(sides: Any) -> None:
    _model, officer, _specialist = sides
    document = add(officer)
    assert document.newest.file.state == ScanState.CLEAN
    fresh = versions.add_file(
        actor=officer,
        model=officer.security_model,
        document_id=document.pk,
        version=document.version,
        upload=file_of(b"new text", "new.txt"),
        key=new_id(),
    )
    assert fresh.file.state == ScanState.QUARANTINED
    scan(fresh.file_id)
    fresh.file.refresh_from_db()
    assert fresh.file.state == ScanState.CLEAN


def test_p4_a_consultant_changes_documents(sides: Any) -> None:
    model, officer, _specialist = sides
    consultant = access_to(model, make_contact(model, role="consultant").membership.user)
    change(consultant, add(officer), title="By the consultant")


# --- expiry ---------------------------------------------------------------------------------------


def test_p11_contacts_are_reminded_of_a_document_that_expires_once_for_each_day(
    sides: Any,
) -> None:
    model, officer, specialist = sides
    last = clock.today() + dt.timedelta(days=40)
    document = add(officer, "License", expires_on=last)
    add(officer, "Put away", content=b"x", expires_on=last)
    add(specialist, "From CBP", content=b"y", type_code="program_letter", expires_on=last)
    move(officer, Document.objects.get(title="Put away"), "archive")
    told = []
    for left in (31, 30, 20, 7, 7, 0, -1, -40):
        with clock.at(clock.now() + dt.timedelta(days=40 - left)):
            EXPIRING.run_all()
        told.append(Notification.objects.filter(kind="evidence.expiring").count())
    assert told == [0, 1, 1, 2, 2, 2, 3, 3]
    notice = Notification.objects.filter(kind="evidence.expiring")[0]
    assert notice.user_id == officer.user_id and model.trade_account.name in notice.subject
    assert notice.url.endswith(f"/library/{document.pk}")


def test_p11_nobody_is_reminded_of_documents_of_an_account_that_is_closed(sides: Any) -> None:
    model, officer, _specialist = sides
    add(officer, expires_on=clock.today() + dt.timedelta(days=1))
    one, other = make_type(model), make_type(model, "exporter")
    for ended, told in ((one, 1), (other, 0)):
        BusinessTypeAccount.objects.filter(pk=ended.pk).update(status=BusinessTypeStatus.WITHDRAWN)
        assert len(expiring_documents(clock.today() + dt.timedelta(days=30))) == told
