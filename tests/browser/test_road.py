"""The walk: a new company from registration to Certified, by clicking and typing."""

from __future__ import annotations

import pytest
from django.utils.formats import date_format

from core import clock
from core.program_days import add_years
from identity.states import StaffRole
from security_models.models import SecurityModel
from tests.browser import profile, program, road
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.road import Applicant, Person
from tests.browser.worker import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

IMPORTER = Applicant(
    name="Mulberry Lane Footwear",
    officer=Person("imogen@mulberrylane.example", "Imogen", "Castellane", "Chief executive"),
    colleague=Person("petra@mulberrylane.example", "Petra", "Vandersloot", "Compliance manager"),
    country="United States of America",
    state="Texas",
    city="Laredo",
    postal_code="78045",
    postal_label="ZIP code",
    business_type="Importer",
    answers=(
        "We import goods into the United States", "Yes", "United States", "Yes", "Yes",
        "Yes", "Yes", "Yes", "No", "No", "Yes",
    ),
    numbers=(
        ("Importer of record number", "00-123456700"),
        ("Continuous import bond", "99ZZ00001"),
    ),
)  # fmt: skip


CARRIER = Applicant(
    name="Fletes Halcón del Norte",
    officer=Person("ines@halcon.example", "Inés", "Ontiveros", "Directora general"),
    colleague=Person("tomas@halcon.example", "Tomás", "Barraza", "Jefe de seguridad"),
    country="Mexico",
    state="Tamaulipas",
    city="Nuevo Laredo",
    postal_code="88000",
    postal_label="Postal code",
    business_type="U.S./Mexico Highway Carrier",
    answers=(
        "We carry freight by road", "Yes", "Only the border with Mexico", "Yes", "Yes", "Yes",
        "Yes", "Yes", "Yes", "Yes", "No", "No", "Yes",
    ),
    numbers=(
        ("Standard Carrier Alpha Code", "ZQHD"),
        ("USDOT number", "99999991"),
        ("RFC (Mexican taxpayer number)", "TNO990101AB3"),
    ),
    deed=True,
)  # fmt: skip
ANSWER = "The shift supervisor and one deputy hold the keys; the list is attached."
RETURN_COMMENT = "Please say who holds the keys and attach the list of holders."


def without_spaces(words: str) -> str:
    """Text in a form that can be compared with a document, whose lines break elsewhere."""
    return "".join(words.split())


def check_document(desk: Desk, answers: dict[str, str]) -> None:
    """The application as a PDF contains every response that was typed."""
    text = without_spaces(desk.document("View PDF"))
    missing = [code for code, words in answers.items() if without_spaces(words) not in text]
    assert not missing


def apply(desk: Desk, open_desk: OpenDesk, mailbox: Mailbox, company: Applicant) -> SecurityModel:
    """From the front page to a signed submission."""
    road.register(desk, mailbox, company.officer)
    road.create_account(desk, company)
    colleague = open_desk()
    road.accept(colleague, mailbox, company.colleague, company.name)
    model = road.start(desk)
    road.answer_questions(desk, company)
    road.enter_numbers(desk, company)
    if company.deed:
        road.add_deed(desk)
    road.choose_addresses_and_contacts(desk, company)
    answers = profile.answer_some(desk, model, mailbox)
    desk.shortcut("Summary")
    assert desk.reads("to fix before an Officer can submit")
    answers |= profile.answer_the_rest(company.colleague.user, model, mailbox)
    desk.shortcut("Summary")
    assert desk.reads("Nothing blocks signing")
    check_document(desk, answers)
    profile.sign(desk, company.officer.name)
    return model


def return_two(desk: Desk, company: Applicant, model: SecurityModel) -> list[str]:
    """The first round: one criterion is accepted and two are returned in the browser."""
    codes = list(model.submissions.get().items.values_list("criterion__code", flat=True)[:3])
    desk.picture("road-review-not-started")
    desk.follow("Open the review")
    desk.press("Start review")
    desk.picture("road-review-started")
    for code in codes:
        assert desk.path.endswith(f"/{code}")
        if code == codes[0]:
            desk.press("Accept")
            continue
        desk.press("Return with comment", status=422)
        desk.picture("road-review-return-refused")
        desk.type("Comment to partner", f"{code}: {RETURN_COMMENT}")
        desk.press("Return with comment")
    program.decide_the_rest(program.SPECIALIST.user, model)
    desk.follow("Complete review")
    assert desk.reads(f"{codes[2]}: {RETURN_COMMENT}")
    desk.picture("road-review-complete")
    desk.press("Complete review: return 2 criteria")
    assert desk.reads("The review is complete. We emailed the partner that criteria were returned.")
    return codes[1:]


