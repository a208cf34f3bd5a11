"""Notices of the program: drafts, publishing, corrections, withdrawing (issue 11, 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Event
from core import clock
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from messages_app.models import NoticeReader, NoticeSending, NoticeVersion, ProgramNotice
from messages_app.selectors import program_notices as selectors
from messages_app.selectors.audience import accounts_in, audience_of, people_in
from messages_app.selectors.typed_accounts import lines_of, matches
from messages_app.services import program_notice_corrections as corrections
from messages_app.services import program_notices as services
from messages_app.states import Group, NoticeStage, NoticeStatus
from security_models.states import ContactRole
from tests.factories import notices
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_contact, make_member, make_model
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in refused.value.problems]


def correct(
    access: Access, notice: ProgramNotice, text: str = "It is closed on Monday.", **given: Any
) -> ProgramNotice:
    row = ProgramNotice.objects.get(pk=notice.pk)
    said: dict[str, Any] = {
        "severity": row.severity,
        "title": row.title,
        "text": text,
        "link": row.link,
        "ends_at": row.ends_at,
        "note": "The day was wrong.",
        **given,
    }
    saved = corrections.save_correction(
        actor=access, notice_id=row.pk, expected=row.version, **said
    )
    return corrections.publish_correction(actor=access, notice_id=row.pk, expected=saved.version)


# --- who may --------------------------------------------------------------------------------------

ACTS: dict[str, Callable[[Access, ProgramNotice], Any]] = {
    "draft": lambda access, one: notices.draft(access),
    "save": lambda access, one: services.save_draft(
        actor=access, notice_id=one.pk, expected=one.version, **notices.content()
    ),
    "publish": lambda access, one: services.publish(
        actor=access, notice_id=one.pk, expected=one.version
    ),
    "discard": lambda access, one: services.discard_draft(
        actor=access, notice_id=one.pk, expected=one.version
    ),
    "withdraw": lambda access, one: services.withdraw(
        actor=access, notice_id=one.pk, expected=one.version, reason="x"
    ),
    "correct": lambda access, one: corrections.save_correction(
        actor=access, notice_id=one.pk, expected=one.version, severity="warning", title="x",
        text="x", link="", ends_at=clock.now() + DAY, note="x",
    ),
    "publish_correction": lambda access, one: corrections.publish_correction(
        actor=access, notice_id=one.pk, expected=one.version
    ),
    "discard_correction": lambda access, one: corrections.discard_correction(
        actor=access, notice_id=one.pk, expected=one.version
    ),
    "choose": lambda access, one: services.choose_account(
        actor=access, notice_id=one.pk, expected=one.version, line="x", model_id=None
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ["", "scss", "management", "helpdesk"])
def test_only_program_administrators_write_notices(act: str, role: str) -> None:
    one = notices.draft()
    with pytest.raises(NotAllowed):
        ACTS[act](for_user(UserFactory.create(staff_role=role)), one)
    one.refresh_from_db()
    assert (one.status, one.version) == (NoticeStatus.DRAFT, 1)


@pytest.mark.parametrize("role", ["scss", "management", "helpdesk"])
def test_other_staff_read_what_was_published_but_no_drafts(role: str) -> None:
    access, staff = notices.publisher(), for_user(UserFactory.create(staff_role=role))
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    draft, shown = notices.draft(access), notices.published(access)
    assert list(selectors.all_notices(staff)) == [shown]
    with pytest.raises(NotVisible):
        selectors.notice_for_staff(staff, draft.pk)
    assert set(selectors.all_notices(access)) == {draft, shown}


def test_a_partner_has_no_list_of_all_notices() -> None:
    with pytest.raises(NotAllowed):
        selectors.all_notices(notices.partner())


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"groups": []}, ("groups", "groups")),
        ({"has_banner": False, "has_message": False}, ("ways", "has_banner")),
        ({"ends_at": -DAY}, ("past", "ends_on")),
        ({"starts_at": -DAY}, ("past", "starts_on")),
        ({"starts_at": 2 * DAY, "ends_at": DAY}, ("order", "ends_on")),
        ({"starts_at": DAY, "ends_at": DAY}, ("order", "ends_on")),
        ({"ends_at": 1200 * DAY}, ("far", "ends_on")),
        ({"kind": "maintenance"}, ("day", "about_on")),
        ({"kind": "criteria"}, ("day", "about_on")),
        ({"groups": ["staff"], "accounts": "A-222222"}, ("narrows_nothing", "accounts")),
        (
            {"groups": ["specialists"], "business_types": ["importer"]},
            ("narrows_nothing", "business_types"),
        ),
        ({"groups": ["everyone", "contacts"], "accounts": "x"}, ("everyone", "groups")),
        ({"accounts": "\n".join(f"Company {n}" for n in range(1001))}, ("too_many", "accounts")),
    ],
)
def test_a_draft_that_could_not_be_shown_is_refused_at_its_field(
    given: dict[str, Any], refused: tuple[str, str]
) -> None:
    moment = clock.now()
    times = {name: moment + one for name, one in given.items() if isinstance(one, dt.timedelta)}
    with clock.at(moment), pytest.raises(Refused) as caught:
        notices.draft(**{**given, **times})
    assert refused in codes(caught)
    assert not ProgramNotice.objects.exists()


def test_lines_that_match_nothing_or_several_companies_keep_a_draft_from_being_published() -> None:
    access = notices.publisher()
    for _ in range(2):
        make_contact(make_model(make_account("Twin Harbor Goods")), role=ContactRole.OFFICER)
    one = notices.draft(access, accounts="Twin Harbor Goods\nNo Such Company")
    with pytest.raises(Refused) as caught:
        services.publish(actor=access, notice_id=one.pk, expected=one.version)
    assert codes(caught) == [("unknown", "accounts"), ("several", "accounts")]
    assert "No Such Company" in str(caught.value.problems[0].message)
    assert not NoticeReader.objects.exists()


def test_an_audience_of_nobody_cannot_be_published() -> None:
    access = notices.publisher()
    one = notices.draft(access, groups=["consultants"])
    with pytest.raises(Refused) as caught:
        services.publish(actor=access, notice_id=one.pk, expected=one.version)
    assert codes(caught) == [("nobody", "groups")]


def test_a_start_that_has_passed_since_the_draft_was_saved_is_refused() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.draft(access, starts_at=clock.now() + DAY)
    with clock.at(clock.now() + 2 * DAY), pytest.raises(Refused) as caught:
        services.publish(actor=access, notice_id=one.pk, expected=one.version)
    assert codes(caught) == [("past", "starts_on")]


# --- the audience ---------------------------------------------------------------------------------


def _audience(access: Access, **given: Any) -> set[Any]:
    one = notices.draft(access, **given)
    return set(people_in(audience_of(one)).values_list("pk", flat=True))


def test_each_group_is_who_its_name_says() -> None:
    access, model = notices.publisher(), make_model(make_account())
    officer = make_contact(model, role=ContactRole.OFFICER).membership.user
    consultant = make_contact(model, role=ContactRole.CONSULTANT).membership.user
    boss = make_member(model.trade_account, type=MembershipType.COMPANY_ADMINISTRATOR).user
    scss, helpdesk = (UserFactory.create(staff_role=one) for one in ("scss", "helpdesk"))
    nobody = UserFactory.create()
    former = make_member(model.trade_account, state=MembershipState.ENDED).user
    assert officer is not None and consultant is not None and boss is not None
    assert former is not None
    starter = (
        {model.started_by_id}
        if model.contacts.filter(membership__user=model.started_by).exists()
        else set()
    )
    assert _audience(access, groups=["officers"]) - starter == {officer.pk}
    assert _audience(access, groups=["consultants"]) == {consultant.pk}
    assert _audience(access, groups=["contacts"]) == {officer.pk, consultant.pk} | starter
    assert boss.pk in _audience(access, groups=["company_administrators"])
    assert _audience(access, groups=["specialists"]) == {scss.pk}
    assert _audience(access, groups=["staff"]) == {scss.pk, helpdesk.pk, access.user_id}
    everyone = _audience(access, groups=["everyone"])
    assert {officer.pk, boss.pk, scss.pk, nobody.pk, former.pk} <= everyone


def test_business_types_and_accounts_narrow_partners_together_and_staff_never() -> None:
    access = notices.publisher()
    importer, carrier = make_model(make_account("Quill")), make_model(make_account("Anchor"))
    make_type(importer, "importer")
    make_type(carrier, "rail_carrier")
    people = [
        make_contact(one, role=ContactRole.OFFICER).membership.user for one in (importer, carrier)
    ]
    scss = UserFactory.create(staff_role="scss")
    assert people[0] is not None and people[1] is not None
    groups = ["officers", "specialists"]
    by_type = _audience(access, groups=groups, business_types=["importer"])
    assert people[0].pk in by_type and people[1].pk not in by_type and scss.pk in by_type
    by_list = _audience(access, groups=groups, accounts="anchor")
    assert people[1].pk in by_list and people[0].pk not in by_list and scss.pk in by_list
    both = _audience(access, groups=groups, accounts="Anchor", business_types=["importer"])
    assert both == {scss.pk}


def test_a_type_that_has_ended_does_not_count() -> None:
    access, model = notices.publisher(), make_model(make_account())
    make_type(model, "importer", status="withdrawn")
    make_contact(model, role=ContactRole.OFFICER)
    assert _audience(access, groups=["officers"], business_types=["importer"]) == set()


def test_people_who_cannot_sign_in_are_not_counted() -> None:
    access, model = notices.publisher(), make_model(make_account())
    user = make_contact(model, role=ContactRole.OFFICER).membership.user
    assert user is not None
    before = _audience(access, groups=["officers"])
    type(user).objects.filter(pk=user.pk).update(disabled_at=clock.now(), disabled_kind="idle")
    assert before - _audience(access, groups=["officers"]) == {user.pk}


def test_the_accounts_of_an_audience_are_those_of_its_people() -> None:
    access, model, other = (
        notices.publisher(),
        make_model(make_account()),
        make_model(make_account("Other")),
    )
    make_contact(model, role=ContactRole.CONSULTANT)
    one = notices.draft(access, groups=["consultants"])
    assert list(accounts_in(audience_of(one))) == [model]
    boss = make_member(other.trade_account, type=MembershipType.COMPANY_ADMINISTRATOR)
    assert boss.user is not None
    two = notices.draft(access, groups=["company_administrators"], accounts=other.reference)
    assert list(accounts_in(audience_of(two))) == [other]


def test_a_list_is_matched_by_reference_number_or_name_in_any_writing() -> None:
    model = make_model(make_account("Señora Ütz & Søn"))
    make_type(model, "importer", account_number="12345678", status="certified")
    twin = make_model(model.trade_account)
    typed = f"{model.reference.lower()}\n1234 5678\n señora ütz & søn \u200b\nnobody"
    found = matches(typed)
    assert [set(one.models) for one in found] == [{model}, {model}, {model, twin}, set()]
    assert [one.is_matched for one in found] == [True, True, True, False]


def test_a_list_says_each_line_once() -> None:
    assert lines_of(" Quill,\n\nquill\n\tAnchor ;\n") == ["Quill", "Anchor"]


def test_a_name_of_several_companies_is_settled_by_choosing_one() -> None:
    access = notices.publisher()
    first, second = (make_model(make_account("Twin Harbor Goods")) for _ in range(2))
    one = notices.draft(access, accounts="Twin Harbor Goods\nX")
    chosen = services.choose_account(
        actor=access, notice_id=one.pk, expected=1, line="Twin Harbor Goods", model_id=second.pk
    )
    assert chosen.accounts == f"{second.reference}\nX"
    assert list(selectors.chosen_accounts(one)) == [second]
    with pytest.raises(Refused):
        services.choose_account(
            actor=access, notice_id=one.pk, expected=2, line="X", model_id=first.pk
        )


# --- publishing -----------------------------------------------------------------------------------


def test_publishing_freezes_the_audience_and_keeps_what_was_published() -> None:
    access, model = notices.publisher(), make_model(make_account())
    make_contact(model, role=ContactRole.OFFICER)
    one = notices.published(access, groups=["contacts"])
    people = set(people_in(audience_of(one)).values_list("pk", flat=True))
    later = make_contact(model, role=ContactRole.EMPLOYEE).membership.user
    assert later is not None
    frozen = set(NoticeReader.objects.filter(notice=one).values_list("user_id", flat=True))
    assert frozen == people and later.pk not in frozen
    version = NoticeVersion.objects.get(notice=one)
    assert (version.text, version.people) == (one.text, len(people))
    event = Event.objects.get(kind="messages_app.notice_published")
    assert event.data["people"] == len(people)


def test_a_second_press_publishes_nothing_again() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.published(access)
    again = services.publish(actor=access, notice_id=one.pk, expected=one.version - 1)
    assert again.pk == one.pk
    assert NoticeVersion.objects.count() == NoticeSending.objects.count() == 1


def test_what_was_changed_after_the_last_look_is_not_published() -> None:
    access, other = notices.publisher(), notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.draft(access)
    services.save_draft(
        actor=other, notice_id=one.pk, expected=1, **notices.content(title="Another title")
    )
    with pytest.raises(Stale) as stale:
        services.publish(actor=access, notice_id=one.pk, expected=1)
    assert stale.value.writer() == other.user_id
    assert not NoticeVersion.objects.exists()


def test_two_administrators_do_not_overwrite_each_other() -> None:
    access, other = notices.publisher(), notices.publisher()
    one = notices.draft(access)
    services.save_draft(actor=other, notice_id=one.pk, expected=1, **notices.content(text="B"))
    with pytest.raises(Stale):
        services.save_draft(actor=access, notice_id=one.pk, expected=1, **notices.content(text="A"))
    one.refresh_from_db()
    assert one.text == "B"


def test_the_same_form_sent_twice_makes_one_draft() -> None:
    access, key = notices.publisher(), new_id()
    made = [
        services.draft_notice(actor=access, form_key=key, **notices.content()) for _ in range(2)
    ]
    assert made[0].pk == made[1].pk
    assert ProgramNotice.objects.count() == 1


def test_a_notice_is_scheduled_then_shown_then_over() -> None:
    access, now = notices.publisher(), clock.now()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.published(access, starts_at=now + DAY, ends_at=now + 2 * DAY)
    stages = [selectors.stage_of(one, now + n * DAY / 2) for n in (1, 2, 3, 4)]
    assert stages == [
        NoticeStage.SCHEDULED, NoticeStage.SHOWN, NoticeStage.SHOWN, NoticeStage.OVER,
    ]  # fmt: skip
    for days, stage in ((0, "scheduled"), (1, "shown"), (2, "over")):
        with clock.at(now + days * DAY):
            rows = ProgramNotice.objects.all()
            found = [name for name in NoticeStage.values if selectors.in_stage(rows, name)]
            assert found == [stage]


def test_everyone_includes_all_other_groups() -> None:
    assert notices.draft(groups=["everyone", "officers"]).groups == [Group.EVERYONE]


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_is_a_new_version_for_the_same_people() -> None:
    access, model = notices.publisher(), make_model(make_account())
    make_contact(model, role=ContactRole.OFFICER)
    one = notices.published(access)
    people = NoticeReader.objects.count()
    make_contact(model, role=ContactRole.EMPLOYEE)
    two = correct(access, one, severity="warning")
    assert (two.number, two.severity, two.correction) == (2, "warning", {})
    versions = list(NoticeVersion.objects.order_by("number").values_list("number", "note"))
    assert versions == [(1, ""), (2, "The day was wrong.")]
    assert NoticeReader.objects.count() == people


def test_a_saved_correction_changes_nothing_for_readers_yet() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.published(access)
    saved = corrections.save_correction(
        actor=access, notice_id=one.pk, expected=one.version, severity="warning", title="Other",
        text="Other", link="", ends_at=one.ends_at, note="x",
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.text, one.number) == ("The program office is closed on Friday.", 1)
    gone = corrections.discard_correction(actor=access, notice_id=one.pk, expected=saved.version)
    assert gone.correction == {}


def test_a_correction_that_changes_nothing_or_is_over_is_refused() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.published(access)
    with pytest.raises(Refused) as same:
        correct(access, one, text=one.text)
    with pytest.raises(Refused) as over:
        correct(access, one, ends_at=clock.now() - DAY)
    assert [*codes(same), *codes(over)] == [("same", ""), ("past", "ends_on")]


def test_a_second_press_publishes_a_correction_once() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    two = correct(access, notices.published(access))
    corrections.publish_correction(actor=access, notice_id=two.pk, expected=two.version - 1)
    assert NoticeVersion.objects.count() == 2


# --- withdrawing ----------------------------------------------------------------------------------


def test_a_withdrawn_notice_says_why_and_sends_nothing_more() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.published(access)
    gone = services.withdraw(
        actor=access, notice_id=one.pk, expected=one.version, reason="Sent by mistake."
    )
    assert (gone.status, gone.withdrawn_reason) == ("withdrawn", "Sent by mistake.")
    assert notices.send(gone) == 0
    assert not NoticeReader.objects.filter(sent__gt=0).exists()


def test_withdrawing_twice_is_once_for_a_second_press_and_refused_for_another() -> None:
    access, other = notices.publisher(), notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    one = notices.published(access)
    for _ in range(2):
        services.withdraw(actor=access, notice_id=one.pk, expected=one.version, reason="A")
    with pytest.raises(Refused):
        services.withdraw(actor=other, notice_id=one.pk, expected=one.version + 1, reason="B")
    one.refresh_from_db()
    assert one.withdrawn_reason == "A"
    assert Event.objects.filter(kind="messages_app.notice_withdrawn").count() == 1


def test_a_discarded_draft_cannot_be_saved_or_published() -> None:
    access = notices.publisher()
    one = notices.draft(access)
    services.discard_draft(actor=access, notice_id=one.pk, expected=1)
    for act in ("save", "publish"):
        one.refresh_from_db()
        with pytest.raises(Refused):
            ACTS[act](access, one)


def test_the_history_tells_what_happened_to_a_notice_only() -> None:
    access = notices.publisher()
    make_contact(make_model(make_account()), role=ContactRole.OFFICER)
    notices.draft(access)
    one = notices.published(access)
    said = [entry.what for entry in selectors.history_of(access, one)]
    assert len(said) == 2
    assert "published “Office closed on Friday”" in said[0]
