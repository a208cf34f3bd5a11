"""A model with a business type, and its people signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from identity.models import User
from security_models.models import SecurityModel
from security_profile.selectors.catalogue import forget
from tests.factories.kept import kept
from tests.factories.models import complete_profile
from tests.factories.people import UserFactory
from tests.factories.profile import answer_all, make_type
from tests.factories.trade import make_account, make_contact, make_model


@pytest.fixture(autouse=True)
def _fresh_catalogue() -> Iterator[None]:
    """A test that edits the catalogue is rolled back, so the copy in memory must be dropped."""
    forget()
    yield
    forget()


@pytest.fixture
def model(db: None) -> SecurityModel:
    """An importer's model with its Officer."""
    made = make_model(make_account())
    make_type(made)
    return made


@pytest.fixture
def ready(db: None) -> SecurityModel:
    """A model whose company profile and security profile are complete."""
    return SecurityModel.objects.select_related("trade_account", "started_by").get(pk=_ready())


@kept
def _ready() -> Any:
    model = complete_profile(make_model(make_account()))
    answer_all(model)
    return model.pk


@pytest.fixture
def officer(model: SecurityModel) -> User:
    """The Officer of the model."""
    return model.started_by


@pytest.fixture
def employee(model: SecurityModel) -> User:
    """An Employee of the model."""
    user = UserFactory.create()
    make_contact(model, user)
    return user


@pytest.fixture
def pages(client: Client, employee: User) -> Client:
    """The Employee in a browser."""
    client.force_login(employee)
    return client
