"""Facts stay as they were written, whoever asks the database to change them (P8, A5, T11, L-3)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.models import Model

from audit.frozen import Frozen
from audit.services.chain import lay_chain
from core.row_security import ALL_ROWS
from security_models.models import SecurityModel
from tests.architecture import source
from tests.factories import public_documents
from tests.factories.certified import certified_company

#: Tables without facts, and why their rows may change or go.
LIVING = {
    "audit.Difference": "found and settled; kept, but not sealed",
    "audit.SweepRun": "the latest run of a sweep, for operators",
    "change_requests.ChangeRequest": "asked, returned, decided; each step is an event and a status",
    "change_requests.ChangeLine": "what is asked for now; what was approved is an event",
    "documents.Document": "a title that can change; its versions are facts",
    "documents.DocumentRequest": "what is asked for now; each step is an event and a status",
    "documents.Package": "a job that can be stopped; its file is a fact, what happened are events",
    "documents.PlaceTag": "a place found again; what was done there is a fact",
    "documents.PublicDocument": "a draft, then what its readers find now; its versions are facts",
    "documents.PublicReader": "who has opened a public document",
    "documents.PublicSending": "how far the news of a public document came",
    "documents.LibraryVisit": "when a person was in a library",
    "documents.Tag": "a word that can change",
    "documents.Tagging": "a word that can be taken off",
    "files.Preview": "pictures that can be drawn again; the file is a fact",
    "files.FileText": "a text that can be read again; the file is a fact",
    "messages_app.Thread": "who writes next; its messages are facts, its moves status changes",
    "messages_app.SearchedText": "texts folded for search; the messages are facts",
    "messages_app.Reading": "what a person has read",
    "messages_app.Draft": "what a person has not sent",
    "messages_app.DraftFile": "what a person has not sent",
    "messages_app.ProgramNotice": "a draft, then what its readers see now",
    "messages_app.NoticeAccount": "whom a notice is for; its versions name the audience in words",
    "messages_app.NoticeVersion": "published texts; each publishing is an event",
    "messages_app.NoticeReader": "who has seen or dismissed a notice",
    "messages_app.NoticeSending": "how far a notice is sent",
    "messages_app.NoticeStamp": "a stamp for caches",
    "messages_app.ReplyTemplate": "a text to begin with; what was sent is a message",
    "messages_app.Broadcast": "a job that can be stopped; what was sent are messages",
    "messages_app.BroadcastRow": "how far a job has come; what was sent is a message",
    "notifications.Notification": "read or unread; what happened is an event",
    "notifications.Outbox": "an email on its way; its secrets go once it is sent",
    "notifications.FailingAddress": "the state of an address, until emails arrive again",
    "notifications.Choice": "a preference",
    "security_models.SecurityModel": "a record in use; its dates follow from status changes",
    "security_models.EligibilityRun": "answers that can be changed until the first submission",
    "security_models.EntityIdentifier": "a working copy; what was submitted holds its own",
    "security_models.ModelAddress": "a working copy; what was submitted holds its own",
    "security_models.Contact": "a working copy; what was signed holds its own",
    "security_models.StaffAbsence": "a plan that ends early or late",
    "security_models.InvitationCode": "issued, used or withdrawn; each is an event",
    "svi.Consent": "shared or not now; what was signed is a fact, each step a status change",
    "svi.Monitoring": "who monitors whom now; each step is an event and a status change",
    "svi.PartnerNote": "what a company keeps for itself",
    "webhooks.Endpoint": "where events go now; each change is an event of the record",
    "webhooks.Event": "a copy on its way, deleted after a month; what happened is in the record",
    "webhooks.Delivery": "how far a copy came",
    "webhooks.Attempt": "a log for the receiver, deleted with its event",
    "svi.StatusNews": "how far the news of a change came; the change is a fact",
    "security_profile.Response": "the working copy",
    "security_profile.ResponseRevision": "the history of drafts: one row for ten minutes of typing",
    "security_profile.ReviewConfirmation": "a working copy; what was signed holds its own",
    "security_profile.CatalogueStamp": "a stamp for caches",
    "reviews.WorkMark": "what a specialist pins or postpones",
    "trade_accounts.AccountMark": "what a person pins and opened last",
    "trade_accounts.ImportedSheet": "a preview, deleted after a day; what it changes is recorded",
    "trade_accounts.SavedView": "a name for a filter",
    "trade_accounts.TradeAccount": "a record in use; its changes are events",
    "trade_accounts.Address": "a record in use; its changes are events",
    "trade_accounts.Membership": "a record in use; its changes are events",
    "trade_accounts.Invitation": "a link that is used or ends; each is an event",
    "trade_accounts.ApiKey": "a secret that can be withdrawn; each use is recorded",
    "trade_accounts.Ask": "a request that ends; its ends are events",
}
#: Its tables hold no facts of the program: who may sign in, and how.
WITHOUT = "identity"

#: Another value for each type of column.
OTHER = {
    "text": "{0} || 'x'",
    "character varying": "CASE {0} WHEN 'x' THEN 'y' ELSE 'x' END",
    "boolean": "NOT {0}",
    "smallint": "{0} + 1",
    "integer": "{0} + 1",
    "bigint": "{0} + 1",
    "uuid": "gen_random_uuid()",
    "date": "coalesce({0}, current_date) + 1",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 day'",
    "jsonb": """CASE {0} WHEN '{{"x": 1}}' THEN '{{}}'::jsonb ELSE '{{"x": 1}}' END""",
    "ARRAY": "{0} || gen_random_uuid()",
    "inet": "'192.0.2.7'::inet",
}
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position
"""
#: Where rows become facts later: which are.
FACTS = {
    "security_profile_criteriondecision": "NOT is_draft",
    "agreements_ceremony": "id IN (SELECT ceremony_id FROM agreements_signature)",
}
OURS = [model for model in apps.get_models() if model._meta.app_label in source.apps()]
DECLARED = [model for model in OURS if hasattr(model, "frozen")]


