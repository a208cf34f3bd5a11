"""The lists across apps whose filters can be saved under a name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy


def lists_to_save() -> dict[str, Any]:
    """The list of all trade accounts, and that of all C-TPAT accounts on the home page."""
    return {
        "portal:accounts": gettext_lazy("Your accounts"),
        "portal:home": gettext_lazy("C-TPAT accounts"),
    }
