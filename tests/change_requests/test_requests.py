"""Changes of locked numbers: asked with reason and proof, decided, and made at once (S3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from audit.models import Event, StatusChange
from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from change_requests.services import drafts, sending
from change_requests.states import ChangeStatus, Decision
from core import clock
from core.access import Access
from core.contributions import tasks_of
from core.crypto import decrypt
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from files.states import ScanState
from notifications.models import Notification
from reviews import services as queue
from reviews.models import WorkMark
from security_models import services as company
from security_models.models import EntityIdentifier, IdentifierType, SecurityModel
from security_models.services.identifiers import value_hash
from security_profile.models import Submission
from tests.factories.change_requests import (
    ask_number,
    decided,
    explain,
    number,
    prove,
    send_in,
    sides,
)
from tests.factories.documents import file_of
from tests.factories.messages import staff_access
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.reviews import manager, sent_in
from tests.factories.scanned import scanned
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model

pytestmark = pytest.mark.django_db

IOR = "IOR_IRS"


@pytest.fixture
def both() -> tuple[SecurityModel, Access, Access]:
    """An account, its Officer and its specialist."""
    return sides()


def change(actor: Access, value: str = "98-765432100", kind: str = IOR) -> ChangeRequest:
    """A draft that asks for another importer number."""
    return ask_number(actor, value, number_id=number(actor.security_model, IOR).pk, kind=kind)


def refused(service: Any, *args: Any, **more: Any) -> set[str]:
    """The codes of the problems of a refusal."""
    with pytest.raises(Refused) as refusal:
        service(*args, **more)
    return {one.code for one in refusal.value.problems}


def kinds(code: str) -> int:
    return Notification.objects.filter(kind=code).count()


# --- asking ---------------------------------------------------------------------------------------


def test_s3_several_changes_of_several_kinds_are_one_request(both: Any) -> None:
    model, officer, specialist = both
    bond = number(model, "BOND_IMPORT")
    request = change(officer)
    ask_number(officer, "99ZZ00007", number_id=bond.pk, kind="BOND_IMPORT")
    ask_number(officer, "MXTEJNOR123MON", kind="MID")
    assert ChangeRequest.objects.get() == request
    send_in(officer, request)
    assert kinds("account.change_asked") == 1
    decided(specialist, request)
    now = {(one.type_id, one.value) for one in model.identifiers.all()}
    assert {(IOR, "98-765432100"), ("BOND_IMPORT", "99ZZ00007")} <= now
    assert ("MID", "MXTEJNOR123MON") in now
    assert kinds("account.change_decided") == 1


def test_s3_nothing_changes_before_the_approval_and_the_record_has_before_and_after(
    both: Any,
) -> None:
    model, officer, specialist = both
    before = number(model, IOR)
    request = send_in(officer, change(officer))
    assert number(model, IOR).value == before.value
    decided(specialist, request)
    after = number(model, IOR)
    assert (after.pk, after.value) == (before.pk, "98-765432100")
    event = Event.objects.get(kind="security_models.locked_number_changed")
    assert (event.data["before"], event.data["after"]) == (before.value, after.value)
    assert event.scope_id == model.pk and event.data["request"] == request.reference
    assert Event.objects.filter(kind="change_requests.approved", scope_id=model.pk).exists()


def test_s3_a_draft_of_an_application_needs_no_request() -> None:
    model = make_model(make_account())
    assert refused(ask_number, access_to(model), "ZQQT", kind="SCAC") == {"not_locked"}


@pytest.mark.parametrize(
    ("value", "code"), [("1234", "format"), ("98-7654321-0A0", "format"), ("", "format")]
)
def test_s3_the_formats_hold_when_a_change_is_asked_for(both: Any, value: str, code: str) -> None:
    _model, officer, _specialist = both
    assert refused(change, officer, value) == {code}
    assert not ChangeLine.objects.exists() and not ChangeRequest.objects.exists()


def test_s3_the_same_number_and_one_that_is_entered_are_refused(both: Any) -> None:
    model, officer, _specialist = both
    assert refused(change, officer, number(model, IOR).value) == {"same"}
    entered = number(model, "BOND_IMPORT").value
    assert refused(ask_number, officer, entered, kind="BOND_IMPORT") == {"entered"}


def test_s3_a_request_needs_a_change_a_reason_and_a_proof_that_can_be_read(both: Any) -> None:
    _model, officer, _specialist = both
    request = change(officer)
    line = request.lines.get()
    drafts.drop_line(actor=officer, request=request, line_id=line.pk)
    request.refresh_from_db()
    send = {"actor": officer, "request": request}
    assert refused(sending.send, **send, expected=request.version) == {"empty", "reason", "file"}
    change(officer)
    explain(officer, request)
    drafts.add_proofs(actor=officer, request=request, uploads=[file_of(b"x\n", "x.txt")])
    scanned(ChangeProof.objects.get().file_id, ScanState.INFECTED)
    request.refresh_from_db()
    assert refused(sending.send, **send, expected=request.version) == {"file"}


def test_s3_a_required_number_cannot_be_removed_without_another(both: Any) -> None:
    model, officer, _specialist = both
    request = ask_number(officer, number_id=number(model, IOR).pk, remove=True)
    prove(officer, request)
    now = explain(officer, request)
    send = {"actor": officer, "request": now}
    assert refused(sending.send, **send, expected=now.version) == {"needed"}
    ask_number(officer, "98-765432100", kind=IOR)
    now.refresh_from_db()
    assert sending.send(**send, expected=now.version).status == ChangeStatus.OPEN


def test_s3_one_open_request_for_a_number_at_a_time(both: Any) -> None:
    _model, officer, _specialist = both
    request = send_in(officer, change(officer))
    assert refused(change, officer, "98-765432101") == {"taken"}
    assert refused(ask_number, officer, "98-765432100", kind=IOR) == {"taken"}
    sending.withdraw(actor=officer, request=request)
    assert change(officer, "98-765432101").status == ChangeStatus.DRAFT


def test_s3_two_clicks_make_one_line_and_a_second_change_replaces_the_first(both: Any) -> None:
    model, officer, _specialist = both
    key, ior = new_id(), number(model, IOR)
    for _click in range(2):
        ask_number(officer, "98-765432100", number_id=ior.pk, kind=IOR, form_key=key)
    ask_number(officer, "98-765432101", number_id=ior.pk, kind=IOR)
    assert ChangeLine.objects.get().shown == "98-765432101"


def test_s3_only_contacts_ask_and_only_about_their_own_numbers(both: Any) -> None:
    model, officer, specialist = both
    member = access_to(model, make_member(model.trade_account).user)
    with pytest.raises(NotAllowed):
        change(member)
    with pytest.raises(NotAllowed):
        change(specialist)
    other = sides("Other")[0]
    with pytest.raises(NotVisible):
        ask_number(officer, "98-765432100", number_id=number(other, IOR).pk, kind=IOR)
    with pytest.raises(NotVisible):
        ask_number(officer, "98-765432100", number_id=new_id(), kind=IOR)


# --- personal numbers (T7) ------------------------------------------------------------------------


def test_t7_a_social_security_form_stays_encrypted_and_masked(both: Any) -> None:
    model, officer, specialist = both
    assert refused(change, officer, "123-45-6789", kind="IOR_SSN") == {"personal"}
    request = ask_number(
        officer,
        "123-45-6789",
        number_id=number(model, IOR).pk,
        kind="IOR_SSN",
        personal=True,
    )
    line = request.lines.get()
    assert decrypt(line.value) == "123-45-6789" and "6789" in line.shown
    send_in(officer, request)
    decided(specialist, request)
    row = number(model, "IOR_SSN")
    assert decrypt(row.value) == "123-45-6789"
    assert row.value_hash == value_hash(row.type, "123-45-6789")
    assert ChangeLine.objects.get().value == ""
    told = [*Event.objects.values_list("data", flat=True)]
    told += [*Notification.objects.values_list("body", flat=True)]
    assert "123-45" not in str(told)


# --- deciding -------------------------------------------------------------------------------------


def test_s3_what_is_no_longer_so_is_refused_in_words_and_nothing_changes(both: Any) -> None:
    model, officer, specialist = both
    request = change(officer)
    ask_number(officer, "MXTEJNOR123MON", kind="MID")
    send_in(officer, request)
    row = number(model, IOR)
    EntityIdentifier.objects.filter(pk=row.pk).update(
        value="11-1111111-00", value_hash=value_hash(row.type, "11-1111111-00")
    )
    assert refused(decided, specialist, request) == {"changed"}
    request.refresh_from_db()
    assert request.status == ChangeStatus.OPEN
    assert not model.identifiers.filter(type="MID").exists()


def test_s3_the_formats_and_duplicates_hold_when_a_change_is_made(both: Any) -> None:
    model, officer, specialist = both
    request = send_in(officer, ask_number(officer, "MXTEJNOR123MON", kind="MID"))
    line = request.lines.get()
    assert line.type is not None
    EntityIdentifier.objects.create(
        security_model=model,
        type=line.type,
        value=line.value,
        value_hash=line.value_hash,
        shown=line.shown,
        added_at=line.added_at,
        added_by_name="x",
    )
    assert refused(decided, specialist, request) == {"entered"}
    model.identifiers.filter(type="MID").delete()
    IdentifierType.objects.filter(pk="MID").update(regex="^X$")
    assert refused(decided, specialist, request) == {"format"}


def test_s3_a_declined_request_changes_nothing_and_says_why(both: Any) -> None:
    model, officer, specialist = both
    before = number(model, IOR).value
    request = decided(specialist, send_in(officer, change(officer)), Decision.DECLINE)
    assert (request.status, number(model, IOR).value) == (ChangeStatus.DECLINED, before)
    assert request.said == "Compared with form 5106."
    assert StatusChange.objects.get(move="decline").reason == request.said
    assert not ChangeLine.objects.filter(waits=True).exists()


def test_s3_a_returned_request_is_a_task_and_comes_back_as_a_new_round(both: Any) -> None:
    model, officer, specialist = both
    request = decided(specialist, send_in(officer, change(officer)), Decision.RETURN)
    [task] = [one for one in tasks_of(officer, None) if "change-request" in one.key]
    assert str(request.pk) in task.url and kinds("account.change_returned") == 1
    ask_number(officer, "98-765432102", number_id=number(model, IOR).pk, kind=IOR, to=request.pk)
    again = send_in(officer, request)
    assert (again.status, again.round) == (ChangeStatus.OPEN, 2)
    assert not [one for one in tasks_of(officer, None) if "change-request" in one.key]
    decided(specialist, again)
    assert number(model, IOR).value == "98-765432102"


def test_p6_a_snoozed_request_is_back_in_the_queue_once_it_is_sent_again(both: Any) -> None:
    _model, officer, specialist = both
    request = decided(specialist, send_in(officer, change(officer)), Decision.RETURN)
    until = clock.today() + dt.timedelta(days=30)
    about: dict[str, Any] = {"kind": "change", "item_id": request.pk, "reason": "With them."}
    queue.snooze(actor=specialist, until=until, **about)
    assert WorkMark.objects.count() == 1
    send_in(officer, request)
    assert not WorkMark.objects.exists()


@pytest.mark.parametrize("decision", list(Decision))
def test_s3_every_decision_needs_a_reason(both: Any, decision: Decision) -> None:
    _model, officer, specialist = both
    request = send_in(officer, change(officer))
    assert refused(decided, specialist, request, decision, reason=" \u2003 ") == {"reason"}


def test_s3_who_comes_second_reads_what_happened(both: Any) -> None:
    model, officer, specialist = both
    request = send_in(officer, change(officer))
    decided(specialist, request, Decision.DECLINE)
    with pytest.raises(Refused) as refusal:
        decided(manager(model), request)
    assert specialist.name in str(refusal.value.problems[0].message)
    with pytest.raises(Refused) as refusal:
        sending.withdraw(actor=officer, request=request)
    assert "declined" in str(refusal.value.problems[0].message)


def test_p5_a_decision_about_an_older_round_is_stale(both: Any) -> None:
    _model, officer, specialist = both
    request = send_in(officer, change(officer))
    seen = request.version
    decided(specialist, request, Decision.RETURN)
    send_in(officer, request)
    with pytest.raises(Stale):
        decided(specialist, request, expected=seen)


def test_g1_nobody_decides_a_request_of_their_own(both: Any) -> None:
    model, officer, _specialist = both
    request = send_in(officer, change(officer))
    boss = manager(model)
    ChangeRequest.objects.filter(pk=request.pk).update(asked_by_id=boss.user_id)
    assert refused(decided, boss, request) == {"own"}


def test_r6_only_who_is_in_charge_decides(both: Any) -> None:
    model, officer, specialist = both
    request = send_in(officer, change(officer))
    with pytest.raises(NotAllowed):
        decided(officer, request)
    model.assignments.update(ended_at=request.status_at)
    assign(model)
    with pytest.raises(NotVisible):
        decided(specialist, request)
    other = staff_access(sides("Other")[0], UserFactory.create(staff_role="management"))
    assert decided(other, request).status == ChangeStatus.APPROVED


def test_p8_what_was_signed_keeps_its_numbers() -> None:
    model = sent_in()
    officer, specialist = access_to(model), staff_access(model, assign(model))
    signed = Submission.objects.get().content_hash
    before = number(model, IOR).value
    content = str(Submission.objects.get().content)
    decided(specialist, send_in(officer, change(officer)))
    assert number(model, IOR).value == "98-765432100"
    kept = Submission.objects.get()
    assert (kept.content_hash, str(kept.content)) == (signed, content) and before in content


def test_s3_two_numbers_may_change_places(both: Any) -> None:
    model, officer, specialist = both
    first, second = "MXTEJNOR123MON", "MXTEJNOR456MON"
    request = ask_number(officer, first, kind="MID")
    ask_number(officer, second, kind="MID")
    decided(specialist, send_in(officer, request))
    one, other = model.identifiers.filter(type="MID").order_by("value")
    ask_number(officer, "MXTEJNOR789MON", number_id=one.pk, kind="MID")
    request = ask_number(officer, first, number_id=other.pk, kind="MID")
    decided(specialist, send_in(officer, request))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.value, other.value) == ("MXTEJNOR789MON", first)


# --- proofs and text ------------------------------------------------------------------------------


def test_d5_the_same_file_is_added_once_and_what_is_taken_out_is_kept(both: Any) -> None:
    _model, officer, _specialist = both
    request = change(officer)
    proof = prove(officer, request)
    drafts.add_proofs(actor=officer, request=request, uploads=[file_of(b"deed\n", "deed.txt")])
    assert ChangeProof.objects.count() == 1
    assert drafts.remove_proof(actor=officer, request=request, proof_id=proof.pk) == "deed.txt"
    assert drafts.remove_proof(actor=officer, request=request, proof_id=proof.pk) is None
    assert ChangeProof.objects.get().removed_by_name == officer.name


def test_p5_nobodys_reason_is_overwritten(both: Any) -> None:
    model, officer, _specialist = both
    other = access_to(model, make_contact(model).membership.user)
    request = change(officer)
    seen = request.version
    explain(other, request, "The parent changed.")
    with pytest.raises(Stale):
        drafts.save_text(actor=officer, request=request, expected=seen, reason="Mine")


def test_s3_what_is_sent_cannot_be_written_any_more(both: Any) -> None:
    _model, officer, _specialist = both
    request = send_in(officer, change(officer))
    proof = ChangeProof.objects.get()
    about: dict[str, Any] = {"actor": officer, "request": request}
    assert refused(drafts.remove_proof, **about, proof_id=proof.pk) == {"not_editable"}
    assert refused(drafts.drop_line, **about, line_id=new_id()) == {"not_editable"}
    assert refused(drafts.save_text, **about, expected=request.version, reason="Another") == {
        "not_editable"
    }


def test_s3_a_locked_number_is_still_refused_without_a_request(both: Any) -> None:
    model, officer, _specialist = both
    row = number(model, IOR)
    assert refused(company.delete_identifier, actor=officer, model=model, identifier_id=row.pk) == {
        "locked"
    }