def _ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _is_refused(statement: str) -> bool:
    """Whether the database refuses because the row is a fact."""
    try:
        with transaction.atomic():
            _ask(statement)
    except IntegrityError as refusal:
        return "stay as they were written" in str(refusal)
    except ProgrammingError as refusal:
        return "permission denied" in str(refusal)
    except DatabaseError as other:
        raise AssertionError(statement) from other
    return False


def _other(name: str, kind: str) -> str:
    return OTHER[kind].format(f'"{name}"')


def _is_empty(name: str) -> str:
    return f"""coalesce("{name}"::text, '') = ''"""


def _changes(table: str, frozen: Frozen) -> list[str]:
    """A statement for each column that must not change."""
    return [
        f'UPDATE "{table}" SET "{name}" = {_other(name, kind)}'
        for name, kind in _ask(COLUMNS, table)
        if name not in frozen.changes and name not in frozen.written_once
    ]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_table_keeps_facts_or_says_why_it_has_none(model: type[Model]) -> None:
    meta = model._meta
    if not meta.managed or meta.app_label == WITHOUT or hasattr(model, "shipped_hash"):
        return
    assert hasattr(model, "frozen") != (meta.label in LIVING or meta.label.endswith("Grant"))


def test_published_texts_are_facts_although_they_are_shipped() -> None:
    assert {model.__name__ for model in DECLARED if hasattr(model, "shipped_hash")} == {
        "AgreementText"
    }


@pytest.mark.django_db
@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_the_database_keeps_what_a_model_declares(model: Any) -> None:
    [(definition,)] = _ask(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE tgrelid = %s::regclass AND tgname = 'facts_rows' AND tgenabled = 'O'",
        model._meta.db_table,
    )
    arguments = re.findall(r"'([^']*)'", definition.split("keep_facts")[1])
    assert arguments == model.frozen.arguments()
    assert ("DELETE" in definition) != model.frozen.deletable
    assert ("WHEN" in definition) == bool(model.frozen.once)


