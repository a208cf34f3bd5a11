"""S-2, D1, D3, D6: every way to a document, tried by people to whom it does not belong.

The table names each address of documents and what it answers to each stranger; an address that is
missing fails the test. Whatever the answer is, no word of the document is in any answer: not of its
title, description, file, tags or hold, in no list, count, export or choice.
"""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from core import clock
from core.access import for_user
from core.ids import new_id
from documents.checks.details import Details
from documents.models import Document, DocumentVersion, Tag, Tagging
from documents.selectors.documents import documents_of
from documents.selectors.tags import words_to_choose
from documents.services import tags, versions
from documents.services.expiry import remind_of_expiry
from documents.services.moves import hold_document, move_document
from documents.services.uploads import upload_documents
from files.models import StoredFile
from files.states import ScanState
from identity.models import User
from notifications.models import Outbox
from security_models import grants
from security_models.models import SecurityModel, StaffAssignment
from security_models.selectors.workplaces import accounts_worked_in
from security_models.states import ContactRole
from tests.access.test_matrix import doors
from tests.access.world import World, build
from tests.factories import previews
from tests.factories.documents import add, file_of
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.trade import assign, make_account, make_contact, make_model
from trade_accounts import grants as account_grants
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

#: Everyone who tries, in the order of the letters of a row.
STRANGERS = (
    "officer next door",
    "contact who is disabled",
    "member who was a contact",
    "consultant whose membership ended",
    "SCSS of other partners",
    "SCSS until yesterday",
    "visitor",
)
#: Occurs in everything that is written in or about the document, and nowhere else.
SECRET = "quartz"
#: Is in its title and description, so that a search by it finds the document.
LOOKED_FOR = "amber"
CONTENT = b"Quartz and amber are kept behind the north gate.\n"


@dataclass(frozen=True)
class Way:
    """What an address answers to each stranger: ``.`` a page of their own without the document,
    ``3`` that it is for others, ``4`` that it does not exist, ``>`` another page first, ``-`` that
    there is no such method.

    ``data`` is what a form would send to reach the document, ``queries`` what a list is asked for;
    ``{name}`` in both is an id of the partner. ``tells`` says whether those to whom the document
    belongs read a word of it there.
    """

    get: str
    post: str = "-------"
    data: tuple[dict[str, str], ...] = ({},)
    queries: tuple[dict[str, str], ...] = ({},)
    tells: bool = True


#: A page of the company: for its contacts, of whom its other members read who they are.
_THEIRS = "4>3444>"
#: A page of everyone's own documents.
_OWN = ".>....>"
#: For one person alone.
_ALONE = "4>4444>"
#: For program administrators, and for all staff.
_PUBLISH, _STAFF = "3>3333>", "3>33..>"
_NONE = "-------"
_ASKED: tuple[dict[str, str], ...] = (
    {},
    {"q": LOOKED_FOR, "export": "csv"},
    {"export": "xlsx"},
    {"tag": SECRET},
    {"account": "{model_id}"},
)
#: Acts on documents that were selected in a list: the first page asks, the second does it.
_MANY = (
    {"document": "{document_id}"},
    {"chosen": "{document_id}", "act": "zip", "form_key": "0192f000-0000-7000-8000-00000000dead"},
)
_DETAILS = ({"title": "Taken", "type_code": "seal_procedure", "version": "1"},)
_TAG = ({"word": "Taken", "shared": "on", "remove": "{tag_id}"},)
_UPLOAD = ({"account": "{model_id}", "type_code": "seal_procedure"},)
_CHOSEN = ({"versions": "{version_id}", "document": "{document_id}"},)


def _of_both(name: str, way: Way) -> dict[str, Way]:
    """The address of the company, and the same of staff."""
    return {f"documents:{name}": way, f"documents:staff-{name}": way}


