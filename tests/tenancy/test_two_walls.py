"""Each of the two walls between companies holds alone (I-4, ADR 18)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from audit.models import Event
from core import access, clock, tenancy, web
from core.access import ROLE_GRANTS, Access, for_user, system
from tests.access.foreign import (
    NEIGHBOUR,
    UUID,
    Press,
    Street,
    build_street,
    presses,
    state_of,
)
from tests.access.test_foreign_ids import path_of
from tests.access.test_matrix import BY_HAND, doors, routes
from tests.access.world import World
from tests.tenancy.catalogue import walled

#: A member without a contact role, who enters nothing of the neighbour.
OUTSIDER = "officer"
#: A person with all rights in its own company, whose forms are all open.
OWNER = "owner"
#: Partners of every kind; none of them may see a row of the neighbour.
PARTNERS = (
    "stranger", "invited", "ended", "user", "company_administrator", "consultant", "employee",
    "officer", "officer_of_a_sibling",
)  # fmt: skip


@pytest.fixture(scope="module")
def street(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Street]:
    """Both companies, built once for the module; each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_street([OUTSIDER, OWNER])
        transaction.set_rollback(True)


# --- the database alone --------------------------------------------------------------------------


def _keys(table: str) -> set[str]:
    """The ids of all rows that are visible, without any filter."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id::text FROM "{table}"')
        return {key for (key,) in cursor.fetchall()}


def _walled() -> list[str]:
    with connection.cursor() as cursor:
        return walled(cursor)


@pytest.mark.parametrize("role", PARTNERS)
def test_i4_without_any_filter_a_partner_reads_no_row_of_the_neighbour(
    street: Street, role: str
) -> None:
    with transaction.atomic():
        tenancy.bind(for_user(street.own.people[role]))
        foreign = {
            table: _keys(table) & street.rows_of_neighbour.get(table, set()) for table in _walled()
        }
        transaction.set_rollback(True)
    program = _of_the_program()
    assert {table for table, keys in foreign.items() if keys - program} == set()


def test_i4_a_partner_reads_the_rows_of_its_own_company(street: Street) -> None:
    """The wall would prove nothing if it hid everything."""
    staff = (
        "reviews_workmark", "security_models_invitationcode", "messages_app_replytemplate",
        "messages_app_broadcast", "messages_app_broadcastrow", "messages_app_internalnote",
    )  # fmt: skip
    # An uploaded spreadsheet is for the person who uploaded it, here the Company Administrator.
    others = ("trade_accounts_importedsheet",)
    with transaction.atomic():
        tenancy.bind(for_user(street.own.people["officer"]))
        hidden = [
            table
            for table in _walled()
            if street.rows_of_own.get(table) and not _keys(table) and table not in (*staff, *others)
        ]
        transaction.set_rollback(True)
    assert hidden == []


@pytest.mark.parametrize("stranger", [Access(), None], ids=["a stranger", "nobody was named"])
def test_i4_a_transaction_without_a_person_reads_no_row(
    street: Street, stranger: Access | None
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        if stranger is not None:
            tenancy.bind(stranger)
        seen = {table for table in _walled() if street.rows_of_own.get(table) and _keys(table)}
        transaction.set_rollback(True)
    assert seen == set()


def test_i4_a_key_reads_its_own_company_only(street: Street) -> None:
    """Also if its user works for both."""
    person = street.own.people["officer"]
    with transaction.atomic():
        tenancy.bind(Access(user=person, only_trade_account_id=street.neighbour.account.pk))
        assert not _keys("security_models_securitymodel")
        transaction.set_rollback(True)


def test_i4_without_any_filter_a_partner_changes_no_row_of_the_neighbour(street: Street) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        tenancy.bind(for_user(street.own.people["officer"]))
        for table in _walled():
            keys = list(street.rows_of_neighbour.get(table, ()))
            for change in _allowed_changes(table):
                cursor.execute(f"{change} WHERE id::text = ANY (%s)", [keys])
                assert cursor.rowcount == 0, change
        transaction.set_rollback(True)


def _allowed_changes(table: str) -> list[str]:
    """Changes to which the role has a right; nobody may change a fact (``audit.frozen``)."""
    changes = {"UPDATE": f'UPDATE "{table}" SET id = id', "DELETE": f'DELETE FROM "{table}"'}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT may FROM unnest(%s) AS may WHERE has_table_privilege(%s, may)",
            [list(changes), table],
        )
        return [changes[may] for (may,) in cursor.fetchall()]


# --- seals ----------------------------------------------------------------------------------------


def _sealed() -> set[str]:
    """The rows whose seals are visible, by their id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_id FROM audit_seal")
        return {row for (row,) in cursor.fetchall()}


