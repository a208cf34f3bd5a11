"""Staff in the walk: specialist and management."""

from __future__ import annotations

import base64

from django_otp.oath import totp

from core.access import Access, for_user, system
from identity import services as identity
from identity.models import User
from identity.states import StaffRole
from security_models import grants
from security_models.models import SecurityModel
from security_models.states import VettingCheck
from security_profile.models import Submission
from security_profile.services import review
from security_profile.states import Verdict
from tests.browser import road
from tests.browser.desk import Desk
from tests.browser.road import Person
from tests.browser.worker import Mailbox
from tests.factories.people import UserFactory, code_of

SPECIALIST = Person("jonah@program.example", "Jonah", "Tidewell", "Specialist")


def enrol(desk: Desk, mailbox: Mailbox, person: Person, role: StaffRole) -> None:
    """A new member of staff: set-up by the emailed link, then the authenticator app."""
    identity.create_staff(
        actor=system("test"),
        email=person.email,
        role=role,
        first_name=person.first_name,
        last_name=person.last_name,
    )
    desk.go(mailbox.link(person.email, "register/confirm/"))
    desk.press("Confirm email address and continue")
    desk.choose("Salutation", "Mr.")
    desk.type("Title", person.title)
    desk.type("Phone number", "+1 956 555 0300")
    road.set_up(desk, person, invited=True)
    assert desk.path == "/account/second-factors"
    desk.follow("Set up an authenticator app")
    desk.type("Six-digit code", "000000")
    desk.press("Confirm the code", status=422)
    desk.picture("road-staff-enrol-refused")
    secret = base64.b32decode(desk.page.locator("p.mono").inner_text().replace(" ", ""))
    desk.type("Six-digit code", f"{totp(secret):06d}")
    desk.press("Confirm the code")
    desk.go("/")


def staff(role: StaffRole, email: str) -> User:
    """A member of staff with an authenticator app."""
    return UserFactory.create(staff_role=role, email=email, first_name="Odalys", last_name="Brandt")


def sign_in(desk: Desk, user: User) -> None:
    """Password, then the code of the app."""
    desk.go("/sign-in")
    road.type_sign_in(desk, user.email)
    desk.type("Six-digit code", code_of(user))
    desk.press("Sign in", within="main")


def claim(desk: Desk, company: str) -> None:
    """From the queue to the pool, and claim the partner there."""
    desk.follow("Open the pool")
    desk.press(f"Claim {company}")
    assert desk.reads("The partner is in your queue.")


def decide_the_rest(user: User, model: SecurityModel) -> None:
    """Accept, through the service, every changed criterion that the browser does not decide."""
    access: Access = grants.enter(for_user(user), model.pk)
    submission: Submission = model.submissions.latest("submitted_at")
    decided = submission.decisions.values_list("item_id", flat=True)
    for item in submission.items.filter(changed=True).exclude(pk__in=decided):
        review.decide(
            actor=access,
            submission_id=submission.pk,
            code=item.criterion.code,
            verdict=Verdict.ACCEPTED,
            comment="",
            internal_note="",
            version=0,
        )


def pass_vetting(desk: Desk, model: SecurityModel) -> None:
    """Management ticks the checks and passes the second gate."""
    desk.page.locator("header summary", has_text="Work").click()
    desk.follow("Applications", within="header")
    desk.follow(model.trade_account.name, within="main")
    desk.go(f"/mgmt/m/{model.pk}/vetting")
    desk.press("Save", status=422)
    desk.picture("road-vetting-refused")
    for check in VettingCheck:
        desk.tick(str(check.label))
    desk.tick("Passed")
    desk.press("Save")
    assert desk.reads("Vetting is recorded: passed.")
