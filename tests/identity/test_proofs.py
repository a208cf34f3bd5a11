"""A4: proving one's identity again before a signature."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.access import for_user
from identity import services
from identity.forms.email import EmailForm
from identity.forms.proofs import ProofForm, SigningProofForm
from identity.models import SignInEvent, User
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.identity.road import sign_in


def posted(user: User, session: Any = None, **data: str) -> Any:
    """A request with these fields, as that person's view gets it."""
    request: Any = Client().post("/sign-in", data).wsgi_request
    request.user, request.access = user, for_user(user, ip="127.0.0.1")
    if session is not None:
        request.session = session
    return request


def prove(user: User, **data: str) -> tuple[ProofForm, list[str] | None]:
    """The form, and what was proved."""
    request = posted(user, **data)
    form = ProofForm.of(request, user=user)
    return form, form.prove(request)


@pytest.mark.django_db
def test_a4_the_password_is_always_asked_for_and_a_factor_of_who_has_one() -> None:
    alone = ProofForm.of(posted(UserFactory.create()), user=UserFactory.create())
    assert list(alone.fields) == ["proof_password"]
    both = UserFactory.create(authenticator=True)
    form = ProofForm.of(posted(both), user=both)
    assert list(form.fields) == ["proof_password", "proof_code"]
    assert len(form.shown) == 2


@pytest.mark.django_db
def test_u6_a_factor_proved_within_five_minutes_is_not_asked_for_again_but_to_sign() -> None:
    user = UserFactory.create(authenticator=True)
    began = clock.now()
    with clock.at(began):
        request = posted(user, proof_password=PASSWORD, proof_code=code_of(user))
        form = ProofForm.of(request, user=user)
        assert form.prove(request) == ["password", "authenticator"]
        assert list(form.fields) == ["proof_password"]
    for later, names in ((299, ["proof_password"]), (301, ["proof_password", "proof_code"])):
        with clock.at(began + dt.timedelta(seconds=later)):
            again = posted(user, request.session, proof_password=PASSWORD)
            assert list(ProofForm.of(again, user=user).fields) == names
            assert "proof_code" in SigningProofForm.of(again, user=user).fields
    with clock.at(began):
        again = posted(user, request.session, proof_password=PASSWORD)
        assert ProofForm.of(again, user=user).prove(again) == ["password"]
        assert "proof_code" in ProofForm.of(posted(user), user=user).fields, "another session"
        signing = SigningProofForm.of(again, user=user)
        assert signing.prove(again) is None
        assert list(signing.errors) == ["proof_code"]


@pytest.mark.django_db
def test_u6_a_backup_code_proves_in_place_of_the_app() -> None:
    user = UserFactory.create(authenticator=True)
    code = services.make_backup_codes(actor=for_user(user))[0]
    proved = prove(user, proof_password=PASSWORD, proof_code=code.lower())[1]
    assert proved == ["password", "backup_code"]
    form, proved = prove(user, proof_password=PASSWORD, proof_code=code)
    assert proved is None
    assert list(form.errors) == ["proof_code"]


@pytest.mark.django_db
def test_u6_without_backup_codes_their_shape_is_not_even_tried() -> None:
    user = UserFactory.create(authenticator=True)
    form, proved = prove(user, proof_password=PASSWORD, proof_code="K7MQ-2XWE-9HTB-PR4C")
    assert proved is None
    assert list(form.errors) == ["proof_code"]
    assert not SignInEvent.objects.exists()


@pytest.mark.django_db
def test_a4_right_proofs_are_named() -> None:
    user = UserFactory.create()
    assert prove(user, proof_password=PASSWORD)[1] == ["password"]
    user = UserFactory.create(authenticator=True)
    proved = prove(user, proof_password=PASSWORD, proof_code=code_of(user))[1]
    assert proved == ["password", "authenticator"]


@pytest.mark.django_db
def test_a4_a_wrong_password_is_refused_beside_its_field_and_uses_no_code() -> None:
    user = UserFactory.create(authenticator=True)
    code = code_of(user)
    form, proved = prove(user, proof_password="Not-The-One-42", proof_code=code)
    assert proved is None
    assert list(form.errors) == ["proof_password"]
    assert form.status == 422
    assert prove(user, proof_password=PASSWORD, proof_code=code)[1] is not None


@pytest.mark.django_db
def test_a4_a_code_proves_once() -> None:
    user = UserFactory.create(authenticator=True)
    code = code_of(user)
    assert prove(user, proof_password=PASSWORD, proof_code=code)[1] is not None
    form, proved = prove(user, proof_password=PASSWORD, proof_code=code)
    assert proved is None
    assert list(form.errors) == ["proof_code"]


