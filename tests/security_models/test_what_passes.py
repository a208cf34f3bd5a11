"""What a person looked after passes to a successor, wherever a column names the person (R3-R6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from audit.models import Event
from core import clock
from core.access import for_user
from core.ids import new_id
from identity.models import User
from messages_app.models import Thread
from messages_app.states import Side, ThreadKind
from notifications.models import Outbox
from security_models.models import SecurityModel
from security_models.states import ContactRole
from svi.models import PartnerNote
from tests.factories.svi import between, other_company
from tests.factories.trade import make_contact
from tests.security_models.test_replacement import Company
from trade_accounts.models import Ask, Membership, SavedView
from trade_accounts.providers import handovers
from trade_accounts.states import MembershipType

#: A column that names a person by id and not by reference.
NAMES_A_PERSON = re.compile(
    r"(^|_)(user|member|person|owner|colleague|assignee|responsible|delegate|by|to)_id$"
)
#: The roles of the person themselves: they pass as roles, or end with the membership.
ROLES = {
    "security_models.Contact.membership",
    "security_models.SecurityModelGrant.user",
    "trade_accounts.Invitation.membership",
    "trade_accounts.Membership.user",
    "trade_accounts.TradeAccountGrant.user",
}
#: Who did something: that stays true (P6).
HISTORY = {
    "agreements.Signature.signer",
    "change_requests.ChangeProof.added_by_id",
    "change_requests.ChangeRequest.asked_by_id",
    "change_requests.ChangeRequest.started_by_id",
    "change_requests.ChangeRequest.updated_by_id",
    "documents.DocumentRequest.asked_by_id",
    "documents.PublicDocument.updated_by_id",
    "files.StoredFile.uploaded_by_id",
    "messages_app.Broadcast.author",
    "messages_app.NoticeVersion.published_by_id",
    "messages_app.ProgramNotice.updated_by_id",
    "messages_app.ReplyTemplate.changed_by_id",
    "operations.TradeAccountRequest.asked_by",
    "operations.TradeAccountRequest.decided_by_id",
    "security_models.BusinessTypeAccount.profile_approved_by",
    "security_models.BusinessTypeAccount.vetting_passed_by",
    "security_models.EntityIdentifier.added_by_id",
    "security_models.InvitationCode.issued_by",
    "security_models.SecurityModel.started_by",
    "security_models.SupportingPaper.added_by_id",
    "security_profile.CriterionDecision.decided_by",
    "security_profile.Response.updated_by",
    "security_profile.ResponseRevision.user",
    "security_profile.ReviewConfirmation.confirmed_by",
    "security_profile.Submission.submitted_by",
    "svi.Monitoring.asked_by_id",
    "svi.Monitoring.ended_by_id",
    "svi.StatusProof.made_by_id",
    "trade_accounts.Address.created_by_id",
    "trade_accounts.Ask.asked_by_id",
    "trade_accounts.Membership.added_by_id",
    "trade_accounts.TradeAccount.created_by",
}
#: What a person keeps for themselves, whoever takes over: keys, drafts, own tags, what was read.
PERSONAL = {
    "agreements.Ceremony.user",
    "documents.LibraryVisit.user",
    "documents.Package.user",
    "documents.PublicReader.user",
    "documents.Tag.user",
    "documents.Tagging.user",
    "messages_app.Draft.user",
    "messages_app.DraftFile.user",
    "messages_app.NoticeReader.user",
    "messages_app.Reading.user",
    "notifications.Choice.user_id",
    "notifications.Notification.user_id",
    "trade_accounts.AccountMark.user",
    "trade_accounts.ApiKey.user",
    "trade_accounts.ImportedSheet.user",
}
#: Work of staff, which management hands over.
OF_STAFF = {
    "messages_app.ReplyTemplate.owner",
    "operations.Recommendation.staff",
    "reviews.WorkMark.staff",
    "security_models.StaffAbsence.cover",
    "security_models.StaffAbsence.staff",
    "security_models.StaffAssignment.staff",
    "security_models.Vetting.staff",
}
#: A read-only view of columns above.
VIEWS = {"svi.Monitored.owner_id"}
#: The sign-in of a person and the record of acts.
APPS_OF_PEOPLE = {"identity", "audit", "otp_totp", "django_otp_webauthn", "guardian", "admin"}


def columns_of_people() -> Iterator[str]:
    """Every column of every table that names a user, a member or a contact."""
    for model in apps.get_models():
        if model._meta.app_label in APPS_OF_PEOPLE:
            continue
        for field in model._meta.concrete_fields:
            to = field.related_model
            name = to._meta.object_name if isinstance(to, type) else ""
            by_id = isinstance(field, models.UUIDField) and NAMES_A_PERSON.search(field.name)
            if name in {"User", "Membership", "Contact"} or by_id:
                yield f"{model._meta.app_label}.{model._meta.object_name}.{field.name}"


def test_r3_of_every_column_that_names_a_person_it_is_said_what_a_successor_gets() -> None:
    said = [ROLES, HISTORY, PERSONAL, OF_STAFF, VIEWS, handovers.columns()]
    known = [column for part in said for column in part]
    assert len(known) == len(set(known))
    assert set(columns_of_people()) == set(known)


@pytest.fixture
def company() -> Company:
    return Company()


def make_thread(model: SecurityModel) -> Thread:
    """A thread of messages, as a row."""
    now = clock.now()
    return Thread.objects.create(
        security_model=model,
        subject="Change of ownership",
        opened_at=now,
        last_message_at=now,
        last_side=Side.PARTNER,
        waits_since=clock.today(),
    )


def looked_after(company: Company) -> SecurityModel:
    """An account in which the leaver looks after a partner and a thread, and was asked to sign."""
    model = company.account("Alder Freight")
    make_contact(model, company.boss, ContactRole.EMPLOYEE)
    relation = between(other_company(), model)
    PartnerNote.objects.create(
        security_model=model, monitoring=relation, owner_id=company.leaver.pk, owner_name="Leaver"
    )
    thread = make_thread(model)
    Thread.objects.filter(pk=thread.pk).update(colleague=company.leaver)
    member = company.member(model, company.leaver)
    for scope in (model.pk, model.trade_account_id):
        Ask.objects.create(
            trade_account=model.trade_account, membership=member, act="sign", scope_id=scope,
            scope_kind="security_model", asked_by_id=company.boss.pk, asked_by_name="Boss",
            asked_at=clock.now(), last_asked_at=clock.now(),
        )  # fmt: skip
    for user in (company.leaver, company.successor):
        SavedView.objects.create(
            user=user, trade_account=model.trade_account, name="Overdue", path="/x/",
            saved_at=clock.now(),
        )  # fmt: skip
    return model


pytestmark = pytest.mark.django_db


def test_r3_what_the_person_looked_after_passes_with_the_roles(company: Company) -> None:
    model = looked_after(company)
    (shown,) = company.plans(removes=True)
    reference = model.reference
    assert shown.handed == (
        "1 open request to do something",
        "The shared list “Overdue”",
        f"1 thread of messages in {reference}",
        f"1 SVI partner of {reference}",
    )
    (outcome,) = company.replace([shown], removes=True)
    assert not outcome.problems and outcome.handed == shown.handed
    note = PartnerNote.objects.get()
    heir = company.successor
    assert (note.owner_id, note.owner_name, note.version) == (heir.pk, heir.name, 2)
    assert Thread.objects.get(kind=ThreadKind.CONVERSATION).colleague == heir
    asked = Ask.objects.filter(ended_at=None).values_list("scope_id", "membership__user")
    assert list(asked) == [(model.pk, heir.pk)]  # nobody administers who did not before
    names = SavedView.objects.filter(user=heir).exclude(trade_account=None)
    assert sorted(one.name for one in names) == [
        "Overdue", f"Overdue ({company.leaver.name})",
    ]  # fmt: skip
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"svi.owner_replaced", "messages_app.colleague"} <= kinds
    mail = Outbox.objects.filter(kind="account.person_replaced", to_address=heir.email).get()
    assert f"1 SVI partner of {reference}" in mail.text


def test_r6_what_both_were_asked_for_is_not_asked_twice(company: Company) -> None:
    model = looked_after(company)
    mine = Ask.objects.get(scope_id=model.pk)
    Ask.objects.filter(scope_id=model.trade_account_id).delete()
    mine.pk, mine._state.adding = new_id(), True
    mine.membership = company.member(model, company.successor)
    mine.save()
    (outcome,) = company.replace(removes=True)
    assert not outcome.problems and not any("request" in words for words in outcome.handed)
    assert [one.pk for one in Ask.objects.filter(ended_at=None)] == [mine.pk]


def test_p5_what_the_person_looks_after_since_the_preview_is_seen_first(company: Company) -> None:
    looked_after(company)
    shown = company.plans()
    PartnerNote.objects.update(owner_id=None)
    (outcome,) = company.replace(shown)
    assert "changed after the preview" in outcome.problems[0]
    assert Thread.objects.get(kind=ThreadKind.CONVERSATION).colleague == company.leaver


def test_r6_nothing_passes_where_the_successor_is_not_a_contact_and_what_is_of_others_stays(
    company: Company,
) -> None:
    model = looked_after(company)
    other = company.account("Birch Freight", boss=MembershipType.USER)
    thread = make_thread(other)
    Thread.objects.filter(pk=thread.pk).update(colleague=company.leaver)
    mine = make_thread(model)
    Thread.objects.filter(pk=mine.pk).update(colleague=company.boss)
    company.replace()
    assert Thread.objects.get(pk=thread.pk).colleague == company.leaver
    assert Thread.objects.get(pk=mine.pk).colleague == company.boss
    # The person stays in the company, so the own lists stay, too.
    assert SavedView.objects.filter(user=company.leaver).exists()


def test_r4_everyone_of_the_accounts_that_the_actor_manages_can_be_the_successor(
    company: Company,
) -> None:
    from security_models.selectors.replacement import possible_successors

    first = company.account("Alder Freight")
    second = company.account("Birch Imports")
    elsewhere = make_contact(second).membership.user
    hidden = make_contact(company.account("Zanzibar", boss=MembershipType.USER)).membership.user
    gone = make_contact(second).membership.user
    staff = make_contact(second).membership.user
    assert elsewhere and hidden and gone and staff
    User.objects.filter(pk=gone.pk).update(disabled_at=clock.now())
    User.objects.filter(pk=staff.pk).update(staff_role="scss")
    leaver = company.member(first, company.leaver)
    found = possible_successors(company.boss.pk, leaver)
    assert set(found) == {company.boss, company.successor, elsewhere}


def test_t6_who_is_not_a_user_there_is_invited_and_takes_over_after_accepting(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trade_accounts.services.invitations import accept

    model = company.account("Alder Freight")
    other = company.account("Birch Imports")
    company.member(other, company.successor).delete()
    outcomes = {one.account_name: one for one in company.replace(removes=True)}
    assert outcomes["Birch Imports"].invited and outcomes["Alder Freight"].references
    invitation = Membership.objects.get(trade_account=other.trade_account, user=None)
    accept(actor=for_user(company.successor), membership_id=invitation.pk)
    (again,) = company.replace(removes=True)
    assert again.references == (other.reference,) and model.reference not in again.references


def test_api6_the_limit_of_open_invitations_is_said_for_that_account(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = company.account("Alder Freight")
    company.member(model, company.successor).delete()
    monkeypatch.setattr("trade_accounts.services.members.OPEN_INVITATIONS", 0)
    (outcome,) = company.replace()
    assert not outcome.invited and "invitations are open" in outcome.problems[0]


def test_t6_where_nothing_passes_nobody_has_to_take_over(company: Company) -> None:
    model = company.account("Alder Freight")
    bare = company.account("Birch Imports")
    bare.contacts.all().delete()
    company.member(bare, company.successor).delete()
    outcomes = company.replace(removes=True)
    assert [one.problems for one in outcomes] == [(), ()]
    assert company.member(bare, company.leaver).ended_at is not None
    assert not Outbox.objects.filter(kind="user.invited").exists()
    assert company.member(model, company.leaver).ended_at is not None


def test_what_was_not_possible_is_in_the_result_with_its_reason(company: Company) -> None:
    company.account("Alder Freight")
    second = company.account("Birch Imports")
    make_contact(second, company.successor, ContactRole.CONSULTANT)
    ready: Any = [one for one in company.plans() if not one.problems]
    done, left = company.replace(ready)
    assert done.references and not done.problems
    assert left.account_name == "Birch Imports" and "Consultant" in left.problems[0]
