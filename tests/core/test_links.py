"""Addresses that came with a request: only paths of the portal are followed (no open redirect)."""

from __future__ import annotations

import pytest

from core.links import own_path


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
