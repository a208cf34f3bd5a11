"""States and roles of people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffRole(models.TextChoices):
    """The roles of staff (R5); partners have none of these."""

    SCSS = "scss", _("Supply Chain Security Specialist")
    MANAGEMENT = "management", _("Management")
    PROGRAM_ADMIN = "program_admin", _("Program administrator")
    HELPDESK = "helpdesk", _("Helpdesk")


class SetUpStep(models.TextChoices):
    """The step that a registration has reached (U1): profile, questions, password, in
    this order.
    """

    PROFILE = "profile", _("User profile")
    QUESTIONS = "questions", _("Security questions")
    PASSWORD = "password", _("Password")
    DONE = "done", _("Done")


class Salutation(models.TextChoices):
    """How a person is addressed (T6)."""

    MR = "mr", _("Mr.")
    MS = "ms", _("Ms.")
    MX = "mx", _("Mx.")
    DR = "dr", _("Dr.")


class LinkPurpose(models.TextChoices):
    """What an emailed link is for; a link serves one purpose only."""

    REGISTRATION = "registration", _("Confirm an address")
    PASSWORD_RESET = "password_reset", _("Set a new password")
    EMAIL_CHANGE = "email_change", _("Confirm a new address")
    EMAIL_UNDO = "email_undo", _("Undo a change of address")


class DisabledKind(models.TextChoices):
    """Why a person is disabled (R7); it decides who may reactivate them."""

    IDLE = "idle", _("No sign-in for 45 days")
    NOT_BACK = "not_back", _("No sign-in on the day of the reactivation")
    BY_HAND = "by_hand", _("Disabled by the program")


#: A specialist of the person's models may end this kind; only management may end the others.
ENDED_BY_SPECIALISTS = frozenset({DisabledKind.IDLE, DisabledKind.NOT_BACK})


class CaseStatus(models.TextChoices):
    """The status of a recovery by the helpdesk."""

    OPEN = "open", _("Waits for a second person")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")


class Lost(models.TextChoices):
    """What a person has lost and cannot sign in without."""

    PASSWORD = "password", _("Password and answers to the security questions")
    FACTOR = "factor", _("Second factor: authenticator app, passkey and backup codes")
    BOTH = "both", _("Both")


class SignInStep(models.TextChoices):
    """The step at which an attempt to prove who a person is succeeded or failed (U9)."""

    PASSWORD = "password", _("Password")
    CODE = "code", _("Authenticator code")
    ANSWERS = "answers", _("Answers to the security questions")
    RECOVERY = "recovery", _("Code in place of the answers")
    PROOF = "proof", _("Password or code asked for again")
    DONE = "done", _("Signed in")


class FactorKind(models.TextChoices):
    """The kind of second factor that was used."""

    AUTHENTICATOR = "authenticator", _("Authenticator app")
    PASSKEY = "passkey", _("Passkey")
    BACKUP_CODE = "backup_code", _("Backup code")