#: The addresses of documents, and others that show or take them. A public document has no secret.
TABLE: dict[str, Way] = {
    "documents:library": Way(_OWN, _OWN, _MANY, _ASKED),
    "documents:archive": Way(_OWN, _OWN, _MANY, _ASKED),
    **{
        f"documents:{side}-{which}": Way(_THEIRS, _THEIRS, _MANY, _ASKED)
        for side in ("account", "staff")
        for which in ("library", "archive")
    },
    "documents:done": Way(_OWN, tells=False),
    "documents:zips": Way(_OWN, tells=False),
    "documents:zip": Way(_ALONE, _ALONE, tells=False),
    "documents:zip-file": Way(_ALONE, tells=False),
    "documents:account-storage": Way(_THEIRS, tells=False),
    "documents:staff-storage": Way(_THEIRS, tells=False),
    "documents:requests": Way(_OWN, tells=False),
    "documents:account-requests": Way(_THEIRS, tells=False),
    "documents:staff-requests": Way(_THEIRS, tells=False),
    "documents:request": Way(_THEIRS, _THEIRS, _CHOSEN),
    "documents:staff-request": Way(_THEIRS, tells=False),
    "documents:staff-request-new": Way(_THEIRS, _THEIRS, tells=False),
    "documents:staff-request-again": Way(_THEIRS, _THEIRS, tells=False),
    "documents:staff-request-cancel": Way(_THEIRS, _THEIRS, tells=False),
    "documents:upload": Way(_OWN, _OWN, _UPLOAD, ({"account": "{model_id}"},), tells=False),
    "documents:staff-upload": Way(_THEIRS, _THEIRS, _UPLOAD, tells=False),
    "documents:all-tags": Way(_OWN),
    "documents:tag": Way(_ALONE, _ALONE, ({"word": "Taken"},)),
    "documents:tag-delete": Way(_ALONE, _ALONE),
    **_of_both("document", Way(_THEIRS)),
    **_of_both("download", Way(_THEIRS, _THEIRS)),
    **_of_both("preview", Way(_THEIRS)),
    **_of_both("picture", Way(_THEIRS, tells=False)),
    **_of_both("edit", Way(_THEIRS, _THEIRS, _DETAILS)),
    **_of_both("file", Way(_THEIRS, _THEIRS, _DETAILS)),
    **_of_both("tags", Way(_THEIRS, _THEIRS, _TAG)),
    **_of_both("put-away", Way(_THEIRS, _THEIRS)),
    **_of_both("return", Way(_THEIRS, _THEIRS)),
    **_of_both("delete", Way(_THEIRS, _THEIRS)),
    **_of_both("restore", Way(_NONE, _THEIRS)),
    "documents:staff-hold": Way(_THEIRS, _THEIRS, ({"why": "Taken"}, {"release": "on"})),
    "documents:trade-public": Way(_OWN, tells=False),
    "documents:ctpat-public": Way(".>34..>", tells=False),
    "documents:public-file": Way(".>4444>", tells=False),
    "documents:public-preview": Way(".>4444>", tells=False),
    "documents:public-picture": Way(".>4444>", tells=False),
    "documents:version-preview": Way(_STAFF, tells=False),
    "documents:version-picture": Way(_STAFF, tells=False),
    "documents:public-documents": Way(_STAFF, tells=False),
    "documents:public-document": Way(_STAFF, tells=False),
    "documents:public-version": Way(_STAFF, tells=False),
    **{
        f"documents:public-{name}": Way(_PUBLISH, _PUBLISH, tells=False)
        for name in ("new", "edit", "publish", "discard", "withdraw")
    },
    "security_profile:choose": Way(_THEIRS, _THEIRS, _CHOSEN),
    "security_profile:criterion": Way(_THEIRS, _THEIRS, _CHOSEN, tells=False),
    "security_profile:evidence": Way(_THEIRS, _THEIRS, tells=False),
    "reviews:evidence": Way(_THEIRS, _THEIRS),
    "messages_app:file": Way(_THEIRS, tells=False),
    "messages_app:staff-file": Way(_THEIRS, tells=False),
    "api:responses": Way("4334443", tells=False),
    "api:response": Way("4334443", tells=False),
}


@dataclass
class Scene:
    """The partner with its document, and the browsers of the strangers."""

    world: World
    document: Document
    people: dict[str, User | None]
    clients: dict[str, Client]
    own: dict[str, Client]

    def ids(self) -> dict[str, Any]:
        """What an address or a form names: rows of the partner."""
        return {
            **self.world.kwargs,
            "document_id": self.document.pk,
            "version_id": self.document.current_id,
            "tag_id": Tag.objects.get(word__icontains=SECRET, user=None).pk,
        }

    def path(self, name: str) -> str:
        """The address with the partner's ids."""
        places = self.ids()
        groups = doors()[name].pattern.regex.groupindex
        return reverse(name, kwargs={key: places[key] for key in groups})

    def filled(self, values: dict[str, str]) -> dict[str, str]:
        """Values with the partner's ids."""
        places = {key: str(value) for key, value in self.ids().items()}
        return {key: value.format(**places) for key, value in values.items()}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Built once; every request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _built()
        transaction.set_rollback(True)


