"""The summaries of many C-TPAT accounts as one ZIP file for one person (T7, ADR 24)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from documents.models import Package
from documents.presentation.package_index import HASHES, INDEX
from documents.services import package_making
from documents.states import PackageState
from identity.models import User
from security_models import grants
from security_models.models import Contact, SecurityModel
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def company(name: str, user: User) -> SecurityModel:
    model = make_model(make_account(name, administrator=user), user)
    make_type(model)
    return model


def ask(browser: Client, *models: SecurityModel, **more: Any) -> Any:
    return browser.post("/home", {"model": [str(one.pk) for one in models], "query": "", **more})


def made() -> tuple[Package, zipfile.ZipFile]:
    package = Package.objects.get()
    package_making.make_package(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.READY
    assert package.file is not None
    with default_storage.open(package.file.storage_key) as content:
        return package, zipfile.ZipFile(io.BytesIO(content.read()))


@pytest.mark.django_db(transaction=True)
def test_the_summaries_of_chosen_accounts_are_put_into_one_zip(browser: Client, user: User) -> None:
    first, second = company("Alder Freight", user), company("Old Kettle", user)
    company("Thistlewick", user)
    answer = ask(browser, first, second)
    package = Package.objects.get()
    assert answer["Location"] == f"/documents/zips/{package.pk}"
    package, archive = made()
    assert package.left_out == 0
    names = [f"{one.trade_account.name} {one.reference}.pdf" for one in (first, second)]
    assert archive.namelist() == [*names, INDEX, HASHES]
    assert archive.read(names[0]).startswith(b"%PDF")
    assert "Made by the portal" in archive.read(INDEX).decode()
    page = browser.get(answer["Location"]).content.decode()
    assert "Download the ZIP file" in page


def test_the_summaries_of_all_that_match_the_filter_are_asked_for(
    browser: Client, user: User
) -> None:
    company("Alder Freight", user)
    company("Old Kettle", user)
    ask(browser, every="1", query="q=kettle")
    assert [one["title"][:10] for one in Package.objects.get().contents] == ["Old Kettle"]


def test_a_filter_that_the_list_does_not_know_asks_for_nothing(browser: Client, user: User) -> None:
    company("Alder Freight", user)
    company("Old Kettle", user)
    ask(browser, every="1", query="status=nothing")
    assert not Package.objects.exists()


def test_r6_accounts_of_others_are_not_among_them(browser: Client, user: User) -> None:
    company("Alder Freight", user)
    company("Old Kettle", user)
    answer = ask(browser, company("Thistlewick", UserFactory.create()))
    assert not Package.objects.exists()
    assert "Select at least one account." in browser.get(answer["Location"]).content.decode()


@pytest.mark.django_db(transaction=True)
def test_r6_an_account_whose_role_ended_meanwhile_is_left_out(browser: Client, user: User) -> None:
    first, second = company("Alder Freight", user), company("Old Kettle", user)
    ask(browser, first, second)
    Contact.objects.filter(security_model=second).delete()
    grants.sync(second)
    package, archive = made()
    assert package.left_out == 1
    assert f"Alder Freight {first.reference}.pdf" in archive.namelist()
    assert "Old Kettle" not in archive.read(INDEX).decode()


def test_only_one_zip_is_made_at_a_time(browser: Client, user: User) -> None:
    models = company("Alder Freight", user), company("Old Kettle", user)
    ask(browser, *models)
    answer = ask(browser, *models)
    assert Package.objects.count() == 1
    assert "A ZIP file is being made for you." in browser.get(answer["Location"]).content.decode()
