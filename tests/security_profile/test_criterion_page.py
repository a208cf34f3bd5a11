"""The page of one criterion (P1-P5, issue items 9 and "Bad input")."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import Response, Submission, SubmissionItem
from security_profile.selectors import criteria_of
from security_profile.services.responses import Draft, save_response
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all
from tests.factories.trade import make_account, make_member
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def address(model: SecurityModel, code: str = "3.5", name: str = "criterion") -> str:
    return reverse(f"security_profile:{name}", args=[model.trade_account_id, model.pk, code])


def typed(text: str = "We visit every partner.", **more: object) -> dict[str, object]:
    return {"version": 0, "answer": "response", "text": text, "reason": "", **more}


def test_every_criterion_has_a_page_of_its_own(pages: Client, model: SecurityModel) -> None:
    body = pages.get(address(model)).content.decode()
    assert "For work you outsource" in body
    assert "Applies to Importer" in body
    assert "Implementation guidance" in body
    assert "Evidence is required" in body


def test_a_number_that_does_not_apply_is_not_found(pages: Client, model: SecurityModel) -> None:
    for code in ("3.56", "99.1", "nonsense", "3.5 "):
        assert pages.get(address(model, code)).status_code == 404


def test_save_keeps_and_stays(pages: Client, model: SecurityModel) -> None:
    answer = pages.post(address(model), {**typed(), "save": "1"})
    assert (answer.status_code, answer["Location"]) == (302, address(model))
    body = pages.get(address(model)).content.decode()
    assert "We visit every partner." in body
    assert "In progress" in body


def test_save_next_leads_to_the_next_criterion(pages: Client, model: SecurityModel) -> None:
    codes = [one.code for one in criteria_of(model)]
    after = codes[codes.index("3.5") + 1]
    assert pages.post(address(model), {**typed(), "next": "1"})["Location"] == address(model, after)
    last = pages.post(address(model, codes[-1]), {**typed(), "next": "1"})
    assert last["Location"].endswith("/summary")


def test_mark_as_ready(pages: Client, model: SecurityModel) -> None:
    pages.post(address(model), typed(is_ready="on", save="1"))
    assert Response.objects.get().is_ready
    assert "Ready" in pages.get(address(model)).content.decode()


@pytest.mark.parametrize("bad", ["x" * 4001, "nul \x00"])
def test_bad_text_is_refused_beside_the_field_and_stays(
    pages: Client, model: SecurityModel, bad: str
) -> None:
    answer = pages.post(address(model), typed(bad, save="1"))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "id_text_error" in body
    assert not Response.objects.exists()
    assert bad[:3] in body


def test_line_ends_count_once(pages: Client, model: SecurityModel) -> None:
    text = ("x" * 99 + "\r\n") * 40
    assert pages.post(address(model), typed(text.strip(), save="1")).status_code == 302


@pytest.mark.parametrize("version", ["", "-1", "one", "1.5"])
def test_a_forged_version_is_refused(pages: Client, model: SecurityModel, version: str) -> None:
    answer = pages.post(address(model), typed(version=version, save="1"))
    assert answer.status_code == 422
    assert not Response.objects.exists()


def test_p5_a_conflict_shows_both_texts(pages: Client, model: SecurityModel, officer: User) -> None:
    save_response(
        actor=access_to(model, officer), model=model, code="3.5", version=0, draft=Draft("Theirs")
    )
    answer = pages.post(address(model), typed("Mine", save="1"))
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in body and "Mine" in body and officer.name in body
    assert Response.objects.get().text == "Theirs"
    assert re.search(r'name="version" value="1"', body)


@pytest.mark.parametrize(
    ("keep", "kept"), [("mine", "Mine"), ("theirs", "Theirs"), ("combined", "Both")]
)
def test_p5_the_writer_decides_what_is_kept(
    pages: Client, model: SecurityModel, officer: User, keep: str, kept: str
) -> None:
    save_response(
        actor=access_to(model, officer), model=model, code="3.5", version=0, draft=Draft("Theirs")
    )
    pages.post(address(model), typed("Mine", save="1"))
    answer = pages.post(address(model), typed("Mine", version=1, keep=keep, combined="Both"))
    assert answer.status_code == 302
    assert Response.objects.get().text == kept


def test_p5_a_second_conflict_is_shown_again(
    pages: Client, model: SecurityModel, officer: User
) -> None:
    access = access_to(model, officer)
    save_response(actor=access, model=model, code="3.5", version=0, draft=Draft("One"))
    pages.post(address(model), typed("Mine", save="1"))
    save_response(actor=access, model=model, code="3.5", version=1, draft=Draft("Two"))
    answer = pages.post(address(model), typed("Mine", version=1, keep="mine"))
    assert answer.status_code == 409
    assert "Two" in answer.content.decode()


def test_two_accounts_in_two_tabs_never_mix(
    pages: Client, model: SecurityModel, employee: User
) -> None:
    foreign = reverse(
        "security_profile:criterion", args=[make_account("Other").pk, model.pk, "3.5"]
    )
    assert pages.post(foreign, typed(save="1")).status_code == 404
    assert not Response.objects.exists()


def test_r6_others_see_nothing_and_members_see_who_can(
    client: Client, model: SecurityModel, officer: User
) -> None:
    client.force_login(UserFactory.create())
    assert client.get(address(model)).status_code == 404
    member = UserFactory.create()
    make_member(model.trade_account, member)
    client.force_login(member)
    answer = client.get(address(model))
    assert answer.status_code == 403
    assert officer.name in answer.content.decode()


def test_a_lapsed_application_is_read_and_not_written(pages: Client, model: SecurityModel) -> None:
    pages.post(address(model), typed("Kept.", save="1"))
    SecurityModel.objects.filter(pk=model.pk).update(lapsed_on=model.started_on)
    body = pages.get(address(model)).content.decode()
    assert "has lapsed. You can only read it." in body
    assert "Kept." in body and "<textarea" not in body
    assert pages.post(address(model), typed("No.", version=1, save="1")).status_code == 422
    assert Response.objects.get().text == "Kept."


def test_an_account_that_has_ended_is_read_and_not_written(
    pages: Client, model: SecurityModel
) -> None:
    model.business_types.update(status="not_accepted")
    assert "This account is closed" in pages.get(address(model)).content.decode()
    assert pages.post(address(model), typed(save="1")).status_code == 422


def test_while_the_program_has_it_the_page_stays_in_its_budget(
    pages: Client, model: SecurityModel
) -> None:
    answer_all(model)
    row = Response.objects.get(criterion__code="3.5")
    content: dict[str, Any] = {"company": {}, "categories": []}
    submission = Submission.objects.create(
        security_model=model,
        reference="S-TEST22",
        kind="application",
        content=content,
        content_hash="0" * 64,
        submitted_at=row.updated_at,
        submitted_on=model.started_on,
        submitted_by=model.started_by,
        submitted_by_name="Officer",
    )
    SubmissionItem.objects.create(
        security_model=model,
        submission=submission,
        criterion_id=row.criterion_id,
        response=row,
        level="must",
        not_applicable=False,
        item_hash="0" * 64,
        changed=True,
    )
    pages.get(address(model))
    with at_most(7):
        body = pages.get(address(model)).content.decode()
    assert "Changed since submitted" in body


def test_a_foreign_evidence_id_removes_nothing(pages: Client, model: SecurityModel) -> None:
    assert pages.post(address(model), typed(remove=str(uuid.uuid4()))).status_code == 404


def test_a_criterion_page_needs_no_more_than_eight_statements(
    pages: Client, model: SecurityModel
) -> None:
    answer_all(model)
    pages.get(address(model))
    with at_most(6):
        assert pages.get(address(model)).status_code == 200


def test_a_save_needs_no_more_than_eight_statements(pages: Client, model: SecurityModel) -> None:
    pages.post(address(model), typed("One", save="1"))
    with at_most(6):
        assert pages.post(address(model), typed("Two", version=1, save="1")).status_code == 302


def test_a_first_save_needs_no_more_than_eight_statements(
    pages: Client, model: SecurityModel
) -> None:
    pages.get(address(model))
    with at_most(7):
        assert pages.post(address(model), typed("One", save="1")).status_code == 302


def test_the_whole_profile_needs_no_more_than_ten_statements(
    pages: Client, model: SecurityModel
) -> None:
    answer_all(model)
    overview = reverse("security_profile:profile", args=[model.trade_account_id, model.pk])
    pages.get(overview)
    with at_most(6):
        assert pages.get(overview).status_code == 200
