"""A text to sign that does not need upper apps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from agreements.models import Signature
from agreements.providers import signables
from agreements.providers.signables import Change, Signable
from agreements.reference import load_texts
from agreements.states import AgreementKind
from core.access import Access, enter_roots, for_user
from core.errors import Problem
from security_models.models import SecurityModel
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model


@dataclass
class Letter:
    """A letter that an Officer signs; the test changes its words and what blocks signing."""

    words: str = "We lock the gate."
    blockers: list[Problem] = field(default_factory=list)
    completed: list[Sequence[Signature]] = field(default_factory=list)
    fail: bool = False

    def complete(
        self, model: Any, actor: Access, content: dict[str, Any], signed: Sequence[Signature]
    ) -> str:
        """What signing is for."""
        if self.fail:
            raise RuntimeError("the act fails after the signatures were written")
        self.completed.append(signed)
        return "/"


@pytest.fixture
def letter() -> Iterator[Letter]:
    """The letter, registered as a signable while the test runs."""
    one = Letter()
    signables.register(
        Signable(
            kind="letter",
            title=lambda model: "letter of the company",
            button="Sign and submit",
            certification="I am an officer of this company and what I sign is true.",
            template="tests/letter.html",
            agreements=lambda model: [AgreementKind.PARTNER],
            content=lambda model: {"words": one.words},
            blockers=lambda model, access: one.blockers,
            changes=lambda before, after: [
                Change(f"{before['words']} became {after['words']}", "#content")
            ],
            complete=one.complete,
        )
    )
    yield one
    signables.unregister("letter")


@pytest.fixture
def texts(db: None) -> None:
    """The agreement texts as shipped."""
    load_texts()


@pytest.fixture
def model(texts: None) -> SecurityModel:
    """A security model whose starter is its Officer."""
    return make_model(make_account(administrator=UserFactory.create(authenticator=True)))


@pytest.fixture
def officer(model: SecurityModel) -> Access:
    """The access of the Officer to that model."""
    roots = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return enter_roots(for_user(model.started_by, ip="192.0.2.7"), roots)
