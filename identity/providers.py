"""What upper apps know about people and this one must say."""

from __future__ import annotations

from core.providers import Provider
from identity.models import User

#: (user) -> names of those who can make a disabled user active again (R7): the specialists of
#: the user's models. Nobody named: management.
who_reactivates: Provider[[User], list[str]] = Provider("who_reactivates")
