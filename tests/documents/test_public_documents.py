"""The public libraries: who publishes, who reads which, and when (D1, D5)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from documents.models import PublicDocument, PublicSending, PublicVersion
from documents.selectors import public_documents as desk
from documents.selectors import public_library as selectors
from documents.services import public_documents as services
from documents.services import public_reading, public_sending
from documents.states import Library, PublicStage, PublicStatus
from files.models import StoredFile
from files.states import ScanState
from identity.models import User
from notifications.models import Notification
from security_models.states import ContactRole
from tests.factories import public_documents as made
from tests.factories.messages import looked_after
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.statements import at_most
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
#: Statements of a page of a library, whatever is in it.
BUDGET = 8


def contact(role: ContactRole = ContactRole.EMPLOYEE, **of: Any) -> User:
    """A contact of a new C-TPAT account."""
    user = make_contact(make_model(make_account(), **of), role=role).membership.user
    assert user is not None
    return user


def member(account: Any, **how: Any) -> User:
    """A member of a trade account without a role in a C-TPAT account."""
    user = make_member(account, **how).user
    assert user is not None
    return user


def found(user: User, library: Library) -> list[str]:
    return sorted(selectors.versions_in(for_user(user), library).values_list("title", flat=True))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in refused.value.problems]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def file_path(version: PublicVersion) -> str:
    return reverse("documents:public-file", args=[version.pk])


# --- who publishes --------------------------------------------------------------------------------

ACTS: dict[str, Callable[[Access, PublicDocument], Any]] = {
    "draft": lambda access, one: made.draft(access),
    "save": lambda access, one: made.changed(one, access),
    "publish": lambda access, one: services.publish_public(
        actor=access, document_id=one.pk, expected=one.version
    ),
    "discard": lambda access, one: services.discard_public(
        actor=access, document_id=one.pk, expected=one.version
    ),
    "withdraw": lambda access, one: services.withdraw_public(
        actor=access, document_id=one.pk, expected=one.version, reason="x"
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ["", "scss", "management", "helpdesk"])
def test_d1_only_program_administrators_publish(act: str, role: str) -> None:
    one = made.draft()
    with pytest.raises(NotAllowed):
        ACTS[act](for_user(UserFactory.create(staff_role=role)), one)
    one.refresh_from_db()
    assert (one.status, one.version) == (PublicStatus.DRAFT, 1)


@pytest.mark.parametrize("role", ["scss", "management", "helpdesk"])
def test_d1_other_staff_read_both_libraries_but_no_drafts(role: str) -> None:
    staff = for_user(UserFactory.create(staff_role=role))
    draft, trade, ctpat = made.draft(), made.published(), made.published(library="ctpat")
    assert set(desk.all_public(staff)) == {trade, ctpat}
    with pytest.raises(NotVisible):
        desk.public_for_staff(staff, draft.pk)
    with pytest.raises(NotVisible):
        desk.version_for_staff(staff, made.version_of(draft).pk)


# --- who reads which ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*ContactRole])
def test_d1_contacts_read_both_libraries(role: ContactRole) -> None:
    made.published(title="For all")
    made.published(library="ctpat", title="For contacts")
    reader = contact(role)
    assert found(reader, Library.TRADE) == ["For all"]
    assert found(reader, Library.CONTACTS) == ["For contacts"]


@pytest.mark.parametrize("type_", [*MembershipType])
def test_d1_a_member_without_a_role_reads_trade_public_only(type_: MembershipType) -> None:
    made.published(title="For all")
    hidden = made.published(library="ctpat")
    account = make_account()
    make_model(account)
    reader = member(account, type=type_)
    assert found(reader, Library.TRADE) == ["For all"]
    assert found(reader, Library.CONTACTS) == []
    with pytest.raises(NotVisible):
        selectors.version_to_read(for_user(reader), made.version_of(hidden).pk)


def test_d1_a_member_reads_who_the_contacts_are_and_has_no_tab() -> None:
    account = make_account()
    model = make_model(account)
    client = browser(member(account))
    answer = client.get(reverse("documents:ctpat-public"))
    assert answer.status_code == 403
    assert model.started_by.name in answer.content.decode()
    page = client.get(reverse("documents:trade-public")).content.decode()
    assert "C-TPAT Public" not in page


@pytest.mark.parametrize("state", [MembershipState.INVITED, MembershipState.ENDED])
def test_d1_without_a_trade_account_there_is_nothing(state: MembershipState) -> None:
    shown = made.published()
    reader = member(make_account(), state=state)
    assert found(reader, Library.TRADE) == []
    client = browser(reader)
    assert client.get(reverse("documents:trade-public")).status_code == 200
    assert client.get(reverse("documents:ctpat-public")).status_code == 404
    assert client.get(file_path(made.version_of(shown))).status_code == 404


def test_d1_business_types_narrow_the_library_of_contacts() -> None:
    model = make_model(make_account())
    make_type(model, "importer")
    user = make_contact(model).membership.user
    assert user is not None
    made.published(library="ctpat", title="Importers", business_types=("importer", "exporter"))
    made.published(library="ctpat", title="Exporters", business_types=("exporter",))
    assert found(user, Library.CONTACTS) == ["Importers"]


# --- when -----------------------------------------------------------------------------------------


def test_d1_a_document_is_found_from_its_first_to_its_last_day() -> None:
    today = clock.today()
    first, last = today + 3 * DAY, today + 5 * DAY
    one = made.published(publish_on=first, expires_on=last)
    reader, version = contact(), made.version_of(one)
    stages = {}
    for days in (0, 2, 3, 5, 6):
        with clock.at(today + days * DAY):
            stages[days] = desk.stage_of(one)
            is_found = stages[days] == PublicStage.SHOWN
            assert found(reader, Library.TRADE) == (["Seal guide"] if is_found else [])
            assert list(desk.in_stage(PublicDocument.objects.all(), stages[days])) == [one]
            if not is_found:
                with pytest.raises(NotVisible):
                    selectors.version_to_read(for_user(reader), version.pk)
    assert list(stages.values()) == ["scheduled", "scheduled", "shown", "shown", "expired"]


def test_d1_what_is_withdrawn_is_not_found_and_does_not_open() -> None:
    access = made.publisher()
    one, reader = made.published(access), contact()
    services.withdraw_public(
        actor=access, document_id=one.pk, expected=one.version, reason="It was wrong."
    )
    assert found(reader, Library.TRADE) == []
    assert browser(reader).get(file_path(made.version_of(one))).status_code == 404
    event = Event.objects.get(kind="documents.public_withdrawn")
    assert event.data["reason"] == "It was wrong."


def test_d5_nothing_unscanned_is_published() -> None:
    access = made.publisher()
    one = made.draft(access, clean=False)
    with pytest.raises(Refused) as refused:
        services.publish_public(actor=access, document_id=one.pk, expected=1)
    assert codes(refused) == [("unscanned", "")]


@pytest.mark.parametrize("state", [ScanState.QUARANTINED, ScanState.INFECTED])
def test_d5_a_file_that_is_not_clean_opens_for_nobody(state: ScanState) -> None:
    one, reader = made.published(), contact()
    version = made.version_of(one)
    StoredFile.objects.filter(pk=version.file_id).update(state=state)
    assert found(reader, Library.TRADE) == []
    assert browser(reader).get(file_path(version)).status_code == 404
    staff = browser(UserFactory.create(staff_role="program_admin"))
    answer = staff.get(reverse("documents:public-version", args=[version.pk]))
    assert answer.status_code == 409


# --- versions -------------------------------------------------------------------------------------


def test_d1_readers_keep_the_version_before_until_the_new_file_is_clean() -> None:
    one, reader = made.published(), contact()
    made.changed(one, file=made.upload(text="second"), title="Seal guide 2")
    assert found(reader, Library.TRADE) == ["Seal guide"]
    made.make_clean(one)
    assert found(reader, Library.TRADE) == ["Seal guide 2"]
    with pytest.raises(NotVisible):
        selectors.version_to_read(for_user(reader), made.version_of(one, 1).pk)
    staff = for_user(UserFactory.create(staff_role="helpdesk"))
    assert desk.version_for_staff(staff, made.version_of(one, 1).pk).title == "Seal guide"


def test_d1_a_new_title_of_what_is_published_is_a_new_version_of_the_same_file() -> None:
    one = made.published()
    made.changed(one, title="Guide to seals")
    first, second = one.versions.order_by("number")
    assert (first.title, second.title) == ("Seal guide", "Guide to seals")
    assert first.file_id == second.file_id
    made.changed(one, title="Guide to seals", description="Other words.")
    assert one.versions.count() == 2


def test_d1_a_draft_has_one_version() -> None:
    one = made.draft()
    before = made.version_of(one).file_id
    made.changed(one, title="Other")
    made.changed(one, title="Other", file=made.upload(text="second"))
    assert [(v.number, v.title) for v in one.versions.all()] == [(1, "Other")]
    assert not StoredFile.objects.filter(pk=before).exists()


def test_d1_a_replaced_document_says_by_what() -> None:
    old, reader = made.published(title="Old"), contact()
    new = made.published(title="New", replaces_id=old.pk)
    rows = {one.title: one for one in selectors.versions_in(for_user(reader), Library.TRADE)}
    assert (rows["Old"].replaced_by, rows["New"].replaced_by) == ("New", None)
    with clock.at(clock.today() - DAY):
        assert desk.replacement_of(old) == new


# --- new since the last visit, and who opened it --------------------------------------------------


def test_d1_new_is_what_came_since_the_last_visit_of_this_reader() -> None:
    reader = for_user(contact())
    with clock.at(clock.now() - 2 * DAY):
        made.published(title="Known")
        assert public_reading.note_visit(reader, Library.TRADE) is None
    with clock.at(clock.now() - DAY):
        made.published(title="New")
    before = public_reading.note_visit(reader, Library.TRADE)
    again = public_reading.note_visit(reader, Library.TRADE)
    assert before is not None
    assert before == again
    rows = selectors.versions_in(reader, Library.TRADE).filter(fresh_at__gt=before)
    assert [one.title for one in rows] == ["New"]
    assert public_reading.note_visit(for_user(contact()), Library.TRADE) is None
    with clock.at(clock.now() + DAY):
        later = public_reading.note_visit(reader, Library.TRADE)
    assert later is not None
    assert later > before


def test_d1_a_page_marks_what_is_new_and_the_filter_finds_it() -> None:
    user = contact()
    with clock.at(clock.now() - 2 * DAY):
        made.published(title="Known")
        public_reading.note_visit(for_user(user), Library.TRADE)
    made.published(title="Just published")
    client, address = browser(user), reverse("documents:trade-public")
    assert client.get(address).content.decode().count("New since your last visit</span>") == 1
    narrowed = client.get(f"{address}?new=new").content.decode()
    assert "Just published" in narrowed
    assert "Known" not in narrowed


def test_d1_a_reader_who_opens_a_document_is_counted_once_and_recorded_each_time() -> None:
    one, user = made.published(), contact()
    client = browser(user)
    for _ in range(2):
        answer = client.get(file_path(made.version_of(one)))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
    staff = for_user(UserFactory.create(staff_role="helpdesk"))
    assert desk.public_for_staff(staff, one.pk).opened == 1
    assert Event.objects.filter(kind="files.downloaded", actor_id=user.pk).count() == 2


def test_d1_a_library_costs_the_same_for_many_documents() -> None:
    user = contact()
    client, address = browser(user), reverse("documents:ctpat-public")
    made.published(library="ctpat")
    client.get(address)
    with at_most(BUDGET):
        client.get(address)
    for number in range(8):
        made.published(library="ctpat", title=f"Guide {number}")
    with at_most(BUDGET):
        client.get(address)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"title": " "}, ("title", "title")),
        ({"type_code": "seal_procedure"}, ("type_code", "type_code")),
        ({"expires_on": -DAY}, ("past", "expires_on")),
        ({"publish_on": 3 * DAY, "expires_on": 2 * DAY}, ("order", "expires_on")),
        ({"business_types": ("importer",)}, ("narrows_nothing", "business_types")),
        ({"replaces_id": uuid.uuid4()}, ("replaces", "replaces")),
        ({"language": "xx"}, ("language", "language")),
    ],
)
def test_d1_what_is_wrong_with_a_draft_is_said_at_its_field(
    given: dict[str, Any], refused: tuple[str, str]
) -> None:
    days = {k: clock.today() + v for k, v in given.items() if isinstance(v, dt.timedelta)}
    with pytest.raises(Refused) as caught:
        made.draft(**{**given, **days})
    assert codes(caught) == [refused]
    assert not PublicDocument.objects.exists()
    assert not StoredFile.objects.exists()


def test_d1_what_has_ended_stays_as_it_is() -> None:
    access = made.publisher()
    one = made.published(access)
    gone = services.withdraw_public(
        actor=access, document_id=one.pk, expected=one.version, reason="x"
    )
    with pytest.raises(Refused) as caught:
        made.changed(gone, title="Other")
    assert codes(caught) == [("ended", "")]


def test_d1_a_second_click_does_nothing_and_an_older_page_is_refused() -> None:
    access = made.publisher()
    one = made.draft(access)
    with pytest.raises(Stale):
        services.publish_public(actor=access, document_id=one.pk, expected=one.version + 7)
    for _ in range(2):
        services.publish_public(actor=access, document_id=one.pk, expected=one.version)
    shown = PublicDocument.objects.get()
    assert (shown.status, shown.version) == (PublicStatus.PUBLISHED, 2)
    key = new_id()
    twice = [
        services.draft_public(
            actor=access, form_key=key, upload=made.upload(), details=made.said()
        ).pk
        for _ in range(2)
    ]
    assert twice == [key, key]


def test_d1_library_and_first_day_stay_once_a_document_is_shown() -> None:
    one = made.published()
    saved = made.changed(one, library="ctpat", publish_on=clock.today() + DAY)
    assert (saved.library, saved.publish_on) == ("trade", None)
    later = made.published(publish_on=clock.today() + 5 * DAY)
    moved = made.changed(later, publish_on=clock.today() + 2 * DAY)
    assert moved.starts_at is not None
    assert clock.program_date(moved.starts_at) == clock.today() + 2 * DAY


# --- the pages of program administrators ----------------------------------------------------------


def test_d1_a_program_administrator_adds_publishes_and_withdraws() -> None:
    client = browser(UserFactory.create(staff_role="program_admin"))
    page = client.get(reverse("documents:public-new"))
    form = page.context["form"]
    typed = {
        "form_key": form["form_key"].value(), "library": "ctpat", "title": "Seal guide",
        "type_code": "public_guide", "file": made.upload(),
    }  # fmt: skip
    assert client.post(reverse("documents:public-new"), typed).status_code == 302
    one = PublicDocument.objects.get()
    address = {
        name: reverse(f"documents:public-{name}", args=[one.pk])
        for name in ("document", "edit", "publish", "withdraw")
    }
    assert client.post(address["publish"], {"version": 1}).status_code == 422
    made.make_clean(one)
    client.post(address["edit"], {**typed, "version": 1, "title": "Guide", "file": ""})
    assert client.get(address["publish"]).status_code == 200
    client.post(address["publish"], {"version": 2})
    one.refresh_from_db()
    assert (one.status, one.title) == (PublicStatus.PUBLISHED, "Guide")
    empty = client.post(address["withdraw"], {"version": 3, "reason": ""})
    assert empty.status_code == 422
    client.post(address["withdraw"], {"version": 3, "reason": "Wrong."})
    one.refresh_from_db()
    assert one.status == PublicStatus.WITHDRAWN
    assert "Wrong." in client.get(address["document"]).content.decode()


def test_p5_a_form_without_a_file_keeps_its_text() -> None:
    client = browser(UserFactory.create(staff_role="program_admin"))
    key = client.get(reverse("documents:public-new")).context["form"]["form_key"].value()
    answer = client.post(
        reverse("documents:public-new"),
        {"form_key": key, "library": "trade", "title": "Kept words", "type_code": "public_guide"},
    )
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()


def test_d1_the_kinds_of_readers_are_counted() -> None:
    model = make_model(make_account())
    make_type(model, "importer")
    make_contact(model, role=ContactRole.CONSULTANT)
    make_contact(make_model(make_account()), role=ContactRole.CONSULTANT)
    one = made.draft(library="ctpat", business_types=("importer",))
    assert desk.audience_counts(one)["consultant"] == 1
    whole = made.draft(library="ctpat")
    assert desk.audience_counts(whole)["consultant"] == 2


def test_d1_business_types_that_do_not_exist_are_refused_at_their_field() -> None:
    with pytest.raises(Refused) as refused:
        made.draft(library="ctpat", business_types=("importer", "no such type"))
    assert codes(refused) == [("unknown", "business_types")]


# --- told that something was published ------------------------------------------------------------


def _telling(document: Any, told: bool = True, **given: Any) -> Any:
    """Publish a draft and tell its readers."""
    return services.publish_public(
        actor=made.publisher(), document_id=document.pk, expected=document.version, tell=told
    )


def _told() -> set[Any]:
    """The people who found a notice of a public document."""
    rows = Notification.objects.filter(kind__startswith="document.published")
    return set(rows.values_list("user_id", flat=True))


def test_d1_readers_are_told_once_and_nobody_else_is() -> None:
    nobody = member(make_account())
    _model, officer, _specialist = looked_after()
    document = _telling(made.draft(library="ctpat"))
    sending = PublicSending.objects.get(document=document)
    assert public_sending.tell_readers(sending.pk) >= 1
    assert officer.user_id in _told() and nobody.pk not in _told()
    assert public_sending.tell_readers(sending.pk) == 0
    assert public_sending.sweep_public_sendings() == 0
    assert (
        Notification.objects.filter(user_id=officer.user_id, kind="document.published").count() == 1
    )


def test_d1_nobody_is_told_unless_the_publisher_wants_it() -> None:
    _telling(made.draft(), told=False)
    assert not PublicSending.objects.exists()


def test_d1_a_scheduled_document_is_announced_on_its_first_day_also_if_that_day_moves() -> None:
    looked_after()
    first = clock.today() + dt.timedelta(days=5)
    document = _telling(made.draft(publish_on=first))
    assert public_sending.sweep_public_sendings() == 0
    made.changed(document, publish_on=first + dt.timedelta(days=2))
    for days, told in ((5, False), (7, True)):
        with clock.at(clock.now() + dt.timedelta(days=days)):
            assert bool(public_sending.sweep_public_sendings()) is told


def test_d1_what_is_withdrawn_before_its_day_is_announced_to_nobody() -> None:
    looked_after()
    document = _telling(made.draft(publish_on=clock.today() + dt.timedelta(days=5)))
    services.withdraw_public(
        actor=made.publisher(), document_id=document.pk, expected=document.version, reason="Wrong"
    )
    with clock.at(clock.now() + dt.timedelta(days=6)):
        assert public_sending.sweep_public_sendings() == 0
    assert not _told() and PublicSending.objects.get().ended_at is not None


def test_d5_what_was_blocked_before_its_day_is_announced_to_nobody() -> None:
    looked_after()
    document = _telling(made.draft(publish_on=clock.today() + dt.timedelta(days=5)))
    StoredFile.objects.filter(pk=document.versions.get().file_id).update(state=ScanState.INFECTED)
    with clock.at(clock.now() + dt.timedelta(days=6)):
        assert public_sending.sweep_public_sendings() == 0
    assert not _told()


def test_d1_telling_goes_on_where_a_step_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_sending, "STEP", 2)
    for number in range(3):
        looked_after(f"Company {number}")
    sending = PublicSending.objects.get(document=_telling(made.draft()))
    assert public_sending.tell_readers(sending.pk, dt.timedelta(0)) == 2
    assert public_sending.tell_readers(sending.pk) >= 1
    people = Notification.objects.filter(kind="document.published_trade").values_list("user_id")
    assert len(people) == len(set(people)) >= 3


def test_d1_one_reader_who_cannot_be_told_keeps_it_from_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _model, first, _specialist = looked_after("First")
    _model, second, _specialist = looked_after("Second")
    tell = public_sending._tell

    def failing(document: Any, reader: Any) -> None:
        if reader.pk == first.user_id:
            raise ValueError("no")
        tell(document, reader)

    monkeypatch.setattr(public_sending, "_tell", failing)
    public_sending.tell_readers(PublicSending.objects.get(document=_telling(made.draft())).pk)
    assert second.user_id in _told() and first.user_id not in _told()
