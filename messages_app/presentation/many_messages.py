"""A message to many partners: who gets it, who is left out and why, what some would read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from core.access import Access
from core.ids import parse_id
from core.text import filled as with_name
from messages_app.facts.template_fields import filled, listed_fields, unknown_in
from messages_app.selectors.broadcasts import reasons_against, writable
from messages_app.selectors.field_values import values_for
from security_models.models import SecurityModel

#: For how many partners the filled text is shown.
SHOWN = 3


@dataclass(frozen=True)
class Sample:
    """What one partner would read."""

    partner: str
    subject: str
    body: str


@dataclass(frozen=True)
class Preview:
    """The partners of a message; ``against`` are the reasons of those who can't get it.

    ``foreign`` is how many of the chosen ids belong to partners to whom the writer may not write.
    """

    models: Sequence[SecurityModel]
    against: Mapping[uuid.UUID, str]
    foreign: int = 0
    by_hand: Mapping[uuid.UUID, str] = field(default_factory=dict)
    samples: Sequence[Sample] = ()
    problems: Sequence[str] = ()

    @property
    def going(self) -> list[SecurityModel]:
        """The partners who get it."""
        return [
            one for one in self.models if one.pk not in self.against and one.pk not in self.by_hand
        ]

    @property
    def left(self) -> list[tuple[SecurityModel, str, bool]]:
        """Those who don't: the partner, the reason, and whether it can be put back."""
        return [
            (one, self.against.get(one.pk) or self.by_hand[one.pk], one.pk not in self.against)
            for one in self.models
            if one.pk in self.against or one.pk in self.by_hand
        ]

    def leaving_out(self, by_hand: Mapping[uuid.UUID, str]) -> Preview:
        """The same without those whom the writer leaves out."""
        return replace(self, by_hand=by_hand)

    def filled(self, access: Access, subject: str, body: str) -> Preview:
        """The same with the texts of the first partners, and what is wrong with the fields."""
        words = _("“{%(field)s}” is not a field. These are the fields: %(fields)s.")
        unknown = dict.fromkeys([*unknown_in(subject), *unknown_in(body)])
        problems = [with_name(words, field=one, fields=listed_fields()) for one in unknown]
        some = self.going[:SHOWN]
        values = values_for(some, access)
        samples = [
            Sample(
                one.trade_account.name,
                filled(subject, values[one.pk]),
                filled(body, values[one.pk]),
            )
            for one in some
        ]
        return replace(self, samples=samples, problems=problems)


def preview_of(access: Access, chosen: str) -> Preview:
    """The partners of the ids in a hidden field; three statements however many there are."""
    ids = {one for one in map(parse_id, chosen.split(",")) if one is not None}
    models = writable(access, list(ids))
    return Preview(models, reasons_against(models), foreign=len(ids) - len(models))
