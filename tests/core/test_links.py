"""Addresses: those of pages are the ones that Django knows, and of those that came with a request
only paths of the portal are followed (no open redirect).
"""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from core.links import own_path, path_to


@pytest.mark.parametrize("address", ["/", "/home?x=1#y", "/t/1/tasks"])
def test_a_path_of_the_portal_is_followed(address: str) -> None:
    assert own_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "home",
        "//testserver/home",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://testserver/home",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\x00//evil.example",
        " //evil.example",
    ],
)
def test_anything_else_is_not(address: str) -> None:
    assert own_path(address) == ""


@pytest.mark.parametrize("kind", ["application", "100% new", "%s", "Año", "a b?c#d"])
def test_the_address_of_a_page_is_the_one_that_django_knows(kind: str) -> None:
    parts = {"kind": kind, "item_id": uuid.uuid4(), "model_id": uuid.uuid4()}
    for _ in range(2):
        assert path_to("reviews:pin", **parts) == reverse("reviews:pin", kwargs=parts)
    assert path_to("portal:home") == reverse("portal:home")
