"""The walk from registration to Certified, in the steps of its people."""

from __future__ import annotations

from dataclasses import dataclass

from identity.models import User
from security_models.models import SecurityModel
from tests.browser.desk import Desk
from tests.browser.worker import Mailbox
from tests.factories.people import PASSWORD
from tests.files.corpus import pdf


@dataclass(frozen=True)
class Person:
    """A person in the walk."""

    email: str
    first_name: str
    last_name: str
    title: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def user(self) -> User:
        """The person's sign-in."""
        return User.objects.get(email=self.email)


@dataclass(frozen=True)
class Applicant:
    """A company that applies: people, address, answers, numbers."""

    name: str
    officer: Person
    colleague: Person
    country: str
    state: str
    city: str
    postal_code: str
    postal_label: str
    business_type: str
    answers: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    deed: bool = False


QUESTIONS = (
    ("What was the name of your first pet?", "Bartholomew"),
    ("In what town did your parents meet?", "Zwolle"),
    ("Which ship did my uncle sail on?", "Kittiwake of Leith"),
)


# --- people -----------------------------------------------------------------------------------


def register(desk: Desk, mailbox: Mailbox, person: Person) -> None:
    """From the front page to signed in, by the emailed link."""
    desk.go("/")
    desk.follow("Register")
    desk.press("Send the link", status=422)
    desk.picture("road-register-refused")
    desk.type("Email address", person.email)
    desk.press("Send the link")
    assert desk.reads("Check your email")
    desk.go(mailbox.link(person.email, "register/confirm/"))
    desk.picture("road-register-confirm")
    desk.press("Confirm email address and continue")
    set_up(desk, person)


def set_up(desk: Desk, person: Person, *, invited: bool = False) -> None:
    """User profile, three questions, password; an invited person finds the profile filled in."""
    if invited:
        assert desk.field("Last name").input_value() == person.last_name
    else:
        desk.picture("road-set-up-profile")
        desk.press("Next", status=422)
        desk.picture("road-set-up-profile-refused")
        desk.choose("Salutation", "Ms.")
        desk.type("First name", person.first_name)
        desk.type("Last name", person.last_name)
        desk.type("Title", person.title)
        desk.type("Phone number", "+1 956 555 0100")
    desk.press("Next")
    desk.picture("road-set-up-questions")
    for number, (question, answer) in enumerate(QUESTIONS, start=1):
        desk.type(f"Question {number}", question)
        desk.type(f"Answer {number}", answer)
    desk.press("Next")
    desk.type("New password", "password")
    desk.type("Repeat the new password", "password")
    desk.press("Finish the registration", status=422)
    desk.picture("road-set-up-password-refused")
    desk.type("New password", PASSWORD)
    desk.type("Repeat the new password", PASSWORD)
    desk.press("Finish the registration")


def sign_in(desk: Desk, person: Person) -> None:
    """Sign in with address and password."""
    desk.go("/sign-in")
    type_sign_in(desk, person.email)


def type_sign_in(desk: Desk, email: str) -> None:
    """Fill in the sign-in page, however it was reached."""
    desk.type("Email address", email)
    desk.type("Password", PASSWORD)
    desk.press("Sign in", within="main")


# --- the trade account ------------------------------------------------------------------------


def create_account(desk: Desk, company: Applicant) -> None:
    """The wizard: company, addresses, users, Summary."""
    desk.go("/home")
    desk.picture("road-home-first")
    desk.follow("Create", within="nav")
    desk.press("Next", status=422)
    desk.picture("road-wizard-company-refused")
    desk.type("Company name", company.name)
    desk.type("Number of employees", "420")
    desk.type("Business start date", "05/02/1988")
    desk.type("Brief company history", "Founded by two sisters; grew from one store to eleven.")
    desk.type("Phone number", "+1 956 555 0100")
    desk.press("Next")
    desk.picture("road-wizard-addresses-empty")
    add_address(desk, company)
    desk.picture("road-wizard-addresses")
    desk.follow("Next", within="main")
    invite(desk, company.colleague)
    desk.picture("road-wizard-users")
    desk.follow("Next", within="main")
    desk.picture("road-wizard-summary")
    assert desk.reads(company.city)
    desk.press("Save")
    assert desk.reads("The trade account is ready.")


