"""Change requests of a company of the demonstration: one approved, one returned, one that waits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from change_requests.models import ChangeRequest
from change_requests.services import drafts
from change_requests.services.deciding import decide
from change_requests.services.numbers import AskedNumber, ask_for_number
from change_requests.services.sending import send
from change_requests.states import Decision
from core import clock
from core.access import Access
from core.ids import new_id
from portal.demo import stage
from portal.demo.cast import Company, Person
from portal.demo.papers import Paper, print_papers
from security_models.models import EntityIdentifier, SecurityModel
from trade_accounts import grants as account_grants

Days = Callable[[int], AbstractContextManager[None]]

MERGER = Paper(
    "certificate-of-merger.pdf",
    "Certificate of merger",
    ["The company continues under the name Thistlewick Home Goods Group from next month on."],
)
RIDER = Paper(
    "bond-rider.pdf",
    "Rider of the continuous bond",
    ["The surety replaces the bond by another one. The amount stays the same."],
)
PLANT = Paper(
    "plant-in-monterrey.pdf",
    "Registration of the plant in Monterrey",
    ["The plant makes shelves and lamps. It ships to the United States."],
)
#: The name that the company asks for.
NEW_NAME = "Thistlewick Home Goods Group"


def exchange(company: Company, specialist: Person, model: SecurityModel, days: Days) -> None:
    """A plant's number was added, another bond needs better proof, a new name waits."""
    officer = stage.actor(stage.register(company.people[0][0]), model)
    staff = stage.actor(stage.register(specialist), model)
    merger, rider, plant = print_papers([MERGER, RIDER, PLANT], clock.today())
    with days(25):
        added = _number(officer, "MXTHIHOM123MON", "MID")
        _send(officer, added, "We opened a plant in Monterrey on August 1.", plant)
    with days(22):
        reason = "The registration names the plant and its address."
        _decide(staff, added, Decision.APPROVE, reason)
    with days(8):
        bond = EntityIdentifier.objects.get(security_model=model, type="BOND_IMPORT")
        other = _number(officer, "99ZZ00008", "BOND_IMPORT", bond)
        _send(officer, other, "The surety replaced our bond.", rider)
    with days(5):
        reason = "The rider is not signed by the surety. Add the signed one, please."
        _decide(staff, other, Decision.RETURN, reason)
    with days(2):
        member = account_grants.enter(officer, model.trade_account_id)
        name = drafts.ask_for_name(actor=member, form_key=new_id(), name=NEW_NAME)
        _send(member, name, "We merge with our sister company.", merger, NEW_NAME)
    stage.scan_all()


def _number(
    actor: Access, value: str, kind: str, number: EntityIdentifier | None = None
) -> ChangeRequest:
    asked = AskedNumber(
        number_id=number.pk if number is not None else None, kinds=(kind,), value=value
    )
    model = actor.security_model
    return ask_for_number(actor=actor, model=model, form_key=new_id(), asked=asked)


def _send(
    actor: Access, request: ChangeRequest, reason: str, proof: object, name: str = ""
) -> None:
    drafts.add_proofs(actor=actor, request=request, uploads=[proof])
    said = drafts.save_text(
        actor=actor, request=request, expected=request.version, reason=reason, name=name
    )
    send(actor=actor, request=said, expected=said.version)


def _decide(staff: Access, request: ChangeRequest, decision: Decision, reason: str) -> None:
    request.refresh_from_db()
    decide(actor=staff, request=request, expected=request.version, decision=decision, reason=reason)
