"""Addresses of pages, which navigation, tasks and lists need hundreds of times on a page.

``django.urls.reverse`` computes each address again. Here the pattern of a page is computed once and
then filled with ids.
"""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme

#: No address of a page is longer: servers refuse longer ones (gunicorn at 4,094).
LONGEST_ADDRESS = 4_000
#: What Django leaves unquoted in a path.
_SAFE = "/~:@!$&'()*+,;="


def path_to(name: str, **given: Any) -> str:
    """The address of the page ``name``, as ``reverse`` gives it. Raises NoReverseMatch.

    Parts of the address are ids or words without their own pattern (``<uuid:…>``, ``<str:…>``).
    """
    path, parts = _pattern(name, tuple(given), settings.ROOT_URLCONF, get_script_prefix())
    return path % tuple(_written(given[part]) for part in parts)


def _written(value: Any) -> str:
    """A part of an address; the text of an id contains nothing to quote."""
    return str(value) if isinstance(value, uuid.UUID) else quote(str(value), _SAFE)


@lru_cache(maxsize=1024)
def _pattern(
    name: str, parts: tuple[str, ...], _urls: str, _prefix: str
) -> tuple[str, tuple[str, ...]]:
    """The address with ``%s`` for each part, and the parts in the order of the address."""
    places = {part: uuid.uuid4() for part in parts}
    path = reverse(name, kwargs=places)
    order = sorted(parts, key=lambda part: path.index(str(places[part])))
    path = path.replace("%", "%%")
    for place in places.values():
        path = path.replace(str(place), "%s")
    return path, tuple(order)


@lru_cache(maxsize=1024)
def _takes(name: str, offered: tuple[str, ...], _urls: str) -> tuple[str, ...]:
    for count in range(len(offered), -1, -1):
        try:
            reverse(name, kwargs=dict.fromkeys(offered[:count], uuid.uuid4()))
        except NoReverseMatch:
            continue
        return offered[:count]
    raise NoReverseMatch(name)


def is_inside(address: str) -> bool:
    """Whether an address that came with a request is a path of this portal and safe in a link."""
    is_path = address.startswith("/") and address.isprintable()
    return is_path and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def own_path(address: str) -> str:
    """An address that came with a request, if it is inside the portal; otherwise empty: no open
    redirect.
    """
    return address if is_inside(address) else ""


def path_within(name: str, **offered: Any) -> str:
    """The address of a page that takes the first few of these parts, outermost part first.

    A page of a trade account takes the account's id and ignores the id of the security model.
    """
    taken = _takes(name, tuple(offered), settings.ROOT_URLCONF)
    return path_to(name, **{part: offered[part] for part in taken})
