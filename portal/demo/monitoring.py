"""Two companies of the demonstration that take part in SVI and monitor each other; one gives proof
of its status to outsiders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from core.access import Access, system
from core.ids import new_id
from core.tenancy import bind
from portal.demo import stage
from portal.demo.cast import Company
from security_models.models import SecurityModel
from svi.models import Monitoring, StatusProof
from svi.services.answers import answer
from svi.services.notes import save_note
from svi.services.proofs import make_proof, revoke_proof
from svi.services.requests import ask_to_be_monitored

Days = Callable[[int], AbstractContextManager[None]]
#: A company and its account.
Side = tuple[Company, SecurityModel]

NOTE = "We weave the table linen that you import since March. Please add us to your list."
ANSWER_NOTE = "You deliver to us. We would like to share our status with you as well."
#: How the first company calls the second one in its own system.
REFERENCE = "V-20931"


def agree(company: Company, model: SecurityModel) -> None:
    """The Officer signs the SVI Agreement."""
    access = stage.actor(stage.register(company.people[0][0]), model)
    stage.sign_kind(access, "svi")


def exchange(one: Side, two: Side, days: Days) -> None:
    """The second company is monitored by the first; the other way round, a request waits."""
    with days(30):
        agree(*one)
        agree(*two)
    with days(24):
        _ask(two, one, NOTE)
    with days(21):
        _accept(one)
    with days(2):
        _ask(one, two, ANSWER_NOTE)


def show_outsiders(one: Side, days: Days) -> None:
    """A bank has proof of the status of a company; a second proof was revoked."""
    with days(25):
        former = _proof(one, "Old Harbor Forwarding")
    with days(22), _acting(*one) as actor:
        revoke_proof(actor=actor, model=one[1], proof_id=former.pk)
    with days(10):
        _proof(one, "First Lantern Bank", "trade@firstlantern.example")


def _proof(one: Side, recipient: str, email: str = "") -> StatusProof:
    with _acting(*one) as actor:
        return make_proof(
            actor=actor,
            model=one[1],
            form_key=new_id(),
            recipient=recipient,
            email=email,
            days=90,
        )


def _ask(asking: Side, asked: Side, note: str) -> None:
    with _acting(*asking) as actor:
        partners = [asked[1].pk]
        ask_to_be_monitored(actor=actor, model=asking[1], partners=partners, note=note)


def _accept(one: Side) -> None:
    with _acting(*one) as actor:
        model = one[1]
        row = Monitoring.objects.get(monitor=model)
        answer(actor=actor, model=model, monitoring_id=row.pk, what="accept")
        save_note(
            actor=actor,
            model=model,
            monitoring_id=row.pk,
            version=1,
            reference=REFERENCE,
            owner_id=actor.user_id,
            tells=True,
        )


@contextmanager
def _acting(company: Company, model: SecurityModel) -> Iterator[Access]:
    """Its first person acts, and the database knows: SVI shows a company only what it may see."""
    access = stage.actor(stage.register(company.people[0][0]), model)
    bind(access)
    yield access
    bind(system("demonstration"))
