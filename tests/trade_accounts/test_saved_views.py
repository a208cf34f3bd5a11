"""Saved views: a filtered list under a name and an address of its own (documents; R6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Access
from core.ids import new_id
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_contact, make_member, make_model
from trade_accounts.models import SavedView

pytestmark = pytest.mark.django_db
ALL = "/documents/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def library_of(actor: Access) -> str:
    model = actor.security_model
    return reverse("documents:account-library", args=[model.trade_account_id])


def save(client: Client, path: str, name: str, query: str = "use=unused", **more: Any) -> Any:
    data = {"path": path, "query": query, "name": name, "form_key": str(new_id()), **more}
    return client.post(reverse("trade_accounts:view-new"), data)


def opened(client: Client, view: SavedView) -> Any:
    return client.get(reverse("trade_accounts:view", args=[view.pk]), follow=True)


def test_a_filter_gets_a_name_an_address_and_a_link_above_its_list() -> None:
    _model, officer, _specialist = looked_after()
    client = signed_in(officer.user)
    assert "Save this view" not in client.get(ALL).content.decode()
    assert "Save this view" in client.get(f"{ALL}?use=unused").content.decode()
    assert save(client, ALL, "Not used").status_code == 302
    answer = opened(client, SavedView.objects.get())
    assert answer.context["page"].chosen == {"use": "unused"}
    [link] = answer.context["saved"].links
    assert (link.name, link.is_current) == ("Not used", True)
    assert not client.get(library_of(officer)).context["saved"].links


def test_two_clicks_save_once_and_a_name_is_there_once_for_a_list() -> None:
    _model, officer, _specialist = looked_after()
    client, key = signed_in(officer.user), str(new_id())
    for _click in range(2):
        assert save(client, ALL, "Not used", form_key=key).status_code == 302
    answer = save(client, ALL, "NOT used")
    assert answer.status_code == 422 and "already" in answer.content.decode()
    assert "NOT used" in answer.content.decode()
    assert save(client, "/documents/archive", "Not used", "q=x").status_code == 302
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_name_that_is_missing_or_too_long_is_said_at_its_field(name: str) -> None:
    _model, officer, _specialist = looked_after()
    answer = save(signed_in(officer.user), ALL, name)
    assert answer.status_code == 422 and "name" in answer.context["form"].errors
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "path", ["", "x", "https://evil.example/", "//evil.example/", "/documents/tags", "/nowhere"]
)
def test_only_lists_of_the_portal_are_saved(path: str) -> None:
    _model, officer, _specialist = looked_after()
    answer = save(signed_in(officer.user), path, "Elsewhere")
    assert answer["Location"] == reverse("trade_accounts:views")
    assert not SavedView.objects.exists()


def test_a_filter_that_no_longer_exists_is_said_when_the_view_is_opened() -> None:
    _model, officer, _specialist = looked_after()
    client = signed_in(officer.user)
    save(client, ALL, "Old", "type=no-such-type")
    assert "no longer exist" in opened(client, SavedView.objects.get()).content.decode()
    save(client, ALL, "Good", "use=unused")
    good = SavedView.objects.get(name="Good")
    assert "no longer exist" not in opened(client, good).content.decode()


def test_r6_a_shared_view_is_seen_in_its_account_and_nowhere_else() -> None:
    model, officer, specialist = looked_after()
    path = library_of(officer)
    save(signed_in(officer.user), path, "For all", shared="on")
    save(signed_in(officer.user), path, "For me")
    colleague = signed_in(make_contact(model).membership.user)
    shared, own = SavedView.objects.get(name="For all"), SavedView.objects.get(name="For me")
    assert [one.name for one in colleague.get(path).context["saved"].links] == ["For all"]
    assert opened(colleague, shared).status_code == 200
    assert opened(colleague, own).status_code == 404
    next_door = access_to(make_model(make_account("Next Door")))
    for stranger in (signed_in(next_door.user), signed_in(specialist.user)):
        assert opened(stranger, shared).status_code == 404
        assert opened(stranger, own).status_code == 404
    assert save(signed_in(next_door.user), path, "Mine", shared="on").status_code == 404
    assert SavedView.objects.count() == 2


def test_r6_only_its_owner_renames_unshares_and_deletes_a_view() -> None:
    model, officer, _specialist = looked_after()
    save(signed_in(officer.user), library_of(officer), "For all", shared="on")
    view = SavedView.objects.get()
    page = reverse("trade_accounts:view-edit", args=[view.pk])
    delete = reverse("trade_accounts:view-delete", args=[view.pk])
    colleague = signed_in(make_contact(model).membership.user)
    assert colleague.post(page, {"name": "Stolen"}).status_code == 404
    assert colleague.post(delete).status_code == 404
    client = signed_in(officer.user)
    assert client.post(page, {"name": ""}).status_code == 422
    assert client.post(page, {"name": "Renamed"}).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.trade_account_id) == ("Renamed", None)
    assert "Renamed" in client.get(reverse("trade_accounts:views")).content.decode()
    assert "Renamed" in client.get(delete).content.decode() and SavedView.objects.exists()
    client.post(delete)
    assert not SavedView.objects.exists()


def test_r6_a_member_who_is_no_contact_opens_no_list_by_a_shared_view() -> None:
    model, officer, _specialist = looked_after()
    save(signed_in(officer.user), library_of(officer), "For all", shared="on")
    member = make_member(model.trade_account).user
    assert opened(signed_in(member), SavedView.objects.get()).status_code == 403
