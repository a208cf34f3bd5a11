"""Rows whose time is over are deleted: attempts, emailed links, challenges."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import override_settings

from audit.models import SweepRun
from core import clock
from identity import tasks
from identity.models import MailedLink, SignInEvent, UsedChallenge
from identity.states import LinkPurpose, SignInStep
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)


def attempt(at: dt.datetime) -> SignInEvent:
    """An attempt with an unknown name."""
    return SignInEvent.objects.create(
        email_hash="f" * 64, at=at, succeeded=False, step=SignInStep.PASSWORD
    )


def link(expires_at: dt.datetime) -> MailedLink:
    """A link to an unknown address."""
    return MailedLink.objects.create(
        purpose=LinkPurpose.REGISTRATION,
        email="stranger@example.com",
        token_hash=f"{MailedLink.objects.count():064}",
        sent_at=expires_at - dt.timedelta(hours=24),
        expires_at=expires_at,
    )


def test_attempts_to_sign_in_are_kept_for_a_year() -> None:
    now = clock.now()
    year = dt.timedelta(days=365)
    attempt(now - year)
    kept = attempt(now - year + SECOND)
    with clock.at(now):
        tasks.sweep_outlived()
    assert list(SignInEvent.objects.all()) == [kept]


def test_mailed_links_are_kept_for_thirty_days_after_their_end() -> None:
    now = clock.now()
    month = dt.timedelta(days=30)
    link(now - month)
    kept = [link(now - month + SECOND), link(now + SECOND)]
    with clock.at(now):
        tasks.sweep_outlived()
    assert set(MailedLink.objects.all()) == set(kept)


def test_a_challenge_stays_used_as_long_as_it_could_be_answered() -> None:
    now, user = clock.now(), UserFactory.create()
    for number, age in enumerate((dt.timedelta(minutes=5), dt.timedelta(hours=1))):
        UsedChallenge.objects.create(user=user, challenge_hash=f"{number}", used_at=now - age)
    with clock.at(now):
        tasks.sweep_outlived()
    assert [one.challenge_hash for one in UsedChallenge.objects.all()] == ["0"]


def test_the_program_may_keep_attempts_for_longer_and_the_run_is_noted() -> None:
    now = clock.now()
    attempt(now - dt.timedelta(days=400))
    with clock.at(now), override_settings(CLOCK_SIGN_IN_HISTORY=730):
        tasks.sweep_outlived()
    assert SignInEvent.objects.count() == 1
    with clock.at(now):
        tasks.sweep_outlived()
    assert SweepRun.objects.get(sweep="outlived").done == {
        "attempts": 1, "links": 0, "challenges": 0
    }  # fmt: skip
