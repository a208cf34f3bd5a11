"""The basis for row-level security (security design 3.3): roles, columns, keys, settings."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, models, transaction
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from core import clock, tenancy
from core.access import Access, for_user, system
from core.jobs import job
from core.row_security import ALL_ROWS, APP
from core.web import Door, public, signed_in
from files.models import Rendering, StoredFile
from portal import health
from portal.demo.management.commands import load_demo
from security_models.models import Contact
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model
from tests.scopes import without_scope
from tests.tenancy.catalogue import faults_of_roles

pytestmark = pytest.mark.django_db

TENANTS = ("security_model_id", "trade_account_id")
ROOTS = {"trade_accounts_tradeaccount", "security_models_securitymodel"}
#: Of two companies: it names both, under other names.
OF_TWO = {"svi_monitoring"}

#: From floor 5 up.
UPPER = (
    "trade_accounts",
    "security_models",
    "documents",
    "agreements",
    "messages_app",
    "change_requests",
    "webhooks",
    "security_profile",
    "svi",
    "validations",
    "operations",
    "reviews",
)

#: Columns of a tenant that may be null, and why.
MAY_BE_NULL = {
    # The e-signature consent is given once a person; a check constraint allows no other kind.
    ("agreements_signature", "security_model_id"),
    # A test event is about no C-TPAT account.
    ("webhooks_event", "security_model_id"),
    # The name of a company without an application: the program office decides.
    ("change_requests_changerequest", "security_model_id"),
    # A view that its owner shares with nobody.
    ("trade_accounts_savedview", "trade_account_id"),
}

#: Foreign keys between tables of tenants that need no composite key, and why.
NO_TWIN: dict[tuple[str, str], str] = {}


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


def _models() -> Iterator[type[Model]]:
    for app in UPPER:
        if apps.is_installed(app):
            yield from apps.get_app_config(app).get_models(include_auto_created=True)


def _columns(model: type[Model]) -> set[str]:
    return {str(field.column) for field in model._meta.concrete_fields}


def _tenants(model: type[Model]) -> set[str]:
    """The columns that name the tenant that owns the row."""
    return _columns(model) & set(TENANTS)


# --- the role ------------------------------------------------------------------------------------


def test_i5_the_portal_connects_as_a_role_without_privileges() -> None:
    """It is no superuser, owns nothing, and inherits nothing."""
    ((role,),) = _rows("SELECT session_user::text")
    assert role == APP
    with connection.cursor() as cursor:
        assert list(faults_of_roles(cursor, role)) == []


def test_i5_both_roles_of_the_portal_have_the_same_rights() -> None:
    """What is kept from one (``audit.frozen``) cannot be done as the other."""
    rights = (
        "SELECT oid::regclass, '', privilege_type FROM pg_class, aclexplode(relacl) "
        "WHERE relnamespace = 'public'::regnamespace AND grantee = %s::regrole "
        "UNION SELECT attrelid::regclass, attname, privilege_type "
        "FROM pg_attribute, aclexplode(attacl) WHERE grantee = %s::regrole"
    )
    of_app = set(_rows(rights, APP, APP))
    assert of_app
    assert of_app == set(_rows(rights, ALL_ROWS, ALL_ROWS))


def test_i5_the_portal_cannot_empty_tables_or_make_new_ones() -> None:
    assert not _rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'r' "
        "AND (has_table_privilege(c.oid, 'TRUNCATE') OR has_table_privilege(c.oid, 'REFERENCES') "
        "     OR has_table_privilege(c.oid, 'TRIGGER'))"
    )
    assert _rows("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_i5_there_is_no_materialized_view() -> None:
    assert not _rows("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'")


def test_i5_only_what_seals_facts_has_the_owners_rights_and_nobody_may_call_it() -> None:
    owners = _rows(
        "SELECT p.proname, has_function_privilege(p.oid, 'EXECUTE'), "
        "array_to_string(p.proconfig, ' ') LIKE '%search_path=pg_catalog, public, pg_temp%' "
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = 'public' AND p.prosecdef ORDER BY p.proname"
    )
    kept = ("keep_facts", "seal_fact", "seal_held")
    assert owners == [(name, False, True) for name in kept]


# --- columns and keys ----------------------------------------------------------------------------


def test_every_column_of_a_tenant_is_never_null() -> None:
    nullable = {
        (table, column)
        for table, column in _rows(
            # The catalogue has no constraints of a view: its columns are those of tables.
            "SELECT table_name, column_name FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_nullable = 'YES' "
            "AND column_name IN ('trade_account_id', 'security_model_id')"
        )
    }
    assert nullable == MAY_BE_NULL


def test_a_row_that_hangs_on_a_tenants_row_says_whose_it_is() -> None:
    """A table whose parent belongs to a tenant has the tenant's column itself."""
    owned = {model._meta.db_table for model in _models() if _tenants(model)} | ROOTS
    silent = [
        f"{model._meta.db_table}.{field.column}"
        for model in _models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and field.remote_field.model._meta.db_table in owned
        and model._meta.db_table not in ROOTS | OF_TWO
        and not _tenants(model)
        and field.name != "content_object"  # the grants: their root is their parent
    ]
    assert silent == []


