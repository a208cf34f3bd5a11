"""What a company of the demonstration and its specialist have written to each other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from core.ids import new_id
from messages_app.services import threads
from portal.demo import stage
from portal.demo.cast import Company, Person
from security_models.models import SecurityModel

Days = Callable[[int], AbstractContextManager[None]]

OWNERSHIP = (
    "Our parent company will be renamed on the first of next month. Ownership and management stay "
    "as they are. Do we need to change anything in the security profile?"
)
RENAMED = (
    "No. Change the name in the organization profile once it is in effect, and add the certificate "
    "of the new name there. Nothing else is needed."
)
SEALS = (
    "At the port of Savannah two of your containers arrived with seals of a series that your "
    "profile does not name. Which partner closes these containers, and since when? Tell us, too, "
    "who keeps the list of seals there."
)
GATE = (
    "We move one of our warehouses in the spring. Can the new site be described before the move, "
    "and who should be named as its security contact until then?"
)


def exchange(company: Company, specialist: Person, model: SecurityModel, days: Days) -> None:
    """A thread that is answered and closed, an inquiry without an answer, a question to CBP."""
    writer = stage.register(company.people[0][0])
    colleague = stage.register(company.people[1][0])
    staff = stage.register(specialist)
    with days(34):
        asked = threads.send_new(
            actor=stage.actor(writer, model),
            form_key=new_id(),
            subject="New name of our parent company",
            body=OWNERSHIP,
        )
    with days(33):
        threads.reply(
            actor=stage.actor(staff, model),
            thread_id=asked.pk,
            form_key=new_id(),
            body=RENAMED,
            version=asked.version,
            close=True,
        )
    with days(20):
        threads.send_new(
            actor=stage.actor(staff, model),
            form_key=new_id(),
            subject="Seals at the port of Savannah",
            body=SEALS,
            is_inquiry=True,
        )
    with days(2):
        threads.send_new(
            actor=stage.actor(colleague, model),
            form_key=new_id(),
            subject="A warehouse that moves",
            body=GATE,
        )