def add_address(desk: Desk, company: Applicant) -> None:
    """Add the headquarters, whose type is already ticked."""
    desk.follow("Add headquarters")
    with desk.changing("#address"):
        desk.choose("Country", company.country)
    desk.picture("road-wizard-address-fields")
    assert desk.page.locator("input[name=types][value=headquarters]").is_checked()
    desk.type("Name", "Head office")
    desk.type("Street line 1", "410 Bolt Works Road")
    desk.type("City", company.city)
    desk.choose("State", company.state)
    desk.type(company.postal_label, company.postal_code)
    desk.press("Save")
    assert desk.reads("The address is added.")


def invite(desk: Desk, person: Person) -> None:
    """A second person, by email."""
    desk.follow("Add")
    desk.type("Email address", person.email)
    desk.type("Confirm email address", person.email)
    desk.choose("Salutation", "Ms.")
    desk.type("First name", person.first_name)
    desk.type("Last name", person.last_name)
    desk.type("Title", person.title)
    desk.type("Phone number", "+1 956 555 0101")
    desk.press("Add")
    assert desk.reads(f"{person.name} is invited.")


def accept(desk: Desk, mailbox: Mailbox, person: Person, company: str) -> None:
    """The invited person sets up a sign-in and accepts."""
    desk.go(mailbox.link(person.email, "invitations/"))
    desk.picture("road-invitation-link")
    desk.press("Set up your sign-in")
    set_up(desk, person, invited=True)
    assert desk.reads(f"Invitation of {company}")
    desk.picture("road-invitation")
    desk.press("Accept")
    assert desk.reads(f"You are a user of {company} now.")


# --- the application --------------------------------------------------------------------------


def start(desk: Desk) -> SecurityModel:
    """The start page, the person's own role, the first question."""
    desk.follow("C-TPAT Accounts")
    desk.picture("road-accounts-empty")
    desk.follow("Start an application")
    desk.press("Start the application", status=422)
    desk.picture("road-start-refused")
    desk.tick("Officer")
    desk.press("Start the application")
    return SecurityModel.objects.latest("started_at")


def answer_questions(desk: Desk, company: Applicant) -> None:
    """The eligibility questions, one on each page."""
    desk.picture("road-eligibility-empty")
    desk.follow("Begin")
    desk.press("Save and continue", status=422)
    desk.picture("road-question-refused")
    for answer in company.answers:
        desk.tick(answer)
        desk.press("Save and continue")
    desk.picture("road-eligible")
    assert desk.reads("The company is eligible")
    assert desk.reads(f"It can apply as {company.business_type}.")
    desk.follow("Next", within="main")


def enter_numbers(desk: Desk, company: Applicant) -> None:
    """A wrong number is refused with a message on its form; the right ones are listed."""
    first = company.numbers[0][0]
    desk.type("Number to add", "?", within=_box(first))
    desk.press(f"Add {first}", status=422)
    desk.picture("road-identifiers-refused")
    for kind, number in company.numbers:
        desk.type("Number to add", number, within=_box(kind))
        desk.press(f"Add {kind}")
        assert desk.reads(number)
    desk.press("Save/Next")


def _box(kind: str) -> str:
    """The box for one kind of number."""
    return f".pp-panel:has(:is(h2, h3):text-is('{kind}'))"


def add_deed(desk: Desk) -> None:
    """Add the document that is required in Mexico."""
    desk.attach("File", {"name": "Acta.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    desk.press("Upload")
    assert desk.reads("“Acta.pdf” was uploaded")
    desk.press("Save/Next")


def choose_addresses_and_contacts(desk: Desk, company: Applicant) -> None:
    """One address for everything; the colleague becomes an Employee."""
    assert desk.reads("The headquarters is selected for you.")
    desk.picture("road-model-addresses")
    desk.press("Save/Next")
    desk.picture("road-model-contacts")
    desk.choose(f"Role of {company.colleague.name}", "Employee")
    desk.tick(f"Primary POC {company.officer.name}")
    desk.press("Save/Next")
