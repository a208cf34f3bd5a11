"""States that the demonstration does not contain: lapsed, not eligible, disabled,
expired, revoked.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings

from audit.services import PROGRAM
from core import clock
from core.access import for_user
from core.ids import new_id
from identity import services as identity
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.models import Outbox, OutboxState
from notifications.services.incoming_mail import receive
from notifications.services.messages import message
from notifications.services.sending import notify
from security_models import services as models
from security_models.selectors.eligibility import newest_run
from security_models.tasks import sweep_unfinished_applications
from tests.browser import annual_reviews
from tests.factories.hooks import make_delivery, make_endpoint
from tests.factories.models import access_to, access_to_account, make_code
from tests.factories.people import UserFactory
from tests.factories.profile import answer_all, make_type
from tests.factories.trade import make_account, make_member, make_model
from tests.notifications.incoming import bounce, sent
from trade_accounts import services as accounts
from trade_accounts.facts.sheet_rows import SheetRow
from trade_accounts.models import ImportedSheet, TradeAccount
from trade_accounts.states import MembershipType
from webhooks.models import Attempt, Delivery, Endpoint

OWNER, DISABLED = "owner@endings.example", "disabled@endings.example"
EXPIRED, INVITED = "expired@endings.example", "invited@endings.example"
MANAGER, EXPIRING = "manager@endings.example", "expiring@endings.example"
HELPER, SECOND = "helper@endings.example", "second@endings.example"
UNFINISHED = "unfinished@endings.example"
FAILING = "failing@endings.example"
LAPSED, OTHER = "Snowgoose Cold Chain", "Wobblestone Ceramics"


def load() -> None:
    """Two accounts of one person, and people who can't continue for some reason."""
    owner = UserFactory.create(email=OWNER)
    with clock.at(clock.today() - dt.timedelta(days=75)):
        lapsed = make_model(make_account(LAPSED, administrator=owner))
        make_type(lapsed)
        answer_all(lapsed)
    sweep_unfinished_applications()
    _not_eligible(owner)
    month = dt.timedelta(days=100)
    UserFactory.create(email=EXPIRING, password_changed_at=clock.now() - dt.timedelta(days=80))
    UserFactory.create(email=EXPIRED, password_changed_at=clock.now() - month)
    UserFactory.create(
        email=DISABLED,
        disabled_at=clock.now(),
        disabled_reason="You have not signed in for 45 days.",
    )
    UserFactory.create(email=MANAGER, staff_role="management")
    _recoveries()
    annual_reviews.load()
    make_code("INV-7F3K-92QD", "foreign_manufacturer", "VN")
    _failing_emails()
    _lay_down_mails()


def _failing_emails() -> None:
    """A user to whom emails come back, and emails that were given up or stopped."""
    user = UserFactory.create(email=FAILING)
    make_member(TradeAccount.objects.get(name=OTHER), user)
    to = [recipient(user)]
    for _number in range(3):
        (mail,) = notify("user.welcome", scope=PROGRAM, to=to, url="/home")
        receive(bounce(sent(mail)))
    for state in (OutboxState.DEAD, OutboxState.STOPPED):
        (mail,) = notify("user.mail_trial", scope=PROGRAM, to=to, url="/account/email")
        error = "550 5.7.1 The address of the sender is on a list" if state == "dead" else ""
        Outbox.objects.filter(pk=mail.pk).update(state=state, last_error=error)


def _recoveries() -> None:
    """A person in recovery, and one who never finished registering."""
    first = UserFactory.create(email=HELPER, staff_role="helpdesk")
    UserFactory.create(email=SECOND, staff_role="helpdesk")
    UserFactory.create(email=UNFINISHED, set_up_step="questions")
    identity.open_case(
        actor=for_user(first),
        user_id=User.objects.get(email=EXPIRING).pk,
        lost="both",
        reason="The phone was lost together with the notebook of passwords.",
        identity_check="Called back at the number in the profile; the supervisor confirmed it.",
    )


def _not_eligible(owner: User) -> None:
    account = make_account(OTHER, administrator=owner)
    model = make_model(account)
    models.answer(
        actor=access_to(model),
        model=model,
        question="START1",
        answer="warehouse",
        version=newest_run(model).version,
    )
    actor = access_to_account(account)
    accounts.create_key(actor=actor, form_key=new_id(), name="Freight system, Laredo")
    _webhooks(account)
    _sheets(account)
    identity.make_calendar(actor=actor, form_key=new_id(), reminds=True)
    for email in (UserFactory.create(email=INVITED).email, "newcomer@endings.example"):
        accounts.invite(
            actor=actor, form_key=new_id(), email=email, salutation="mr", first_name="Ferdinand",
            last_name="Oakes", title="Entry supervisor", phone="+1 915 555 0121",
            type=MembershipType.USER,
        )  # fmt: skip


def _sheets(account: TradeAccount) -> None:
    """A file of users before it is confirmed, and one of addresses that was imported."""
    rows = [
        SheetRow(2, [], "new", name="Ines Calder", key="ines.calder@example.com"),
        SheetRow(3, [], "changed", name="Ferdinand Oakes", changes=["title", "phone number"]),
        SheetRow(4, [], "unchanged", name="Prudence Quill"),
        SheetRow(5, [], "error", key="nobody", problems={"0": ["Enter an email address."]}),
    ]
    said = [
        SheetRow(2, [], "new", name="Dock 2").with_outcome("Done", done=True),
        SheetRow(3, [], "changed", name="Dock 3").with_outcome(
            "Someone changed this after the preview. It stays as it is now.", done=False
        ),
    ]
    now = clock.now()
    for kind, found, applied in (("users", rows, None), ("addresses", said, now)):
        ImportedSheet.objects.create(
            trade_account=account,
            user=account.created_by,
            kind=kind,
            file_name=f"{kind}.xlsx",
            rows=[one.as_json() for one in found],
            made_at=now,
            applied_at=applied,
        )


def _webhooks(account: TradeAccount) -> None:
    """A webhook that failed, then worked; one that the portal turned off."""
    endpoint, _secret = make_endpoint(account, name="Freight system, Laredo")
    now = clock.now()
    for state in ("delivered", "waiting", "given_up", "withheld"):
        row = make_delivery(endpoint)
        Delivery.objects.filter(pk=row.pk).update(
            state=state, attempts=2, next_attempt_at=now + dt.timedelta(days=400)
        )
        tries = {"trade_account": account, "delivery": row}
        Attempt.objects.create(**tries, at=now, why="certificate", milliseconds=212)
        Attempt.objects.create(
            **tries, at=now, http_status=200, milliseconds=87, answer='{"taken": true}'
        )
    off, _more = make_endpoint(account, name="Yard management", url="https://yard.example.com/in")
    Endpoint.objects.filter(pk=off.pk).update(
        off_at=now, failing_since=now - dt.timedelta(days=1), old_secret=off.secret,
        old_until=now + dt.timedelta(days=400),
    )  # fmt: skip


def mail_name(number: int) -> str:
    """How the mail catcher names an email: by the nanosecond in which it came."""
    return f"{1_795_000_000_000_000_000 + number:020d}-{number:08x}"


def _lay_down_mails() -> None:
    """Write what the demonstration's mail catcher would have caught."""
    folder = Path(settings.MAIL_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(Outbox.objects.order_by("created_at")):
        (folder / f"{mail_name(number)}.eml").write_bytes(message(mail).message().as_bytes())
