"""Documents of the public libraries in the demonstration: one in each, and a draft."""

from __future__ import annotations

from typing import Any

from core import clock
from core.access import for_user
from core.ids import new_id
from documents.checks.public import PublicDetails
from documents.models import PublicDocument
from documents.services import public_documents as services
from files.services import scan
from portal.demo import cast, stage
from portal.demo.papers import Paper, print_papers

TRADE, ALERT, DRAFT = "How to apply", "Seals offered for sale", "Sample seal log"
_PAPERS = [
    Paper("How to apply.pdf", TRADE, ["What to have ready before you start an application."]),
    Paper("Seals offered for sale.pdf", ALERT, ["Check the seals that you receive this week."]),
    Paper("Sample seal log.pdf", DRAFT, ["Number, container, date, name. Use your own form."]),
]


def publish_documents() -> None:
    """A guide for everyone, an alert for the contacts of importers and carriers, a sample form."""
    guide, alert, sample = print_papers(_PAPERS, clock.today())
    one = _drafted(guide, title=TRADE, description="From the first question to the signature.")
    _publish(one)
    types = ("importer", "highway_carrier_us_mexico", "foreign_manufacturer")
    about: dict[str, Any] = {"library": "ctpat", "type_code": "security_alert"}
    _publish(_drafted(alert, title=ALERT, business_types=types, language="en", **about))
    _drafted(sample, title=DRAFT, library="ctpat", type_code="sample_form")


def _drafted(upload: Any, **about: Any) -> PublicDocument:
    said = {"library": "trade", "type_code": "public_guide", **about}
    made = services.draft_public(
        actor=for_user(stage.register(cast.PHILIPPA)),
        form_key=new_id(),
        upload=upload,
        details=PublicDetails(**said),
    )
    scan(services.newest_version(made).file_id)
    return made


def _publish(made: PublicDocument) -> None:
    actor = for_user(stage.register(cast.PHILIPPA))
    services.publish_public(actor=actor, document_id=made.pk, expected=made.version)
