"""What a person writes is kept by itself, in each tab, with its files (ADR 10, D5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.access import Access
from core.errors import NotVisible, Refused
from core.ids import new_id
from messages_app.models import Draft, DraftFile, InternalNote, Message, MessageFile, Thread
from messages_app.selectors.drafts import drafts_of, new_message_of
from messages_app.services import drafts
from tests.factories.messages import answer, looked_after, write
from tests.factories.people import UserFactory
from tests.factories.trade import make_model

pytestmark = pytest.mark.django_db


def keep(actor: Access, thread: Thread | None, body: str, **more: Any) -> Draft:
    more = {"form_key": new_id(), "version": 0, **more}
    return drafts.save_draft(actor=actor, thread=thread, body=body, **more)


def paper(name: str = "seals.txt", content: bytes = b"List of seals") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def browser(access: Access) -> Client:
    client = Client()
    client.force_login(access.user, backend="identity.backends.PasswordBackend")
    return client


def page_of(thread: Thread) -> str:
    model = thread.security_model
    return reverse("messages_app:thread", args=[model.trade_account_id, model.pk, thread.pk])


def test_a_second_tab_never_overwrites_the_draft_of_the_first() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    first = keep(officer, thread, "From the first tab")
    same = keep(officer, thread, "From the first tab, longer", form_key=first.pk, version=1)
    assert (same.pk, same.version) == (first.pk, 2)
    other = keep(officer, thread, "From the second tab", form_key=first.pk, version=1)
    assert other.pk != first.pk
    assert sorted(one.body for one in drafts_of(officer)) == [
        "From the first tab, longer",
        "From the second tab",
    ]


def test_a_draft_is_its_writers_alone_and_its_key_is_nobody_elses() -> None:
    _model, officer, specialist = looked_after()
    draft = keep(officer, None, "Private")
    assert list(drafts_of(specialist)) == []
    with pytest.raises(NotVisible):
        new_message_of(specialist, draft.pk)
    assert not drafts.discard(actor=specialist, draft_id=draft.pk)
    with pytest.raises(Refused):
        keep(specialist, None, "Taken", form_key=draft.pk)


def test_the_files_of_a_draft_go_with_its_message_and_the_draft_goes() -> None:
    _model, officer, _specialist = looked_after()
    draft = keep(officer, None, "See the list.", subject="Seals")
    drafts.attach(actor=officer, draft=draft, file=paper())
    with pytest.raises(Refused):
        drafts.attach(actor=officer, draft=draft, file=paper())
    write(officer, form_key=draft.pk)
    assert MessageFile.objects.get().file.name == "seals.txt"
    assert (Draft.objects.count(), DraftFile.objects.count()) == (0, 0)


def test_no_eleventh_file_and_none_of_a_type_that_is_not_accepted() -> None:
    _model, officer, _specialist = looked_after()
    draft = keep(officer, None, "Files")
    for number in range(drafts.MAX_FILES):
        drafts.attach(actor=officer, draft=draft, file=paper(f"{number}.txt", b"%d" % number))
    with pytest.raises(Refused):
        drafts.attach(actor=officer, draft=draft, file=paper("11.txt", b"11"))
    with pytest.raises(Refused):
        drafts.attach(actor=officer, draft=keep(officer, None, "x"), file=paper("a.exe", b"MZ"))


def form_of(client: Client, page: str) -> dict[str, Any]:
    form = client.get(page).context["form"]
    return {
        name: form[name].value() if form[name].value() is not None else ""
        for name in ("form_key", "draft_version", "version")
    }


def test_a_refused_message_keeps_its_text_and_its_files() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client = browser(officer)
    sent = {**form_of(client, page_of(thread)), "body": "", "file": paper(), "send": "1"}
    assert client.post(page_of(thread), sent).status_code == 422
    assert Message.objects.count() == 1
    assert "seals.txt" in client.get(page_of(thread)).content.decode()
    typed = {**form_of(client, page_of(thread)), "body": "Here is the list."}
    assert client.post(page_of(thread), {**typed, "save": "1"}).status_code == 302
    shown = client.get(page_of(thread)).content.decode()
    assert "Here is the list." in shown and "seals.txt" in shown


def test_several_files_are_chosen_at_once_and_one_is_taken_out_again() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client, page = browser(officer), page_of(thread)
    files = [paper("a.txt", b"one"), paper("b.txt", b"two")]
    typed = {**form_of(client, page), "body": "Both", "file": files, "upload": "1"}
    assert client.post(page, typed).status_code == 302
    first, second = DraftFile.objects.order_by("added_at")
    typed = {**form_of(client, page), "body": "One of them", "remove": str(first.pk)}
    assert client.post(page, typed).status_code == 302
    assert DraftFile.objects.get() == second
    typed = {**form_of(client, page), "body": "One of them", "send": "1"}
    assert client.post(page, typed).status_code == 302
    assert MessageFile.objects.get().file == second.file


def test_an_answer_typed_while_another_came_is_shown_with_what_is_new_and_sent_again() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client = browser(officer)
    typed = {**form_of(client, page_of(thread)), "body": "My answer", "send": "1"}
    answer(specialist, thread, "One more question")
    conflict = client.post(page_of(thread), typed)
    assert conflict.status_code == 409
    shown = conflict.content.decode()
    assert "My answer" in shown and "One more question" in shown
    again = {name: conflict.context["form"][name].value() for name in typed if name != "send"}
    assert client.post(page_of(thread), {**again, "send": "1"}).status_code == 302
    assert Message.objects.filter(body="My answer").count() == 1


def test_sending_twice_or_saving_late_leaves_no_draft_behind() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client, page = browser(officer), page_of(thread)
    typed = {**form_of(client, page), "body": "My answer"}
    for _press in range(2):
        assert client.post(page, {**typed, "file": paper(), "send": "1"}).status_code == 302
    late = client.post(page, {**typed, "body": "My ans", "autosave": "1"})
    assert late.status_code == 200
    assert (Message.objects.filter(body="My answer").count(), Draft.objects.count()) == (1, 0)
    again = {**typed, "body": "Something else", "save": "1"}
    assert client.post(page, again).status_code == 302
    assert Draft.objects.get().body == "Something else"


def test_a_message_that_is_sent_while_it_is_saved_leaves_no_beginning_behind() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client, page = browser(officer), page_of(thread)
    typed = form_of(client, page)
    client.post(page, {**typed, "body": "My an", "autosave": "1"})
    assert client.post(page, {**typed, "body": "My answer", "send": "1"}).status_code == 302
    assert Message.objects.filter(body="My answer").count() == 1
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("button", ["autosave", "save", "send", "unread", "close_thread"])
def test_a_text_that_is_too_long_empties_no_draft_and_stays_on_the_page(button: str) -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client, page = browser(officer), page_of(thread)
    keep(officer, thread, "Saved before")
    long = "x" * 20_001
    answer = client.post(page, {**form_of(client, page), "body": long, button: "1"})
    assert answer.status_code == 422
    assert Draft.objects.get().body == "Saved before"
    if button != "autosave":
        assert answer.context["form"]["body"].value() == long


def test_a_page_saves_itself_and_says_under_which_key() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    client = browser(officer)
    typed = {**form_of(client, page_of(thread)), "body": "Half a sen", "autosave": "1"}
    said = client.post(page_of(thread), typed).json()
    assert (said["form_key"], said["draft_version"]) == (typed["form_key"], 1)
    stale = client.post(page_of(thread), {**typed, "body": "Another tab"}).json()
    assert stale["is_copy"] and stale["form_key"] != typed["form_key"]
    assert Draft.objects.count() == 2


@pytest.mark.parametrize(
    ("subject", "reason"),
    [("", "Fill in"), ("x" * 201, "Shorten"), ("Two\nlines: Bcc: a@example.org", "on one line")],
)
def test_a_new_message_says_next_to_each_field_what_to_do(subject: str, reason: str) -> None:
    _model, officer, _specialist = looked_after()
    client, page = browser(officer), reverse("messages_app:new")
    form = client.get(page).context["form"]
    key = form["form_key"].value()
    typed = {"form_key": key, "draft_version": 0, "account": form["account"].value()}
    answer = client.post(page, {**typed, "subject": subject, "body": "Text \u202e ئى", "send": "1"})
    assert answer.status_code == 422
    assert reason in str(answer.context["form"].errors["subject"])
    assert Thread.objects.count() == 0


def test_i4_the_account_of_another_company_is_no_choice() -> None:
    _model, officer, _specialist = looked_after()
    other, _stranger, _theirs = looked_after("Bramble and Finch")
    client, page = browser(officer), reverse("messages_app:new")
    typed = {"form_key": str(new_id()), "draft_version": 0, "subject": "x", "body": "x"}
    answer = client.post(page, {**typed, "account": str(other.pk), "send": "1"})
    assert answer.status_code == 422
    assert (Thread.objects.count(), Draft.objects.count()) == (0, 0)


def test_a_person_without_an_account_reads_why_there_is_nothing_to_write_about() -> None:
    client = Client()
    client.force_login(UserFactory.create(), backend="identity.backends.PasswordBackend")
    assert (
        "There is no account to write about"
        in client.get(reverse("messages_app:new")).content.decode()
    )


def test_a_copy_of_a_draft_has_its_files_and_is_sent_with_them() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    draft = keep(officer, thread, "With a list")
    drafts.attach(actor=officer, draft=draft, file=paper())
    client, page = browser(officer), page_of(thread)
    typed = form_of(client, page)
    client.post(page, {**typed, "body": "Another tab", "autosave": "1"})
    assert client.post(page, {**typed, "body": "Sent here", "send": "1"}).status_code == 302
    assert MessageFile.objects.get().file.name == "seals.txt"
    [left] = drafts_of(officer)
    assert (left.body, left.files.count()) == ("Another tab", 1)


def test_a_draft_with_files_stays_in_its_account_and_its_text_stays_on_the_page() -> None:
    model, officer, _specialist = looked_after()
    sibling = make_model(model.trade_account, officer.user)
    client, page = browser(officer), reverse("messages_app:new")
    draft = keep(officer, None, "See the list", subject="Seals")
    drafts.attach(actor=officer, draft=draft, file=paper())
    typed = {"form_key": str(draft.pk), "draft_version": 1, "subject": "Seals"}
    typed |= {"account": str(sibling.pk), "body": "See the new list"}
    for button in ("autosave", "save", "send"):
        assert client.post(page, {**typed, button: "1"}).status_code == 422
    taken = DraftFile.objects.get()
    client.post(page, {**typed, "account": str(model.pk), "remove": str(taken.pk)})
    assert DraftFile.objects.count() == 0


def test_d5_files_are_chosen_once_their_account_is_and_none_is_lost_silently() -> None:
    model, officer, _specialist = looked_after()
    make_model(model.trade_account, officer.user)
    client, page = browser(officer), reverse("messages_app:new")
    shown = client.get(page).content.decode()
    assert "Choose the account first." in shown and 'name="file"' not in shown
    typed = {"form_key": str(new_id()), "draft_version": 0, "subject": "Seals", "body": "My text"}
    for button in ("upload", "save", "choose", "send"):
        refused = client.post(page, {**typed, "file": paper(), button: "1"})
        assert refused.status_code == 422 and refused.context["form"].errors["file"]
        assert "My text" in refused.content.decode()
    chosen = client.post(page, {**typed, "account": str(model.pk), "choose": "1"}, follow=True)
    assert 'name="file"' in chosen.content.decode()
    client.post(page, {**typed, "account": str(model.pk), "file": paper(), "upload": "1"})
    assert DraftFile.objects.get().file.name == "seals.txt"


def test_a_draft_that_was_sent_in_another_tab_can_still_be_written_on_here() -> None:
    _model, officer, _specialist = looked_after()
    client = browser(officer)
    draft = keep(officer, None, "See the list", subject="Seals")
    page = f"{reverse('messages_app:new')}?draft={draft.pk}"
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in ("form_key", "draft_version", "account")}
    write(officer, form_key=draft.pk, body="See the list")
    more = {**typed, "subject": "Seals", "body": "Something new"}
    assert client.post(page, {**more, "send": "1"}).status_code == 302
    assert Thread.objects.count() == 2
    assert client.get(page).status_code == 404


def test_a_second_draft_of_an_answer_can_be_reached() -> None:
    _model, officer, specialist = looked_after()
    thread = write(specialist)
    older = keep(officer, thread, "Older")
    keep(officer, thread, "Newer")
    shown = browser(officer).get(f"{page_of(thread)}?draft={older.pk}").context["form"]
    assert shown["body"].value() == "Older"


def test_a_note_that_was_saved_is_not_in_its_box_again() -> None:
    model, officer, specialist = looked_after()
    thread = write(officer)
    client, page = (
        browser(specialist),
        reverse("messages_app:staff-thread", args=[model.pk, thread.pk]),
    )
    typed = {**form_of(client, page), "body": "", "note": "First", "note_key": str(new_id())}
    shown = client.post(page, {**typed, "send": "1"})
    assert shown.status_code == 422
    form = shown.context["form"]
    assert form["note"].value() == ""
    again = {**typed, "note": "First and more", "note_key": form["note_key"].value()}
    client.post(page, {**again, "save_note": "1"})
    assert InternalNote.objects.count() == 2
