"""What the calendar does to an annual review: reminders, escalation, closing (P10, P11, N2).

Each act reads the review again under the lock of its account, and compares its certification date
there: Altered if it is not what was written, so nobody is told a date that was never set.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.days import day, days_left
from core.links import path_to
from core.program_days import DAY
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify, still_to_remind
from security_models.models import Contact, SecurityModel
from security_models.recipients import contacts, member, officers, scss
from security_models.selectors import contacts_of
from security_models.services.roots import lock
from security_models.states import ContactRole
from security_profile.facts.annual_reviews import WINDOW, Cycle, Review
from security_profile.models import AnnualReview
from security_profile.presentation.profile_rows import page_url
from security_profile.selectors.annual_reviews import review_of
from security_profile.selectors.due_reviews import (
    REMINDED,
    last_contact,
    missed_cycles,
    reminded_on,
    rows_of,
)
from security_profile.services.review_rounds import row_of
from security_profile.services.submit import submission_blockers
from security_profile.states import ReviewState
from trade_accounts.states import MembershipState

#: Officers are reminded from so many days before the due day on (screens 9.3).
OFFICERS_FROM = -30


# --- reminders ------------------------------------------------------------------------------------


@transaction.atomic
def remind_of_review(*, actor: Access, model_id: uuid.UUID, last_day: dt.date, offset: int) -> bool:
    """Tell the people of a review once for each offset; return whether it was done now.

    Nobody is told of what was submitted, approved or moved to another day meanwhile.
    """
    model = lock(model_id)
    review = review_of(model)
    if review is None or review.cycle.due_on != last_day or not review.is_due:
        return False
    row = row_of(model, review.cycle.due_on)
    unserved = Q(reminded=None) | Q(reminded__lt=offset)
    if not AnnualReview.objects.filter(unserved, pk=row.pk).update(reminded=offset):
        return False
    sent = _tell(model, review, offset)
    record(
        REMINDED,
        actor=actor,
        scope=model_scope(model.pk),
        subject=("annual_review", row.pk),
        due=day(last_day),
        count=sent,
    )
    return True


def _tell(model: SecurityModel, review: Review, offset: int) -> int:
    """Tell the company, and the specialist when it is late, each with the page they can open."""
    told: dict[str, Any] = {
        "scope": model_scope(model.pk),
        "once_key": f"annual:{model.pk}:{review.cycle.due_on:%y%m%d}:{offset}",
        "open": [] if offset == _first() else list(_open(model)),
        **_words(model, review),
    }
    page = page_url("annual-review", model)
    sent = notify(_kind(offset), to=_people(model, offset), url=page, **told)
    if offset > 0:
        told["open"] = [{**one, "link": ""} for one in told["open"]]  # pages of partners
        notify(_kind(offset), to=scss(model), url=_staff_page(model), **told)
    return len(sent)


def _staff_page(model: SecurityModel) -> str:
    """The page of the partner, for staff."""
    return path_to("reviews:partner", model_id=model.pk)


def _first() -> int:
    """The offset of the day on which the window opens."""
    return min(clock.clock(WINDOW).reminder_offsets)


def _kind(offset: int) -> str:
    if offset > 0:
        return "annual_review.overdue"
    return "annual_review.opened" if offset == _first() else "annual_review.reminder"


def _people(model: SecurityModel, offset: int) -> list[Recipient]:
    """Who is told at an offset.

    The opening goes to contacts and Officers, as the list of notifications says. Between it and 30
    days before the due day an Officer is not reminded, unless that Officer is the Primary POC or
    nobody else is a contact (screens 9.3).
    """
    people = [*contacts(model), *officers(model)]
    if _first() < offset < OFFICERS_FROM:
        people = list(_without_officers(model)) or people
    return [one for one in people if not one.is_disabled]


def _without_officers(model: SecurityModel) -> Iterator[Recipient]:
    for contact in contacts_of(model):
        if _counts(contact) and (contact.role != ContactRole.OFFICER or contact.is_primary_poc):
            yield member(contact.membership)


def _counts(contact: Contact) -> bool:
    return contact.membership.state == MembershipState.ACTIVE


def _open(model: SecurityModel) -> Iterator[dict[str, str]]:
    """What is missing before an Officer can sign, each with its link."""
    for one in submission_blockers(model):
        yield {
            "words": str(one.message).removesuffix("."),
            "link": f"{settings.SITE_URL}{one.url}" if one.url else "",
        }


def _words(model: SecurityModel, review: Review) -> dict[str, Any]:
    return {
        "account": model.trade_account.name,
        "reference": model.reference,
        "due_date": day(review.cycle.due_on),
        "left": days_left(review.cycle.due_on, review.today),
        "opens_on": day(review.cycle.opens_on),
        "ends_on": day(review.cycle.ends_on),
        "escalates_on": day(review.cycle.escalates_on),
    }


# --- escalation -----------------------------------------------------------------------------------


def last_day_of_staff(cycle: Cycle) -> dt.date:
    """The last day on which an overdue review can still be submitted before management has it."""
    return cycle.escalates_on - DAY


@transaction.atomic
def warn_of_escalation(*, model_id: uuid.UUID, last_day: dt.date, offset: int) -> bool:
    """Tell the specialist, once, that an overdue review goes to management soon."""
    model = lock(model_id)
    review = _overdue(model, last_day)
    key = f"escalation:{model.pk}:{last_day:%y%m%d}:{offset}"
    people = list(scss(model))
    if review is None or offset > 0 or not still_to_remind(key, people):
        return False
    return _tell_staff(model, review, row_of(model, review.cycle.due_on), once_key=key, to=people)


@transaction.atomic
def escalate(*, actor: Access, model_id: uuid.UUID, last_day: dt.date) -> bool:
    """Escalate an overdue review to management, once; management and the specialist are told."""
    model = lock(model_id)
    review = _overdue(model, last_day)
    if review is None:
        return False
    row = row_of(model, review.cycle.due_on)
    fresh = AnnualReview.objects.filter(pk=row.pk, escalated_on=None)
    if not fresh.update(escalated_on=clock.today()):
        return False
    record(
        "security_profile.review_escalated",
        actor=actor,
        scope=model_scope(model.pk),
        subject=("annual_review", row.pk),
        due=day(row.due_on),
    )
    key = f"escalated:{model.pk}:{last_day:%y%m%d}"
    _tell_staff(model, review, row, once_key=key, about=model)
    return True


def _overdue(model: SecurityModel, last_day: dt.date) -> Review | None:
    review = review_of(model)
    if review is None or review.state != ReviewState.OVERDUE:
        return None
    return review if last_day_of_staff(review.cycle) == last_day else None


def _tell_staff(
    model: SecurityModel, review: Review, row: AnnualReview, once_key: str, **to: Any
) -> bool:
    scope = model_scope(model.pk)
    contact = last_contact(scope)
    sent = notify(
        "annual_review.escalated",
        scope=scope,
        url=_staff_page(model),
        once_key=once_key,
        **to,
        **_words(model, review),
        days=(review.today - review.cycle.due_on).days,
        is_escalated="about" in to,
        last_contact=day(contact) if contact is not None else "",
        reminded=[day(one) for one in reminded_on(scope, row)],
    )
    return bool(sent)


# --- closing --------------------------------------------------------------------------------------


@transaction.atomic
def close_missed(*, actor: Access, model_id: uuid.UUID) -> bool:
    """Record each review that was not submitted before the next window opened as closed.

    Management writes the reason elsewhere.
    """
    model = lock(model_id)
    review = review_of(model)
    if review is None:
        return False
    missed = missed_cycles(review.cycle.anchor, rows_of([model.pk]).get(model.pk, {}))
    for cycle in missed:
        row = row_of(model, cycle.due_on)
        row.closed_on = clock.today()
        row.save(update_fields=["closed_on"])
        record(
            "security_profile.review_closed",
            actor=actor,
            scope=model_scope(model.pk),
            subject=("annual_review", row.pk),
            due=day(cycle.due_on),
        )
    return bool(missed)
