"""States of consents and of monitoring, and the status that is shown to others (SVI1-SVI6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentStatus(models.TextChoices):
    """Whether a C-TPAT account shares its status (SVI1, SVI2)."""

    SIGNED = "signed", _("Signed")
    REVOKED = "revoked", _("Revoked")


class MonitoringStatus(models.TextChoices):
    """What became of a request to be monitored (SVI4, SVI6)."""

    PENDING = "pending", _("Pending")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REVOKED = "revoked", _("Revoked")
    REMOVED = "removed", _("Removed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


#: What stands on the lists of both companies; of two companies at most one row in each direction.
LISTED = (
    MonitoringStatus.PENDING,
    MonitoringStatus.ACCEPTED,
    MonitoringStatus.DECLINED,
    MonitoringStatus.REVOKED,
)
#: What keeps a company from asking again, until it is removed (SVI4).
BLOCKING = (MonitoringStatus.DECLINED, MonitoringStatus.REVOKED)


class SharedStatus(models.TextChoices):
    """All that another company learns of a status: never the tier, never the reason (SVI5)."""

    CERTIFIED = "certified", _("Certified")
    NOT_CERTIFIED = "not_certified", _("Not Certified")

    @classmethod
    def of(cls, is_certified: bool) -> "SharedStatus":
        """The word for a status."""
        return cls.CERTIFIED if is_certified else cls.NOT_CERTIFIED


class ListAct(models.TextChoices):
    """What can be done with many partners at once."""

    ACCEPT = "accept", _("Accept")
    DECLINE = "decline", _("Decline and block")
    REVOKE = "revoke", _("Revoke and block")
    REMOVE = "remove", _("Remove from the list")
    VERIFY = "verify", _("Mark as verified today")


class ProofState(models.TextChoices):
    """Whether the address of a proof still shows the status."""

    VALID = "valid", _("Valid")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