def _built() -> Scene:
    world = build()
    officer, specialist = world.people["officer"], world.people["assigned_scss"]
    assert officer is not None and specialist is not None
    document = _document(world.model, officer, specialist)
    people = _strangers(world)
    clients = {who: _client(user) for who, user in people.items()}
    own = {who: _client(world.people[who]) for who in ("officer", "assigned_scss", "program_admin")}
    return Scene(world, document, people, clients, own)


def _document(model: SecurityModel, officer: User, specialist: User) -> Document:
    """A document with the secret in each of its parts and in two versions."""
    access = access_to(model, officer)
    document = add(
        access,
        "Quartz and amber",
        content=CONTENT,
        name="quartz.txt",
        description="About quartz and amber",
        expires_on=clock.today(),
    )
    here: dict[str, Any] = {"actor": access, "model": model, "document_id": document.pk}
    versions.add_file(
        **here,
        version=document.version,
        upload=file_of(b"More amber, and quartz.\n", "quartz 2.txt"),
        key=new_id(),
    )
    for shared in (True, False):
        word = "Quartz of all" if shared else "Quartz of mine"
        tags.tag_documents(
            actor=access, model=model, documents=[document.pk], word=word, shared=shared
        )
    away = add(access, "Quartz of the past", content=b"Quartz, amber", name="quartz 3.txt")
    move_document(actor=access, model=model, document_id=away.pk, move="archive")
    staff = access_to(model, specialist)
    hold_document(**{**here, "actor": staff}, why="Quartz is asked for by a court")
    files = StoredFile.objects.filter(name__startswith="quartz")
    files.update(state=ScanState.CLEAN)
    for file in files:
        # Its words are known to the search, and it has a picture.
        previews.drawn(file)
        previews.shown(file)
    return Document.objects.get(pk=document.pk)


def _strangers(world: World) -> dict[str, User | None]:
    """One of each; those who belonged to the company had tagged nothing of their own."""
    model = world.model
    next_door = make_model(make_account("Old Kettle Packaging"))
    add(access_to(next_door), "A plan of the yard", content=b"gate")
    consultant = make_contact(model, role=ContactRole.CONSULTANT).membership
    Membership.objects.filter(pk=consultant.pk).update(state=MembershipState.ENDED)
    removed = make_contact(model, role=ContactRole.OFFICER)
    removed.delete()
    other, until_yesterday = UserFactory.create(staff_role="scss"), _assign_and_end(model)
    assign(next_door, other)
    account_grants.sync(model.trade_account)
    grants.sync(model)
    found = (
        next_door.started_by,
        world.people["disabled"],
        removed.membership.user,
        consultant.user,
        other,
        until_yesterday,
        None,
    )
    return dict(zip(STRANGERS, found, strict=True))


def _assign_and_end(model: SecurityModel) -> User:
    """A specialist who was assigned before the present one."""
    former = UserFactory.create(staff_role="scss")
    StaffAssignment.objects.create(
        security_model=model,
        staff=former,
        assigned_at=clock.now(),
        assigned_by_name="Management",
        ended_at=clock.now(),
    )
    return former


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    if user is not None:
        client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


# --- the table ------------------------------------------------------------------------------------


def test_every_address_of_documents_is_in_the_table() -> None:
    known = {name for name in doors() if name.startswith("documents:")}
    assert known <= set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_s2_no_stranger_finds_a_document_by_any_address(name: str, scene: Scene) -> None:
    way, path = TABLE[name], scene.path(name)
    before = _rows()
    for number, who in enumerate(STRANGERS):
        client = scene.clients[who]
        for query in way.queries if way.get != _NONE else ():
            said = _tried(client, "GET", path, scene.filled(query))
            assert said == way.get[number], (who, query)
        for data in way.data if way.post != _NONE else ():
            said = _tried(client, "POST", path, scene.filled(data), before)
            assert said == way.post[number], (who, data)


