"""The topics of notices, and the recipient groups, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from notifications.providers.kinds import PERSONAL, Kind

#: What stands before the dot of a kind -> its topic. Several may have the same one.
TOPICS: dict[str, Any] = {
    "user": _("Your sign-in"),
    "account": _("Company, users and contacts"),
    "webhook": _("Company, users and contacts"),
    "request": _("Requests"),
    "application": _("Application"),
    "vetting": _("Application"),
    "assignment": _("Specialists"),
    "cover": _("Specialists"),
    "staff": _("Specialists"),
    "submission": _("Submissions and reviews"),
    "letter": _("Letters and status"),
    "status": _("Letters and status"),
    "appeal": _("Letters and status"),
    "annual_review": _("Annual review"),
    "risk_assessment": _("Annual review"),
    "validation": _("Validations"),
    "message": _("Messages"),
    "document": _("Documents and evidence"),
    "evidence": _("Documents and evidence"),
    "svi": _("Status verification"),
    "agreement": _("Agreements"),
    "program": _("International programs"),
    "notice": _("Notices of the program"),
    "operations": _("Operation of the portal"),
}

#: How someone in a recipient group got a notice.
GROUPS: dict[str, Any] = {
    "user": _("The person it is about"),
    "old_email_address": _("The person it is about"),
    "new_email_address": _("The person it is about"),
    "invited_person": _("The invited person"),
    "outsider": _("The person outside the portal"),
    "uploader": _("The person who uploaded the file"),
    "signer": _("The person who signed"),
    "requester": _("The person who made the request"),
    "contacts": _("Contact"),
    "officers": _("Company Officer"),
    "primary_poc": _("Primary POC"),
    "company_admins": _("Company Administrator"),
    "other_company_admins": _("Company Administrator"),
    "monitoring_companies": _("Contact of a company that monitors this one"),
    "all_contacts": _("Contact of a C-TPAT account"),
    "all_users": _("User of the portal"),
    "scss": _("Supply Chain Security Specialist"),
    "management": _("Management"),
    "operators": _("Operator of the portal"),
}


#: The name of a setting begins so.
SETTING = "way-"


def topic_of(code: str) -> str:
    """The topic of a kind, in words."""
    return str(TOPICS.get(code.partition(".")[0], _("Other")))


def topics_of(kinds: Iterable[Kind]) -> dict[str, str]:
    """The topics of these kinds: the words by the first prefix that has them."""
    found: dict[str, str] = {}
    for one in kinds:
        if (words := topic_of(one.code)) not in found.values():
            found[one.code.partition(".")[0]] = words
    return found


def prefixes_like(prefix: str) -> list[str]:
    """Every prefix that has the same topic as this one."""
    words = TOPICS.get(prefix)
    return [one for one, other in TOPICS.items() if words is not None and other == words]


def got_as(declared: Kind, group: str) -> str:
    """As whom someone got a notice: by the group they were found in, or else the person or people
    that such notices are addressed to.
    """
    if group in GROUPS:
        return str(GROUPS[group])
    personal = [one for one in declared.recipients if one in PERSONAL]
    named = personal[:1] or declared.recipients
    return ", ".join(dict.fromkeys(str(GROUPS[one]) for one in named if one in GROUPS))


def setting_of(declared: Kind) -> str:
    """The name of the field in which this kind is set."""
    return f"{SETTING}{declared.code.replace('.', '-')}"
