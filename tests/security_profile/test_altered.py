"""What was changed behind the portal's back is not shown as signed (P8, A5, L-2)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.models import Signature
from agreements.states import AgreementKind
from audit.models import Difference, Event
from audit.selectors import Altered
from core import clock
from files import services as files
from files.models import Rendering
from identity.states import StaffRole
from notifications.models import Notification, Outbox
from security_models.models import SupportingPaper
from security_profile.models import EvidenceLink, ResponseVersion, Submission
from security_profile.services import review
from tests.factories import reviews as made
from tests.factories.certified import certified_company
from tests.factories.models import make_file
from tests.factories.people import UserFactory
from tests.factories.profile import make_document
from tests.reviews.test_pages import criterion_url, signed_in, words_of
from tests.superuser import superuser

pytestmark = pytest.mark.django_db(transaction=True)
KIND = AgreementKind.PARTNER.value
OFFERED = "open your copy of record"
STOPPED = "This record differs from what was signed"


def _change(statement: str, *values: Any) -> None:
    with superuser() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def _forge_answer(submission: Submission, code: str = "1.1") -> str:
    item = submission.items.get(criterion__code=code)
    statement = "UPDATE security_profile_submissionitem SET text = %s WHERE id = %s"
    _change(statement, "We never lock the gate.", str(item.pk))
    return str(item.pk)


def _is_stopped(client: Client, address: str) -> bool:
    page = client.get(address)
    words = words_of(page)
    assert "never lock" not in words
    return page.status_code == 503 and STOPPED in words


def test_p8_an_altered_answer_stops_the_review_and_is_told_once() -> None:
    submission, access = made.in_review()
    manager = UserFactory(staff_role=StaffRole.MANAGEMENT)
    client = signed_in(access.user)
    assert client.get(criterion_url(submission)).status_code == 200
    altered = _forge_answer(submission)
    for code in ("1.1", "6.1"):
        assert _is_stopped(client, criterion_url(submission, code))
    assert _is_stopped(client, criterion_url(submission, name="complete"))
    [difference] = Difference.objects.all()
    assert (difference.row_id, difference.what) == (altered, "altered")
    told = Outbox.objects.filter(kind="operations.record_differs")
    assert {one.to_address for one in told} == {"operators@localhost", manager.email}
    assert altered in told[0].text
    assert Notification.objects.filter(kind="operations.record_differs").count() == 1


def test_p8_an_answer_that_was_deleted_or_moved_stops_the_review_until_it_is_back() -> None:
    submission, access = made.in_review()
    client = signed_in(access.user)
    item = submission.items.get(criterion__code="1.1")
    move = "UPDATE security_profile_submissionitem SET submission_id = %s WHERE id = %s"
    assert client.get(criterion_url(submission, "6.1")).status_code == 200
    _change(move, str(uuid.uuid4()), str(item.pk))
    assert _is_stopped(client, criterion_url(submission, "6.1"))
    _change(move, str(submission.pk), str(item.pk))
    assert client.get(criterion_url(submission, "6.1")).status_code == 200
    _change("DELETE FROM security_profile_submissionitem WHERE id = %s", str(item.pk))
    assert _is_stopped(client, criterion_url(submission, "6.1"))
    assert {(one.row_id, one.what) for one in Difference.objects.all()} == {
        (str(item.pk), "altered"),
        (str(item.pk), "missing"),
    }


def test_p8_a_review_of_altered_answers_cannot_be_completed() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    _forge_answer(submission)
    seen = review.decisions_seen(submission)
    page = signed_in(access.user).post(criterion_url(submission, name="complete"), {"seen": seen})
    assert page.status_code == 503
    submission.refresh_from_db()
    assert submission.reviewed_at is None and not ResponseVersion.objects.exists()


def test_p8_the_partner_is_not_shown_altered_answers_either() -> None:
    submission, _access = made.in_review()
    model = submission.security_model
    partner = signed_in(model.started_by)
    places = [model.trade_account_id, model.pk, submission.pk]
    pages = [
        reverse(f"security_profile:{name}", args=places)
        for name in ("submission", "submission-pdf")
    ]
    assert partner.get(pages[0]).status_code == 200
    _change(
        "UPDATE security_profile_submission SET content = jsonb_set(content, '{account}', '\"X\"')"
        " WHERE id = %s",
        str(submission.pk),
    )
    assert all(_is_stopped(partner, one) for one in pages)
    assert OFFERED in words_of(partner.get(pages[0]))


def test_p8_a_made_document_is_not_sent_if_its_row_was_changed() -> None:
    submission, _access = made.in_review()
    model = submission.security_model
    partner = signed_in(model.started_by)
    places = [model.trade_account_id, model.pk, submission.pk]
    page = reverse("security_profile:submission-pdf", args=places)
    assert partner.get(page).status_code == 202
    rendering = Rendering.objects.latest("requested_at")
    files.render(rendering.pk)
    assert partner.get(page).status_code == 200
    _change("UPDATE files_rendering SET title = 'Forged' WHERE id = %s", str(rendering.pk))
    assert _is_stopped(partner, page)


def test_p8_what_is_restored_is_shown_again() -> None:
    submission, access = made.in_review()
    item = submission.items.get(criterion__code="1.1")
    _forge_answer(submission)
    client = signed_in(access.user)
    assert _is_stopped(client, criterion_url(submission))
    statement = "UPDATE security_profile_submissionitem SET text = %s WHERE id = %s"
    _change(statement, item.text, str(item.pk))
    assert client.get(criterion_url(submission)).status_code == 200


def test_p8_a_document_that_is_pointed_to_another_file_is_neither_listed_nor_sent() -> None:
    """Whichever row says which file is the evidence, and whoever opens it."""
    submission, access = made.in_review()
    model = submission.security_model
    link = EvidenceLink.objects.select_related("response__criterion")[0]
    version, code = link.document_version, link.response.criterion.code
    paper = SupportingPaper.objects.create(
        security_model=model, kind="deed_of_incorporation", file=make_file(model),
        added_at=clock.now(), added_by_name="Marguerite Ashdown",
    )  # fmt: skip
    other, places = make_file(model), [model.trade_account_id, model.pk]
    staff, partner = signed_in(access.user), signed_in(model.started_by)
    of_paper = [
        (staff, reverse("reviews:paper", args=[model.pk, paper.pk])),
        (partner, reverse("security_models:paper-file", args=[*places, paper.pk])),
    ]
    of_link = [(partner, reverse("security_profile:evidence", args=[*places, code, link.pk]))]
    of_version = [
        *of_link,
        (staff, criterion_url(submission, code)),
        (staff, reverse("reviews:evidence", args=[model.pk, version.pk])),
        (staff, reverse("documents:staff-download", args=[model.pk, version.pk])),
        (partner, reverse("documents:download", args=[*places, version.pk])),
    ]
    spare = make_document(model)
    for row, column, value, pages in (
        (version, "file_id", other.pk, of_version),
        (paper, "file_id", other.pk, of_paper),
        (link, "document_version_id", spare.pk, of_link),
    ):
        statement = f'UPDATE {row._meta.db_table} SET "{column}" = %s WHERE id = %s'
        assert not any(_is_stopped(*one) for one in pages)
        _change(statement, str(value), str(row.pk))
        assert [one for one in pages if not _is_stopped(*one)] == []
        _change(statement, str(getattr(row, column)), str(row.pk))
    _change("DELETE FROM documents_documentversion WHERE id = %s", str(version.pk))
    assert _is_stopped(staff, criterion_url(submission, code))


def test_p8_what_was_certified_or_decided_is_not_shown_if_it_was_changed(
    signature: Signature,
) -> None:
    model = signature.security_model
    assert model is not None
    partner = signed_in(signature.signer)
    manager = signed_in(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    places = [model.trade_account_id, model.pk]
    history = (partner, reverse("security_models:history", args=places))
    staff = (manager, reverse("reviews:partner", args=[model.pk]))
    pages = [
        (partner, reverse("security_models:eligibility", args=places)),
        (partner, reverse("security_models:accounts", args=places[:1])),
        staff,
    ]
    account, other = model.business_types.get(), str(UserFactory.create().pk)
    event = Event.objects.filter(scope_id=model.pk, kind="security_models.certified").get()
    for row, column, forged, stopped in (
        (account, "certified_on", "2020-01-01", pages),
        (account, "account_number", "10000001", pages),
        (account, "profile_approved_by_id", other, [staff]),
        (model.vettings.get(), "note", "Nothing was found.", [staff]),
        (model.assignments.get(), "staff_id", other, [staff]),
        (event, "actor_name", "Forged", [staff, history]),
    ):
        statement = f'UPDATE {row._meta.db_table} SET "{column}" = %s WHERE id = %s'
        assert [client.get(one).status_code for client, one in stopped] == [200] * len(stopped)
        _change(statement, forged, str(row.pk))
        assert [one for one in stopped if not _is_stopped(*one)] == []
        _change(statement, str(getattr(row, column)), str(row.pk))
    assert {one.what for one in Difference.objects.all()} == {"altered"}


@pytest.mark.parametrize(
    ("column", "forged"), [("profile_approved_on", "2020-02-29"), ("profile_approved_by_id", None)]
)
def test_g1_nothing_is_certified_past_a_gate_that_was_changed(column: str, forged: Any) -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    account = model.business_types.get()
    _change(f'UPDATE {account._meta.db_table} SET "{column}" = %s', forged)
    with pytest.raises(Altered):
        made.vet(model, made.manager(model))
    account.refresh_from_db()
    assert account.certified_on is None and not model.vettings.exists()


def test_g1_vetting_that_nobody_passed_certifies_nothing() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    account = submission.security_model.business_types.get()
    _change(f"UPDATE {account._meta.db_table} SET vetting_passed_on = '2020-02-29'")
    with pytest.raises(Altered):
        made.complete(access, submission)
    account.refresh_from_db()
    assert account.certified_on is None


def test_p7_an_altered_comment_or_version_is_not_shown_to_the_partner() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.1",))
    made.complete(access, submission)
    model = submission.security_model
    partner = signed_in(model.started_by)
    page = reverse("security_profile:criterion", args=[model.trade_account_id, model.pk, "1.1"])
    assert partner.get(page).status_code == 200
    decision = submission.decisions.get(item__criterion__code="1.1")
    statement = "UPDATE security_profile_criteriondecision SET comment = %s WHERE id = %s"
    _change(statement, "We never lock the gate.", str(decision.pk))
    assert _is_stopped(partner, page)


@pytest.fixture
def signature() -> Signature:
    certified_company()
    return Signature.objects.exclude(security_model=None).exclude(copy_of_record=None)[0]


def test_a5_nothing_of_an_altered_signature_is_shown(signature: Signature) -> None:
    model = signature.security_model
    assert model is not None
    client = signed_in(signature.signer)
    places = [model.trade_account_id, model.pk]
    pages = [
        reverse("agreements:list", args=places),
        *(
            reverse(f"agreements:{name}", args=[*places, signature.pk])
            for name in ("detail", "done", "copy")
        ),
    ]
    for page in pages:
        assert client.get(page).status_code in {200, 202}
    _change(
        "UPDATE agreements_signature SET signed_at = signed_at - interval '1 day' WHERE id = %s",
        str(signature.pk),
    )
    assert all(_is_stopped(client, one) for one in pages)
    assert not any(OFFERED in words_of(client.get(one)) for one in pages)


def test_a5_an_altered_text_cannot_be_read(signature: Signature) -> None:
    model = signature.security_model
    assert model is not None
    client = signed_in(signature.signer)
    page = reverse("agreements:text", args=[model.trade_account_id, model.pk, KIND])
    assert client.get(page).status_code == 200
    _change("UPDATE agreements_agreementtext SET body = 'never lock' WHERE kind = %s", KIND)
    assert _is_stopped(client, page)


def test_a5_a_document_is_not_made_from_altered_content(signature: Signature) -> None:
    rendering = Rendering.objects.filter(state="pending")[0]
    _change(
        'UPDATE files_rendering SET content = content || \'{"title": "Forged"}\' WHERE id = %s',
        str(rendering.pk),
    )
    files.render(rendering.pk)
    rendering.refresh_from_db()
    assert rendering.file_id is None and "not what was asked for" in rendering.error
    assert Difference.objects.get().row_id == str(rendering.pk)


def test_p7_an_altered_version_is_shown_on_no_page_of_versions() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    partner, staff = signed_in(model.started_by), signed_in(access.user)
    places = {"trade_id": model.trade_account_id, "model_id": model.pk}
    pages = [
        (client, reverse(f"{app}:{name}", kwargs={**kwargs, **more}))
        for client, app, kwargs in (
            (partner, "security_profile", places),
            (staff, "reviews", {"model_id": model.pk}),
        )
        for name, more in (("versions", {"code": "1.1"}), ("profile-on", {}))
    ]
    assert all(client.get(address).status_code == 200 for client, address in pages)
    version = ResponseVersion.objects.get(criterion__code="1.1")
    statement = "UPDATE security_profile_responseversion SET text = %s WHERE id = %s"
    _change(statement, "We never lock the gate.", str(version.pk))
    assert all(_is_stopped(client, address) for client, address in pages)
    _change(statement, version.text, str(version.pk))
    assert all(client.get(address).status_code == 200 for client, address in pages)
    document = str(version.evidence[0]["version"])
    _change("UPDATE documents_documentversion SET title = 'Forged' WHERE id = %s", document)
    assert all(_is_stopped(client, address) for client, address in pages)


def test_p7_a_date_of_approval_that_was_altered_is_not_shown() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    partner = signed_in(model.started_by)
    page = reverse("security_profile:approvals", args=[model.trade_account_id, model.pk])
    assert partner.get(page).status_code == 200
    _change(
        'UPDATE audit_statuschange SET "on" = %s WHERE thing_id = %s AND after = %s',
        "2020-02-29",
        str(submission.pk),
        "approved",
    )
    assert _is_stopped(partner, page)