@pytest.mark.django_db
def test_a4_somebody_elses_password_proves_nothing() -> None:
    user, other = UserFactory.create(), UserFactory.create()
    other.set_password("Quite-Other-42")
    other.save()
    assert prove(user, proof_password="Quite-Other-42")[1] is None


@pytest.mark.django_db
def test_a4_proofs_are_throttled_together_with_sign_in(client: Client) -> None:
    user = UserFactory.create()
    with clock.at(clock.now()):
        for _ in range(2):
            assert prove(user, proof_password="Not-The-One-42")[0].status == 422
        assert prove(user, proof_password="Not-The-One-42")[0].status == 429
        form, proved = prove(user, proof_password=PASSWORD)
        assert proved is None
        assert form.status == 429
        assert "Wait 5 seconds" in str(form.non_field_errors())
        assert sign_in(client, user.email).status_code == 429
    assert SignInEvent.objects.filter(step="proof", succeeded=False).count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "a\x00b", "x" * 300])
def test_a4_bad_input_is_refused_without_an_attempt(typed: str) -> None:
    form, proved = prove(UserFactory.create(), proof_password=typed)
    assert proved is None
    assert list(form.errors) == ["proof_password"]
    assert not SignInEvent.objects.exists()


@pytest.mark.django_db
def test_a4_a_right_password_is_not_asked_for_again_because_the_code_was_wrong() -> None:
    user = UserFactory.create(authenticator=True)
    began = clock.now()
    with clock.at(began):
        first = posted(user, proof_password=PASSWORD, proof_code="000000")
        form = SigningProofForm.of(first, user=user)
        assert form.prove(first) is None
        assert list(form.errors) == ["proof_code"]
        assert list(form.fields) == ["proof_code"]
        assert PASSWORD not in str(form)
    with clock.at(began + dt.timedelta(seconds=60)):
        second = posted(user, first.session, proof_code=code_of(user))
        assert SigningProofForm.of(second, user=user).prove(second) == ["password", "authenticator"]
        third = posted(user, first.session, proof_code=code_of(user))
        assert "proof_password" in SigningProofForm.of(third, user=user).fields, "once proved, over"


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["five minutes", "another act", "another session", "opened anew"])
def test_a4_a_password_is_known_for_the_same_act_in_the_same_session_for_five_minutes(
    what: str,
) -> None:
    user = UserFactory.create(authenticator=True)
    began = clock.now()
    with clock.at(began):
        first = posted(user, proof_password=PASSWORD, proof_code="000000")
        ProofForm.of(first, user=user).prove(first)
    later = 301 if what == "five minutes" else 1
    with clock.at(began + dt.timedelta(seconds=later)):
        again = posted(user, None if what == "another session" else first.session)
        if what == "another act":
            again.path = "/another"
        if what == "opened anew":
            again.method = "GET"
        assert "proof_password" in ProofForm.of(again, user=user).fields


@pytest.mark.django_db
def test_a4_a_changed_password_is_asked_for_again() -> None:
    user = UserFactory.create(authenticator=True)
    first = posted(user, proof_password=PASSWORD, proof_code="000000")
    ProofForm.of(first, user=user).prove(first)
    user.set_password("Another-Lantern-77")
    user.save()
    again = posted(user, first.session)
    assert "proof_password" in ProofForm.of(again, user=user).fields


@pytest.mark.django_db
def test_a4_a_wrong_password_is_not_taken_for_known() -> None:
    user = UserFactory.create(authenticator=True)
    first = posted(user, proof_password="Not-The-One-42", proof_code=code_of(user))
    form = ProofForm.of(first, user=user)
    assert form.prove(first) is None
    again = posted(user, first.session, proof_code=code_of(user))
    assert "proof_password" in ProofForm.of(again, user=user).fields
    assert ProofForm.of(again, user=user).prove(again) is None


@pytest.mark.django_db
def test_u7_a_right_password_stays_right_when_the_new_address_was_wrong() -> None:
    user = UserFactory.create()
    first = posted(user, proof_password=PASSWORD, new_email="no address")
    form = EmailForm.of(first, user=user)
    assert form.prove(first) is None
    assert "proof_password" not in form.fields
    again = posted(user, first.session, new_email="mg@thistlewick.example")
    assert EmailForm.of(again, user=user).prove(again) == ["password"]
