"""The application as a document: one canonical content for the Summary, the PDF and the copy.

The worker makes the PDF from this content only, so the same content gives the same bytes and is
stored once.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

KIND = "application"
TEMPLATE = "security_profile/pdf/application.html"


def document_content(
    content: dict[str, Any],
    *,
    is_draft: bool,
    facts: list[tuple[str, str]],
    as_of: str,
    submission: str = "",
) -> dict[str, Any]:
    """The content from which a PDF of an application is made.

    ``content`` is that of a submission. ``facts``, pairs of label and value, fill the title block.
    ``as_of`` is the program date of the content, in words. ``submission`` is the id of an
    approved submission, by which the Summary of its approval is found again.
    """
    pairs = [list(pair) for pair in facts]
    made = {"application": content, "is_draft": is_draft, "facts": pairs, "as_of": as_of}
    return {**made, "submission": submission} if submission else made


def prepare(content: dict[str, Any]) -> dict[str, Any]:
    """The context of the template."""
    application = content["application"]
    return {
        "application": application,
        "draft": content["is_draft"],
        "facts": content["facts"],
        "as_of": content["as_of"],
        "generated": _("As of %(day)s") % {"day": content["as_of"]},
        "reference": application["reference"],
        "doc_subject": f"{application['account']} · {application['reference']}",
        "evidence": evidence_index(application),
    }


def evidence_index(application: dict[str, Any]) -> list[dict[str, Any]]:
    """Each file once, with its SHA-256 and the criteria it is attached to."""
    index: dict[tuple[str, str], dict[str, Any]] = {}
    for category in application["categories"]:
        for one in category["criteria"]:
            for file in one["evidence"]:
                row = index.setdefault((file["sha256"], file["title"]), {**file, "codes": []})
                row["codes"].append(one["code"])
    return list(index.values())
