"""How long a test waits for what happens beside it: longer than any machine needs.

Nothing passes or fails by how long it took. Waiting ends only so that a test that cannot pass says
what it waited for, before the time limit of the suite ends it.
"""

from __future__ import annotations

#: Seconds.
PATIENCE = 120.0
