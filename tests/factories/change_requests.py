"""Change requests, made through the services or as a row."""

from __future__ import annotations

from typing import Any

from change_requests.facts.lines import key_of_name
from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from change_requests.selectors.requests import proofs_of
from change_requests.services import drafts
from change_requests.services.deciding import decide
from change_requests.services.numbers import AskedNumber, ask_for_number
from change_requests.services.sending import send
from change_requests.states import ChangeAct, ChangeKind, ChangeStatus, Decision
from core import clock
from core.access import Access, for_user
from core.ids import new_id, new_reference
from files.models import StoredFile
from files.states import ScanState
from security_models.models import EntityIdentifier, SecurityModel
from tests.factories.documents import file_of
from tests.factories.messages import staff_access
from tests.factories.models import submitted
from tests.factories.profile import access_to
from tests.factories.scanned import scanned
from tests.factories.trade import assign, make_account, make_model
from trade_accounts import grants as account_grants
from trade_accounts.models import TradeAccount

REASON = "The company merged with its parent on October 1."


def sides(
    name: str = "Thistlewick Home Goods", slug: str = "importer"
) -> tuple[SecurityModel, Access, Access]:
    """A submitted account with the access of its Officer and of its specialist."""
    model = make_model(make_account(name))
    submitted(model, slug)
    specialist = assign(model)
    return model, access_to(model), staff_access(model, specialist)


def number(model: SecurityModel, code: str = "") -> EntityIdentifier:
    """The first locked number of an account."""
    rows = EntityIdentifier.objects.filter(
        security_model=model, type__locked_after_first_submission=True
    )
    rows = rows.filter(type=code) if code else rows
    return rows.select_related("type").order_by("added_at", "pk")[0]


def ask_number(actor: Access, value: str = "", **more: Any) -> ChangeRequest:
    """A draft with one more change of a number."""
    kinds = (more.pop("kind"),) if "kind" in more else ()
    to, key = more.pop("to", None), more.pop("form_key", new_id())
    asked = AskedNumber(value=value, kinds=kinds, **more)
    return ask_for_number(actor=actor, model=actor.security_model, form_key=key, asked=asked, to=to)


def ask_name(actor: Access, name: str = "Thistlewick Group") -> ChangeRequest:
    """A draft that asks for another company name."""
    if "trade_account" not in actor.roots:
        account_id = actor.security_model.trade_account_id
        actor = account_grants.enter(for_user(actor.user), account_id)
    return drafts.ask_for_name(actor=actor, form_key=new_id(), name=name)


def prove(actor: Access, request: ChangeRequest, content: bytes = b"deed\n") -> ChangeProof:
    """A proof that was found clean."""
    uploads = [file_of(content, "deed.txt")]
    drafts.add_proofs(actor=actor, request=request, uploads=uploads)
    proof = proofs_of(request)[-1]
    scanned(proof.file_id)
    return proof


def explain(actor: Access, request: ChangeRequest, reason: str = REASON) -> ChangeRequest:
    """The reason, saved."""
    line = request.lines.first()
    name = line.shown if request.is_of_name and line is not None else ""
    request.refresh_from_db()
    return drafts.save_text(
        actor=actor, request=request, expected=request.version, reason=reason, name=name
    )


def send_in(actor: Access, request: ChangeRequest) -> ChangeRequest:
    """The draft with reason and proof, sent."""
    if not proofs_of(request):
        prove(actor, request)
    now = explain(actor, request)
    return send(actor=actor, request=now, expected=now.version)


def decided(
    actor: Access, request: ChangeRequest, decision: Decision = Decision.APPROVE, **more: Any
) -> ChangeRequest:
    """The decision of staff on a request as it is now."""
    request.refresh_from_db()
    values = {"expected": request.version, "reason": "Compared with form 5106.", **more}
    return decide(actor=actor, request=request, decision=decision, **values)


def name_row(
    account: TradeAccount,
    model: SecurityModel | None = None,
    status: str = ChangeStatus.OPEN,
    name: str = "Thistlewick Group",
) -> ChangeRequest:
    """A request for another name that was sent, with a proof, as rows without history."""
    request = _row(account, model, ChangeKind.NAME, status)
    ChangeLine.objects.create(
        request=request,
        trade_account_id=account.pk,
        act=ChangeAct.RENAME,
        key=f"{key_of_name(account.pk)}:{request.pk}",
        before_shown=account.name,
        shown=name,
        added_at=clock.now(),
    )
    return request


def number_row(model: SecurityModel, status: str = ChangeStatus.OPEN) -> ChangeRequest:
    """A request about numbers that was sent, with a proof, as rows without history."""
    return _row(model.trade_account, model, ChangeKind.NUMBERS, status)


def _row(
    account: TradeAccount, model: SecurityModel | None, kind: str, status: str
) -> ChangeRequest:
    now = clock.now()
    request = ChangeRequest.objects.create(
        reference=new_reference("C"),
        kind=kind,
        trade_account=account,
        security_model=model,
        status=status,
        reason=REASON,
        round=1,
        started_at=now,
        started_by_id=account.created_by_id,
        started_by_name="x",
        asked_on=clock.today(),
        asked_at=now,
        asked_by_id=account.created_by_id,
        asked_by_name="x",
        status_at=now,
        status_by_name="x",
    )
    ChangeProof.objects.create(
        request=request,
        trade_account_id=account.pk,
        scope_id=account.pk,
        file=_file(account),
        added_at=now,
        added_by_name="x",
    )
    return request


def _file(account: TradeAccount) -> StoredFile:
    key = new_id()
    return StoredFile.objects.create(
        name="deed.pdf",
        content_type="application/pdf",
        size=1234,
        sha256=key.hex * 2,
        storage_key=key.hex,
        state=ScanState.CLEAN,
        uploaded_at=clock.now(),
        scope_kind="trade_account",
        scope_id=account.pk,
    )
