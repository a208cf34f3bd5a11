"""Makes sign-ins for staff (R5). Operators call this."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, person_scope, record
from core import clock
from core.access import Access
from core.errors import refusal
from identity.models import MailedLink, User
from identity.policies import P
from identity.selectors.user_state import address_held, user_by_email
from identity.services.mailed_links import mail_link
from identity.states import LinkPurpose, SetUpStep, StaffRole
from notifications.providers.kinds import Recipient


@transaction.atomic
def create_staff(
    *, actor: Access, email: str, role: StaffRole, first_name: str, last_name: str
) -> str:
    """Make a sign-in for staff and email its set-up link; return the link's path.

    There is no first password: the person sets it, then an authenticator app. Called again for a
    person who has not finished, it sends a new link. Refused for an address that partners use:
    staff are never members or contacts.
    """
    actor.require(P.CREATE_STAFF)
    user = user_by_email(email)
    known = user is not None and (not user.staff_role or user.set_up_step == SetUpStep.DONE)
    if known or address_held(email):
        words = _("This address already has a sign-in.")
        raise refusal("registered", words)
    now = clock.now()
    if user is None:
        user = User(email=email, registered_at=now)
        user.set_unusable_password()
    user.staff_role, user.first_name, user.last_name = role, first_name, last_name
    user.save()
    path = mail_link(
        LinkPurpose.REGISTRATION,
        MailedLink(
            purpose=LinkPurpose.REGISTRATION,
            email=email,
            user=user,
            sent_at=now,
            expires_at=clock.clock("registration_link").expires(now),
        ),
        code="user.confirm_address",
        to=Recipient(email, user.name),
        scope=PROGRAM,
    )
    record(
        "identity.staff_created",
        actor=actor,
        scope=person_scope(user.pk),
        name=user.name,
        role=str(StaffRole(role).label),
    )
    return path
