"""Pytest plugin: what a run imports and collects is never looked through for garbage.

It stays until the run ends, and looking through it again and again takes a twentieth of the time.
"""

from __future__ import annotations

import gc

gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is collected, among what tests make."""
    gc.freeze()
    gc.enable()
