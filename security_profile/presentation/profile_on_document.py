"""The approved profile as it stood on a date, as a document (P7).

It is a print: what it shows is kept as versions, so it can always be made again.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

KIND = "profile_on"
TEMPLATE = "security_profile/pdf/profile_on.html"


def prepare(content: dict[str, Any]) -> dict[str, Any]:
    """The context of the template."""
    application = content["application"]
    return {
        "application": application,
        "facts": content["facts"],
        "generated": _("As of %(day)s") % {"day": content["as_of"]},
        "reference": application["reference"],
        "doc_subject": f"{application['account']} · {application['reference']}",
    }