def _twins() -> set[tuple[str, frozenset[str], str]]:
    """(table, its columns, the table they point to) of every composite foreign key."""
    return {
        (table, frozenset(columns), parent)
        for table, columns, parent in _rows(
            "SELECT k.conrelid::regclass::text, "
            "  array(SELECT a.attname::text FROM pg_attribute a "
            "        WHERE a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)), "
            "  k.confrelid::regclass::text "
            "FROM pg_constraint k WHERE k.contype = 'f' AND cardinality(k.conkey) = 2"
        )
    }


def _pairs() -> Iterator[tuple[str, str, str, set[str]]]:
    """(table, column, parent, shared tenant columns) of foreign keys between tenants' tables."""
    for model in _models():
        table = model._meta.db_table
        for field in model._meta.concrete_fields:
            if not isinstance(field, ForeignKey):
                continue
            parent = field.remote_field.model
            shared = _tenants(model) & _tenants(parent)
            if field.column not in shared and shared:
                yield table, field.column, parent._meta.db_table, shared


def test_every_foreign_key_between_rows_of_tenants_has_its_twin_with_the_tenant() -> None:
    twins = _twins()
    missing = [
        f"{table}.{column} -> {parent}"
        for table, column, parent, shared in _pairs()
        if (table, column) not in NO_TWIN
        and not any((table, frozenset({column, one}), parent) in twins for one in shared)
    ]
    assert missing == []
    assert len(list(_pairs())) > 10


#: Files of the program, which no company owns. Its readers get only these: the wall of files asks
#: for the scope of the program (documents/migrations/0011_public_walls.py).
OF_THE_PROGRAM = {("documents_publicversion", "file_id")}
#: Files of one person, whom the row names.
OF_A_PERSON = {("documents_package", "file_id")}
#: The row repeats the scope of its file, because its company may change (T9).
OF_ITS_SCOPE = {("change_requests_changeproof", "file_id")}


def test_a_file_of_a_tenant_is_pointed_to_with_the_tenants_id() -> None:
    twins, missing = _twins(), []
    for model in _models():
        for field in model._meta.concrete_fields:
            parent = field.remote_field.model if isinstance(field, ForeignKey) else None
            if parent is StoredFile or parent is Rendering:
                table, to = model._meta.db_table, parent._meta.db_table
                pairs = [frozenset({str(field.column), one}) for one in _tenants(model)]
                if (table, field.column) in OF_THE_PROGRAM:
                    continue
                if (table, field.column) in OF_A_PERSON:
                    pairs = [frozenset({str(field.column), "user_id"})]
                if (table, field.column) in OF_ITS_SCOPE:
                    pairs = [frozenset({str(field.column), "scope_id"})]
                if not any((table, pair, to) in twins for pair in pairs):
                    missing.append(f"{table}.{field.column}")
    assert missing == []


def test_every_twin_can_be_deferred_for_moves_between_tenants() -> None:
    assert not _rows(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 2 "
        "AND NOT condeferrable"
    )


def test_the_database_refuses_a_row_that_points_across_tenants() -> None:
    ours, theirs = make_account("Ours"), make_account("Theirs")
    our_model, their_model = make_model(ours), make_model(theirs)
    contact = Contact.objects.get(security_model=our_model)
    stranger = Contact.objects.get(security_model=their_model)
    with pytest.raises(IntegrityError):
        _change(contact, membership=stranger.membership)
    with pytest.raises(IntegrityError):
        _change(our_model, trade_account=theirs)
    with pytest.raises(IntegrityError):
        _change(contact, security_model=their_model)


def _change(row: Model, **values: Model) -> None:
    with transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- who is at work ------------------------------------------------------------------------------


#: What holds between transactions.
NOBODY = ("", "")


