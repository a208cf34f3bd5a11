"""The security profile in the walk: answered, read as a document, signed."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django_otp.oath import totp
from playwright.sync_api import Locator

from core.access import Access, enter_roots, for_user
from identity.models import User
from security_models.models import SecurityModel
from security_profile.selectors import overview
from security_profile.services import evidence, responses
from tests.authenticator_clock import authenticator_clock
from tests.browser.desk import Desk
from tests.browser.worker import Mailbox
from tests.factories.people import PASSWORD

REASON = "We own no trucks and hire no drivers; carriers of our customers collect the goods."


def words_of(code: str) -> str:
    """A response with what a document must not lose: paragraphs, signs, accents, markup."""
    return (
        f"{code}: our procedure SE-{code} says who checks, how often and what follows.\n\n"
        f"Checked by Núñez & Sons <office> every 30 days, “signed” in log {code}-Ñ."
    )


def text_file(name: str, words: str) -> dict[str, Any]:
    """A text file to choose in the browser."""
    return {"name": name, "mimeType": "text/plain", "buffer": words.encode()}


def actor_of(user: User, model: SecurityModel) -> Access:
    """The access of a contact to the application."""
    return enter_roots(for_user(user), {"trade_id": model.trade_account_id, "model_id": model.pk})


def answer_some(desk: Desk, model: SecurityModel, mailbox: Mailbox) -> dict[str, str]:
    """Type a few responses in the browser; return the text of each."""
    every = [one.criterion for one in overview(model).answers]
    plain = [one.code for one in every if not one.entry.evidence_required]
    proved = next(one.code for one in every if one.entry.evidence_required)
    base = desk.path.rpartition("/")[0]
    first, other = plain[:2]
    desk.picture("road-profile-empty")
    desk.follow(f"Continue with {every[0].code}")
    desk.picture("road-criterion-empty")
    desk.go(f"{base}/{first}")
    desk.type("Your response", words_of(first))
    desk.press("Save/Next")
    assert desk.reads(f"Criterion {first} is saved.")
    does_not_apply(desk, f"{base}/{other}")
    with_evidence(desk, f"{base}/{proved}", proved, mailbox)
    return {first: words_of(first), other: REASON, proved: words_of(proved)}


def does_not_apply(desk: Desk, address: str) -> None:
    """Not Applicable: a reason that is too short is saved but does not count."""
    desk.go(address)
    desk.tick("Not Applicable")
    desk.type("Reason why it does not apply", "No trucks.")
    desk.press("Save")
    assert desk.field("Reason why it does not apply").input_value() == "No trucks."
    assert "In progress" in desk.page.locator(".pp-crit__top").inner_text()
    desk.type("Reason why it does not apply", REASON)
    desk.press("Save")
    desk.picture("road-criterion-not-applicable")
    assert "Complete" in desk.page.locator(".pp-crit__top").inner_text()


def with_evidence(desk: Desk, address: str, code: str, mailbox: Mailbox) -> None:
    """A file that is not a document is refused and the text is kept; a real one is checked."""
    desk.go(address)
    desk.type("Your response", words_of(code))
    desk.attach("Add a file", text_file("program.pdf", "MZ\x90\x00\x03 this is no document"))
    desk.press("Upload", status=422)
    assert desk.field("Your response").input_value() == words_of(code)
    desk.picture("road-criterion-file-refused")
    desk.attach("Add a file", text_file(f"Procedure {code}.txt", words_of(code)))
    desk.press("Upload")
    mailbox.worker.settle()
    desk.go(address)
    assert desk.page.get_by_role("link", name=f"Procedure {code}.txt").is_visible()


def answer_the_rest(user: User, model: SecurityModel, mailbox: Mailbox) -> dict[str, str]:
    """Answer the other criteria through the services, with evidence where required."""
    actor, written = actor_of(user, model), {}
    for one in overview(model).answers:
        code = one.criterion.code
        if not one.version:
            draft = responses.Draft(text=words_of(code))
            responses.save_response(actor=actor, model=model, code=code, version=0, draft=draft)
            written[code] = words_of(code)
        if one.criterion.entry.evidence_required and not one.evidence:
            upload = SimpleUploadedFile(f"Procedure {code}.txt", words_of(code).encode())
            evidence.add_evidence(actor=actor, model=model, code=code, upload=upload)
    mailbox.worker.settle()
    return written


def sign(desk: Desk, name: str) -> None:
    """The ceremony, with omissions and errors on the way."""
    desk.follow("Sign and submit", within="main")
    if _second_factor(desk).count():
        enrol(desk)
    desk.picture("road-sign-read")
    desk.press("Continue to certify")
    desk.picture("road-sign-certify")
    desk.press("Next", status=422)
    desk.picture("road-sign-certify-refused")
    desk.tick("I certify")
    desk.tick("I agree")
    desk.type("Type your full name", "Someone Else")
    desk.press("Next", status=422)
    desk.type("Type your full name", name)
    desk.press("Next")
    desk.type("Password", "wrong")
    desk.type("Six-digit code", next_code(name))
    desk.press("Sign and submit", status=422)
    desk.picture("road-sign-prove-refused")
    desk.type("Password", PASSWORD)
    desk.type("Six-digit code", next_code(name))
    desk.press("Sign and submit")
    assert desk.reads("Signed and submitted")
    desk.picture("road-signed")


def _second_factor(desk: Desk) -> Locator:
    """The link of a page that a password alone does not pass."""
    return desk.page.get_by_role("link", name=re.compile("^Set up a second factor"))


def enrol(desk: Desk) -> None:
    """From the ceremony to an authenticator app, and back."""
    desk.picture("road-sign-without-factor")
    with desk.leaving():
        _second_factor(desk).click()
    desk.follow("Set up an authenticator app", within="main")
    desk.picture("road-enrol-on-the-way")
    if desk.page.get_by_label("Current password").count():
        desk.type("Current password", PASSWORD)
    secret = base64.b32decode(desk.page.locator("p.mono").inner_text().replace(" ", ""))
    desk.type("Six-digit code", f"{totp(secret):06d}")
    desk.press("Confirm the code")


def next_code(name: str) -> str:
    """A code of that person's app which was not used yet."""
    authenticator_clock.pass_half_a_minute()
    email = User.objects.get(last_name=name.rpartition(" ")[2]).email
    printed = io.StringIO()
    call_command("demo_code", email, stdout=printed)
    return printed.getvalue().strip()
