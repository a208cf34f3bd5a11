"""Templates of replies where messages are written: what is offered, and what is inserted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.access import Access
from core.text import filled as with_name
from messages_app.facts.template_fields import filled
from messages_app.models import ReplyTemplate, Thread
from messages_app.selectors.field_values import values_for
from messages_app.selectors.templates import in_use
from security_models.models import SecurityModel


def offered(access: Access) -> list[tuple[str, str]]:
    """The templates that the actor can insert, as (id, words) for a choice."""
    return [(str(one.pk), _name(one)) for one in in_use(access)]


def _name(template: ReplyTemplate) -> str:
    if template.owner_id is not None:
        return template.name
    return with_name(_("%(name)s (shared)"), name=template.name)


def filled_text(
    template: ReplyTemplate, model: SecurityModel, access: Access, thread: Thread | None = None
) -> str:
    """The text of a template with its fields filled for a partner, ready to be changed."""
    return filled(template.body, values_for([model], access, thread)[model.pk])