def _of_the_program() -> set[str]:
    """What was recorded about the whole program and no company, such as its notices and its public
    documents.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text FROM audit_event WHERE scope_kind = 'program' UNION "
            "SELECT id::text FROM audit_statuschange WHERE scope_kind = 'program' UNION "
            "SELECT id::text FROM files_storedfile WHERE scope_kind = 'program' UNION "
            "SELECT id::text FROM files_preview WHERE scope_kind = 'program' UNION "
            "SELECT id::text FROM documents_publicdocument UNION "
            "SELECT id::text FROM documents_publicversion"
        )
        return {row for (row,) in cursor.fetchall()}


@pytest.mark.parametrize("role", PARTNERS)
def test_i4_a_partner_reads_no_seal_of_the_neighbour(street: Street, role: str) -> None:
    theirs = set().union(*street.rows_of_neighbour.values()) - _of_the_program()
    assert _sealed() & theirs
    with transaction.atomic():
        tenancy.bind(for_user(street.own.people[role]))
        seen = _sealed()
        transaction.set_rollback(True)
    assert seen & theirs == set()


def test_i4_what_a_partner_records_is_sealed_with_the_owners_rights(street: Street) -> None:
    """Also about another person, whose record and seal the partner cannot read."""
    officer = for_user(street.own.people["officer"])
    other = for_user(street.neighbour.people["officer"]).user_id
    events = {
        "own": Event(kind="a test", scope_kind="security_model", scope_id=street.own.model.pk),
        "person": Event(kind="a test", scope_kind="person", scope_id=other),
    }
    with transaction.atomic():
        tenancy.bind(officer)
        for event in events.values():
            event.at = clock.now()
            event.save(force_insert=True)
        own, person = str(events["own"].pk), str(events["person"].pk)
        assert _sealed() & {own, person} == {own}
        tenancy.bind(system("a test"))
        assert _sealed() >= {own, person}
        transaction.set_rollback(True)


#: The columns that say whose a row is, and which id they hold.
ROOTS = {"trade_account_id": "account", "security_model_id": "model", "scope_id": "model"}


def test_i4_no_row_moves_to_the_neighbour_and_none_is_made_there(street: Street) -> None:
    moved, made = set(), set()
    for table, roots, others in _columns_of_tenants():
        there = {root: getattr(street.neighbour, ROOTS[root]).pk for root in roots}
        here = {f"own_{root}": getattr(street.own, ROOTS[root]).pk for root in roots}
        values = there | here
        mine = f'FROM "{table}" WHERE ' + " AND ".join(f"{one} = %(own_{one})s" for one in roots)
        names = ", ".join(f'"{one}"' for one in ("id", *roots, *others))
        copied = ", ".join(["gen_random_uuid()", *(f"%({one})s" for one in roots)])
        copied += "".join(f', "{one}"' for one in others)
        copy = f'INSERT INTO "{table}" ({names}) SELECT {copied} {mine} LIMIT 1'
        if _is_walled(street, copy, values):
            made.add(table)
        moves = ", ".join(f"{one} = %({one})s" for one in roots)
        move = f'UPDATE "{table}" SET {moves} WHERE id = (SELECT id {mine} LIMIT 1)'
        may_update = any(change.startswith("UPDATE") for change in _allowed_changes(table))
        if may_update and _is_walled(street, move, values):
            moved.add(table)
    assert len(made) > 20
    assert len(moved) > 10


def _columns_of_tenants() -> Iterator[tuple[str, list[str], list[str]]]:
    """Every table with a wall: the columns of its tenant, and all others but its id."""
    with connection.cursor() as cursor:
        for table in walled(cursor):
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                "AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall() if name != "id"]
            roots = [name for name in columns if name in ROOTS]
            if roots:
                yield table, roots, [name for name in columns if name not in ROOTS]


def _is_walled(street: Street, act: str, values: dict[str, Any]) -> bool:
    """Whether there was a row for the act; then row-level security must refuse it, unless the row
    is a fact anyway (``audit.frozen``).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tenancy.bind(for_user(street.own.people["officer"]))
        said = ""
        try:
            cursor.execute(act, values)
        except DatabaseError as refusal:
            said = str(refusal)
        transaction.set_rollback(True)
    kept = "facts in" in said
    assert kept or "row-level security" in said or cursor.rowcount == 0, (act, said)
    return bool(said) and not kept


