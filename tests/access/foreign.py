"""Two companies side by side, and what one company's id gives in an address or form of the other.

An id of the right kind from another company must answer exactly like one that does not exist (S-2).
The URL table and the pages themselves say where ids occur, so that a new address, field or choice
is tested as soon as it exists.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential
from lxml.html import HtmlElement  # type: ignore[import-untyped]

from agreements.models import Signature
from audit.models import ScopeKind
from core import clock
from core.crypto import secret_hash
from core.ids import new_secret
from files.models import Rendering
from identity.credentials.mailed_links import purposes
from identity.models import MailedLink
from identity.models.sessions import Session, handle_of
from identity.session_store import BEGAN_AT, SEEN_AT, SessionStore
from security_models.models import SecurityModel
from tests.access.world import World, build, make_notices
from tests.factories.models import complete_profile
from tests.factories.people import PASSWORD
from tests.factories.profile import answer_all
from tests.look.page import Page
from trade_accounts.models import Membership
from trade_accounts.states import INVITATION

#: Ids of the right form that no row has.
NO_ROW: dict[type, Any] = {
    uuid.UUID: uuid.UUID("0192f000-0000-7000-8000-00000000dead"),
    int: 987654321,
    str: "f" * 32,
}
NEIGHBOUR = "Zanzibar Lantern Works"

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CHANGING = re.compile(
    r'X-CSRFToken[^:]*: ?(?:"|&quot;)[A-Za-z0-9]+'
    r'|csrfmiddlewaretoken" value="[A-Za-z0-9]+'
    r'|data-(?:idle|last)="\d+"'
    r'|name="until" value="[^"]+"'
)
#: Internal tables that contain no rows of a company.
_MACHINERY = ("django_", "auth_", "axes_")

Rows = dict[str, set[str]]


@dataclass
class Street:
    """The company whose people act, the other company, and the rows of each by table.

    ``clients`` are the browsers of those who act.
    """

    own: World
    neighbour: World
    rows_of_own: Rows
    rows_of_neighbour: Rows
    tables: dict[str, str]
    clients: dict[str, Client]
    own_before: dict[str, str]
    neighbour_before: dict[str, str]
    sessions_of_neighbour: set[str]
    #: What addresses of one's own have said already, without pages.
    said_of_own: dict[tuple[str, str, str], Said] = field(default_factory=dict)

    def like(self, value: str) -> str | None:
        """A row of the other company in the same table as ``value``."""
        rows = self.rows_of_neighbour.get(self.tables.get(value, ""), set())
        return min(rows, default=None)


def build_street(actors: Iterable[str]) -> Street:
    """Build both companies, one after the other, and note which rows belong to each."""
    none = _rows()
    own = _with_own_things(build())
    first = _rows()
    neighbour = _with_own_things(build(NEIGHBOUR))
    second = _rows()
    rows_of_own, rows_of_neighbour = _since(none, first), _since(first, second)
    return Street(
        own,
        neighbour,
        rows_of_own,
        rows_of_neighbour,
        tables={key: table for table, keys in rows_of_own.items() for key in keys},
        # Signing in is recorded with the person, so it happens before the rows are read.
        clients={actor: _client_with_links(own, actor) for actor in actors},
        own_before=state_of(rows_of_own),
        neighbour_before=state_of(rows_of_neighbour),
        sessions_of_neighbour=_sessions(neighbour),
    )


def _client_with_links(world: World, actor: str) -> Client:
    """The browser of someone who has opened every link that was emailed to the company."""
    client = world.client(actor)
    for mailed in world.mailed.values():
        client.get(mailed)
    return client


def _with_own_things(world: World) -> World:
    """Add what only this test needs.

    A passkey, a second session, a copy of what was signed, emailed links, and the whole profile of
    the company's second C-TPAT account, a draft, whose forms are still open.
    """
    owner = world.account.created_by
    session = SessionStore()
    session[SESSION_KEY] = str(owner.pk)
    session[BEGAN_AT] = session[SEEN_AT] = int(clock.now().timestamp())
    session.save()
    invited = world.people["invited"]
    passkey = WebAuthnCredential.objects.create(
        user=owner, name="Key", credential_id=os.urandom(32), public_key=b"x", sign_count=0
    )
    signature = Signature.objects.get(pk=world.kwargs["signature_id"])
    signature.copy_of_record = Rendering.objects.create(
        kind="copy_of_record",
        title="Copy",
        content={},
        content_hash="x",
        scope_kind=ScopeKind.SECURITY_MODEL,
        scope_id=world.model.pk,
        requested_at=clock.now(),
        next_attempt_at=clock.now(),
    )
    signature.save(update_fields=["copy_of_record"])
    sibling = SecurityModel.objects.exclude(pk=world.model.pk).get(trade_account=world.account)
    complete_profile(sibling)
    answer_all(sibling)
    world.people["owner"] = owner
    _mail_links(world, owner)
    world.kwargs |= {
        "passkey_id": passkey.pk,
        "own_notice_id": make_notices(owner),
        "handle": handle_of(session.session_key or ""),
        "sibling": sibling.pk,
        "invitation_of": Membership.objects.get(trade_account=world.account, user=invited).pk,
    }
    return world


def _mail_links(world: World, owner: Any) -> None:
    """A link of every kind whose page names its row; ``mailed`` has its path by that page."""
    now = clock.now()
    for purpose in purposes():
        if not purpose.numbered:
            continue
        secret = new_secret()
        if purpose.code == INVITATION:
            secret = world.kwargs["token"]
        else:
            MailedLink.objects.create(
                purpose=purpose.code,
                email=owner.email,
                user=owner,
                token_hash=secret_hash(secret),
                sent_at=now,
                expires_at=now + dt.timedelta(days=1),
            )
        world.mailed[purpose.page] = purpose.path_with(secret)
        world.kwargs[purpose.page] = purpose.find(secret_hash(secret)).pk


def _since(before: Rows, after: Rows) -> Rows:
    return {table: keys - before.get(table, set()) for table, keys in after.items()}


def _rows() -> Rows:
    """The primary keys of all tables whose rows have a UUID."""
    found: Rows = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = 'id' AND data_type = 'uuid'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT id::text FROM "{table}"')
            found[table] = {key for (key,) in cursor.fetchall()}
    return found


def state_of(rows: Rows) -> dict[str, str]:
    """A fingerprint of the given rows, table by table, to notice whether any of them changed."""
    found = {}
    with connection.cursor() as cursor:
        for table, keys in rows.items():
            if not keys or table.startswith(_MACHINERY):
                continue
            cursor.execute(
                f"SELECT md5(string_agg(row::text, '|' ORDER BY id)) FROM \"{table}\" AS row "
                "WHERE id::text = ANY(%s)",
                [list(keys)],
            )
            found[table] = cursor.fetchone()[0]
    return found


def _sessions(world: World) -> set[str]:
    """The sessions of the owner, whose table has no UUID."""
    found = Session.objects.filter(user=world.people["owner"])
    return set(found.values_list("session_key", flat=True))


@dataclass(frozen=True)
class Said:
    """A response without what differs from one to the next, and its effect on rows."""

    status: int
    location: str
    body: str
    own_changed: bool = False


def ask(
    street: Street, client: Client, method: str, path: str, data: dict[str, Any] | None = None
) -> Said:
    """Send a request, note the response and its effects, and undo it. Rows of the other company
    must not change.
    """
    cookies = copy.deepcopy(client.cookies)
    signed_in = _sessions(street.own)
    with transaction.atomic():
        response: Any = (
            client.post(path, data or {})
            if method == "POST"
            else client.generic(method, path, "" if method == "GET" else "{}", "application/json")
        )
        body = b"".join(response) if response.streaming else response.content
        own_changed = False
        if method != "GET":
            assert state_of(street.rows_of_neighbour) == street.neighbour_before, (path, data)
            assert _sessions(street.neighbour) == street.sessions_of_neighbour, path
            own_changed = (
                state_of(street.rows_of_own) != street.own_before
                or _sessions(street.own) != signed_in
            )
        if "chosen=" in (then := response.headers.get("Location", "")):
            # What was chosen stands on the page that follows (core/session_notes.py).
            body += client.get(then).content
        transaction.set_rollback(True)
    client.cookies = cookies
    assert response.status_code < 500 or response.status_code == 503, (method, path, data)
    about = [path, *(one for values in (data or {}).values() for one in values)]
    return Said(
        response.status_code,
        _same(response.headers.get("Location", ""), about),
        _same(body.decode("utf-8", "replace"), about),
        own_changed,
    )


def made_by(client: Client, press: Press, key: str) -> str | None:
    """The table in which sending a form makes the row that the form's key names; undone at once."""
    with transaction.atomic():
        client.post(press.path, press.data())
        tables = [table for table, keys in _rows().items() if key in keys]
        transaction.set_rollback(True)
    return tables[0] if tables else None


