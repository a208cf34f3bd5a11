"""Sends notices: rows in the transaction of the act, delivery after the commit.

Emails never contain answers, findings, reasons or numbers. They say that there is something and
where to read it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.models import ScopeKind
from audit.services import Scope
from core import clock
from core.jobs import enqueue
from core.one_act import kept_in_act
from core.tenancy import beyond_tenants
from notifications import selectors
from notifications.facts.subjects import LONGEST_SUBJECT, in_subject
from notifications.models import FailingAddress, Muted, Notification, Outbox, OutboxState
from notifications.providers.kinds import Kind, Recipient, holds_secret, kind, resolve
from notifications.providers.told import contacts_told


def notify(
    code: str,
    *,
    scope: Scope,
    to: Iterable[Recipient] = (),
    about: Any = None,
    url: str = "",
    once_key: str = "",
    button: str = "",
    key_is_new: bool = False,
    **context: Any,
) -> list[Outbox]:
    """Notify people by email and, if they have a sign-in, inside the portal.

    Recipients are the people in ``to`` (the groups that mean one person) and, if ``about`` is
    given, the other groups named for ``code`` in the list of notifications, resolved for it; each
    person once. Someone who has switched a kind off reads it only inside the portal; mandatory
    kinds cannot be switched off. The body is ``templates/mail/<code>.txt``; ``context`` fills it
    and the subject. ``url`` is the path of the page of the act, which the button opens in the words
    of ``button`` or those of the list. ``once_key`` makes a repeated call (a sweep that runs twice)
    send once, and ``key_is_new`` says that the caller has just checked (:func:`still_to_remind`).
    Within one act (``core.one_act``) a person gets one email for each company: later notices are
    added to the first.
    """
    declared = kind(code)
    named = _named(declared, to, about)
    is_news = False
    muted = frozenset() if declared.mandatory else selectors.muted_by(code, named)
    sent: list[Outbox] = []
    for recipient in {one.email.casefold(): one for one in reversed(named)}.values():
        key = _once(once_key, recipient) if once_key else None
        if key and not key_is_new and Outbox.objects.filter(once_key=key).exists():
            continue
        letter = _letter(declared, recipient, url, button, context)
        is_muted = recipient.user_id in muted
        place = _place_in_act(declared, recipient, context) if not (key or is_muted) else None
        joined = place is not None and _joined(place, letter)
        mail = None if joined else _mail(declared, scope, letter, key)
        if not joined and mail is None:
            continue
        _write_notice(declared, scope, letter)
        is_news = about is not None
        if mail is not None and _goes(mail, letter, place, is_muted=is_muted):
            sent.append(mail)
    if is_news:
        _tell_account(declared, scope, url, context)
    return sent


def _goes(mail: Outbox, letter: _Letter, place: _Place | None, *, is_muted: bool) -> bool:
    """Hand a written email to the worker, unless the person does not want this kind by email."""
    if is_muted:
        Outbox.objects.filter(pk=mail.pk).update(state=OutboxState.MUTED)
        return False
    if place is not None:
        place.mail_id, place.letters = mail.pk, [letter]
    enqueue("notifications.tasks.deliver", mail.pk)
    return True


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
        places = {name: in_subject(_one_line(value)) for name, value in context.items()}
        subject = declared.subject.format_map(places)[:LONGEST_SUBJECT]
        about = {"recipient": recipient, "subject": subject, "site": settings.SITE_URL}
        helpdesk = settings.PROGRAM_OFFICE_EMAIL
        values = {**context, **about, "link": f"{settings.SITE_URL}{url}", "helpdesk": helpdesk}
        body = render_to_string(f"mail/{declared.code}.txt", values).strip()
    paragraphs = [p.strip() for p in body.split("\n\n") if p.strip()]
    return _Letter(recipient, subject, body, url, button or declared.button, paragraphs)


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


def _mail(declared: Kind, scope: Scope, letter: _Letter, key: str | None) -> Outbox | None:
    """Write the email; None if another transaction wrote the same one first."""
    text, html = letter.set()
    now = clock.now()
    mail = Outbox(
        kind=declared.code,
        to_address=letter.recipient.email,
        to_name=_one_line(letter.recipient.name)[:200],
        subject=letter.subject,
        text=text,
        html=html,
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


def _write_notice(declared: Kind, scope: Scope, letter: _Letter) -> None:
    """The same words inside the portal, for people with a sign-in."""
    if letter.recipient.user_id is None:
        return
    Notification.objects.create(
        user_id=letter.recipient.user_id,
        kind=declared.code,
        subject=letter.subject,
        body=letter.body,
        url=letter.url,
        created_at=clock.now(),
        scope_kind=scope.kind,
        scope_id=scope.id,
    )


def _one_line(value: Any) -> str:
    """A value that cannot start a new header line; dates as everywhere else."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = date_format(value, "M j, Y")
    return " ".join(str(value).split())


@transaction.atomic
def save_muted(*, user_id: Any, codes: Iterable[str], among: Iterable[Kind]) -> list[str]:
    """Save which of the kinds in ``among`` a person does not want by email; return them.

    Mandatory kinds stay on, whatever ``codes`` contains.
    """
    optional = {one.code for one in among if not one.mandatory}
    wanted = sorted(optional & set(codes))
    Muted.objects.filter(user_id=user_id, kind__in=optional).exclude(kind__in=wanted).delete()
    rows = [Muted(user_id=user_id, kind=code) for code in wanted]
    Muted.objects.bulk_create(rows, ignore_conflicts=True)
    return wanted


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
