"""Sends notices: rows in the transaction of the act, delivery after the commit.

Emails never contain answers, findings, reasons or numbers. They say that there is something and
where to read it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.models import ScopeKind
from audit.services import Scope, person_scope
from core import clock
from core.jobs import enqueue
from core.one_act import kept_in_act
from core.tenancy import beyond_tenants
from notifications import selectors
from notifications.facts.subjects import LONGEST_SUBJECT, CutWords, in_subject
from notifications.models import FailingAddress, Notification, Outbox
from notifications.providers.kinds import Kind, Recipient, holds_secret, kind, resolve
from notifications.providers.told import contacts_told
from notifications.states import OutboxState, Way

log = logging.getLogger(__name__)

#: What becomes of the row in the outbox.
_STATE = {
    Way.AT_ONCE: OutboxState.PENDING,
    Way.DIGEST: OutboxState.IN_DIGEST,
    Way.ONLY_HERE: OutboxState.ONLY_HERE,
}


def notify(
    code: str,
    *,
    scope: Scope,
    to: Iterable[Recipient] = (),
    about: Any = None,
    url: str = "",
    url_here: str = "",
    once_key: str = "",
    button: str = "",
    key_is_new: bool = False,
    **context: Any,
) -> list[Outbox]:
    """Notify people inside the portal, if they have a sign-in, and by email as they have chosen.

    Recipients are the people in ``to`` (the groups that mean one person) and, if ``about`` is
    given, the other groups named for ``code``, resolved for it; each person once. What a person
    does not want at once is named by the digest, or is only in the portal; those sent at once are
    returned. ``templates/mail/<code>.txt`` is the body, filled by ``context``. ``url`` is the page
    of the act, which the button opens in the words of ``button`` or of the list; if it lets its
    holder in, the notice links to ``url_here``. ``once_key`` makes a repeated call send once;
    ``key_is_new``: the caller has just checked (:func:`still_to_remind`). In one act a person gets
    one email for each company (``core.one_act``): later notices are added to the first.
    """
    declared = kind(code)
    named = _named(declared, to, about)
    ways = selectors.ways_for(declared, named)
    url_here = url_here if holds_secret(code) else url
    is_news = False
    sent: list[Outbox] = []
    for recipient in {one.email.casefold(): one for one in reversed(named)}.values():
        key = _once(once_key, recipient) if once_key else None
        if key and not key_is_new and Outbox.objects.filter(once_key=key).exists():
            continue
        letter = _letter(declared, recipient, url, button, context)
        way = ways.get(recipient.user_id, Way.AT_ONCE)
        joins = not key and way is Way.AT_ONCE
        place = _place_in_act(declared, recipient, context) if joins else None
        joined = place is not None and _joined(place, letter)
        mail = None if joined else _mail(declared, scope, letter, key, way)
        if not joined and mail is None:
            continue
        _write_notice(declared, scope, letter, url_here, way)
        is_news = about is not None
        if mail is not None and way is Way.AT_ONCE:
            sent.append(_goes(mail, letter, place))
    if is_news:
        _tell_account(declared, scope, url, context)
    return sent


def _goes(mail: Outbox, letter: _Letter, place: _Place | None) -> Outbox:
    """Hand a written email to the worker."""
    if place is not None:
        place.mail_id, place.letters = mail.pk, [letter]
    enqueue("notifications.tasks.deliver", mail.pk)
    return mail


def _tell_account(declared: Kind, scope: Scope, url: str, context: dict[str, Any]) -> None:
    """Let others keep what all contacts of an account learn; reminders say nothing new."""
    if scope.kind != ScopeKind.SECURITY_MODEL or "contacts" not in declared.recipients:
        return
    if declared.reminds:
        return
    nameless = replace(declared, subject=declared.subject.removeprefix("{account}: "))
    letter = _letter(nameless, Recipient(""), url, "", context)
    for _kept in contacts_told(scope, declared, letter.subject, letter.body, url):
        pass


def _named(declared: Kind, to: Iterable[Recipient], about: Any) -> list[Recipient]:
    """Those given and those of the groups; whoever is disabled cannot do what a reminder asks."""
    named = [*to, *(resolve(declared.recipients, about) if about is not None else ())]
    return [one for one in named if not (declared.reminds and one.is_disabled)]


def reaches(tell: Callable[[], Any], whom: str) -> bool:
    """Tell one of many; whether that worked. One who cannot be told keeps it from no other, except
    if the database is away: then nobody would be reached, and this raises.
    """
    try:
        with transaction.atomic():
            tell()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("not told now: %s", whom)
        return False
    return True


def still_to_remind(once_key: str, people: Iterable[Recipient]) -> bool:
    """Whether one of these people was not reminded under that key yet; called before text is
    prepared.
    """
    keys = {_once(once_key, one) for one in people if not one.is_disabled}
    return Outbox.objects.filter(once_key__in=keys).count() < len(keys)


def _once(once_key: str, recipient: Recipient) -> str:
    """A key of constant length for one notice to one address."""
    return hashlib.sha256(f"{once_key}:{recipient.email.casefold()}".encode()).hexdigest()


@dataclass
class _Letter:
    """The content of an email before it is laid out: what the layouts get."""

    recipient: Recipient
    subject: str
    body: str
    url: str
    button: str
    paragraphs: list[str]
    account: str = ""

    @property
    def is_for_reading(self) -> bool:
        """Whether it says that the reader does not need to do anything."""
        with translation.override(self.recipient.language):
            return any(_nothing_to_do() in one for one in self.paragraphs)

    @property
    def link(self) -> str:
        """The address that the button opens."""
        return f"{settings.SITE_URL}{self.url}" if self.url else ""

    def set(self) -> tuple[str, str]:
        """Return text and HTML."""
        person = self.recipient
        with translation.override(person.language), clock.shown_in(person.time_zone):
            page = {
                "recipient": person,
                "subject": self.subject,
                "paragraphs": self.paragraphs,
                "link": self.link,
                "button": self.button,
                "helpdesk": settings.PROGRAM_OFFICE_EMAIL,
            }
            return (
                render_to_string("mail/layout.txt", page),
                render_to_string("mail/layout.html", page),
            )


def _letter(
    declared: Kind, recipient: Recipient, url: str, button: str, context: dict[str, Any]
) -> _Letter:
    with translation.override(recipient.language), clock.shown_in(recipient.time_zone):
        places = {name: _in_subject(value) for name, value in context.items()}
        subject = declared.subject.format_map(places)[:LONGEST_SUBJECT]
        about = {"recipient": recipient, "subject": subject, "site": settings.SITE_URL}
        helpdesk = settings.PROGRAM_OFFICE_EMAIL
        values = {**context, **about, "link": f"{settings.SITE_URL}{url}", "helpdesk": helpdesk}
        body = render_to_string(f"mail/{declared.code}.txt", values).strip()
    paragraphs = [p.strip() for p in body.split("\n\n") if p.strip()]
    account = _one_line(context.get("account", ""))[:200]
    return _Letter(recipient, subject, body, url, button or declared.button, paragraphs, account)


@dataclass
class _Place:
    """The state of one email to one person of one company within an act, and what it reports."""

    mail_id: uuid.UUID | None = None
    letters: list[_Letter] = field(default_factory=list)


def _place_in_act(declared: Kind, recipient: Recipient, context: dict[str, Any]) -> _Place | None:
    """The person's place in the current act; None outside an act.

    An email with a link that lets its holder in is never combined.
    """
    kept = kept_in_act()
    if kept is None or holds_secret(declared.code):
        return None
    key = ("mail", recipient.email.casefold(), str(context.get("account", "")))
    place: _Place = kept.setdefault(key, _Place())
    return place


def _joined(place: _Place, letter: _Letter) -> bool:
    """Add a letter to the email that the person already gets. False if there is none."""
    if place.mail_id is None:
        return False
    place.letters.append(letter)
    whole = _together(place.letters)
    text, html = whole.set()
    waiting = Outbox.objects.filter(pk=place.mail_id, state=OutboxState.PENDING)
    return bool(waiting.update(subject=whole.subject, text=text, html=html))


def _together(letters: Sequence[_Letter]) -> _Letter:
    """Several letters as one, without contradictions.

    What must be done comes first and has the button. The sentence that nothing needs doing appears
    once, and only if it is true of all.
    """
    first, *others = sorted(letters, key=lambda one: one.is_for_reading)
    whole = replace(first, paragraphs=list(first.paragraphs))
    for letter in others:
        told = _without_name_of(whole, letter)
        if told not in whole.subject:
            whole.paragraphs.append(letter.subject)
            longer = f"{whole.subject}; {told}"
            # Cutting it could cut a name in two; the paragraph says it anyway.
            whole.subject = longer if len(longer) <= LONGEST_SUBJECT else whole.subject
        whole.paragraphs += _without_nothing_to_do(letter)
        if letter.link and letter.url != first.url:
            link = f"{letter.button}: {letter.link}" if letter.button else letter.link
            whole.paragraphs.append(link)
    return whole


def _nothing_to_do() -> str:
    """The sentence which says that the reader does not need to do anything."""
    return _("You do not need to do anything.")


def _without_nothing_to_do(letter: _Letter) -> list[str]:
    with translation.override(letter.recipient.language):
        left = (one.replace(_nothing_to_do(), "").strip() for one in letter.paragraphs)
        return [one for one in left if one]


def _without_name_of(first: _Letter, letter: _Letter) -> str:
    """A subject without the company before its colon, because another subject has named it."""
    name, colon, rest = letter.subject.partition(": ")
    return rest if colon and first.subject.startswith(f"{name}: ") else letter.subject


def _mail(
    declared: Kind,
    scope: Scope,
    letter: _Letter,
    key: str | None,
    way: Way = Way.AT_ONCE,
    unsubscribe_url: str = "",
) -> Outbox | None:
    """Write the email; None if another transaction wrote the same one first.

    What is not sent by itself has no text: the notice has it.
    """
    text, html = letter.set() if way is Way.AT_ONCE else ("", "")
    now = clock.now()
    mail = Outbox(
        kind=declared.code,
        to_address=letter.recipient.email,
        to_name=_one_line(letter.recipient.name)[:200],
        subject=letter.subject,
        text=text,
        html=html,
        unsubscribe_url=unsubscribe_url,
        state=_STATE[way],
        scope_kind=scope.kind,
        scope_id=scope.id,
        next_attempt_at=now,
        created_at=now,
        once_key=key,
    )
    Outbox.objects.bulk_create([mail], ignore_conflicts=key is not None)
    if key is not None and not Outbox.objects.filter(pk=mail.pk).exists():
        return None
    return mail


def _write_notice(declared: Kind, scope: Scope, letter: _Letter, url: str, way: Way) -> None:
    """The same words inside the portal, for people with a sign-in."""
    if letter.recipient.user_id is None:
        return
    Notification.objects.create(
        user_id=letter.recipient.user_id,
        kind=declared.code,
        subject=letter.subject,
        body=letter.body,
        url=url,
        account=letter.account,
        as_group=letter.recipient.group,
        way=way,
        created_at=clock.now(),
        scope_kind=scope.kind,
        scope_id=scope.id,
    )


def write_mail(
    code: str,
    *,
    scope: Scope,
    to: Recipient,
    once_key: str,
    url: str = "",
    unsubscribe_url: str = "",
    **context: Any,
) -> Outbox | None:
    """Write an email about notices that are in the portal already, once for each ``once_key``.

    None if it was written before. Emails about anything else are written by :func:`notify`.
    """
    declared = kind(code)
    letter = _letter(declared, to, url, "", context)
    key = hashlib.sha256(once_key.encode()).hexdigest()
    mail = _mail(declared, scope, letter, key, unsubscribe_url=unsubscribe_url)
    if mail is not None:
        enqueue("notifications.tasks.deliver", mail.pk)
    return mail


def mail_notice(notice: Notification, to: Recipient) -> Outbox | None:
    """Email a notice by itself that waited for a digest."""
    declared = kind(notice.kind)
    paragraphs = [one.strip() for one in notice.body.split("\n\n") if one.strip()]
    letter = _Letter(to, notice.subject, notice.body, notice.url, declared.button, paragraphs)
    key = hashlib.sha256(f"alone:{notice.pk}".encode()).hexdigest()
    mail = _mail(declared, person_scope(to.user_id), letter, key)
    if mail is not None:
        enqueue("notifications.tasks.deliver", mail.pk)
    return mail


def _in_subject(value: Any) -> str:
    return in_subject(value if isinstance(value, CutWords) else _one_line(value))


def _one_line(value: Any) -> str:
    """A value that cannot start a new header line; dates as everywhere else."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = date_format(value, "M j, Y")
    return " ".join(str(value).split())


@beyond_tenants("The address of a person is in emails of several companies.")
def forget_address(old: str, new: str = "") -> None:
    """Forget an address that nobody has any longer (U7).

    Emails that wait are sent to ``new`` instead. An email with a link that lets its holder in was
    meant for the old mailbox, so it is given up. Rows of sent emails stay, without the address.
    """
    rows = Outbox.objects.filter(to_address=old)
    waiting = rows.filter(state=OutboxState.PENDING)
    letting_in = [mail.pk for mail in waiting if holds_secret(mail.kind) or not new]
    rows.filter(pk__in=letting_in).update(state=OutboxState.DEAD, text="", html="")
    waiting.update(to_address=new)
    FailingAddress.objects.filter(address=selectors.address_key(old)).delete()
    rows.update(to_address="", last_error="")
