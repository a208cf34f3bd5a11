"""Pytest plugin: what a run imports and collects is never looked through for garbage.

It stays until the run ends, and looking through it again and again takes a twentieth of the time.
What the tests make is looked through seldom: the machine of a run has room for some of it.
"""

from __future__ import annotations

import gc

gc.disable()

#: After how many new objects the youngest are looked through, how often that comes before the older
#: are, and how often that before the oldest: the last costs most, and Python's own is 10.
SELDOM = (1_000, 10, 100)


def pytest_collection_finish() -> None:
    """From here on garbage is collected, among what tests make."""
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
