"""Templates of replies: whose they are, their fields, and how they are inserted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from identity.models import User
from messages_app.facts.template_fields import FIELDS, filled, unknown_in
from messages_app.models import Draft, Message, ReplyTemplate
from messages_app.presentation.reply_templates import filled_text, offered
from messages_app.selectors.templates import templates_of
from messages_app.services import templates
from tests.factories.messages import looked_after, staff_access, write
from tests.factories.people import UserFactory
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db
LIST = reverse("messages_app:templates")


def scss(**fields: Any) -> Access:
    return for_user(UserFactory.create(staff_role="scss", **fields))


def manager() -> Access:
    return for_user(UserFactory.create(staff_role="management"))


def template(actor: Access, name: str = "Locks", body: str = "Dear {contact}", **more: Any) -> Any:
    more = {"form_key": new_id(), **more}
    return templates.add_template(actor=actor, name=name, body=body, **more)


def save(actor: Access, row: ReplyTemplate, **more: Any) -> ReplyTemplate:
    more = {"expected": row.version, "name": row.name, "body": row.body, **more}
    return templates.save_template(actor=actor, template_id=row.pk, **more)


# --- whose they are -------------------------------------------------------------------------------


def test_everyone_keeps_their_own_templates_and_inserts_the_shared_ones() -> None:
    mine, other, boss = scss(), scss(), manager()
    own = template(mine)
    shared = template(boss, "Welcome", shared=True)
    template(other, "Not for others")
    assert [key for key, _words in offered(mine)] == [str(own.pk), str(shared.pk)]
    assert "(shared)" in offered(mine)[1][1]
    assert own not in templates_of(boss)
    with pytest.raises(NotAllowed):
        template(mine, "Everyone", shared=True)
    with pytest.raises(NotAllowed):
        save(mine, shared, name="Mine now")
    with pytest.raises(NotAllowed):
        templates.retire_template(actor=mine, template_id=shared.pk, retired=True)
    with pytest.raises(NotVisible):
        save(other, own, name="Stolen")
    with pytest.raises(NotVisible):
        templates.retire_template(actor=boss, template_id=own.pk, retired=True)


@pytest.mark.parametrize("role", ["helpdesk", "program_admin", ""])
def test_nobody_else_sees_or_writes_templates(role: str) -> None:
    template(manager(), shared=True)
    stranger = for_user(UserFactory.create(staff_role=role))
    assert list(templates_of(stranger)) == []
    with pytest.raises(NotAllowed):
        template(stranger)
    assert signed_in(stranger.user).get(LIST).status_code == 403


def test_a_name_is_taken_once_by_each_owner_until_it_is_retired() -> None:
    mine, other, boss = scss(), scss(), manager()
    first = template(mine)
    for taken in ("locks", "LOCKS"):
        with pytest.raises(Refused, match="already a template"):
            template(mine, taken)
    template(other)
    template(boss, shared=True)
    with pytest.raises(Refused):
        template(manager(), shared=True)
    second = template(mine, "Seals")
    with pytest.raises(Refused):
        save(mine, second, name="Locks")
    templates.retire_template(actor=mine, template_id=first.pk, retired=True)
    save(mine, second, name="Locks")
    with pytest.raises(Refused):
        templates.retire_template(actor=mine, template_id=first.pk, retired=False)


def test_two_clicks_make_one_template_and_a_foreign_key_is_refused() -> None:
    mine, key = scss(), new_id()
    assert template(mine, form_key=key) == template(mine, form_key=key)
    with pytest.raises(Refused):
        template(scss(), form_key=key)


def test_a_retired_template_is_kept_offered_no_more_and_comes_back() -> None:
    mine = scss()
    row = template(mine)
    for _click in range(2):
        templates.retire_template(actor=mine, template_id=row.pk, retired=True)
    assert offered(mine) == []
    with pytest.raises(Refused):
        save(mine, row, name="Seals")
    templates.retire_template(actor=mine, template_id=row.pk, retired=False)
    assert len(offered(mine)) == 1


def test_p5_a_change_in_between_is_not_overwritten() -> None:
    mine = scss()
    row = template(mine)
    seen = row.version
    save(mine, row, body="Hello {contact}")
    with pytest.raises(Stale):
        save(mine, row, body="Good day", expected=seen)
    url = reverse("messages_app:template", args=[row.pk])
    page = signed_in(mine.user).post(url, {"name": "Locks", "body": "Good day", "version": seen})
    assert page.status_code == 409
    assert "Hello {contact}" in words_of(page) and "Good day" in words_of(page)


# --- fields ---------------------------------------------------------------------------------------


def test_an_unknown_field_is_refused_next_to_the_text_with_the_list_of_fields() -> None:
    client = signed_in(scss().user)
    data = {"name": "Locks", "body": "Dear {name}, {company}", "form_key": str(new_id())}
    page = client.post(reverse("messages_app:template-new"), data)
    assert page.status_code == 422
    [error] = page.context["form"].errors["body"]
    assert "{name}" in error and all(f"{{{name}}}" in error for name in FIELDS)
    assert "Dear {name}, {company}" in page.content.decode()
    assert unknown_in("{company} {Company} {} { today }") == ["Company", ""]


def test_what_a_field_becomes_is_not_filled_again() -> None:
    text = filled("{company} {today} {other} {", {"company": "{today}", "today": "Nov 28"})
    assert text == "{today} Nov 28 {other} {"


def test_fields_are_filled_for_the_partner_of_the_thread() -> None:
    model, officer, specialist = looked_after("Quarrel Lane Traders")
    every = " | ".join(f"{{{name}}}" for name in FIELDS)
    row = template(specialist, body=every)
    thread = write(specialist, is_inquiry=True)
    with at_most(2):
        text = filled_text(row, model, specialist, thread)
    company, reference, contact, name, reply_by, today = text.split(" | ")
    assert (company, reference) == ("Quarrel Lane Traders", model.reference)
    assert (contact, name) == (officer.name, specialist.name)
    assert reply_by != today
    model.contacts.update(is_primary_poc=False)
    model.assignments.update(ended_at=clock.now())
    boss = staff_access(model, UserFactory.create(staff_role="management"))
    lonely = filled_text(row, model, boss).split(" | ")
    assert lonely[2:4] == ["Quarrel Lane Traders", boss.name]


# --- inserting ------------------------------------------------------------------------------------


def new_page(model: Any) -> str:
    return reverse("messages_app:staff-new", args=[model.pk])


def insert(client: Client, url: str, row: ReplyTemplate | None, **typed: Any) -> Any:
    data = {"insert": "1", "template": str(row.pk) if row else "", "draft_version": "0", **typed}
    return client.post(url, {"form_key": str(new_id()), **data})


def test_a_template_is_added_below_what_is_typed_and_nothing_typed_is_lost() -> None:
    model, _officer, specialist = looked_after("Quarrel Lane Traders")
    row = template(specialist, body="Regards to {company}")
    typed = {"account": str(model.pk), "subject": "Locks", "body": "Hello.", "is_inquiry": "on"}
    page = insert(signed_in(specialist.user), new_page(model), row, **typed)
    assert page.status_code == 200
    form = page.context["form"]
    assert form["body"].value() == "Hello.\n\nRegards to Quarrel Lane Traders"
    assert (form["subject"].value(), form["is_inquiry"].value()) == ("Locks", True)
    draft = Draft.objects.get()
    assert (draft.body, draft.subject) == (form["body"].value(), "Locks")
    assert not Message.objects.exists()


def test_a_template_is_inserted_into_an_answer() -> None:
    model, officer, specialist = looked_after()
    thread = write(officer)
    row = template(specialist, body="Thank you, {contact}.")
    url = reverse("messages_app:staff-thread", args=[model.pk, thread.pk])
    page = insert(signed_in(specialist.user), url, row, version=thread.version)
    assert page.context["form"]["body"].value() == f"Thank you, {officer.name}."


def test_a_template_of_someone_else_a_missing_one_and_a_long_one_are_refused_with_the_text() -> (
    None
):
    model, _officer, specialist = looked_after()
    client = signed_in(specialist.user)
    typed = {"account": str(model.pk), "subject": "Locks", "body": "Hello."}
    theirs = template(scss())
    for chosen in (theirs, None):
        page = insert(client, new_page(model), chosen, **typed)
        assert (page.status_code, page.context["form"]["body"].value()) == (422, "Hello.")
        assert page.context["form"].errors["template"]
    long = template(specialist, "Long", body="word " * 3_000)
    page = insert(client, new_page(model), long, **{**typed, "body": "text " * 2_000})
    assert "Shorten it first" in page.context["form"].errors["template"][0]


# --- pages ----------------------------------------------------------------------------------------


def test_templates_are_found_exported_and_kept_on_pages() -> None:
    mine = scss()
    client = signed_in(mine.user)
    page = client.post(
        reverse("messages_app:template-new"),
        {"name": "Locks", "body": "Dear {contact}", "form_key": str(new_id())},
    )
    assert page.status_code == 302
    row = ReplyTemplate.objects.get()
    template(mine, "Seals", body="Numbers")
    assert [one.name for one, _may in client.get(LIST).context["rows"]] == ["Locks", "Seals"]
    assert [one.name for one, _may in client.get(LIST, {"q": "numb"}).context["rows"]] == ["Seals"]
    assert b"Dear {contact}" in client.get(LIST, {"export": "csv"}).content
    retire = reverse("messages_app:template-retire", args=[row.pk])
    assert client.get(retire).status_code == 200
    client.post(retire)
    assert [one.name for one, _may in client.get(LIST).context["rows"]] == ["Seals"]
    found = client.get(LIST, {"state": "retired"}).context["rows"]
    assert [one.name for one, _may in found] == ["Locks"]
    client.post(retire, {"again": "1"})
    assert ReplyTemplate.objects.filter(retired_at=None).count() == 2


def test_only_management_is_offered_to_share() -> None:
    url = reverse("messages_app:template-new")
    assert "shared" not in signed_in(scss().user).get(url).context["form"].fields
    boss: User = manager().user
    data = {"name": "All", "body": "x", "shared": "on", "form_key": str(new_id())}
    signed_in(boss).post(url, data)
    assert ReplyTemplate.objects.get().owner is None
