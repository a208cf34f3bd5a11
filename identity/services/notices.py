"""Notifies people about sign-ins: from a browser not seen before, and guessing (U9)."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.selectors import events_for
from audit.services import person_scope, record
from core import clock
from core.access import Access
from identity.credentials import growing_delay
from identity.models import SignInEvent, User
from identity.presentation.browser_names import known_browser
from identity.selectors.user_state import recipient
from identity.services.disabled_people import locked_person
from identity.states import SignInStep
from notifications.services.sending import notify


def tell_of_new_browser(user: User, ip: str, user_agent: str) -> None:
    """Say when, from where and with which browser someone has just signed in as this person."""
    notify(
        "user.new_device",
        scope=person_scope(user.pk),
        to=[recipient(user)],
        url=reverse("identity:sessions"),
        at=clock.now(),
        ip=ip,
        browser=known_browser(user_agent) or _("an unknown browser"),
        password_link=f"{settings.SITE_URL}{reverse('identity:password')}",
    )


def tell_of_guessing(*, actor: Access) -> int:
    """Notify everyone whose sign-in has long waits because of guessing; return how many were
    notified.

    It reads the record of attempts and runs apart from any request, so that a request for an
    existing address does no more than one for another address. A person is notified once in 24
    hours.
    """
    since = clock.now() - growing_delay.REMEMBERED
    failed = SignInEvent.objects.filter(user__isnull=False, succeeded=False, at__gt=since)
    spells = failed.values("user_id").annotate(count=Count("pk"))
    suspects = spells.filter(count__gte=growing_delay.failures_to_tell()).order_by("user_id")
    return sum(
        _tell(actor, user_id) for user_id in list(suspects.values_list("user_id", flat=True))
    )


@transaction.atomic
def _tell(actor: Access, user_id: object) -> bool:
    """Notify one person, unless the failures in each browser are few or were reported before."""
    user = locked_person(user_id)  # type: ignore[arg-type]
    scope = person_scope(user.pk)
    since = clock.now() - growing_delay.REMEMBERED
    told = events_for(scope, access=actor).filter(kind="identity.guessed", at__gt=since)
    count = _most_failures(user)
    if count < growing_delay.failures_to_tell() or told.exists():
        return False
    record("identity.guessed", actor=actor, scope=scope, count=count)
    notify(
        "user.locked_out",
        scope=scope,
        to=[recipient(user)],
        url=reverse("identity:sign-ins"),
        count=count,
        minutes=int(growing_delay.LONGEST_WAIT.total_seconds() // 60),
        forgotten_link=f"{settings.SITE_URL}{reverse('identity:recover')}",
    )
    return True


def _most_failures(user: User) -> int:
    """The failures since the last completed sign-in, as the delay counts them: for each browser."""
    since = clock.now() - growing_delay.REMEMBERED
    own = SignInEvent.objects.filter(user=user, at__gt=since)
    done = {
        row["device"]: row["last"]
        for row in own.filter(succeeded=True, step=SignInStep.DONE)
        .values("device")
        .annotate(last=Max("at"))
    }
    failures: dict[str, int] = {}
    for device, at in own.filter(succeeded=False).values_list("device", "at"):
        if device not in done or at > done[device]:
            failures[device] = failures.get(device, 0) + 1
    return max(failures.values(), default=0)