def _same(text: str, about: list[Any]) -> str:
    """Text without tokens, seconds, ids, and what was sent."""
    text = _CHANGING.sub("", text)
    for one in about:
        if isinstance(one, str) and len(one) > 8:
            text = text.replace(one, "")
    return UUID.sub("", text)


# --- forms and links as pages hold them ------------------------------------------------------


@dataclass(frozen=True)
class Press:
    """One use of one button of one form: where it goes and what it sends."""

    method: str
    path: str
    values: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    def ids(self) -> Iterator[tuple[str, str]]:
        """Ids in what is sent: the field, without the ids in its name, and the id."""
        for name, value in self.values:
            for one in UUID.findall(f"{name} {value}"):
                yield UUID.sub("*", name), one

    def data(self, named: str = "", instead: str = "") -> dict[str, Any]:
        """What is sent, as lists by name; the id ``named`` is replaced wherever it occurs."""
        found: dict[str, Any] = {}
        for name, value in self.values:
            if named:
                name, value = name.replace(named, instead), value.replace(named, instead)
            found.setdefault(name, []).append(value)
        for name in self.files:
            found[name] = [SimpleUploadedFile("plan.txt", b"A plan of the yard.", "text/plain")]
        return found


def presses(path: str, text: str) -> Iterator[Press]:
    """Every use of a button on a page: fields as the page fills them in, empty ones filled with
    words.

    Where nothing is chosen, the first choice is taken, so that a field of ids has an id.
    """
    page = Page(text)
    for form in page.all("//form"):
        method = (form.get("method") or "get").upper()
        action = urljoin(path, form.get("action") or "")
        controls = [*form.iter(*CONTROLS)]
        if form.get("id"):
            controls += page.all(f"//*[@form='{form.get('id')}']")
        values, files = _filled_in(controls)
        buttons = [one for one in controls if one.tag == "button" and one.get("type") != "button"]
        for button in buttons:
            target = urljoin(path, button.get("formaction") or action)
            named = [(button.get("name"), button.get("value") or "")] if button.get("name") else []
            yield Press(method, target, (*values, *named), files)


