"""Reads security models. Lists cost a constant number of queries, however long they are."""

from __future__ import annotations

from security_models.selectors.model_facts import facts_in, facts_of
from security_models.selectors.models import (
    business_types_of,
    contacts_of,
    current_assignment,
    dated_types,
    entered,
    facts_for,
    models_of,
    of_status,
    officers_of,
    require_dates,
    unfinished,
    visible,
)

__all__ = [
    "business_types_of",
    "contacts_of",
    "current_assignment",
    "dated_types",
    "entered",
    "facts_for",
    "facts_in",
    "facts_of",
    "models_of",
    "of_status",
    "officers_of",
    "require_dates",
    "unfinished",
    "visible",
]
