"""Plays the demonstration: every act goes through the services, by its person, on its day."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django_otp.oath import totp

from agreements import services as agreements
from agreements.providers.signables import signable
from agreements.selectors import offer
from core import clock
from core.access import Access, enter_roots, for_user, system
from core.crypto import secret_hash
from core.ids import new_id
from core.text import download_name
from files import services as files
from files.models import Rendering, StoredFile
from files.states import RenderState, ScanState
from identity import services as identity
from identity.checks import idle
from identity.models import User
from identity.states import StaffRole
from notifications.models import Outbox
from portal.demo.cast import OFFICERS, PASSWORD, QUESTIONS, Application, Company, Person
from portal.demo.papers import Paper, print_papers, proved_together
from portal.demo.texts import texts
from reviews import services as reviews
from security_models import services as models
from security_models.facts.questionnaire import NOT_ELIGIBLE, walk
from security_models.models import SecurityModel
from security_models.selectors.addresses import seen_as as addresses_seen
from security_models.selectors.contacts import seen_as as contacts_seen
from security_models.selectors.eligibility import catalogue, newest_run
from security_models.selectors.models import contacts_of
from security_models.services import staff as staff_services
from security_models.states import ContactRole, EligibilityOutcome, VettingCheck, VettingResult
from security_profile.models import Submission
from security_profile.selectors import criteria_of, overview
from security_profile.services import evidence, responses
from security_profile.services import review as submissions
from trade_accounts import services as accounts
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType

LINK = re.compile(r"/register/confirm/([\w-]+)")


# --- people ----------------------------------------------------------------------------------


def register(person: Person) -> User:
    """A person registers by the emailed link, sets questions and password; some set up an app."""
    known = User.objects.filter(email=person.email).first()
    if known is not None:
        return known
    user = identity.confirm_link(
        actor=Access(), token_hash=secret_hash(_mailed_secret(person))
    ).user
    actor = for_user(user)
    identity.save_profile(
        actor=actor,
        version=user.version,
        salutation=person.salutation,
        first_name=person.first_name,
        last_name=person.last_name,
        title=person.title,
        phone=person.phone,
    )
    identity.save_questions(actor=actor, pairs=QUESTIONS)
    identity.set_first_password(actor=actor, new_password=PASSWORD)
    user.refresh_from_db()
    if person.staff_role or person in OFFICERS:
        enrol(user)
    return user


def disable_idle(company: Company) -> None:
    """Run the automatic check of idle users on its day, for those who are away."""
    for person, _role in company.people:
        user = register(person)
        if person.away_days and user.disabled_at is None:
            with clock.at(
                dt.datetime.combine(idle.due_on(user), dt.time(0, 5), tzinfo=clock.PROGRAM_ZONE)
            ):
                identity.disable_if_idle(user_id=user.pk)


def _mailed_secret(person: Person) -> str:
    if person.staff_role:
        link = identity.create_staff(
            actor=system("demonstration"),
            email=person.email,
            role=StaffRole(person.staff_role),
            first_name=person.first_name,
            last_name=person.last_name,
        )
    else:
        with transaction.atomic():  # once sent, the email forgets its link
            identity.ask_for_link(actor=Access(), email=person.email)
            link = Outbox.objects.filter(to_address=person.email).latest("created_at").text
    found = LINK.search(link)
    assert found is not None, "the email holds the link"  # noqa: S101
    return found.group(1)


def enrol(user: User) -> None:
    """Set up an authenticator app, proved by its current code."""
    key = identity.new_authenticator_key()
    code = totp(bytes.fromhex(key), t0=0, step=30, digits=6)
    identity.add_authenticator(actor=for_user(user), key=key, code=f"{code:06d}")


def actor(user: User, model: SecurityModel | None = None, **kwargs: Any) -> Access:
    """The access of a person to a model, or to what ``kwargs`` name."""
    if model is not None:
        kwargs |= {"model_id": model.pk}
        if not user.staff_role:
            kwargs |= {"trade_id": model.trade_account_id}
    return enter_roots(for_user(user), kwargs)


# --- trade accounts --------------------------------------------------------------------------


def open_account(company: Company) -> TradeAccount:
    """The first person creates the trade account, adds addresses and people, and they accept."""
    creator = register(company.people[0][0])
    account = accounts.create(
        actor=for_user(creator),
        form_key=new_id(),
        name=company.name,
        doing_business_as=company.doing_business_as,
        employees=company.employees,
        business_started_on=dt.date.fromisoformat(company.started_on),
        history=company.history,
        phone=company.phone,
        website=company.website,
    )
    access = actor(creator, trade_id=account.pk)
    for place in company.places:
        accounts.add_address(
            actor=access,
            form_key=new_id(),
            types=list(place.types),
            name=place.name,
            street1=place.street1,
            street2="",
            city=place.city,
            state=place.state,
            postal_code=place.postal_code,
            country=place.country,
        )
    for person, _role in company.people[1:]:
        join(access, person)
    accounts.finish_set_up(actor=access)
    return account


def join(access: Access, person: Person) -> Membership:
    """A Company Administrator adds a person, who accepts."""
    user = register(person)
    membership = accounts.invite(
        actor=access,
        form_key=new_id(),
        email=person.email,
        salutation=person.salutation,
        first_name=person.first_name,
        last_name=person.last_name,
        title=person.title,
        phone=person.phone,
        type=MembershipType.USER,
    )
    accounts.accept(actor=for_user(user), membership_id=membership.pk)
    return membership


# --- the application -------------------------------------------------------------------------


def apply(company: Company, account: TradeAccount, application: Application) -> SecurityModel:
    """The Officer starts an application and completes the company profile."""
    officer = register(company.people[0][0])
    model = models.start_application(
        actor=actor(officer, trade_id=account.pk), form_key=new_id(), role=ContactRole.OFFICER
    )
    answer_questions(officer, model, application.answers)
    access = actor(officer, model)
    for kind, value in application.identifiers:
        models.add_identifier(
            actor=access, model=model, form_key=new_id(), kinds=[kind], value=value
        )
    if application.deed:
        deed = Paper("Acta constitutiva.pdf", "Deed of incorporation", [company.history])
        [upload] = print_papers([deed], clock.today())
        models.add_paper(
            actor=access,
            model=model,
            form_key=new_id(),
            kind="deed_of_incorporation",
            file=upload,
        )
    choose_addresses(access, model)
    choose_contacts(access, model, company)
    return model


def answer_questions(officer: User, model: SecurityModel, wanted: dict[str, str]) -> None:
    """Walk the questions: give the wanted answer if there is one, or the first that continues."""
    questions = catalogue()
    access = actor(officer, model)
    run = newest_run(model)
    while run.outcome == EligibilityOutcome.OPEN:
        current = walk(questions, run.answers).current
        assert current is not None  # noqa: S101 - an open run has a question
        leading = [a for a, to in current.targets.items() if not to.startswith(NOT_ELIGIBLE)]
        preferred = wanted.get(current.code, "no" if current.code == "CMN5" else leading[0])
        run = models.answer(
            actor=access,
            model=model,
            question=current.code,
            answer=preferred,
            version=run.version,
        )


def choose_addresses(access: Access, model: SecurityModel) -> None:
    """The first address is Primary and Mailing, the others Secondary."""
    keys = [one.pk for one in model.trade_account.addresses.order_by("created_at", "id")]
    models.save_addresses(
        actor=access,
        model=model,
        seen=addresses_seen([]),
        primary=keys[0],
        mailing=keys[0],
        secondary=keys[1:],
    )


def choose_contacts(access: Access, model: SecurityModel, company: Company) -> None:
    """Everyone gets the role of the cast; the first is the Primary POC."""
    members = Membership.objects.filter(
        trade_account_id=model.trade_account_id, state=MembershipState.ACTIVE
    )
    by_email = {one.email: one.pk for one in members}
    roles = {by_email[person.email]: str(role) for person, role in company.people}
    models.save_contacts(
        actor=access,
        model=model,
        seen=contacts_seen(contacts_of(model)),
        roles=roles,
        primary=by_email[company.people[0][0].email],
    )


# --- the security profile --------------------------------------------------------------------


def answer_profile(
    company: Company, model: SecurityModel, application: Application, share: float = 1.0
) -> None:
    """A contact answers a share of the criteria, with evidence where it is required."""
    writer = register(company.people[min(1, len(company.people) - 1)][0])
    access = actor(writer, model)
    criteria = criteria_of(model)
    chosen = criteria[: round(len(criteria) * share)]
    written = texts(company, application)
    answers = {one.code: written[one.code] for one in chosen}
    proved = [one.code for one in chosen if one.entry.evidence_required]
    answer(access, answers, prove=proved, kind="procedure")


def answer(access: Access, answers: dict[str, str], *, prove: list[str], kind: str) -> None:
    """Save a text for each criterion; some are proved by short documents that say the same.

    Another process prints the documents in the meantime.
    """
    company = access.security_model.trade_account.name
    shared = proved_together(prove)
    papers = [
        Paper(
            name=download_name(f"{company} {codes[0]} {kind}", "pdf"),
            title=f"{company}: {kind} for {', '.join(codes)}",
            texts=[answers[code] for code in codes],
        )
        for codes in shared
    ]
    with ThreadPoolExecutor(1) as aside:
        printing = aside.submit(print_papers, papers, clock.today())
        save_answers(access, answers)
    for codes, upload in zip(shared, printing.result(), strict=True):
        attach(access, codes, upload)
    scan_all()


def attach(access: Access, codes: list[str], upload: SimpleUploadedFile) -> None:
    """Upload a document for the first criterion and choose it for the others."""
    model, first, *others = access.security_model, *codes
    link = evidence.add_evidence(actor=access, model=model, code=first, upload=upload)
    for code in others:
        evidence.choose_evidence(
            actor=access, model=model, code=code, version_ids=[link.document_version_id]
        )


def save_answers(access: Access, answers: dict[str, str]) -> None:
    """Save texts by criterion, each marked ready, over the earlier ones."""
    model = access.security_model
    versions = {one.code: one.version for one in overview(model).answers}
    for code, text in answers.items():
        draft = responses.Draft(text=text, is_ready=True)
        responses.save_response(
            actor=access, model=model, code=code, version=versions[code], draft=draft
        )


def scan_all() -> None:
    """Check what waits in quarantine, as the worker would."""
    waiting = StoredFile.objects.filter(state=ScanState.QUARANTINED)
    for file_id in list(waiting.values_list("pk", flat=True)):
        files.scan(file_id)


def render_all() -> None:
    """Make the requested documents, as the worker would."""
    waiting = Rendering.objects.filter(state=RenderState.PENDING)
    for rendering_id in list(waiting.values_list("pk", flat=True)):
        files.render(rendering_id)


# --- signing and reviewing -------------------------------------------------------------------


def sign(company: Company, model: SecurityModel) -> Submission:
    """The Officer reads, certifies, proves and submits."""
    sign_kind(actor(register(company.people[0][0]), model), "application")
    return model.submissions.latest("submitted_at")


def sign_kind(access: Access, kind: str) -> None:
    """An Officer reads, certifies, proves and signs one kind of thing."""
    what = signable(kind)
    assert what is not None  # noqa: S101 - registered by an app
    shown = offer(what, access=access)
    ceremony = agreements.begin(actor=access, signable=what, read_hash=shown.hash)
    agreements.declare(
        actor=access, ceremony=ceremony, certified=True, electronic=True, typed_name=access.name
    )
    agreements.sign(
        actor=access, signable=what, ceremony=ceremony, proofs=["password", "authenticator"]
    )


def claim(staff: User, model: SecurityModel) -> None:
    """A specialist takes the model from the pool."""
    reviews.claim(actor=for_user(staff), model_id=model.pk)


def review(staff: User, submission: Submission, returned: dict[str, str]) -> Submission:
    """Start, decide every changed criterion, complete; ``returned`` is code -> comment."""
    access = actor(staff, submission.security_model)
    submissions.start_review(actor=access, submission_id=submission.pk)
    for item in submission.items.filter(changed=True).select_related("criterion"):
        comment = returned.get(item.criterion.code, "")
        submissions.decide(
            actor=access,
            submission_id=submission.pk,
            code=item.criterion.code,
            verdict="returned" if comment else "accepted",
            comment=comment,
            internal_note="",
            version=0,
        )
    submission.refresh_from_db()
    return submissions.complete_review(
        actor=access, submission_id=submission.pk, seen=submissions.decisions_seen(submission)
    )


def answer_return(company: Company, model: SecurityModel, answers: dict[str, str]) -> None:
    """A contact writes new answers to what was returned, with new evidence."""
    access = actor(register(company.people[1][0]), model)
    answer(access, answers, prove=list(answers), kind="completed record")


def vet(staff: User, model: SecurityModel) -> None:
    """Management passes the second gate."""
    staff_services.record_vetting(
        actor=actor(staff, model),
        model_id=model.pk,
        form_key=new_id(),
        result=VettingResult.PASSED,
        checklist=dict.fromkeys(VettingCheck.values, True),
        note="",
    )
