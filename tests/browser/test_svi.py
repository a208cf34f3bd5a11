"""The whole of SVI from three companies' sides and an outsider's, partly without a mouse, and what
programs of outsiders make of a signed statement (SVI1-SVI7, ADR 27).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from security_models.models import SecurityModel
from svi.models import Monitoring, StatusProof
from svi.selectors.proofs import public_path
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.test_keyboard import press, tab_to, write
from tests.browser.worker import Mailbox
from tests.factories import svi

pytestmark = pytest.mark.browser

PHONE = 320


def _tab(model: SecurityModel, name: str) -> str:
    return f"/t/{model.trade_account_id}/svi/{name}"


def _companies(*names: str) -> list[SecurityModel]:
    with transaction.atomic():
        return [svi.consenting(name) for name in names]


def _opened(desk: Desk, model: SecurityModel) -> Desk:
    desk.come_signed_in(model.started_by)
    return desk


def test_svi_three_companies_ask_answer_and_see_a_suspension(open_desk: OpenDesk) -> None:
    shows, accepts, declines = _companies("Śląskie Szkło", "奥斯特兰德", "Old Harbor")
    mine = _opened(open_desk(), shows)
    theirs, third = _opened(open_desk(width=PHONE), accepts), _opened(open_desk(), declines)

    # The first company finds the others and asks them, without a mouse.
    for name, other in (("奥斯特兰德", accepts), ("old harbour", declines)):
        mine.go(_tab(shows, "request"))
        write(mine, "Name, other business name or account number", name)
        with mine.leaving():
            mine.page.keyboard.press("Enter")
        tab_to(mine, f"Select {other.trade_account.name}")
        mine.page.keyboard.press("Space")
        press(mine, "Check the selection")
        write(mine, "Note to these companies", "We carry your Laredo loads.")
        press(mine, "Ask 1 company")
    assert mine.reads("Partners Monitoring You")
    assert Monitoring.objects.filter(monitored=shows, status="pending").count() == 2

    # The second accepts on a phone, the third declines; the first sees both.
    theirs.go(_tab(accepts, "monitoring"))
    theirs.picture("walk-svi-request")
    theirs.follow("Accept Śląskie Szkło", within="main")
    theirs.press("Accept")
    assert theirs.reads("You monitor Śląskie Szkło now.")
    third.go(_tab(declines, "monitoring"))
    third.follow("Decline and block Śląskie Szkło", within="main")
    third.press("Decline and block")
    mine.go(_tab(shows, "monitoring-you"))
    assert mine.reads("Accepted")
    assert mine.reads("Declined")

    # Suspended, it is Not Certified at once for the one that monitors it, and unseen by the other.
    with transaction.atomic():
        svi.suspend(shows)
    theirs.go(_tab(accepts, "monitoring"))
    assert theirs.reads("Not Certified")
    theirs.picture("walk-svi-suspended")
    theirs.follow("Śląskie Szkło", within="table")
    assert theirs.reads("Changes of status")
    third.go(_tab(declines, "monitoring"))
    assert "Certified" not in third.page.locator("table").last.inner_text().replace("Not ", "")


def test_svi_an_outsider_gets_an_address_and_the_company_takes_it_back(
    open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    [model] = _companies("Brindle & Oat")
    desk = _opened(open_desk(), model)
    desk.go(_tab(model, "proofs"))
    press(desk, "Make a proof")
    write(desk, "Who asked for it", "بنك الفنار")
    write(desk, "Their email address", "trade@lantern.example")
    press(desk, "Make the proof")
    assert desk.reads("its address is sent to trade@lantern.example")
    desk.picture("walk-svi-proof")
    assert "Importer Certified" in " ".join(desk.document("Letter (PDF)").split())
    address = mailbox.link("trade@lantern.example", "verify/")

    outsider = open_desk(width=PHONE)
    outsider.go(address)
    assert outsider.reads("Certified")
    outsider.picture("walk-svi-outsider")
    with transaction.atomic():
        svi.suspend(model)
    outsider.go(address)
    assert outsider.reads("Not Certified")

    desk.page.reload()
    assert desk.reads("2 times")
    press(desk, "Revoke this proof")
    press(desk, "Revoke")
    assert desk.reads("The proof is revoked.")
    outsider.go(address, 410)
    assert "Brindle" not in outsider.page.content()


def test_svi_the_javascript_of_the_documentation_checks_a_statement(desk: Desk) -> None:
    [model] = _companies("Brindle & Oat")
    with transaction.atomic():
        svi.proof(model)
    proof = StatusProof.objects.get()
    text = (Path(settings.BASE_DIR) / "docs" / "statements.md").read_text()
    found = re.search(r"```javascript\n(.*?)```", text, re.DOTALL)
    assert found is not None
    desk.go(public_path(proof))
    check = f"""async ([address, issuer]) => {{
        {found[1]}
        const statement = await (await fetch(address + "/statement")).text();
        const keys = await (await fetch("/.well-known/jwks.json")).json();
        const changed = statement.slice(0, -4) + "AAAA";
        let refused = "";
        await verified(changed, keys, issuer).catch((error) => {{ refused = error.message; }});
        return [await verified(statement, keys, issuer), refused];
    }}"""
    claims, refused = desk.page.evaluate(check, [public_path(proof), settings.SITE_URL])
    assert claims["company"] == "Brindle & Oat"
    assert claims["types"] == [{"name": "Importer", "status": "certified"}]
    assert refused == "the signature is wrong"
