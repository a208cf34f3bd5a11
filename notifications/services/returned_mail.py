"""Records which emails come back, and stops emails to addresses that do not take them.

Anyone can forge a bounce. So an email counts only if the portal sent it to that address lately, and
each email counts once: only someone who reads the emails of an address can make it fail.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from audit.services import note_sweep
from core import clock
from notifications import selectors
from notifications.facts.incoming_mail import Returned
from notifications.facts.refusals import cleaned, kind_of_reply
from notifications.models import FailingAddress, Outbox
from notifications.providers.failing import Failing, address_failing
from notifications.states import ReturnKind

log = logging.getLogger(__name__)

#: After so many refusals for good without an email that arrived, emails stop.
MOST_IN_ROW = 3
#: The clocks: how long after it was sent an email may come back, and how long it must stay away to
#: count as arrived; how long an address that fails is kept.
RETURN, ARRIVAL, KEPT = "mail_return", "mail_arrival", "failing_address"


@transaction.atomic
def record_returned(mail_ids: Iterable[uuid.UUID], came_back: Iterable[Returned]) -> int:
    """Record what came back of emails that we sent; return how many counted.

    An email counts if it was sent within the time of the clock, to the address that came back. A
    complaint may hide the address (RFC 5965): then the id alone counts.
    """
    returned, count = list(came_back), 0
    for mail in selectors.sent_within(mail_ids, clock.clock(RETURN)):
        own = selectors.address_key(mail.to_address)
        for one in returned:
            hidden = one.kind == ReturnKind.COMPLAINT and not one.address
            if hidden or selectors.address_key(one.address) == own:
                count += _count_once(mail, one.kind, one.words)
                break
    return count


def record_refused(mail: Outbox, code: int, words: str) -> None:
    """Record that the mail server refused the address of an email as it was handed over."""
    _count_once(mail, kind_of_reply(code, words), cleaned(f"{code} {words}"))


def _count_once(mail: Outbox, kind: ReturnKind, words: str) -> bool:
    now = clock.now()
    if not Outbox.objects.filter(pk=mail.pk, came_back_at=None).update(came_back_at=now):
        return False
    log.warning("email %s (%s) came back: %s", mail.pk, mail.kind, kind)
    _note(selectors.address_key(mail.to_address), kind, words)
    return True


def _note(address: str, kind: ReturnKind, words: str) -> None:
    """Count one return against an address, and tell of it.

    A refusal for now never takes the place of one for good, and neither that of a complaint.
    """
    now = clock.now()
    new = FailingAddress(address=address, kind=kind, since=now, last_at=now, words=words)
    made = FailingAddress.objects.bulk_create([new], ignore_conflicts=True)
    row = FailingAddress.objects.select_for_update().get(address=address)
    is_first = row.pk == made[0].pk
    told_before = not is_first and row.kind != ReturnKind.SOFT
    weight = [ReturnKind.SOFT, ReturnKind.HARD, ReturnKind.COMPLAINT]
    row.kind = max(ReturnKind(row.kind), kind, key=weight.index)
    row.last_at, row.words = now, words
    row.hard_in_row += kind == ReturnKind.HARD
    over = row.hard_in_row >= MOST_IN_ROW or kind == ReturnKind.COMPLAINT
    row.stopped_at = row.stopped_at or (now if over else None)
    row.save()
    is_news = kind != ReturnKind.SOFT and not told_before
    _tell(Failing(address, row.since, row.stopped_at is not None, is_news))


def _tell(state: Failing) -> None:
    for _answer in address_failing(state):
        pass


# --- trying again, and arriving ------------------------------------------------------------------


@transaction.atomic
def let_try_again(address: str) -> bool:
    """Let emails go to a failing address again because its holder asks for it.

    The next refusal for good stops them again. Returns whether the address was failing.
    """
    rows = FailingAddress.objects.filter(address=selectors.address_key(address))
    now = clock.now()
    return bool(
        rows.update(tried_at=now, last_at=now, stopped_at=None, hard_in_row=MOST_IN_ROW - 1)
    )


@transaction.atomic
def note_arrived(address: str) -> bool:
    """Forget that an address failed, because an email arrived; return whether it was failing."""
    key = selectors.address_key(address)
    gone, _rows = FailingAddress.objects.filter(address=key).delete()
    if gone:
        _tell(Failing(key))
    return bool(gone)


def sweep_arrived() -> int:
    """Forget failures of addresses to which an email went since, and did not come back in time.

    A complaint ends only if the person asked for emails again. A year after the last return an
    address is forgotten: the portal does not keep addresses that nobody may have any longer.
    """
    may_end = ~Q(kind=ReturnKind.COMPLAINT) | Q(tried_at__isnull=False)
    sent = selectors.sent_and_not_back(clock.clock(ARRIVAL).span)
    rows = FailingAddress.objects.filter(may_end).annotate(sent=sent)
    found = rows.filter(sent__gt=F("last_at"))
    old = FailingAddress.objects.filter(last_at__lt=clock.now() - clock.clock(KEPT).span)
    addresses = [*found.values_list("address", flat=True), *old.values_list("address", flat=True)]
    arrived = [note_arrived(one) for one in addresses]
    note_sweep("arrived_mail", addresses=sum(arrived))
    return sum(arrived)
