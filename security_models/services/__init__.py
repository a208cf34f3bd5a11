"""The only code that writes security models, by use case."""

from security_models.services.addresses import save_addresses
from security_models.services.applications import (
    lapse,
    mark_submitted,
    remind_unfinished,
    reopen,
    start_application,
)
from security_models.services.contacts import save_contacts
from security_models.services.eligibility import answer, start_again
from security_models.services.identifiers import add_identifier, delete_identifier
from security_models.services.papers import add_paper, describe_events, remove_paper

__all__ = [
    "add_identifier",
    "add_paper",
    "answer",
    "delete_identifier",
    "describe_events",
    "lapse",
    "mark_submitted",
    "remind_unfinished",
    "remove_paper",
    "reopen",
    "save_addresses",
    "save_contacts",
    "start_again",
    "start_application",
]
