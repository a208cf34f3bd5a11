"""The road: a new company from registration to Certified, by clicking and typing."""

from __future__ import annotations

import pytest

from tests.browser import road
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.road import Applicant, Person
from tests.browser.worker import Mailbox

pytestmark = pytest.mark.browser

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


def test_a_company_gets_from_registration_to_certified(
    desk: Desk, open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    company = IMPORTER
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
    print(desk.path)
