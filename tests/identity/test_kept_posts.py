"""Bad input, expired session: the text is kept for 30 minutes and returned to the same user."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from core import clock
from identity import services, tasks
from identity.models import KeptPost, Session, User
from identity.services.kept_posts import KEPT_A_PERSON
from tests.factories.people import UserFactory, code_of
from tests.identity.road import PROFILE, sign_in

PAGE = "/account/profile"
TYPED = {**PROFILE, "title": "Head of the lighthouse"}


def expire(client: Client) -> None:
    """End the session on the server; the browser does not know."""
    Session.objects.all().delete()


def post_too_late(client: Client, user: User) -> Any:
    """Sign in, lose the session, post."""
    sign_in(client, user.email)
    expire(client)
    return client.post(PAGE, TYPED)


@pytest.mark.django_db
def test_what_was_typed_comes_back_as_an_unsaved_form(client: Client) -> None:
    user = UserFactory.create(title="Clerk")
    response = post_too_late(client, user)
    assert response["Location"] == "/sign-in?next=/account/profile"
    page = client.get(response["Location"]).content.decode()
    assert "what you typed" in page
    assert "you must choose files again" in page
    back = sign_in(client, user.email, query_params={"next": PAGE})
    shown = client.get(back["Location"])
    assert shown.context["form"].kept
    assert "Head of the lighthouse" in shown.content.decode()
    assert "not saved yet" in shown.content.decode()
    user.refresh_from_db()
    assert user.title == "Clerk"
    saved = client.post(PAGE, {**TYPED, "version": "1"})
    assert saved.status_code == 302
    user.refresh_from_db()
    assert user.title == "Head of the lighthouse"


@pytest.mark.django_db
def test_it_also_comes_back_after_the_second_step(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    sign_in(client, user.email)
    client.post("/sign-in/code", {"code": code_of(user)})
    expire(client)
    client.post(PAGE, TYPED)
    sign_in(client, user.email)
    client.post("/sign-in/code", {"code": code_of(user, 1)})
    assert "Head of the lighthouse" in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_an_idle_session_keeps_what_comes_too_late(client: Client) -> None:
    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    with clock.at(began + dt.timedelta(minutes=45)):
        assert client.post(PAGE, TYPED)["Location"].startswith("/sign-in")
        sign_in(client, user.email)
        assert "Head of the lighthouse" in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_it_is_shown_once(client: Client) -> None:
    user = UserFactory.create()
    post_too_late(client, user)
    sign_in(client, user.email)
    client.head(PAGE)
    assert client.get(PAGE).context["form"].kept
    assert not client.get(PAGE).context["form"].kept
    assert not KeptPost.objects.exists()


@pytest.mark.django_db
def test_another_user_never_sees_it(client: Client) -> None:
    user, other = UserFactory.create(), UserFactory.create()
    post_too_late(client, user)
    sign_in(client, other.email)
    page = client.get(PAGE)
    assert "lighthouse" not in page.content.decode()
    assert not page.context["form"].kept
    assert KeptPost.objects.get().user == user


@pytest.mark.django_db
def test_it_belongs_to_its_page(client: Client) -> None:
    user = UserFactory.create()
    post_too_late(client, user)
    sign_in(client, user.email)
    assert client.get("/account/").status_code == 200
    assert KeptPost.objects.exists()
    assert client.get(PAGE).context["form"].kept


@pytest.mark.django_db
def test_it_is_encrypted_and_holds_no_secrets(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    expire(client)
    client.post(
        PAGE,
        {
            **TYPED,
            "current_password": "Harbor-Lantern-42",
            "proof_code": "123456",
            "code": "654321",
            "answer_1": "Bartholomew",
            "csrfmiddlewaretoken": "t" * 64,
            "paper": SimpleUploadedFile("deed.pdf", b"%PDF-1.7"),
        },
    )
    kept = KeptPost.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM identity_keptpost t")
        assert "lighthouse" not in cursor.fetchone()[0]
    from core.crypto import decrypt

    plain = decrypt(kept.typed)
    assert "lighthouse" in plain
    for secret in ("Harbor-Lantern", "123456", "654321", "Bartholomew", "csrf", "deed", "PDF"):
        assert secret not in plain


@pytest.mark.django_db
def test_it_is_gone_after_half_an_hour(client: Client) -> None:
    user = UserFactory.create()
    now = clock.now()
    with clock.at(now):
        post_too_late(client, user)
    with clock.at(now + dt.timedelta(minutes=30)):
        sign_in(client, user.email)
        assert not client.get(PAGE).context["form"].kept
        tasks.sweep_kept_posts()
    assert not KeptPost.objects.exists()


@pytest.mark.django_db
def test_the_sweep_leaves_what_is_still_waited_for(client: Client) -> None:
    user = UserFactory.create()
    now = clock.now()
    with clock.at(now):
        post_too_late(client, user)
    with clock.at(now + dt.timedelta(minutes=29, seconds=59)):
        tasks.sweep_kept_posts()
    assert KeptPost.objects.count() == 1


@pytest.mark.django_db
def test_a_stranger_leaves_nothing_behind(client: Client) -> None:
    assert client.post(PAGE, TYPED)["Location"].startswith("/sign-in")
    client.cookies["portal_session_last"] = f"{UserFactory.create().pk}:forged"
    client.post(PAGE, TYPED)
    assert not KeptPost.objects.exists()


@pytest.mark.django_db
def test_the_last_user_stays_known_after_signing_out_in_another_tab(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    client.post("/sign-out")
    client.post(PAGE, TYPED)
    sign_in(client, user.email)
    assert client.get(PAGE).context["form"].kept


@pytest.mark.django_db
def test_a_form_that_posts_elsewhere_comes_back_to_its_page(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    expire(client)
    response = client.post(
        "/account/sign-ins",
        TYPED,
        headers={"Referer": f"http://testserver{PAGE}?tab=2"},
    )
    assert response.status_code == 405
    response = client.post(
        "/account/password", TYPED, headers={"Referer": f"http://testserver{PAGE}?tab=2"}
    )
    assert response["Location"] == "/sign-in?next=/account/profile%3Ftab%3D2"
    assert KeptPost.objects.get().path == PAGE
    response = client.post("/account/password", TYPED, headers={"Referer": "http://evil.example/x"})
    assert response["Location"] == "/sign-in?next=/account/password"


@pytest.mark.django_db
def test_a_part_of_a_page_sends_the_browser_to_sign_in_as_a_whole(client: Client) -> None:
    response = client.get(PAGE, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/sign-in?next=/account/profile"
    assert response.content == b""


@pytest.mark.django_db
def test_nobody_keeps_more_than_twenty_pages() -> None:
    user = UserFactory.create()
    for number in range(KEPT_A_PERSON + 5):
        services.keep_post(user=user, path=f"/{number}", fields=[("a", ["b"])])
    paths = set(KeptPost.objects.values_list("path", flat=True))
    assert len(paths) == KEPT_A_PERSON
    assert "/0" not in paths
    services.keep_post(user=user, path="/24", fields=[("a", ["newer"])])
    assert KeptPost.objects.filter(path="/24").count() == 1


@pytest.mark.django_db
def test_nothing_is_kept_of_an_empty_form_or_an_endless_address() -> None:
    user = UserFactory.create()
    assert services.keep_post(user=user, path="/a", fields=[("a", [""])]) is None
    assert services.keep_post(user=user, path="/" + "a" * 600, fields=[("a", ["b"])]) is None


@pytest.mark.django_db
def test_several_values_and_any_script_survive() -> None:
    user = UserFactory.create()
    typed = [("a", ["1", "2"]), ("b", ["Žluťoučký & kůň = 100 %\n\u4e2d\u6587"])]
    kept = services.keep_post(user=user, path="/a", fields=typed)
    assert kept is not None
    from django.http import QueryDict

    from core.crypto import decrypt

    assert list(QueryDict(decrypt(kept.typed)).lists()) == typed
