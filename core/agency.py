"""The short name of the agency, for sentences that name it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.functional import lazy


def _with_agency(sentence: Any) -> str:
    return str(sentence) % {"agency": getattr(settings, "AGENCY_SHORT_NAME", "CBP")}


#: A lazy sentence in which ``%(agency)s`` is the agency's name.
with_agency = lazy(_with_agency, str)
