"""U6: backup codes replace a second factor that is lost; each works once."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import Refused
from identity import services
from identity.credentials import backup_codes
from identity.models import BackupCode, SignInEvent, User
from identity.selectors.user_state import codes_left
from tests.factories.people import UserFactory
from tests.identity.road import mails_to


def a_person() -> tuple[User, list[str]]:
    """A person with an authenticator app, and the codes as they were shown."""
    user = UserFactory.create(authenticator=True)
    return user, services.make_backup_codes(actor=for_user(user))


def use(user: User, code: str) -> Any:
    """Use a code as a view would."""
    request: Any = Client().post("/sign-in", {}).wsgi_request
    actor = for_user(user, ip="192.0.2.9")
    return services.use_backup_code(actor=actor, request=request, user=user, code=code)


@pytest.mark.django_db
def test_u6_ten_codes_are_made_and_only_slow_hashes_are_kept() -> None:
    user, codes = a_person()
    assert len(set(codes)) == 10
    rows = list(BackupCode.objects.filter(sheet__user=user))
    assert len(rows) == 10
    for code in codes:
        assert len(backup_codes.normal(code)) == 16
        assert not any(backup_codes.normal(code)[4:] in str(vars(row)) for row in rows)
    assert codes_left(user) == 10


@pytest.mark.django_db
def test_u6_a_code_serves_once() -> None:
    user, codes = a_person()
    assert use(user, codes[0]).user_id == user.pk
    assert codes_left(user) == 9
    with pytest.raises(Refused) as refused:
        use(user, codes[0])
    assert refused.value.code == "wrong_code"


@pytest.mark.django_db
def test_u6_small_letters_spaces_and_missing_dashes_do_not_count() -> None:
    user, codes = a_person()
    assert use(user, f" {codes[0].lower().replace('-', ' ')} ")
    assert use(user, codes[1].replace("-", ""))
    assert use(user, codes[2].replace("-", "\u2013"))


@pytest.mark.django_db
def test_u6_new_codes_end_the_old_ones() -> None:
    user, old = a_person()
    new = services.make_backup_codes(actor=for_user(user))
    with pytest.raises(Refused):
        use(user, old[0])
    assert use(user, new[0])
    assert codes_left(user) == 9


@pytest.mark.django_db
def test_u6_somebody_elses_code_does_not_help() -> None:
    user, _codes = a_person()
    _other, codes = a_person()
    with pytest.raises(Refused):
        use(user, codes[0])
    assert codes_left(_other) == 10


@pytest.mark.django_db
def test_u6_who_has_no_second_factor_gets_no_codes() -> None:
    user = UserFactory.create()
    with pytest.raises(Refused) as refused:
        services.make_backup_codes(actor=for_user(user))
    assert refused.value.code == "no_factor"


@pytest.mark.django_db
def test_u6_the_use_is_mailed_and_recorded_with_the_number_left() -> None:
    user, codes = a_person()
    for code in codes[:7]:
        use(user, code)
    mails = [mail for mail in mails_to(user.email) if mail.kind == "user.backup_code_used"]
    assert "Codes left: 9." in mails[0].text
    assert "Make new codes" not in mails[0].text
    assert "192.0.2.9" in mails[0].text
    assert "Codes left: 3. Make new codes" in mails[-1].text
    assert not any(code in mail.text for mail in mails for code in codes)
    lefts = Event.objects.filter(kind="identity.backup_code_used").order_by("pk")
    assert [event.data["left"] for event in lefts] == [9, 8, 7, 6, 5, 4, 3]


@pytest.mark.django_db
def test_u9_guesses_of_backup_codes_are_throttled_like_passwords() -> None:
    user, codes = a_person()
    began = clock.now()
    with clock.at(began):
        for _ in range(2):
            with pytest.raises(Refused):
                use(user, "AAAA-AAAA-AAAA-AAAA")
        with pytest.raises(Refused) as refused:
            use(user, "AAAA-AAAA-AAAA-AAAA")
        assert [one.code for one in refused.value.problems] == ["wrong_code", "wait"]
        with pytest.raises(Refused) as refused:
            use(user, codes[0])
        assert refused.value.code == "wait"
        assert codes_left(user) == 10
    assert SignInEvent.objects.filter(user=user, succeeded=False).count() == 3
    with clock.at(began + dt.timedelta(seconds=6)):
        assert use(user, codes[0])


@pytest.mark.django_db
def test_u6_every_guess_costs_one_slow_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    user, codes = a_person()
    runs: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        runs.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for typed in ("AAAA-AAAA-AAAA-AAAA", codes[0][:-1] + "!", "", "x" * 1000):
        runs.clear()
        now = clock.now() + dt.timedelta(hours=len(typed) + 1)
        with clock.at(now), pytest.raises(Refused):
            use(user, typed)
        assert len(runs) == 1, typed


@pytest.mark.django_db(transaction=True)
def test_u6_of_twenty_parallel_uses_of_one_code_one_works() -> None:
    from django.db import transaction

    user, codes = a_person()
    outcomes: list[str] = []

    def try_it() -> None:
        try:
            with transaction.atomic():
                try:
                    use(user, codes[0])
                    outcomes.append("used")
                except Refused as refusal:
                    outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("used") == 1
    assert set(outcomes) <= {"used", "wrong_code", "wait"}
    assert codes_left(user) == 9