def _bound() -> tuple[str, str]:
    """Who is named, and in which scope."""
    ((user, scope),) = _rows(
        "SELECT coalesce(current_setting('app.user_id', true), ''), "
        "coalesce(current_setting('app.scope', true), '')"
    )
    return user, scope


@signed_in(detours=False)
def _who(request: HttpRequest) -> HttpResponse:
    return HttpResponse("|".join(_bound()))


@public
def _anybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("|".join(_bound()))


def _undoored(request: HttpRequest) -> HttpResponse:
    return HttpResponse("|".join(_bound()))


_undoored.door = Door("public")  # type: ignore[attr-defined]

urlpatterns = [path("who", _who), path("anybody", _anybody), path("undoored", _undoored)]


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_a_request_tells_the_database_who_is_at_work_and_nothing_stays(client: Client) -> None:
    user = UserFactory.create()
    assert client.get("/anybody").content == b"|public"
    client.force_login(user)
    assert client.get("/who").content == f"{user.pk}|partner".encode()
    assert _bound() == NOBODY
    assert client.get("/undoored").content == b"|"


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_staff_are_told_apart(client: Client) -> None:
    staff = UserFactory.create(staff_role="management")
    client.force_login(staff)
    assert client.get("/who").content == f"{staff.pk}|staff".encode()


@pytest.mark.django_db(transaction=True)
def test_a_job_tells_the_database_that_the_system_is_at_work_and_nothing_stays() -> None:
    seen: list[tuple[str, str]] = []

    @job("a test", name=f"tests.{uuid.uuid4()}")
    def work(access: Access, number: str) -> None:
        assert access.is_system and access.reason == "a test"
        seen.append(_bound())

    work("1")
    assert seen == [("", "system")]
    assert _bound() == NOBODY


def _schedule() -> None:
    """Every job that beat starts."""
    stored = default_storage.save(f"{clock.now():%Y/%m/%d}/of_no_row", ContentFile(b"x"))
    current_app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        current_app.tasks[str(entry["task"])]()
    default_storage.delete(stored)


def _demonstration() -> None:
    """Everyone, and the shortest of the scenarios."""
    with patch.object(load_demo, "DEMO", ("draft",)):
        call_command("load_demo", verbosity=0)


def _command(*arguments: str) -> Callable[[], object]:
    return lambda: call_command(*arguments, stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "work",
    [
        _schedule,
        health.degraded,
        _command("check_grants"),
        _command("verify_records"),
        _command("create_staff", "gwen@program.example", "management", "--first-name=Gwen",
                 "--last-name=Abara"),
        _demonstration,
    ],
    ids=["schedule", "probe", "check_grants", "verify_records", "create_staff", "load_demo"],
)  # fmt: skip
def test_work_that_nobody_asked_for_reads_rows_of_companies_as_the_system(
    work: Callable[[], object], settings: Any, tmp_path: Path
) -> None:
    """Without a scope row-level security would show it nothing: a sweep would delete all files."""
    owned = {model._meta.db_table for model in apps.get_models() if _owners(model)}
    scopes = set()

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if any(f'"{table}"' in sql for table in owned):
            with connection.connection.cursor() as cursor:
                cursor.execute("SELECT coalesce(current_setting('app.scope', true), '')")
                scopes.add(cursor.fetchone()[0])
        return execute(sql, parameters, many, context)

    settings.MEDIA_ROOT, settings.RECORDS_DIR = str(tmp_path), str(tmp_path / "statements")
    with connection.execute_wrapper(note), without_scope():
        work()
    assert scopes == {"system"}


def _owners(model: type[Model]) -> set[str]:
    return _columns(model) & {*TENANTS, "scope_id"}


@pytest.mark.django_db(transaction=True)
def test_the_setting_ends_with_its_transaction_and_with_a_rollback() -> None:
    user = UserFactory.create()
    with tenancy.on_behalf_of(for_user(user)):
        assert _bound() == (str(user.pk), "partner")
    assert _bound() == NOBODY
    with transaction.atomic():
        tenancy.bind(system("a test"))
        transaction.set_rollback(True)
    assert _bound() == NOBODY


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_setting_holds_for_nothing() -> None:
    tenancy.bind(for_user(UserFactory.create()))
    assert _bound() == NOBODY


@pytest.mark.django_db(databases=["owner"])
def test_a_migration_never_makes_requests_wait_long() -> None:
    """Requests queue behind a migration that waits for its lock."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
