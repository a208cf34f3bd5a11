"""The lists of this app."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event
from audit.providers.event_kinds import sentence
from core import clock
from core.days import moment
from core.listing import Column, Filter, Listing
from core.mailboxes import masked_address, shown_address
from core.text import one_line
from identity.models import RecoveryCase, SignInEvent, User
from identity.presentation.browser_names import browser_in_words
from identity.presentation.notice_rows import notice_state
from identity.selectors.disabled_people import why_disabled
from identity.selectors.helpdesk import case_state
from identity.selectors.search import by_person, by_person_or_company
from identity.states import CaseStatus, DisabledKind, SetUpStep, SignInStep, StaffRole
from notifications.models import Notification, Outbox, OutboxState
from notifications.presentation.kind_words import prefixes_like, topic_of, topics_of
from notifications.providers.kinds import holds_secret, kind, kinds_for, known_kinds
from notifications.selectors import accounts_in_notices


def _failed_at(event: SignInEvent) -> str:
    return "" if event.succeeded else str(event.get_step_display())


def _outcome(event: SignInEvent) -> str:
    return _("Signed in") if event.succeeded else _("Failed")


def _when(event: SignInEvent) -> str:
    return date_format(localtime(event.at), "M j, Y, g:i a T")


def _by_outcome(rows: Any, value: str) -> Any:
    return rows.filter(succeeded=value == "done")


def _by_step(rows: Any, value: str) -> Any:
    return rows.filter(succeeded=False, step=value)


def _steps() -> list[tuple[str, Any]]:
    return [(value, words) for value, words in SignInStep.choices if value != SignInStep.DONE]


SIGN_INS = Listing(
    columns=[
        Column("at", gettext_lazy("When"), _when, sort=["at"]),
        Column("outcome", gettext_lazy("Outcome"), _outcome, sort=["succeeded"]),
        Column("step", gettext_lazy("Failed at"), _failed_at),
        Column("ip", gettext_lazy("Network address"), lambda event: event.ip or "", sort=["ip"]),
        Column(
            "user_agent", gettext_lazy("Browser"), lambda event: browser_in_words(event.user_agent)
        ),
    ],
    filters=[
        Filter(
            "outcome",
            gettext_lazy("Outcome"),
            _by_outcome,
            choices=lambda: [("done", _("Signed in")), ("failed", _("Failed"))],
        ),
        Filter("step", gettext_lazy("Failed at"), _by_step, choices=_steps),
    ],
    sort="-at",
)


# --- people, for those who look after them ------------------------------------------------------


def _by_reason(rows: QuerySet[User], value: str) -> QuerySet[User]:
    return rows.filter(disabled_kind=value)


def disabled_users(companies: Mapping[uuid.UUID, list[str]]) -> Listing:
    """Disabled people. Fill ``companies`` by person after the page is cut."""
    return Listing(
        columns=[
            Column("name", gettext_lazy("Name"), lambda user: user.name, sort=["last_name"]),
            Column(
                "email",
                gettext_lazy("Email address"),
                lambda user: shown_address(user.email),
                sort=["email"],
            ),
            Column(
                "companies",
                gettext_lazy("Companies"),
                lambda user: ", ".join(companies.get(user.pk, [])),
            ),
            Column("why", gettext_lazy("Why"), why_disabled, sort=["disabled_kind"]),
            Column(
                "since",
                gettext_lazy("Disabled since"),
                lambda user: date_format(localtime(user.disabled_at), "M j, Y"),
                sort=["disabled_at"],
            ),
        ],
        filters=[
            Filter("q", gettext_lazy("Name or email address"), by_person),
            Filter("why", gettext_lazy("Why"), _by_reason, choices=lambda: DisabledKind.choices),
        ],
        sort="-since",
    )


_STATES: dict[str, Q] = {
    "active": Q(disabled_at=None, set_up_step=SetUpStep.DONE),
    "disabled": Q(disabled_at__isnull=False),
    "failing": Q(emails_fail_since__isnull=False),
    "unfinished": Q(disabled_at=None) & ~Q(set_up_step=SetUpStep.DONE),
}


def state_in_words(user: User) -> str:
    """Active, disabled, or registration not finished."""
    if user.disabled_at is not None:
        return _("Disabled")
    return _("Active") if user.set_up_step == SetUpStep.DONE else _("Registration not finished")


def kind_in_words(user: User) -> str:
    """Partner, or the role in the program."""
    return str(StaffRole(user.staff_role).label) if user.staff_role else _("Partner")


def _by_state(rows: QuerySet[User], value: str) -> QuerySet[User]:
    return rows.filter(_STATES[value])


def _by_kind(rows: QuerySet[User], value: str) -> QuerySet[User]:
    return rows.filter(staff_role="" if value == "partner" else value)


def _signed_in(user: User) -> str:
    if user.signed_in_at is None:
        return _("Never")
    return date_format(localtime(user.signed_in_at), "M j, Y")


def _failing_since(user: User) -> dt.date | None:
    return localtime(user.emails_fail_since).date() if user.emails_fail_since else None


def people_listing(companies: Mapping[uuid.UUID, list[str]]) -> Listing:
    """Everyone with a sign-in. Fill ``companies`` by person after the page is cut."""
    return Listing(
        columns=[
            Column("name", gettext_lazy("Name"), lambda user: user.name, sort=["last_name"]),
            Column(
                "email",
                gettext_lazy("Email address"),
                lambda user: shown_address(user.email),
                sort=["email"],
            ),
            Column(
                "companies",
                gettext_lazy("Companies"),
                lambda user: ", ".join(companies.get(user.pk, [])),
            ),
            Column("kind", gettext_lazy("Role"), kind_in_words, sort=["staff_role"]),
            Column("state", gettext_lazy("State"), state_in_words),
            Column("signed_in", gettext_lazy("Last sign-in"), _signed_in, sort=["signed_in_at"]),
        ],
        filters=[
            Filter("q", gettext_lazy("Name, email address or company"), by_person_or_company),
            Filter(
                "state",
                gettext_lazy("State"),
                _by_state,
                choices=lambda: [
                    ("active", _("Active")),
                    ("disabled", _("Disabled")),
                    ("unfinished", _("Registration not finished")),
                    ("failing", _("Emails come back")),
                ],
            ),
            Filter(
                "kind",
                gettext_lazy("Role"),
                _by_kind,
                choices=lambda: [("partner", _("Partner")), *StaffRole.choices],
            ),
        ],
        sort="name",
        beneath=[
            Column("fails", gettext_lazy("Emails have been coming back since"), _failing_since)
        ],
    )


def _by_status(rows: QuerySet[RecoveryCase], value: str) -> QuerySet[RecoveryCase]:
    waiting = Q(status=CaseStatus.OPEN, expires_at__gt=clock.now())
    if value == CaseStatus.OPEN:
        return rows.filter(waiting)
    if value == CaseStatus.EXPIRED:
        over = Q(status=CaseStatus.OPEN, expires_at__lte=clock.now())
        return rows.filter(over | Q(status=CaseStatus.EXPIRED))
    return rows.filter(status=value)


CASES = Listing(
    columns=[
        Column("user", gettext_lazy("User"), lambda case: case.user.name, sort=["user__last_name"]),
        Column("lost", gettext_lazy("What is lost"), lambda case: str(case.get_lost_display())),
        Column(
            "opened",
            gettext_lazy("Opened"),
            lambda case: moment(case.opened_at),
            sort=["opened_at"],
        ),
        Column("opened_by", gettext_lazy("Opened by"), lambda case: case.opened_by.name),
        Column("status", gettext_lazy("Status"), lambda case: CaseStatus(case_state(case)).label),
    ],
    filters=[
        Filter("status", gettext_lazy("Status"), _by_status, choices=lambda: CaseStatus.choices)
    ],
    sort="-opened",
)


def _who(event: Event) -> str:
    """In a person's own history: themselves, another person, or the system."""
    if event.actor_id is not None and event.actor_id == event.scope_id:
        return _("You")
    return event.actor_name or event.reason