# --- the database alone, behind the pages ---------------------------------------------------------


@pytest.fixture
def no_entry(monkeypatch: pytest.MonkeyPatch, street: Street) -> None:
    """The application lets everyone into the neighbour's company, with every role.

    It hands over the company and its account as the neighbour itself reads them, without the name.
    So all else that a page shows was read by statements that no filter of the entry protects.
    """
    neighbour = street.neighbour
    officer = for_user(neighbour.people["officer"])
    inside = {
        model: access.enter_roots(officer, {"trade_id": neighbour.account.pk, "model_id": model})
        for model in (neighbour.model.pk, neighbour.kwargs["sibling"])
    }
    for one in inside.values():
        one.trade_account.name = one.security_model.trade_account.name = "Handed in"

    def entered(actor: Access, places: Any) -> Access:
        handed = inside.get(places.get("model_id"), inside[neighbour.model.pk])
        for name, root in copy.deepcopy(dict(handed.roots)).items():
            actor = actor.to(name, root, ROLE_GRANTS)
        return actor

    monkeypatch.setattr(web, "enter_roots", entered)
    monkeypatch.setattr("core.api.resource.enter_roots", entered)


@pytest.fixture
def no_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies show every row to every transaction."""
    bind = tenancy.bind

    def as_system(actor: Access) -> None:
        bind(system("policies are off"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.user_id', %s, true)", [str(actor.user_id or "")])

    monkeypatch.setattr(tenancy, "bind", as_system)


def _addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every address with an id of a company in it."""
    for name, pattern in routes():
        if name in BY_HAND or not pattern.pattern.regex.groupindex:
            continue
        yield name, path_of(name, world)


def _shown(street: Street, client: Client, path: str) -> set[str]:
    """What a page shows of the neighbour that its address does not contain."""
    with transaction.atomic():
        response: Any = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    text = body.decode("utf-8", "replace")
    words = {one for one in (NEIGHBOUR,) if one in text}
    return ((set(UUID.findall(text)) & _secret(street)) - set(UUID.findall(path))) | words


def _secret(street: Street) -> set[str]:
    """The ids of the neighbour's rows, except the company and the account that are handed over."""
    handed = {str(street.neighbour.account.pk), str(street.neighbour.model.pk)}
    rows = (street.rows_of_neighbour.get(table, set()) for table in _walled())
    return set().union(*rows) - handed - _of_the_program()


def _leaks(street: Street) -> dict[str, set[str]]:
    client = street.clients[OUTSIDER]
    found = {name: _shown(street, client, path) for name, path in _addresses(street.neighbour)}
    return {name: shown for name, shown in found.items() if shown}


def test_i4_if_the_application_lets_everyone_in_no_page_shows_a_row_of_the_neighbour(
    street: Street, no_entry: None
) -> None:
    assert _leaks(street) == {}


