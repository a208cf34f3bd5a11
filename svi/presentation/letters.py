"""The letter that a company hands to an outsider: its status on a day, and where to see it now."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from core.crypto import decrypt, encrypt
from core.text import filled
from svi.facts.proofs import ShownStatus
from svi.models import StatusProof

#: The kind of the document.
LETTER = "svi_letter"


def letter_title(shown: ShownStatus) -> str:
    """The title, and the name of the file."""
    return filled(_("Status of %(company)s"), company=shown.company)


def letter_content(proof: StatusProof, shown: ShownStatus, path: str) -> dict[str, Any]:
    """What the letter says, as it is kept; the address contains a secret, so it is encrypted."""
    return {
        "reference": proof.reference,
        "recipient": proof.recipient,
        "company": shown.company,
        "types": [{"name": one.name, "status": str(one.status.label)} for one in shown.types],
        "at": shown.at.isoformat(),
        "until": proof.until.isoformat(),
        "portal": settings.PORTAL_NAME,
        "agency": settings.AGENCY_SHORT_NAME,
        "kept_address": encrypt(f"{settings.SITE_URL}{path}"),
    }


def letter_context(content: dict[str, Any]) -> dict[str, Any]:
    """The same with its address, also as a picture to scan."""
    address = decrypt(content["kept_address"])
    title = _("The same address as a picture to scan")
    picture = segno.make(address, error="m").svg_inline(
        scale=4, border=2, light="#fff", svgclass="qr", title=title
    )
    return {**content, "address": address, "picture": picture}
