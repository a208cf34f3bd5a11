"""An Officer signs and revokes the SVI Agreement; what depends on it ends with it (SVI1, SVI2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import services as agreements
from agreements.models import Signature
from agreements.providers.signables import Signable, signable
from agreements.selectors import offer
from audit.models import Event, StatusChange
from core.access import Access, system
from core.errors import NotAllowed, Refused
from notifications.models import Outbox
from security_models.machine import business_types
from security_models.models import SecurityModel
from svi.models import Consent, Monitored, Monitoring, PartnerNote
from svi.selectors.relations import Numbers, numbers_of
from svi.services import news
from svi.services.consent import revoke_consent
from tests.factories import svi
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.trade import make_contact
from tests.statements import counted

pytestmark = pytest.mark.django_db

PROOFS = ["password", "authenticator"]


def _what(kind: str) -> Signable:
    found = signable(kind)
    assert found is not None
    return found


def _sign(actor: Access, kind: str) -> Signature:
    what = _what(kind)
    read = agreements.begin(actor=actor, signable=what, read_hash=offer(what, access=actor).hash)
    agreements.declare(
        actor=actor, ceremony=read, certified=True, electronic=True, typed_name=actor.name
    )
    return agreements.sign(actor=actor, signable=what, ceremony=read, proofs=PROOFS).signatures[-1]


@pytest.fixture
def officer(monkeypatch: pytest.MonkeyPatch) -> Access:
    """The Officer of a certified company, who has a second factor."""
    monkeypatch.setattr("agreements.selectors.has_second_factor", lambda _user: True)
    return access_to(svi.certified("Shows"))


def test_svi1_an_officer_signs_and_revokes_and_each_is_a_signed_record(officer: Access) -> None:
    model = officer.security_model
    signed = _sign(officer, "svi")
    consent = Consent.objects.get(security_model=model)
    assert (consent.status, consent.signature_id) == ("signed", signed.pk)
    assert Signature.objects.filter(security_model=model, kind="svi_agreement").exists()
    revoked = _sign(officer, "svi_revocation")
    consent.refresh_from_db()
    assert (consent.status, consent.signature_id) == ("revoked", revoked.pk)
    assert revoked.revokes_id == signed.pk
    assert _sign(officer, "svi").pk != signed.pk
    consent.refresh_from_db()
    assert consent.status == "signed"


@pytest.mark.parametrize("role", ["employee", "consultant"])
def test_a2_other_contacts_do_not_sign_it(officer: Access, role: str) -> None:
    person = UserFactory.create()
    make_contact(officer.security_model, person, role=role)
    actor = access_to(officer.security_model, person)
    with pytest.raises(NotAllowed):
        agreements.begin(actor=actor, signable=_what("svi"), read_hash="")


def test_svi1_a_company_that_is_not_certified_does_not_sign(officer: Access) -> None:
    svi.suspend(officer.security_model)
    what = _what("svi")
    with pytest.raises(Refused, match="certified or above"):
        agreements.begin(actor=officer, signable=what, read_hash=offer(what, access=officer).hash)


def test_svi2_a_revocation_ends_what_was_read_and_nothing_is_signed_if_that_changed(
    officer: Access,
) -> None:
    model = officer.security_model
    _sign(officer, "svi")
    what = _what("svi_revocation")
    read = agreements.begin(
        actor=officer, signable=what, read_hash=offer(what, access=officer).hash
    )
    agreements.declare(
        actor=officer, ceremony=read, certified=True, electronic=True, typed_name=officer.name
    )
    svi.accepted(model, svi.consenting("Looks"))
    with pytest.raises(Refused, match="added to or removed from your lists"):
        agreements.sign(actor=officer, signable=what, ceremony=read, proofs=PROOFS)
    assert Consent.objects.get(security_model=model).status == "signed"


def _web() -> tuple[SecurityModel, dict[str, Monitoring]]:
    """A company with an entry of each kind, in both directions."""
    model = svi.consenting("Leaves")
    rows = {
        "seen": svi.accepted(model, svi.consenting("Sees it")),
        "sees": svi.accepted(svi.consenting("Is seen"), model),
        "asked": svi.asked(model, svi.consenting("Was asked")),
        "declined": svi.answered(svi.asked(svi.consenting("Declined"), model), "decline"),
    }
    return model, rows


def _revoke(model: SecurityModel) -> Numbers:
    with svi.acting(model) as actor:
        any_signature: Any = None
        return revoke_consent(actor=actor, model=model, signature=any_signature)


def test_svi2_revoking_empties_both_lists_of_all_companies_and_later_consent_revives_nothing() -> (
    None
):
    model, rows = _web()
    untouched = svi.accepted(svi.consenting("A"), svi.consenting("B"))
    assert _revoke(model) == Numbers(see_status=1, are_seen=1, total=4)
    for row in rows.values():
        row.refresh_from_db()
        assert (row.status, row.ended_by_id) == ("ended", model.pk)
        change = StatusChange.objects.filter(thing_id=row.pk).latest("at")
        assert (change.move, change.after) == ("end", "ended")
    untouched.refresh_from_db()
    assert untouched.status == "accepted"
    consent = Consent.objects.get(security_model=model)
    Consent.objects.filter(pk=consent.pk).delete()
    svi.consent(model)
    assert numbers_of(model) == Numbers()


def test_svi7_the_end_is_told_once_to_those_with_whom_a_status_was_shared() -> None:
    model, _rows = _web()
    _revoke(model)
    Outbox.objects.all().delete()
    assert (news.tell_ends(), news.tell_ends()) == (2, 0)
    assert sorted(Outbox.objects.values_list("kind", flat=True)) == [
        "svi.revoked",
        "svi.sharing_ended",
    ]
    assert Event.objects.filter(kind="svi.ended").count() == 2


def test_svi2_a_revocation_takes_as_many_statements_for_many_entries_as_for_few() -> None:
    counts = []
    for size in (1, 4):
        model = svi.consenting("Leaves")
        for number in range(size):
            svi.accepted(model, svi.consenting(f"Sees it {number}"))
        with CaptureQueriesContext(connection) as asked:
            _revoke(model)
        counts.append(len(counted(list(asked.captured_queries))))
    assert counts[0] == counts[1]


def test_svi7_a_change_between_certified_and_not_is_told_to_each_once() -> None:
    shows, looks, silent = (svi.consenting(name) for name in ("Shows", "Looks", "Silent"))
    svi.accepted(shows, looks)
    muted = svi.accepted(shows, silent)
    PartnerNote.objects.create(security_model=silent, monitoring=muted, is_silent=True)
    svi.asked(shows, svi.consenting("Was asked"))
    Outbox.objects.all().delete()
    svi.suspend(shows)
    assert (news.sweep_svi_news(), news.sweep_svi_news()) == (2, 0)
    [mail] = Outbox.objects.filter(kind="svi.status_changed")
    assert "Not Certified" in mail.subject
    assert Event.objects.filter(kind="svi.status_changed").count() == 2
    svi.reinstate(shows)
    assert news.sweep_svi_news() == 2
    assert Outbox.objects.filter(kind="svi.status_changed").count() == 2


def test_svi2_a_suspended_company_that_is_removed_ends_its_consent_at_once() -> None:
    leaves, looks = svi.consenting("Leaves"), svi.consenting("Looks")
    row = svi.accepted(leaves, looks)
    account = svi.suspend(leaves)
    assert Consent.objects.get(security_model=leaves).status == "signed"
    business_types.apply("remove", account, actor=system("test"), reason="test")
    assert Consent.objects.get(security_model=leaves).status == "revoked"
    row.refresh_from_db()
    assert row.status == "ended"


def test_svi2_a_company_that_left_the_program_ends_its_consent_after_this_was_told() -> None:
    leaves, looks = svi.consenting("Leaves"), svi.consenting("Looks")
    row = svi.accepted(leaves, looks)
    account = leaves.business_types.get()
    business_types.apply("withdraw", account, actor=system("test"), reason="test")
    assert svi.seen(Monitored, looks) == {"Leaves": ("accepted", False)}
    news.sweep_svi_news()
    row.refresh_from_db()
    assert row.status == "ended"
    assert Consent.objects.get(security_model=leaves).status == "revoked"
    assert Outbox.objects.filter(kind="svi.status_changed").count() == 1