def answer_the_return(desk: Desk, mailbox: Mailbox, company: Applicant, codes: list[str]) -> None:
    """The partner finds what was returned, answers it and signs again."""
    desk.go("/home")
    desk.picture("road-home-returned")
    desk.follow("Answer 2 returned criteria")
    desk.follow(f"Open {codes[0]}, returned")
    for code in codes:
        desk.go(desk.path.rpartition("/")[0] + f"/{code}")
        assert desk.reads(f"{code}: {RETURN_COMMENT}")
        text = desk.field("Your response")
        text.fill(text.input_value() + f" {ANSWER}")
        desk.attach("Add a file", profile.text_file(f"Holders {code}.txt", ANSWER))
        desk.press("Save")
    mailbox.worker.settle()
    desk.shortcut("Summary")
    profile.sign(desk, company.officer.name)


def approve(desk: Desk, model: SecurityModel) -> None:
    """The second round shows what changed; the rest stays accepted."""
    desk.page.locator("header summary", has_text="Work").click()
    desk.follow("My queue", within="header")
    desk.follow("Start next item")
    desk.press("Start review")
    count = model.submissions.latest("submitted_at").items.filter(changed=False).count()
    assert desk.reads(f"{count} criteria are unchanged since they were accepted")
    desk.picture("road-review-second-round")
    for _ in range(2):
        assert desk.page.locator("ins", has_text=ANSWER).is_visible()
        assert desk.reads("Added in this round")
        desk.press("Accept")
    desk.follow("Complete review")
    desk.picture("road-review-approve")
    desk.press("Complete review: approve")
    assert desk.reads("The review is complete. The submission is approved.")


def check_certified(desk: Desk, mailbox: Mailbox, company: Applicant, model: SecurityModel) -> None:
    """Account number, anniversary and emails, as the partner sees them."""
    certified = model.business_types.get()
    assert certified.status == "certified"
    desk.go("/home")
    desk.follow(company.name, within="main")
    assert desk.reads(certified.account_number or "no number")
    assert certified.certified_on == clock.today()
    assert desk.reads(date_format(add_years(clock.today(), 1), "M j, Y"))
    officer = mailbox.subjects(company.officer.email)
    reference = model.reference
    for subject in (
        "Confirm your address to finish your registration",
        "Your sign-in is ready",
        f"{company.name}: the review has begun",
        f"{company.name}: criteria returned: 2",
        f"{company.name} is certified as {company.business_type}",
    ):
        assert any(subject in one for one in officer), (subject, officer)
    assert sum("received" in subject for subject in officer) == 2, (officer, reference)
    invited = mailbox.subjects(company.colleague.email)
    assert f"You are invited to join {company.name}" in invited


def test_an_importer_gets_from_registration_to_certified(
    desk: Desk, open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    company = IMPORTER
    model = apply(desk, open_desk, mailbox, company)
    scss = open_desk()
    program.enrol(scss, mailbox, program.SPECIALIST, StaffRole.SCSS)
    program.claim(scss, company.name)
    codes = return_two(scss, company, model)
    answer_the_return(desk, mailbox, company, codes)
    approve(scss, model)
    management = open_desk()
    program.sign_in(management, program.staff(StaffRole.MANAGEMENT, "odalys@program.example"))
    program.pass_vetting(management, model)
    check_certified(desk, mailbox, company, model)


#: tests/reviews/test_gates.py tests the other order, tests/security_models the deed.
@pytest.mark.long
def test_a_highway_carrier_gets_there_with_vetting_passed_first(
    desk: Desk, open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    company = CARRIER
    model = apply(desk, open_desk, mailbox, company)
    management = open_desk()
    program.sign_in(management, program.staff(StaffRole.MANAGEMENT, "odalys@program.example"))
    program.pass_vetting(management, model)
    assert model.business_types.get().status == "applicant"
    scss = open_desk()
    user = program.staff(StaffRole.SCSS, program.SPECIALIST.email)
    program.sign_in(scss, user)
    program.claim(scss, company.name)
    codes = return_two(scss, company, model)
    answer_the_return(desk, mailbox, company, codes)
    approve(scss, model)
    check_certified(desk, mailbox, company, model)
