"""Pytest plugin: starts servers for the run before pytest-django reads the settings.

Loaded with `-p` (pyproject.toml), so that it comes before every other plugin. HOST and PORT set the
live server of the browser tests; each xdist worker takes the next port.
"""

from __future__ import annotations

import os

from devtools.throwaway import provide, worker_number


def _address_live_server() -> None:
    host, port = os.environ.get("HOST"), os.environ.get("PORT")
    if host or port:
        address = host or "localhost"
        if port:
            address += f":{int(port) + worker_number()}"
        os.environ["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = address


provide()
_address_live_server()
