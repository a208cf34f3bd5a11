"""Signs what a proof shows, for programs of outsiders that check it without asking us (ADR 27)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from core import clock
from core.jws import stated
from svi.facts.proofs import ShownStatus
from svi.models import StatusProof
from svi.selectors.proofs import public_path

#: The media type without ``application/`` (RFC 8725).
STATEMENT_TYPE = "svi-status+jwt"
#: How long a statement can be checked on its own; a newer one comes from the address in it.
VALID_FOR = dt.timedelta(days=7)


def signed_statement(proof: StatusProof, shown: ShownStatus) -> str:
    """The status that a valid proof shows now, signed; valid for a week, or until the proof ends.

    A statement can't be called back. So it says where a newer one comes from, which is Not
    Certified at once when the company is, and none once the proof has ended.
    """
    address = f"{settings.SITE_URL}{public_path(proof)}/statement"
    ends = dt.datetime.combine(proof.until, dt.time.max, clock.PROGRAM_ZONE)
    claims = {
        "iss": settings.SITE_URL,
        "jti": proof.reference,
        "iat": int(shown.at.timestamp()),
        "exp": int(min(shown.at + VALID_FOR, ends).timestamp()),
        "company": shown.company,
        "types": [{"name": one.name, "status": one.status.value} for one in shown.types],
        "as_of": shown.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "newest": address,
    }
    return stated(claims, STATEMENT_TYPE)