@pytest.fixture
def certified(db: None) -> SecurityModel:
    """A certified importer, with at least one row in each table that holds facts."""
    model = certified_company()
    public_documents.draft()
    lay_chain()
    return model


def test_p8_a5_no_column_of_a_fact_can_be_changed_and_no_fact_deleted(
    certified: SecurityModel,
) -> None:
    """Every column of every declared table, tried as the role of the application."""
    for model in DECLARED:
        table = model._meta.db_table
        facts = FACTS.get(table, "true")
        assert _ask(f'SELECT 1 FROM "{table}" WHERE {facts} LIMIT 1'), f"{table} has no row"
        tried = [f"{one} WHERE {facts}" for one in _changes(table, model.frozen)]
        if not model.frozen.deletable:
            tried.append(f'DELETE FROM "{table}" WHERE {facts}')
        tried.append(f'TRUNCATE "{table}"')
        assert [one for one in tried if not _is_refused(one)] == []


def test_what_is_written_once_is_written_once(certified: SecurityModel) -> None:
    """What is empty may be written; then neither another value nor none may follow."""
    for model in DECLARED:
        table = model._meta.db_table
        for name, kind in _ask(COLUMNS, table):
            if name not in model.frozen.written_once or kind == "uuid":
                continue
            empty = "''" if kind == "character varying" else "NULL"
            _ask(f'UPDATE "{table}" SET "{name}" = {_other(name, kind)} WHERE {_is_empty(name)}')
            for value in (_other(name, kind), empty):
                assert _is_refused(f'UPDATE "{table}" SET "{name}" = {value}'), (table, name)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_not_even_the_owner_of_the_tables_empties_one_by_accident() -> None:
    for model in DECLARED:
        with pytest.raises(IntegrityError, match="stay as they were written"):
            connections["owner"].cursor().execute(f'TRUNCATE "{model._meta.db_table}" CASCADE')


def test_l3_a_temporary_table_does_not_stand_in_for_one_that_holds_a_fact(
    certified: SecurityModel,
) -> None:
    _ask("CREATE TEMP TABLE agreements_signature (ceremony_id uuid)")
    facts = "id IN (SELECT ceremony_id FROM public.agreements_signature)"
    assert _ask(f"SELECT 1 FROM agreements_ceremony WHERE {facts}")
    assert _is_refused(f"UPDATE agreements_ceremony SET typed_name = 'Forged' WHERE {facts}")


@pytest.mark.parametrize("becomes", ["'role', 'none'", "'app.scopes', ''"])
def test_l3_a_role_or_scope_that_changes_within_the_statement_hides_no_fact(
    certified: SecurityModel, becomes: str
) -> None:
    facts = "id IN (SELECT ceremony_id FROM agreements_signature)"
    assert _ask(f"SELECT 1 FROM agreements_ceremony WHERE {facts}")
    with transaction.atomic():
        _ask(f"SET LOCAL ROLE {ALL_ROWS}")
        forged = f"'Forged' || left(set_config({becomes}, true), 0)"
        assert _is_refused(f"UPDATE agreements_ceremony SET typed_name = {forged} WHERE {facts}")
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_l3_every_trigger_function_looks_up_tables_in_the_schema_alone() -> None:
    ours = _ask(
        "SELECT proname, proconfig FROM pg_proc WHERE prorettype = 'trigger'::regtype"
        " AND pronamespace = 'public'::regnamespace"
    )
    assert {name for name, _config in ours} >= {
        "keep_facts",
        "seal_fact",
        "renew_catalogue_stamp",
    }
    path = "search_path=pg_catalog, public, pg_temp"
    assert [name for name, config in ours if not config or config[0] != path] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE security_profile_submission DISABLE TRIGGER facts_rows",
        "DROP TRIGGER facts_rows ON security_profile_submission",
        "CREATE OR REPLACE FUNCTION keep_facts() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_l3_the_application_cannot_switch_it_off(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        _ask(statement)