def _what(event: Event) -> str:
    return sentence(event.kind, event.data)


def _from(event: Event) -> str:
    """The network address of the reader's own acts; empty for acts of staff."""
    return str(event.ip or "") if event.actor_id == event.scope_id else ""


def _by_actor(rows: QuerySet[Event], value: str) -> QuerySet[Event]:
    own = Q(actor_id=F("scope_id"))
    return rows.filter(own if value == "own" else ~own | Q(actor_id=None))


SECURITY_EVENTS = Listing(
    columns=[
        Column(
            "at",
            gettext_lazy("When"),
            lambda event: moment(event.at),
            sort=["at"],
        ),
        Column("who", gettext_lazy("Who"), _who, sort=["actor_name"]),
        Column("what", gettext_lazy("What"), _what),
        Column("from", gettext_lazy("Network address"), _from),
    ],
    filters=[
        Filter(
            "who",
            gettext_lazy("Who"),
            _by_actor,
            choices=lambda: [("own", _("Yourself")), ("others", _("Others, and the portal"))],
        )
    ],
    sort="-at",
)


# --- emails that were not sent ------------------------------------------------------------------


def what_it_reports(mail: Outbox) -> str:
    """The event that an email reports, in the words of the list of notifications."""
    return kind(mail.kind).event