def test_i4_with_both_walls_down_the_pages_show_them(
    street: Street, no_entry: None, no_policies: None
) -> None:
    """The test before this one would notice a leak."""
    assert len(_leaks(street)) >= 10


# --- the application alone -----------------------------------------------------------------------


def test_i4_with_policies_off_no_page_shows_a_row_of_the_neighbour(
    street: Street, no_policies: None
) -> None:
    assert _leaks(street) == {}


# --- both, behind the forms -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def forms(street: Street) -> list[tuple[str, dict[str, Any]]]:
    """What the forms of one's own company send, with the neighbour's ids in place of one's own."""
    client = street.clients[OWNER]
    found = []
    for path in _addresses_of_own(street):
        with transaction.atomic():
            response: Any = client.get(path)
            transaction.set_rollback(True)
        if response.status_code != 200 or "text/html" not in response["Content-Type"]:
            continue
        for press in presses(path, response.content.decode()):
            if press.method == "POST":
                values = ((key, _next_door(street, value)) for key, value in press.values)
                there = _next_door(street, press.path)
                found.append(Press("POST", there, tuple(values), press.files))
    return [(one.path, one.data()) for one in dict.fromkeys(found) if UUID.search(one.path)]


def _addresses_of_own(street: Street) -> Iterator[str]:
    """Those of both accounts: of the one that was submitted, and of the draft, whose forms are
    open.
    """
    for name, path in _addresses(street.own):
        yield path
        if "model_id" in doors()[name].pattern.regex.groupindex:
            yield path_of(name, street.own, model_id=street.own.kwargs["sibling"])


def _next_door(street: Street, text: str) -> str:
    """The same words with the neighbour's ids."""
    roots = {str(own): str(street.neighbour.kwargs[key]) for key, own in street.own.kwargs.items()}
    return UUID.sub(lambda one: roots.get(one[0]) or street.like(one[0]) or one[0], text)


def _state_next_door(street: Street) -> tuple[dict[str, str], dict[str, int]]:
    """What the rows of the neighbour are, and how many there are."""
    numbers = {}
    with connection.cursor() as cursor:
        for table, roots, _others in _columns_of_tenants():
            there = " OR ".join(f'"{one}" = ANY (%(theirs)s)' for one in roots)
            theirs = [street.neighbour.account.pk, *_models(street)]
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {there}', {"theirs": theirs})
            numbers[table] = cursor.fetchone()[0]
    return state_of(street.rows_of_neighbour), numbers


def _models(street: Street) -> list[Any]:
    return [street.neighbour.model.pk, street.neighbour.kwargs["sibling"]]


def _changed_by(street: Street, forms: list[tuple[str, dict[str, Any]]]) -> set[str]:
    """The addresses whose forms change a row of the neighbour, or add one."""
    client = street.clients[OWNER]
    client.raise_request_exception = False
    cookies, changed = copy.deepcopy(client.cookies), set()
    before = _state_next_door(street)
    for path, values in forms:
        with transaction.atomic():
            client.post(path, values)
            if _state_next_door(street) != before:
                changed.add(path)
            transaction.set_rollback(True)
        client.cookies = copy.deepcopy(cookies)
    client.raise_request_exception = True
    return changed


@pytest.mark.long
def test_i4_with_policies_off_no_form_changes_a_row_of_the_neighbour(
    street: Street, forms: list[tuple[str, dict[str, Any]]], no_policies: None
) -> None:
    assert _changed_by(street, forms) == set()


@pytest.mark.long
def test_i4_if_the_application_lets_everyone_in_no_form_changes_a_row_of_the_neighbour(
    street: Street, forms: list[tuple[str, dict[str, Any]]], no_entry: None
) -> None:
    assert _changed_by(street, forms) == set()


@pytest.mark.long
def test_i4_with_both_walls_down_the_forms_change_them(
    street: Street, forms: list[tuple[str, dict[str, Any]]], no_entry: None, no_policies: None
) -> None:
    """The two tests before this one would notice a change."""
    assert len(_changed_by(street, forms)) >= 3