@pytest.mark.parametrize("name", [name for name, way in TABLE.items() if way.get != _NONE])
def test_the_same_addresses_tell_of_the_document_to_those_to_whom_it_belongs(
    name: str, scene: Scene
) -> None:
    """Otherwise the table compares nothing."""
    way, path = TABLE[name], scene.path(name)
    said = [_asked(client, "GET", path, {}) for client in scene.own.values()]
    bodies = [body for letter, body in said if letter == "."]
    assert bodies, "none of its people may open it"
    assert any(SECRET in body for body in bodies) is way.tells


def _tried(client: Client, method: str, path: str, data: Any, before: Any = None) -> str:
    """The letter of the answer, in which no word of the document occurs."""
    letter, body = _asked(client, method, path, data, before)
    assert SECRET not in body, (method, path, data)
    return letter


def _asked(
    client: Client, method: str, path: str, data: Any, before: Any = None
) -> tuple[str, str]:
    """The letter and the words of an answer; what the request did to the document is undone."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response: Any = client.get(path, data) if method == "GET" else client.post(path, data)
        body = b"".join(response) if response.streaming else response.content
        if before is not None:
            assert _rows() == before, (path, data)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert response.status_code < 500 or response.status_code == 503, path
    words = _words(body) + str(response.headers).casefold()
    if SECRET in str(data):
        # The answer repeats what was asked for; the document has the other word, too.
        words = words.replace(SECRET, "").replace(LOOKED_FOR, SECRET)
    return _letter(response), words


def _letter(response: Any) -> str:
    location = response.headers.get("Location", "")
    led = [reverse(f"identity:{name}") for name in ("sign-in", "disabled")]
    if location.startswith(tuple(led)):
        return ">"
    return {401: "3", 403: "3", 404: "4", 405: "-"}.get(response.status_code, ".")


def _words(body: bytes) -> str:
    """Everything that is written in an answer, also inside an archive."""
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as opened:
            body = b"".join(opened.read(one) + one.encode() for one in opened.namelist())
    return body.decode("utf-8", "replace").casefold()


def _rows() -> Any:
    """The document with all that belongs to it."""
    found = Document.objects.filter(current__title__icontains=SECRET) | Document.objects.filter(
        description__icontains=SECRET
    )
    keys = list(found.values_list("pk", flat=True))
    return (
        list(Document.objects.filter(pk__in=keys).order_by("pk").values()),
        list(DocumentVersion.objects.filter(document__in=keys).order_by("pk").values()),
        list(Tagging.objects.filter(document__in=keys).order_by("pk").values()),
        list(Tag.objects.filter(word__icontains=SECRET).order_by("pk").values()),
    )


# --- ways without an address ----------------------------------------------------------------------


def test_s2_nobody_learns_by_an_upload_that_the_same_content_is_elsewhere(scene: Scene) -> None:
    stranger = scene.people["officer next door"]
    assert stranger is not None
    model = accounts_worked_in(for_user(stranger)).get()
    with transaction.atomic():
        (outcome,) = upload_documents(
            actor=access_to(model, stranger),
            model=model,
            uploads=[SimpleUploadedFile("plan.txt", CONTENT)],
            details=Details("", "seal_procedure"),
            key=new_id(),
        )
        assert outcome.is_done and outcome.already is None
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", STRANGERS[:-1])
def test_d3_no_stranger_is_offered_a_tag_or_counts_a_document(who: str, scene: Scene) -> None:
    user = scene.people[who]
    assert user is not None
    access = for_user(user)
    accounts = list(accounts_worked_in(access))
    if user.disabled_at is None:
        assert not documents_of(access).filter(pk=scene.document.pk).exists()
        assert SECRET not in str(words_to_choose(access, accounts)).casefold()


def test_d4_no_stranger_is_written_to_about_a_document(scene: Scene) -> None:
    with transaction.atomic():
        assert remind_of_expiry(scene.document, clock.today(), 7)
        told = set(Outbox.objects.values_list("to_address", flat=True))
        transaction.set_rollback(True)
    assert told
    assert not told & {user.email for user in scene.people.values() if user is not None}
