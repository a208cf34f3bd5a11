"""One Chromium for all browser tests of a worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.patience import PATIENCE

ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The running browser; tests open separate contexts.

    Playwright keeps an event loop in this thread, in which Django would refuse its database. The
    loop does not run during a test, so this is safe.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    path = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium")
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        running = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield running
        running.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
