"""Security models in later states: answered, numbered, addressed, submitted, through the
services.
"""

from __future__ import annotations

from typing import Any

from core import clock
from core.access import Access, enter_roots, for_user
from core.ids import new_id
from files.models import StoredFile
from files.states import ScanState
from identity.models import User
from security_models import services
from security_models.facts.questionnaire import ELIGIBLE, Catalogue, walk
from security_models.models import (
    BusinessTypeAccount,
    EligibilityRun,
    InvitationCode,
    SecurityModel,
    SupportingPaper,
)
from security_models.selectors import facts_of
from security_models.selectors.eligibility import catalogue, newest_run
from security_models.states import EligibilityOutcome, PaperKind
from tests.factories.people import UserFactory
from trade_accounts.models import Address, TradeAccount


def access_to(model: SecurityModel, user: User | None = None) -> Access:
    """The access of a person (the one who started it) in a model, as a request would load it."""
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return enter_roots(for_user(user or model.started_by), kwargs)


def access_to_account(account: TradeAccount, user: User | None = None) -> Access:
    """The access of a person (its creator) in a trade account."""
    return enter_roots(for_user(user or account.created_by), {"trade_id": account.pk})


def path_to(
    slug: str, questions: Catalogue, prefer: dict[str, str] | None = None
) -> list[list[str]]:
    """Answers that end eligible as a business type; ``prefer`` names wanted answers."""
    prefer = prefer or {}

    def follow(answers: list[list[str]]) -> list[list[str]] | None:
        now = walk(questions, answers)
        if now.business_type not in {"", slug}:
            return None
        if now.current is None:
            return answers if now.outcome == ELIGIBLE and now.business_type == slug else None
        question = now.current
        wanted = prefer.get(question.code)
        for answer in [wanted] if wanted else sorted(question.targets):
            found = follow([*answers, [question.code, answer]])
            if found is not None:
                return found
        return None

    path = follow([])
    assert path is not None, slug
    return path


def answer_all(model: SecurityModel, slug: str = "importer", **prefer: str) -> BusinessTypeAccount:
    """An eligible run: the service answers only the last question, which makes the Draft."""
    path = path_to(slug, catalogue(), {"CMN5": "no", **prefer})
    run = newest_run(model)
    if run.outcome != EligibilityOutcome.OPEN:
        run = services.start_again(actor=access_to(model), model=model, version=run.version)
    EligibilityRun.objects.filter(pk=run.pk).update(answers=path[:-1])
    question, answer = path[-1]
    services.answer(
        actor=access_to(model), model=model, question=question, answer=answer, version=run.version
    )
    return BusinessTypeAccount.objects.select_related("business_type").get(security_model=model)


def answer_each(model: SecurityModel, slug: str) -> BusinessTypeAccount:
    """The same, but the service answers every question."""
    for question, answer in path_to(slug, catalogue(), {"CMN5": "no"}):
        version = newest_run(model).version
        services.answer(
            actor=access_to(model), model=model, question=question, answer=answer, version=version
        )
    return BusinessTypeAccount.objects.select_related("business_type").get(security_model=model)


def enter_numbers(model: SecurityModel) -> None:
    """Enter the first number of each required group, from the examples of the reference data."""
    access = access_to(model)
    for group in facts_of(model).groups:
        if group.required:
            type = group.types[0]
            if type.field == "INVITATION":
                make_code(type.example, group.business_type, facts_of(model).country or "VN")
            services.add_identifier(
                actor=access,
                model=model,
                form_key=new_id(),
                kinds=[type.code],
                value=type.example,
                personal=True,
            )


def make_code(code: str, business_type: str, country: str) -> InvitationCode:
    """An invitation code as management issues it."""
    return InvitationCode.objects.create(
        code=code,
        business_type_id=business_type,
        country=country,
        issued_at=clock.now(),
        issued_by=UserFactory.create(staff_role="management"),
    )


def make_address(account: TradeAccount, **fields: Any) -> Address:
    """An address of the organization profile; headquarters in Texas unless said otherwise."""
    values: dict[str, Any] = {
        "types": ["headquarters"],
        "street1": "1420 Harbor Street",
        "city": "Laredo",
        "state": "TX",
        "postal_code": "78040",
        "country": "US",
        "created_at": clock.now(),
    }
    return Address.objects.create(trade_account=account, **{**values, **fields})


def choose_addresses(model: SecurityModel) -> Address:
    """One address for everything."""
    address = make_address(model.trade_account)
    services.save_addresses(
        actor=access_to(model), model=model, seen=_none_chosen(), primary=address.pk,
        mailing=address.pk,
    )  # fmt: skip
    return address


def _none_chosen() -> str:
    from security_models.selectors.addresses import seen_as

    return seen_as([])


def make_file(
    model: SecurityModel, state: str = ScanState.CLEAN, name: str = "deed.pdf"
) -> StoredFile:
    """A file of a model, already scanned."""
    key = new_id()
    return StoredFile.objects.create(
        name=name,
        content_type="application/pdf",
        size=1234,
        sha256=key.hex * 2,
        storage_key=key.hex,
        state=state,
        uploaded_at=clock.now(),
        scope_kind="security_model",
        scope_id=model.pk,
    )


def add_papers(model: SecurityModel) -> None:
    """The required papers."""
    facts = facts_of(model)
    if facts.deed_wanted:
        SupportingPaper.objects.create(
            security_model=model,
            kind=PaperKind.DEED_OF_INCORPORATION,
            file=make_file(model),
            added_at=clock.now(),
            added_by_name="Rosalind Achterberg",
        )
    if facts.events_wanted:
        services.describe_events(
            actor=access_to(model),
            model=model,
            text="Seals were found broken in March; carriers and seal checks were changed.",
            version=facts.model.version,
        )


def complete_profile(model: SecurityModel, slug: str = "importer", **prefer: str) -> SecurityModel:
    """A complete company profile, ready for an Officer to submit."""
    answer_all(model, slug, **prefer)
    choose_addresses(model)
    enter_numbers(model)
    add_papers(model)
    return model


def submitted(model: SecurityModel, slug: str = "importer", **prefer: str) -> SecurityModel:
    """A model whose first submission was made."""
    complete_profile(model, slug, **prefer)
    return services.mark_submitted(actor=access_to(model), model=model)
