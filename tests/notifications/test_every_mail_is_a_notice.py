"""Every email to a person with a sign-in is also a notice in the portal; and whose a notice is."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from audit.services import PROGRAM, account_scope
from core import tenancy
from core.access import Access, for_user, system
from core.tenancy import beyond_tenants
from identity.models import MailedLink, User
from identity.selectors.user_state import recipient, recipient_at
from identity.services.recovery import send_reset_link
from identity.states import StaffRole
from notifications.models import Notification, Outbox
from notifications.providers.kinds import Recipient
from notifications.selectors import unread_count
from notifications.services.reading import mark
from notifications.services.sending import notify
from tests.architecture.source import product
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member

#: Where emails are written: all else asks it to.
WRITES = {"notifications/services/sending.py"}
#: Addresses of people who may have no sign-in, or of whom an answer must not tell whether they have
#: one (U1).
BARE = {
    "identity/services/registration.py",  # someone types an address: the same for each (U1)
    "identity/services/email_change.py",  # the new address, and the old one beside the notice
    "identity/services/staff.py",  # has no sign-in yet
    "identity/selectors/user_state.py",  # recipient and recipient_at, which find the person
    "identity/services/digests.py",  # nobody
    "agreements/services.py",  # the signer, with the id
    "files/selectors.py",  # the uploader, with the id
    "security_models/recipients.py",  # a member who has not accepted, and gets none
    "notifications/services/incoming_mail.py",  # the automatic answer to whoever wrote to us
    "notifications/services/sending.py",  # nobody: the same words for the messages of an account
    "notifications/providers/kinds.py",  # operators, by address
    "svi/services/proofs.py",  # an outsider without a sign-in
    "portal/alerts.py",  # the mailbox for statements
}


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or class of that name, with its module."""
    for module in product():
        for node in module.nodes:
            if isinstance(node, ast.Call):
                function = node.func
                found = getattr(function, "attr", None) or getattr(function, "id", "")
                if found == name:
                    yield module.name, node


def test_emails_are_written_in_one_place() -> None:
    assert {place for place, _node in calls("Outbox")} == WRITES
    assert {place for place, _ in calls("write_mail")} == {"notifications/services/digests.py"}
    assert {place for place, _ in calls("mail_notice")} == {"notifications/services/choices.py"}
    assert {place for place, _ in calls("EmailMultiAlternatives")} == {
        "notifications/services/messages.py"
    }
    assert not [*calls("send_mail"), *calls("EmailMessage"), *calls("mail_admins")]


def test_recipients_without_a_person_are_known_places() -> None:
    assert {place for place, _node in calls("Recipient")} <= BARE


@pytest.mark.django_db
def test_a_link_that_lets_its_holder_in_is_a_notice_without_the_link() -> None:
    user: User = UserFactory.create()
    link = send_reset_link(actor=system("a test"), user=user)
    mail = Outbox.objects.get(kind="user.password_reset_link")
    notice = Notification.objects.get(user_id=user.pk)
    assert isinstance(link, MailedLink) and "/recover/link/" in mail.text
    assert notice.subject == mail.subject and notice.url == ""
    assert "/recover/link/" not in notice.body


@pytest.mark.django_db
def test_r4_an_invitation_to_someone_with_a_sign_in_is_a_notice_that_leads_to_it() -> None:
    user: User = UserFactory.create()
    assert recipient_at(user.email, "Ana").user_id == user.pk
    assert recipient_at(user.email, "Ana").name == "Ana"
    assert recipient_at("nobody@example.com", "Ana") == Recipient("nobody@example.com", "Ana")
    notify(
        "user.invited",
        scope=PROGRAM,
        to=[recipient_at(user.email, "Ana")],
        url="/invitations/secret",
        url_here=reverse("trade_accounts:invitations"),
        company="Thistlewick",
        inviter="Teo",
        type="User",
        until=None,
    )
    assert Notification.objects.get(user_id=user.pk).url == reverse("trade_accounts:invitations")


# --- one reader ---------------------------------------------------------------------------------


def _notice(user: User, scope: object = PROGRAM) -> Notification:
    return Notification.objects.create(
        user_id=user.pk,
        kind="account.officer_changed",
        subject="Thistlewick: the company officers changed",
        body="Words",
        created_at=user.registered_at,
        scope_kind=scope.kind,  # type: ignore[attr-defined]
        scope_id=scope.id,  # type: ignore[attr-defined]
    )


def _company() -> tuple[uuid.UUID, User, User]:
    """A company with two members."""
    account = make_account()
    mine: User = UserFactory.create()
    colleague: User = UserFactory.create()
    make_member(account, mine)
    make_member(account, colleague)
    return account.pk, mine, colleague


def _seen(access: Access) -> int:
    with transaction.atomic():
        tenancy.bind(access)
        found = Notification.objects.count()
        transaction.set_rollback(True)
        return found


@pytest.mark.django_db(transaction=True)
def test_the_database_shows_a_notice_to_its_reader_only() -> None:
    account_id, mine, colleague = _company()
    staff = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    stranger = UserFactory.create()
    _notice(mine, account_scope(account_id))
    assert _seen(for_user(mine)) == 1
    for other in (colleague, staff, stranger):
        assert _seen(for_user(other)) == 0, other
    with transaction.atomic():
        tenancy.bind(for_user(colleague))
        with beyond_tenants("a test"):
            assert not Notification.objects.exists()
        transaction.set_rollback(True)
    assert _seen(system("The daily digest")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_member_writes_notices_for_colleagues_and_cannot_read_them() -> None:
    account_id, mine, colleague = _company()
    with transaction.atomic():
        tenancy.bind(for_user(mine))
        notify(
            "account.one_user_left",
            scope=account_scope(account_id),
            to=[recipient(colleague)],
            account="Thistlewick",
        )
        assert not Notification.objects.exists()
    assert unread_count(colleague.pk) == 1


@pytest.mark.django_db
def test_marks_with_foreign_ids_touch_nothing() -> None:
    mine, other = UserFactory.create(), UserFactory.create()
    own, foreign = _notice(mine), _notice(other)
    every = Notification.objects.filter(pk__in=[own.pk, foreign.pk])
    assert mark(actor=for_user(mine), rows=every, read=True) == 1
    foreign.refresh_from_db()
    assert foreign.read_at is None and unread_count(other.pk) == 1 and unread_count(mine.pk) == 0
