"""Files dropped on the form or pasted, sent one by one with their progress (D2)."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route

from documents.models import Document
from identity.models import Session
from security_models.models import SecurityModel
from tests.browser import road
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.factories.documents import add
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.browser

#: Hands files to the page as a drop or as a paste: [name, type, size in bytes or text].
HAND_OVER = """([kind, files]) => {
  const held = new DataTransfer();
  files.forEach(([name, type, content]) => {
    const parts = typeof content === "number" ? ["x".repeat(content)] : [content];
    held.items.add(new File(parts, name, {type}));
  });
  const place = document.querySelector("[data-upload-queue]");
  const event = kind === "drop"
    ? new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: held})
    : new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: held});
  place.dispatchEvent(event);
  return event.defaultPrevented;
}"""
#: Pastes a picture, with a text if that is wanted.
PASTE = """(withText) => {
  const held = new DataTransfer();
  held.items.add(new File(["x"], "image.png", {type: "image/png"}));
  if (withText) held.setData("text/plain", "A cell");
  const event = new ClipboardEvent("paste", {bubbles: true, cancelable: true, clipboardData: held});
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}"""
#: Remembers every state that a file is shown in.
REMEMBER = """() => {
  window.states = [];
  new MutationObserver(() => document.querySelectorAll("[data-state]").forEach((one) =>
    window.states.push(one.textContent))).observe(
      document.querySelector("[data-upload-queue]"), {subtree: true, childList: true});
}"""


def arrived(desk: Desk) -> SecurityModel:
    """An officer on the page of uploads."""
    model = make_model(make_account())
    desk.come_signed_in(model.started_by)
    desk.go("/documents/new")
    desk.choose("Document type", "Seal procedure")
    return model


def hand_over(desk: Desk, kind: str, *files: list[Any]) -> None:
    assert desk.page.evaluate(HAND_OVER, [kind, list(files)])


def send(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Upload", exact=True).click()


def titles(model: SecurityModel) -> set[str]:
    return {one.title for one in Document.objects.filter(security_model=model)}


def test_d2_dropped_files_wait_in_a_list_and_become_documents(open_desk: OpenDesk) -> None:
    desk = open_desk(width=320)
    model = arrived(desk)
    hand_over(desk, "drop", ["gate.txt", "text/plain", "gate"], ["bad.exe", "", "MZ"])
    hand_over(desk, "drop", ["seal.txt", "text/plain", "seal"], ["gone.txt", "text/plain", "gone"])
    assert desk.reads("2 files are chosen")
    desk.page.get_by_role("button", name="Remove gone.txt").press("Enter")
    assert desk.reads("gone.txt is removed.")
    desk.look(again=True)
    send(desk)
    assert desk.reads("Files added: 2 of 3.")
    assert desk.reads("a type of file that we don't accept")
    assert titles(model) == {"gate.txt", "seal.txt"}
    focused = desk.page.evaluate("document.activeElement.textContent")
    assert "bad.exe" in focused
    desk.picture("L-5-files")


def test_d2_a_pasted_screenshot_gets_a_name(desk: Desk) -> None:
    model = arrived(desk)
    hand_over(desk, "paste", ["image.png", "image/png", "no picture"])
    assert desk.reads("Screenshot 20")
    send(desk)
    assert desk.reads("contains something else")
    hand_over(desk, "paste", ["list.txt", "text/plain", "list"])
    desk.page.get_by_role("button", name="Remove Screenshot").click()
    send(desk)
    assert desk.reads("Files added: 1. They can be opened")
    assert titles(model) == {"list.txt"}


def test_d2_progress_is_shown_while_a_file_is_sent(desk: Desk) -> None:
    arrived(desk)
    line = desk.context.new_cdp_session(desk.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 1_500_000}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    hand_over(desk, "drop", ["log.txt", "text/plain", 3_000_000])
    desk.page.evaluate(REMEMBER)
    send(desk)
    assert desk.reads("Files added: 1.")
    states = desk.page.evaluate("window.states")
    shares = {one for one in states if one.startswith("Sending: ")} - {"Sending: 0%"}
    assert shares, states


def test_d2_a_connection_that_breaks_off_is_said_and_the_file_can_be_sent_again(
    desk: Desk,
) -> None:
    model = arrived(desk)

    def breaks(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("connectionreset")
        else:
            route.fallback()

    desk.page.route("**/documents/new", breaks)
    desk.attach("Files", {"name": "gate.txt", "mimeType": "text/plain", "buffer": b"gate"})
    send(desk)
    assert desk.reads("The connection broke off. Nothing of this file was kept.")
    assert titles(model) == set()
    desk.faults.clear()
    desk.page.unroute("**/documents/new")
    send(desk)
    assert desk.reads("Files added: 1.")
    assert titles(model) == {"gate.txt"}


def test_d2_errors_of_the_other_fields_leave_the_files_chosen(desk: Desk) -> None:
    model = make_model(make_account())
    desk.come_signed_in(model.started_by)
    desk.go("/documents/new")
    hand_over(desk, "drop", ["gate.txt", "text/plain", "gate"])
    send(desk)
    assert desk.reads("Document type")
    desk.page.wait_for_selector(".pp-errors")
    desk.faults.clear()
    desk.look(again=True)
    desk.choose("Document type", "Seal procedure")
    send(desk)
    assert desk.reads("Files added: 1.")
    assert titles(model) == {"gate.txt"}


def test_d2_an_upload_after_the_session_ended_leads_to_the_sign_in_and_keeps_what_was_typed(
    desk: Desk, worker: object
) -> None:
    model = make_model(make_account())
    desk.go("/documents/new")
    road.type_sign_in(desk, model.started_by.email)
    desk.choose("Document type", "Seal procedure")
    desk.type("Description", "Seals of the Laredo yard")
    hand_over(desk, "drop", ["gate.txt", "text/plain", "gate"])
    Session.objects.all().delete()
    send(desk)
    desk.page.wait_for_url("**/sign-in?**")
    assert desk.reads("We keep what you typed for 30 minutes, but you must choose files again.")
    road.type_sign_in(desk, model.started_by.email)
    assert desk.path == "/documents/new"
    assert desk.field("Description").input_value() == "Seals of the Laredo yard"
    assert desk.reads("Choose your files again.")
    hand_over(desk, "drop", ["gate.txt", "text/plain", "gate"])
    send(desk)
    assert desk.reads("Files added: 1.")
    assert titles(model) == {"gate.txt"}


def test_a_pasted_picture_is_chosen_in_a_form_with_one_file_and_text_stays_text(desk: Desk) -> None:
    model = make_model(make_account())
    document = add(access_to(model))
    desk.come_signed_in(model.started_by)
    desk.go(f"/t/{model.trade_account_id}/m/{model.pk}/library/{document.pk}/file")
    assert not desk.page.evaluate(PASTE, True)
    assert desk.field("New file").input_value() == ""
    assert desk.page.evaluate(PASTE, False)
    assert desk.field("New file").input_value().endswith("-image.png")
