"""Checks a file for malware: claimed, scanned outside any transaction, settled once.

Idempotent by the row's state, and claimed as a lease (core/leases.py).
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from audit.services import note_sweep, record
from core import clock
from core.access import Access, system
from core.leases import Leases, in_time
from core.tenancy import on_behalf_of
from files.checks import pdf
from files.machine import SCAN, scope_of
from files.models import StoredFile
from files.providers.account_names import account_name
from files.providers.blocked import file_blocked
from files.scanners import Outcome, Verdict, scanner
from files.selectors import uploader_of
from files.services.previews import ask_preview, forget_inside
from files.services.reading import digest_of
from files.states import ScanState
from notifications.services.sending import notify

LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 8
LONGEST_PAUSE = dt.timedelta(hours=1)
#: While the scanner does not answer, only one file is tried: the sweep stops at the first failure.
AWAY_PAUSE = dt.timedelta(minutes=1)


def _actor() -> Access:
    return system("File check")


LEASES = Leases(
    lambda: StoredFile.objects.filter(state=ScanState.QUARANTINED),
    attempts="scan_attempts",
    due="next_scan_at",
    length=LEASE,
    actor=_actor,
)


def scan(file_id: uuid.UUID | str) -> Outcome | None:
    """Check one file, if it is still due and no other worker has it; return the result."""
    file = LEASES.claim(file_id, gives_up=_gives_up)
    if file is None:
        return None
    verdict = _look_at(file)
    _settle(file, verdict)
    return verdict.outcome


def sweep_scans() -> int:
    """Check every file that is due: those with lost tasks and those to try again.

    Ends early if the scanner does not answer or the time is over; the next sweep continues.
    """
    checked = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(200)
    for file_id in in_time(due):
        outcome = scan(file_id)
        checked += outcome is not None
        if outcome is Outcome.DOWN:
            break
    with on_behalf_of(_actor()):
        note_sweep("scans", files=checked)
    return checked


def _gives_up(file: StoredFile) -> bool:
    """Whether every attempt was used without a result: then the file is blocked."""
    over = file.scan_attempts >= MOST_ATTEMPTS
    if over:
        _give_up(file, _("the check did not finish"))
    return over


def _look_at(file: StoredFile) -> Verdict:
    """The scanner's result for exactly the content that was received."""
    try:
        with default_storage.open(file.storage_key) as opened:
            content = cast("BinaryIO", opened)
            if file.content_type == "application/pdf" and pdf.acts_when_opened(content):
                why = _("it contains scripts, actions or other files")
                return Verdict(Outcome.UNSCANNABLE, why)
            content.seek(0)
            verdict = _scanned(file, content)
            if verdict.outcome is Outcome.CLEAN and digest_of(content) != file.sha256:
                return Verdict(Outcome.UNSCANNABLE, _("its stored bytes have changed"))
            return verdict
    except FileNotFoundError:
        return Verdict(Outcome.NO_ANSWER, "the stored bytes are missing")
    except OSError as error:
        return Verdict(Outcome.DOWN, f"the store of files does not answer: {error}"[:200])


def _scanned(file: StoredFile, content: BinaryIO) -> Verdict:
    """The scanner's result; for a PDF that it finds protected, also the result for a copy.

    Malware in the original counts in any case.
    """
    verdict = scanner().scan(content)
    if verdict.outcome is Outcome.UNSCANNABLE and file.content_type == "application/pdf":
        copy = pdf.readable_copy(content)
        if copy is not None:
            return scanner().scan(copy)
    return verdict


def _settle(file: StoredFile, verdict: Verdict) -> None:
    """Write the result, with its events and emails, in one transaction."""
    with on_behalf_of(_actor()):
        known = StoredFile.objects.filter(sha256=file.sha256, state=ScanState.INFECTED)
        infected = known.values_list("state_reason", flat=True).first()
        if infected is not None:
            verdict = Verdict(Outcome.INFECTED, infected)
        if verdict.outcome is Outcome.INFECTED:
            _block_all(file, verdict.why)
            return
        row = StoredFile.objects.select_for_update().get(pk=file.pk)
        if row.state != ScanState.QUARANTINED:
            return
        if verdict.outcome is Outcome.CLEAN:
            SCAN.apply("pass", row, actor=_actor(), **_facts())
            ask_preview(row)
        elif verdict.outcome is Outcome.UNSCANNABLE:
            _give_up(row, verdict.why)
        elif verdict.outcome is Outcome.NO_ANSWER and row.scan_attempts >= MOST_ATTEMPTS:
            _give_up(row, _("the scanner gave an answer that the portal does not understand"))
        else:
            _try_again(row, verdict)


def _try_again(row: StoredFile, verdict: Verdict) -> None:
    """Postpone the check. If the scanner was not reached, this does not count as an attempt."""
    if verdict.outcome is Outcome.DOWN:
        row.scan_attempts -= 1
        row.next_scan_at = clock.now() + AWAY_PAUSE
    else:
        row.next_scan_at = clock.now() + clock.retry_pause(row.scan_attempts, LONGEST_PAUSE)
    row.state_reason = verdict.why[:200]
    row.save(update_fields=["scan_attempts", "next_scan_at", "state_reason"])


def _facts(why: str = "") -> dict[str, Any]:
    return {
        "scanned_at": clock.now(),
        "scanner": str(scanner().label)[:60],
        "state_reason": why[:200],
        "next_scan_at": None,
    }


def _block_all(file: StoredFile, why: str) -> None:
    """Block every copy of the same content, whoever owns it, clean or not yet checked."""
    copies = StoredFile.objects.select_for_update().filter(
        sha256=file.sha256, state__in=[ScanState.QUARANTINED, ScanState.CLEAN]
    )
    blocked = list(copies.order_by("pk"))
    for row in blocked:
        SCAN.apply("block", row, actor=_actor(), reason=why, **_facts(why))
        _tell(row, why)
    forget_inside(blocked)


def _give_up(row: StoredFile, why: str) -> None:
    SCAN.apply("give_up", row, actor=_actor(), reason=why, **_facts(why))
    _tell(row, why)


def _tell(row: StoredFile, why: str) -> None:
    """Record it on the owner's timeline, email the person who uploaded it, and let upper apps do
    what follows.
    """
    scope = scope_of(row)
    subject = ("stored_file", row.pk)
    record("files.blocked", actor=_actor(), scope=scope, subject=subject, name=row.name, why=why)
    notify(
        "document.blocked",
        scope=scope,
        to=uploader_of(row),
        account=account_name(scope) or _("Partner Portal"),
        file_name=row.name,
        infected=row.state == ScanState.INFECTED,
        uploaded_on=clock.program_date(row.uploaded_at),
        once_key=f"document.blocked:{row.pk}",
    )
    for _done in file_blocked(_actor(), row):
        pass
