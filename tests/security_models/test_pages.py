"""The pages: what they show, refusals at the field, rights, bad input."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock
from core.ids import new_id
from identity.models import User
from security_models import services
from security_models.models import EntityIdentifier, IdentifierType, SecurityModel
from security_models.presentation.identifier_boxes import types_asked
from security_models.selectors import contacts_of, facts_of, officers_of
from security_models.selectors.addresses import chosen_addresses, seen_as
from security_models.selectors.contacts import seen_as as contacts_seen_as
from security_models.selectors.eligibility import newest_run
from security_models.selectors.numbers_and_papers import identifiers_of, papers_of
from security_models.services.contacts import field_of
from tests.factories.models import (
    access_to,
    answer_all,
    choose_addresses,
    complete_profile,
    make_address,
    submitted,
)
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model

pytestmark = pytest.mark.django_db

TABS = ["eligibility", "identifiers", "papers", "addresses", "contacts", "history"]


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def signed_in(user: User | None) -> Any:
    assert user is not None
    client = Client()
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


@pytest.fixture
def client(model: SecurityModel) -> Any:
    return signed_in(model.started_by)


def url(model: SecurityModel, page: str, **more: object) -> str:
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return reverse(f"security_models:{page}", kwargs=kwargs)


def text_of(response: Any) -> str:
    """The text of a page, without entities and tags."""
    html = response.content.decode().replace("&#x27;", "'").replace("&amp;", "&")
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- start ----------------------------------------------------------------------------------------


def test_the_start_page_says_what_is_needed_and_links_the_criteria() -> None:
    account = make_account()
    page = signed_in(account.created_by).get(
        reverse("security_models:start", kwargs={"trade_id": account.pk})
    )
    words = text_of(page)
    assert "60 program days" in words and "What you will need" in words
    assert "U.S./Mexico Highway Carrier" in words
    assert words.count("Consolidator") == 1


def test_r2_starting_leads_to_the_questions_and_twice_makes_one() -> None:
    account = make_account()
    client = signed_in(account.created_by)
    here = reverse("security_models:start", kwargs={"trade_id": account.pk})
    form = {"form_key": str(new_id()), "role": "officer"}
    first, second = client.post(here, form), client.post(here, form)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url and first.url.endswith("/eligibility")
    assert account.security_models.count() == 1


@pytest.mark.parametrize("form", [{}, {"role": "king"}, {"role": "officer", "form_key": "x"}])
def test_a_start_without_role_or_key_is_refused_in_words(form: dict[str, str]) -> None:
    account = make_account()
    client = signed_in(account.created_by)
    here = reverse("security_models:start", kwargs={"trade_id": account.pk})
    page = client.post(here, {"form_key": str(new_id()), **form})
    assert page.status_code == 422 and "There is a problem" in text_of(page)


# --- the questions --------------------------------------------------------------------------------


def test_s1_one_question_a_page_with_a_way_back(client: Any, model: SecurityModel) -> None:
    page = client.get(url(model, "eligibility"))
    assert url(model, "question", code="START1") in page.content.decode()
    here = url(model, "question", code="START1")
    answered = client.post(here, {"answer": "highway", "version": newest_run(model).version})
    assert answered.url == url(model, "question", code="HWY1")
    page = client.get(answered.url)
    assert "cross a land border of the United States" in text_of(page)
    assert here in page.content.decode()


@pytest.mark.parametrize("answer", ["", "maybe", "yes\x00", "x" * 2000])
def test_s1_an_answer_that_is_not_offered_is_refused_beside_the_field(
    client: Any, model: SecurityModel, answer: str
) -> None:
    here = url(model, "question", code="START1")
    page = client.post(here, {"answer": answer, "version": newest_run(model).version})
    assert page.status_code == 422 and "Choose one of the answers." in text_of(page)


def test_p5_a_stale_question_page_says_so(client: Any, model: SecurityModel) -> None:
    version = newest_run(model).version
    here = url(model, "question", code="START1")
    client.post(here, {"answer": "rail", "version": version})
    page = client.post(here, {"answer": "sea", "version": version})
    assert page.status_code == 409 and "Another contact, or you in another window" in text_of(page)


def test_s1_not_eligible_is_an_explanation_and_offers_to_start_again(
    client: Any, model: SecurityModel
) -> None:
    here = url(model, "question", code="START1")
    client.post(here, {"answer": "warehouse", "version": newest_run(model).version})
    page = client.get(url(model, "eligibility"))
    words = text_of(page)
    assert "Storing goods alone does not qualify" in words and "What would change it" in words
    assert "pp-errors" not in page.content.decode()
    again = client.post(url(model, "start-again"), {"version": newest_run(model).version})
    assert again.url == url(model, "question", code="START1")


def test_a_question_that_is_not_on_the_path_leads_back(client: Any, model: SecurityModel) -> None:
    for code in ("CMN7", "NOPE"):
        assert client.get(url(model, "question", code=code)).status_code == 302


def test_s1_after_submission_the_answers_are_shown_locked(
    client: Any, model: SecurityModel
) -> None:
    submitted(model)
    words = text_of(client.get(url(model, "eligibility")))
    assert (
        "can no longer be changed" in words
        and "Change" not in words.replace("Change requests", "").split()
    )
    assert client.get(url(model, "question", code="IMP2")).status_code == 302


# --- identifiers ----------------------------------------------------------------------------------


def add(client: Any, model: SecurityModel, box: str, value: str, **more: str) -> Any:
    return client.post(url(model, "identifiers"), typed(box, value, **more) | {"box": box})


def typed(box: str, value: str, **more: str) -> dict[str, str]:
    """What the page sends of one box."""
    form = {"form_key": str(new_id()), "value": value, **more}
    return {f"{box}-{name}": text for name, text in form.items()}


def test_s3_a_number_is_added_and_deleted_in_its_box(client: Any, model: SecurityModel) -> None:
    answer_all(model)
    page = client.get(url(model, "identifiers"))
    assert "Locked after the first submission." in text_of(page)
    assert add(client, model, "bond_import", "99zz 00001").status_code == 302
    one = identifiers_of(model)[0]
    assert one.shown in text_of(client.get(url(model, "identifiers")))
    client.post(url(model, "identifiers"), {"delete": str(one.pk)})
    assert identifiers_of(model) == []


@pytest.mark.parametrize("value", ["", "nonsense", "9" * 61, "99ZZ\x0000001", "\u2062"])
def test_s3_a_number_in_the_wrong_form_stays_typed_with_its_error(
    client: Any, model: SecurityModel, value: str
) -> None:
    answer_all(model)
    page = add(client, model, "bond_import", value)
    assert page.status_code == 422
    assert "#id_bond_import-value" in page.content.decode()
    if value == "nonsense":
        assert 'value="nonsense"' in page.content.decode()
        assert "Enter it like 99ZZ00001." in text_of(page)


def test_s3_a_social_security_number_is_asked_about_first(
    client: Any, model: SecurityModel
) -> None:
    answer_all(model)
    box = "ior_irs-ior_ssn-ior_cbp"
    page = add(client, model, box, "078-05-1120")
    assert page.status_code == 422 and "a personal number" in text_of(page)
    assert add(client, model, box, "078-05-1120", personal="on").status_code == 302
    page = client.get(url(model, "identifiers"))
    assert "•••-••-1120" in text_of(page) and "078-05-1120" not in page.content.decode()


IOR_BOX = "ior_irs-ior_ssn-ior_cbp"


def test_s3_a_pasted_number_says_how_it_was_read(client: Any, model: SecurityModel) -> None:
    answer_all(model)
    assert add(client, model, IOR_BOX, "IOR # １２-3456789-xx").status_code == 302
    words = text_of(client.get(url(model, "identifiers")))
    assert "IRS form added. Read as 12-3456789XX." in words
    assert "Employer Identification Number 12-3456789 is part of it and was added too." in words
    add(client, model, IOR_BOX, "CBP assigned no. 990101-12345")
    words = text_of(client.get(url(model, "identifiers")))
    assert "Read as 990101-12345 (assigned in 1999)." in words


def test_s3_nine_digits_are_answered_with_the_kinds_to_choose_from(
    client: Any, model: SecurityModel
) -> None:
    answer_all(model)
    page = add(client, model, IOR_BOX, "123456789")
    words = text_of(page)
    assert page.status_code == 422 and 'value="123456789"' in page.content.decode()
    assert "Nine digits can be an EIN or a Social Security number." in words
    assert all(kind in words for kind in ("IRS form", "Social Security form", "assigned by CBP"))
    chosen = text_of(add(client, model, IOR_BOX, "123456789", kind="IOR_IRS"))
    assert "This is an EIN without its suffix" in chosen and "12-345678900" in chosen
    assert "a personal number" in text_of(add(client, model, IOR_BOX, "123456789", kind="IOR_SSN"))
    assert identifiers_of(model) == []


def test_s3_locked_numbers_say_why_and_whom_to_ask(client: Any, model: SecurityModel) -> None:
    submitted(model)
    specialist = assign(model)
    page = client.get(url(model, "identifiers"))
    assert f"{specialist.name}, your SCSS, decides" in text_of(page)
    assert "Ask to change" in text_of(page)
    assert "id_bond_import-value" not in page.content.decode()
    refused = add(client, model, "bond_import", "99ZZ00009")
    assert refused.status_code == 422
    bond = EntityIdentifier.objects.get(security_model=model, type="BOND_IMPORT")
    client.post(url(model, "identifiers"), {"delete": str(bond.pk)})
    assert EntityIdentifier.objects.filter(pk=bond.pk).exists()


def test_numbers_no_longer_asked_for_are_shown_to_be_deleted(
    client: Any, model: SecurityModel
) -> None:
    answer_all(model, "highway_carrier_us_canada")
    add(client, model, "mc_docket", "mc 999991")
    answer_all(model, "rail_carrier", START1="rail")
    assert "No longer required" in text_of(client.get(url(model, "identifiers")))


def test_s3_a_locked_number_that_is_no_longer_required_can_be_asked_for(
    client: Any, model: SecurityModel
) -> None:
    submitted(model)
    asked = [one.code for one in types_asked(facts_of(model))]
    locked = IdentifierType.objects.filter(locked_after_first_submission=True)
    row = identifiers_of(model)[0]
    row.pk, row._state.adding, row.value_hash = new_id(), True, "another"
    row.type = locked.exclude(code__in=asked)[0]
    row.save()
    page = client.get(url(model, "identifiers"))
    (entry,) = page.context["left"]
    assert (entry.row.pk, entry.locked, entry.is_asked) == (row.pk, True, False)
    text = page.content.decode()
    assert entry.ask_url in text[text.index("No longer required") :]
    assert f'name="delete" value="{entry.row.pk}"' not in text
    assert client.get(entry.ask_url).status_code == 200


BUTTONS = ["next", "previous", "save", "delete", "offer", "box"]


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_of_the_page_keeps_what_is_typed_in_all_boxes(
    client: Any, model: SecurityModel, button: str
) -> None:
    answer_all(model)
    add(client, model, "bond_import", "99ZZ00001")
    entered = identifiers_of(model)[0]
    pressed = {"delete": str(entered.pk), "offer": str(new_id()), "box": IOR_BOX}
    form = typed("bond_import", "99ZZ00002") | typed(IOR_BOX, "12-3456789XX")
    answer = client.post(url(model, "identifiers"), form | {button: pressed.get(button, "1")})
    assert answer.status_code == 302
    left = {one.value for one in identifiers_of(model)}
    assert {"99ZZ00002", "12-3456789XX"} <= left
    assert ("99ZZ00001" in left) is (button != "delete")
    where = {"next": "addresses", "previous": "eligibility"}.get(button, "identifiers")
    assert answer.url.partition("#")[0] == url(model, where)


@pytest.mark.parametrize("button", BUTTONS)
def test_a_refused_number_stays_typed_and_the_others_are_added(
    client: Any, model: SecurityModel, button: str
) -> None:
    answer_all(model)
    form = typed("bond_import", "nonsense") | typed(IOR_BOX, "12-3456789XX")
    page = client.post(url(model, "identifiers"), form | {button: IOR_BOX})
    assert page.status_code == 422 and 'value="nonsense"' in page.content.decode()
    assert "12-3456789XX" in {one.value for one in identifiers_of(model)}
    assert 'value="12-3456789XX"' not in page.content.decode()


def test_a_number_that_another_typed_one_brings_along_is_not_refused(
    client: Any, model: SecurityModel
) -> None:
    answer_all(model)
    form = typed(IOR_BOX, "12-3456789XX") | typed("ein", "12-3456789")
    assert client.post(url(model, "identifiers"), form | {"next": "1"}).status_code == 302


@pytest.mark.parametrize(
    "form", [{"delete": "x"}, {"delete": "0c8f71b4-cfe0-46d6-90e6-41c6a81f4c6e"}, {"box": "nope"}]
)
def test_unknown_ids_and_boxes_change_nothing(
    client: Any, model: SecurityModel, form: dict[str, str]
) -> None:
    answer_all(model)
    assert client.post(url(model, "identifiers"), form).status_code in {200, 302}
    assert identifiers_of(model) == []


# --- papers ---------------------------------------------------------------------------------------


def send(client: Any, model: SecurityModel, file: Any, kind: str = "deed_of_incorporation") -> Any:
    form = {"upload": kind, f"{kind}-kind": kind, f"{kind}-form_key": str(new_id())}
    return client.post(url(model, "papers"), {**form, f"{kind}-file": file} if file else form)


def test_papers_are_uploaded_listed_and_removed(client: Any, model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    file = SimpleUploadedFile("acta.txt", b"Acta constitutiva, escritura 1234.")
    assert send(client, model, file).status_code == 302
    page = client.get(url(model, "papers"))
    assert "acta.txt" in text_of(page)
    paper = papers_of(model)[0]
    here = url(model, "paper-file", paper_id=paper.pk)
    assert client.get(here).status_code == 409
    client.post(url(model, "papers"), {"remove": str(paper.pk)})
    assert papers_of(model) == [] and client.get(here).status_code == 404


@pytest.mark.parametrize(
    "file",
    [
        None,
        SimpleUploadedFile("acta.pdf", b""),
        SimpleUploadedFile("acta.pdf", b"MZ\x90\x00not a pdf at all"),
        SimpleUploadedFile("acta.exe", b"MZ\x90\x00"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(
    client: Any, model: SecurityModel, file: Any
) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    page = send(client, model, file)
    assert page.status_code == 422
    assert "id_deed_of_incorporation-file_error" in page.content.decode()
    assert papers_of(model) == []


def test_a_security_event_is_described(client: Any, model: SecurityModel) -> None:
    answer_all(model, CMN5="yes")
    form = {"text": "Seals were broken.\r\nWe changed the carrier.", "version": model.version}
    assert client.post(url(model, "papers"), form).status_code == 302
    model.refresh_from_db()
    assert model.event_description == "Seals were broken.\nWe changed the carrier."
    stale = client.post(url(model, "papers"), {"text": "Mine.", "version": 1})
    words = text_of(stale)
    assert stale.status_code == 409 and "Seals were broken." in words and "Mine." in words


@pytest.mark.parametrize("button", ["upload", "remove", "next"])
def test_every_button_of_the_papers_page_keeps_the_description(
    client: Any, model: SecurityModel, button: str
) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul", CMN5="yes")
    deed = "deed_of_incorporation"
    send(client, model, SimpleUploadedFile("acta.txt", b"Acta constitutiva, escritura 1234."))
    paper = papers_of(model)[0]
    file = SimpleUploadedFile("more.txt", b"Escritura 5678.")
    upload = {"upload": deed, f"{deed}-kind": deed, f"{deed}-form_key": str(new_id())}
    pressed: dict[str, dict[str, Any]] = {
        "upload": {**upload, f"{deed}-file": file},
        "remove": {"remove": str(paper.pk)},
        "next": {"next": "1"},
    }
    form = {"text": "Seals were broken.", "version": model.version, **pressed[button]}
    answer = client.post(url(model, "papers"), form)
    assert answer.url == url(model, "addresses" if button == "next" else "papers")
    model.refresh_from_db()
    assert model.event_description == "Seals were broken."
    assert len(papers_of(model)) == {"upload": 2, "remove": 0, "next": 1}[button]


def test_a_refused_file_does_not_lose_the_description(client: Any, model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul", CMN5="yes")
    deed = "deed_of_incorporation"
    form = {"text": "Seals were broken.", "version": model.version, "upload": deed}
    page = client.post(url(model, "papers"), form | {f"{deed}-form_key": str(new_id())})
    assert page.status_code == 422
    model.refresh_from_db()
    assert model.event_description == "Seals were broken."
    assert f'name="version" value="{model.version}"' in page.content.decode()


def test_a_conflict_over_the_description_does_not_lose_the_file(
    client: Any, model: SecurityModel
) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul", CMN5="yes")
    deed = "deed_of_incorporation"
    here = url(model, "papers")
    client.post(here, {"text": "Seals were broken.", "version": model.version})
    form = {"text": "Mine.", "version": 1, f"{deed}-kind": deed, f"{deed}-form_key": str(new_id()),
            f"{deed}-file": SimpleUploadedFile("acta.txt", b"Escritura 1234.")}  # fmt: skip
    page = client.post(here, form)
    words = text_of(page)
    assert page.status_code == 409 and "Seals were broken." in words and "Mine." in words
    assert [one.file.name for one in papers_of(model)] == ["acta.txt"]


# --- addresses ------------------------------------------------------------------------------------


def test_s4_addresses_are_chosen_and_next_leads_to_contacts(
    client: Any, model: SecurityModel
) -> None:
    one = make_address(model.trade_account)
    here = url(model, "addresses")
    form = {"seen": seen_as([]), "primary": str(one.pk), "mailing": str(one.pk), "next": "1"}
    assert client.post(here, form).url == url(model, "contacts")
    assert "checked" in client.get(here).content.decode()


@pytest.mark.parametrize("primary", ["", "x", "0c8f71b4-cfe0-46d6-90e6-41c6a81f4c6e"])
def test_s4_a_missing_or_foreign_address_is_refused_beside_the_field(
    client: Any, model: SecurityModel, primary: str
) -> None:
    one = make_address(model.trade_account)
    form = {"seen": seen_as([]), "primary": primary, "mailing": str(one.pk)}
    page = client.post(url(model, "addresses"), form)
    assert page.status_code == 422 and "address" in text_of(page)
    assert chosen_addresses(model) == []


def test_p5_after_a_conflict_saving_again_is_a_decision(client: Any, model: SecurityModel) -> None:
    one, two = make_address(model.trade_account), make_address(model.trade_account, name="Yard")
    form = {"seen": seen_as([]), "primary": str(two.pk), "mailing": str(two.pk)}
    services.save_addresses(
        actor=access_to(model), model=model, seen=seen_as([]), primary=one.pk, mailing=one.pk
    )
    page = client.post(url(model, "addresses"), form)
    assert page.status_code == 409 and "Saved now" in text_of(page)
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen is not None
    again = client.post(url(model, "addresses"), {**form, "seen": seen[1]})
    assert again.status_code == 302
    assert chosen_addresses(model)[0].address_id == two.pk


# --- contacts -------------------------------------------------------------------------------------


def contact_form(model: SecurityModel, **changes: str) -> dict[str, str]:
    now = contacts_of(model)
    form = {field_of(one.membership_id): str(one.role) for one in now}
    primary = next((str(one.membership_id) for one in now if one.is_primary_poc), "")
    return {"seen": contacts_seen_as(now), "primary": primary, **form, **changes}


def test_s5_roles_are_given_and_the_consequences_said(client: Any, model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    assert "is the only person who can sign" in text_of(client.get(url(model, "contacts")))
    form = contact_form(model, **{field_of(member.pk): "officer"})
    assert client.post(url(model, "contacts"), form).status_code == 302
    assert len(officers_of(model)) == 2


def test_s5_a_preview_says_what_the_choice_would_mean_and_saves_nothing(
    client: Any, model: SecurityModel
) -> None:
    member = make_member(model.trade_account)
    form = contact_form(model, **{field_of(member.pk): "officer"}, preview="1")
    page = client.post(url(model, "contacts"), form)
    assert page.status_code == 200 and f"{member.name} can sign and submit" in text_of(page)
    assert len(officers_of(model)) == 1


def test_s5_a_consultant_as_primary_poc_is_refused_in_words(
    client: Any, model: SecurityModel
) -> None:
    member = make_member(model.trade_account)
    changes = {field_of(member.pk): "consultant", "primary": str(member.pk)}
    page = client.post(url(model, "contacts"), contact_form(model, **changes))
    assert page.status_code == 422 and "A Consultant can't be the Primary POC" in text_of(page)


def test_r3_raising_an_own_role_is_refused_beside_it(model: SecurityModel) -> None:
    administrator = UserFactory.create()
    own = make_member(model.trade_account, administrator, "company_administrator")
    client = signed_in(administrator)
    form = contact_form(model, **{field_of(own.pk): "officer"})
    page = client.post(url(model, "contacts"), form)
    assert page.status_code == 422
    assert f"#id_{field_of(own.pk)}" in page.content.decode()


def test_r3_an_employee_reads_who_may_change_the_contacts(model: SecurityModel) -> None:
    employee = make_contact(model).membership.user
    client = signed_in(employee)
    page = client.get(url(model, "contacts"))
    assert "Officers of this account and Company Administrators change" in text_of(page)
    assert client.post(url(model, "contacts"), contact_form(model)).status_code == 403


# --- rights ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", TABS)
def test_r6_another_company_finds_nothing(model: SecurityModel, tab: str) -> None:
    stranger = make_account("Old Kettle Packaging").created_by
    assert signed_in(stranger).get(url(model, tab)).status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_r6_a_model_under_a_foreign_account_is_not_found(model: SecurityModel, tab: str) -> None:
    other = make_account("Old Kettle Packaging", administrator=model.started_by)
    kwargs = {"trade_id": other.pk, "model_id": model.pk}
    page = signed_in(model.started_by).get(reverse(f"security_models:{tab}", kwargs=kwargs))
    assert page.status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_r6_a_member_without_a_role_reads_who_has_one(model: SecurityModel, tab: str) -> None:
    member = make_member(model.trade_account)
    page = signed_in(member.user).get(url(model, tab))
    assert page.status_code == 403
    assert model.started_by.name in text_of(page)


def test_r6_a_company_administrator_opens_the_contacts_and_nothing_else(
    model: SecurityModel,
) -> None:
    administrator = UserFactory.create()
    make_member(model.trade_account, administrator, "company_administrator")
    client = signed_in(administrator)
    found = {tab: client.get(url(model, tab)).status_code for tab in TABS}
    assert found == {tab: 200 if tab == "contacts" else 403 for tab in TABS}


def test_r6_the_list_shows_name_type_and_status_to_members_without_a_role(
    client: Any, model: SecurityModel
) -> None:
    answer_all(model)
    here = reverse("security_models:accounts", kwargs={"trade_id": model.trade_account_id})
    assert model.started_by.name in text_of(client.get(here)).split("Primary POC")[-1]
    member = make_member(model.trade_account)
    page = signed_in(member.user).get(here)
    words = text_of(page)
    assert model.reference in words and "Importer" in words and "Draft" in words
    assert "You are not a contact here." in words
    assert f"/m/{model.pk}/" not in page.content.decode()
    export = signed_in(member.user).get(here, {"export": "csv"}).content.decode("utf-8-sig")
    assert model.reference in export and model.started_by.name not in export


@pytest.mark.parametrize("query", ["?status=draft", "?q=importer", "?sort=-reference", "?page=9"])
def test_the_list_is_filtered_by_its_address(client: Any, model: SecurityModel, query: str) -> None:
    answer_all(model)
    here = reverse("security_models:accounts", kwargs={"trade_id": model.trade_account_id})
    assert model.reference in text_of(client.get(here + query))


# --- budgets --------------------------------------------------------------------------------------


def test_the_list_costs_the_same_for_one_and_many(
    client: Any, model: SecurityModel, django_assert_max_num_queries: Any
) -> None:
    here = reverse("security_models:accounts", kwargs={"trade_id": model.trade_account_id})
    for _number in range(6):
        answer_all(make_model(model.trade_account))
    client.get(here)
    with django_assert_max_num_queries(19):
        client.get(here)


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_keeps_its_budget(
    client: Any, model: SecurityModel, tab: str, django_assert_max_num_queries: Any
) -> None:
    complete_profile(model)
    client.get(url(model, tab))
    with django_assert_max_num_queries(14):
        assert client.get(url(model, tab)).status_code == 200


def test_the_company_profile_opens_where_something_is_to_be_done(
    client: Any, model: SecurityModel
) -> None:
    assert client.get(url(model, "company-profile")).url == url(model, "eligibility")
    answer_all(model)
    assert client.get(url(model, "company-profile")).url == url(model, "identifiers")
    choose_addresses(model)


def test_a_lapsed_application_is_read_and_reopened(client: Any, model: SecurityModel) -> None:
    answer_all(model)
    with clock.at(clock.today() + dt.timedelta(days=61)):
        words = text_of(client.get(url(model, "identifiers")))
        assert "This application has lapsed" in words
        assert add(client, model, "bond_import", "99ZZ00001").status_code == 422
        assert "60 more program days" in text_of(client.get(url(model, "reopen")))
        assert client.post(url(model, "reopen")).status_code == 302
        assert add(client, model, "bond_import", "99ZZ00001").status_code == 302


# --- what a save says -----------------------------------------------------------------------------


def test_a_save_says_what_is_still_to_do_on_its_tab(client: Any, model: SecurityModel) -> None:
    answer_all(model)
    add(client, model, "bond_import", "99ZZ00001")
    words = text_of(client.get(url(model, "identifiers")))
    assert "added. Read as 99ZZ00001. Still to do: Enter" in words
    add(client, model, IOR_BOX, "12-3456789XX")
    assert "Still to do" not in text_of(client.get(url(model, "identifiers")))


def test_the_same_paper_is_not_attached_twice(client: Any, model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    deed = b"Acta constitutiva, escritura 1234."
    assert send(client, model, SimpleUploadedFile("acta.txt", deed)).status_code == 302
    page = send(client, model, SimpleUploadedFile("again.txt", deed))
    assert page.status_code == 422
    assert "This file is already attached." in text_of(page)
    assert len(papers_of(model)) == 1