def _filled_in(
    controls: list[HtmlElement],
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    values: list[tuple[str, str]] = []
    files: list[str] = []
    radios: dict[str, str] = {}
    for control in controls:
        name, kind = control.get("name"), control.get("type") or control.tag
        if not name or kind in {"submit", "button"}:
            continue
        if kind == "file":
            files.append(name)
        elif kind == "radio":
            if control.get("checked") is not None or name not in radios:
                radios[name] = control.get("value") or "on"
        elif kind == "checkbox":
            values.append((name, control.get("value") or "on"))
        elif kind == "select":
            values.extend((name, one) for one in _chosen(control))
        else:
            typed = control.get("value") or (control.text or "").strip()
            values.append((name, typed or _TYPED.get(kind, WORDS)))
    return (*values, *radios.items()), tuple(files)


CONTROLS = ("button", "input", "select", "textarea")
WORDS = "Some words, long enough for a reason."
#: What is typed into an empty field, by its type.
_TYPED = {
    "email": "somebody.new@example.com",
    "tel": "+1 956 555 0100",
    "date": "2026-01-15",
    "number": "1",
    "url": "https://example.com/",
    "password": PASSWORD,
}


def _chosen(select: HtmlElement) -> list[str]:
    options = [one for one in select.iter("option") if one.get("value")]
    chosen = [one for one in options if one.get("selected") is not None] or options[:1]
    return [one.get("value") for one in chosen]


def asked_after(path: str, text: str) -> Iterator[tuple[str, int, str]]:
    """Ids in the query strings of a page's links: the address, the place, the id."""
    for href in Page(text).all("//a/@href"):
        parts = urlsplit(urljoin(path, href))
        if parts.netloc:
            continue
        for place, (_name, value) in enumerate(parse_qsl(parts.query)):
            if UUID.fullmatch(value):
                yield f"{parts.path}?{parts.query}", place, value


def asked_with(address: str, place: int, value: str) -> str:
    """An address whose ``place``-th query value is another one."""
    path, _mark, query = address.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    pairs[place] = (pairs[place][0], value)
    return f"{path}?{urlencode(pairs)}"
