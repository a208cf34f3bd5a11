"""States of trade accounts and memberships."""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The type of address that every trade account has (T5).
HEADQUARTERS = "headquarters"

#: The purpose of a link emailed with an invitation (identity.credentials.mailed_links).
INVITATION = "invitation"


class SetUp(models.TextChoices):
    """Whether the wizard was finished (T1); an unfinished one is kept and can be gone on with."""

    OPEN = "open", _("Being set up")
    DONE = "done", _("Active")


class MembershipType(models.TextChoices):
    """What a member may do in a trade account (domain 1)."""

    USER = "user", _("User")
    COMPANY_ADMINISTRATOR = "company_administrator", _("Company Administrator")


class MembershipState(models.TextChoices):
    """A membership counts only while Active (R4)."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")


class AskOutcome(models.TextChoices):
    """How an ask ended: the act was done, or it can no longer be done by that person."""

    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SheetKind(models.TextChoices):
    """What an uploaded spreadsheet lists."""

    USERS = "users", _("Users")
    ADDRESSES = "addresses", _("Addresses")


class RowAction(models.TextChoices):
    """What a row of an uploaded spreadsheet means."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    ERROR = "error", _("Error")