def why_not_sent(mail: Outbox) -> str:
    """Why an email was not sent: the last words of the server, or that emails come back."""
    if mail.state == OutboxState.STOPPED:
        return _("Emails to this address come back.")
    return mail.last_error or _("Each attempt ended without an answer.")


def can_be_sent_again(mail: Any) -> str:
    """Whether an email can be sent again, and if not, why."""
    if mail.is_complete:
        return _("Yes")
    if mail.state == OutboxState.STOPPED:
        return _("No, emails to this address have stopped")
    if holds_secret(mail.kind):
        return _("No, its link was deleted: the person asks for a new one")
    return _("No, nobody has this address any longer")


UNSENT = Listing(
    columns=[
        Column(
            "written", gettext_lazy("Written"), lambda one: moment(one.created_at), ["created_at"]
        ),
        Column("kind", gettext_lazy("What it reports"), what_it_reports, ["kind"]),
        Column("to", gettext_lazy("To"), lambda one: masked_address(one.to_address)),
        Column("why", gettext_lazy("Why it was not sent"), why_not_sent, ["last_error"]),
        Column("again", gettext_lazy("Can be sent again"), can_be_sent_again),
    ],
    filters=[
        Filter(
            "again",
            gettext_lazy("Can be sent again"),
            lambda rows, value: rows.filter(is_complete=value == "yes"),
            choices=lambda: [("yes", _("Yes")), ("no", _("No"))],
        ),
        Filter(
            "kind",
            gettext_lazy("What it reports"),
            lambda rows, value: rows.filter(kind=value),
            choices=lambda: [(one.code, one.event) for one in known_kinds()],
        ),
        Filter(
            "q",
            gettext_lazy("Words of the error"),
            lambda rows, value: rows.filter(last_error__icontains=value),
        ),
    ],
    sort="-written",
)
# --- notices ------------------------------------------------------------------------------------

#: The longest value of a filter that an address keeps.
_KEPT = 100


def _by_reading(rows: QuerySet[Notification], value: str) -> QuerySet[Notification]:
    return rows.filter(read_at__isnull=value == "unread")


def _came(notice: Notification) -> str:
    return moment(notice.created_at)


def _by_topic(rows: QuerySet[Notification], value: str) -> QuerySet[Notification]:
    return rows.filter(kind__regex=rf"^({'|'.join(prefixes_like(value))})\.")


def notices_of_reader(user: User) -> Listing:
    """The notices of a person; the filters offer the companies that they are about."""

    @cache
    def accounts() -> dict[str, str]:
        return {one_line(one).strip()[:_KEPT]: one for one in accounts_in_notices(user.pk)}

    def by_account(rows: QuerySet[Notification], value: str) -> QuerySet[Notification]:
        return rows.filter(account__startswith=accounts()[value][:_KEPT])

    return Listing(
        columns=[
            Column("subject", gettext_lazy("Notice"), lambda one: one.subject, sort=["subject"]),
            Column("when", gettext_lazy("When"), _came, sort=["created_at"]),
            Column("account", gettext_lazy("Account"), lambda one: one.account, sort=["account"]),
            Column("topic", gettext_lazy("Topic"), lambda one: topic_of(one.kind)),
            Column("state", gettext_lazy("State"), notice_state),
        ],
        filters=[
            Filter(
                "state",
                gettext_lazy("State"),
                _by_reading,
                choices=lambda: [("unread", _("Unread")), ("read", _("Read"))],
            ),
            Filter(
                "account",
                gettext_lazy("Account"),
                by_account,
                choices=lambda: list(accounts().items()),
            ),
            Filter(
                "topic",
                gettext_lazy("Topic"),
                _by_topic,
                choices=lambda: list(topics_of(kinds_for(staff=bool(user.staff_role))).items()),
            ),
        ],
        sort="-when",
    )
