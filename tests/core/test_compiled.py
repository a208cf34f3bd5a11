"""Statements that are compiled once never answer with the values of an earlier question."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, Func, OuterRef, QuerySet, TextField, Value
from django.test.utils import CaptureQueriesContext

from core import tenancy
from core.access import for_user
from core.compiled import Compiled, any_of
from core.prepared import Prepared
from security_models import grants
from security_models.models import SecurityModel
from tests.factories.trade import make_account, make_model
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db


def _models(model_id: uuid.UUID, started_by: uuid.UUID) -> QuerySet[SecurityModel]:
    rows = SecurityModel.objects.filter(pk=model_id).select_related("trade_account")
    mine = SecurityModel.objects.filter(pk=OuterRef("pk"), started_by=started_by)
    return rows.annotate(is_mine=Exists(mine))


def test_each_question_is_answered_for_its_own_values() -> None:
    question: Compiled[Any] = Compiled(_models, model_id=uuid.UUID, started_by=uuid.UUID)
    one, other = make_model(make_account()), make_model(make_account())
    for model in (one, other, one):
        for person in (one.started_by_id, other.started_by_id):
            (found,) = question.rows(model_id=model.pk, started_by=person)
            assert found == model
            assert found.trade_account == model.trade_account
            assert found.is_mine == (model.started_by_id == person)
            assert vars(found) == vars(_models(model.pk, person).get()) | {"_state": found._state}


def test_what_was_written_since_is_read() -> None:
    question: Compiled[Any] = Compiled(
        lambda account_id: TradeAccount.objects.filter(pk=account_id).values_list("name"),
        account_id=uuid.UUID,
    )
    account = make_account()
    assert question.rows(account_id=account.pk) == [(account.name,)]
    TradeAccount.objects.update(name="Marigold Freight")
    assert question.first(account_id=account.pk) == ("Marigold Freight",)
    assert question.first(account_id=None) is None


def test_a_statement_that_does_not_hand_a_value_on_is_refused() -> None:
    with pytest.raises(TypeError, match="day"):
        Compiled(
            lambda day: SecurityModel.objects.filter(started_on=day + dt.timedelta(days=1)),
            day=dt.date,
        ).rows(day=dt.date(2026, 11, 27))


def test_any_number_of_ids_is_one_statement() -> None:
    question: Compiled[Any] = Compiled(
        lambda ids: SecurityModel.objects.filter(any_of("trade_account", ids)).order_by("pk"),
        ids=list,
    )
    models = sorted((make_model(make_account()) for _ in range(3)), key=lambda model: model.pk)
    for some in (models, models[:1], [], models[1:]):
        assert question.rows(ids=[model.trade_account_id for model in some]) == some
        accounts = {model.trade_account_id for model in some}
        found = SecurityModel.objects.filter(any_of("trade_account", accounts)).order_by("pk")
        assert list(found) == some


def test_entering_is_asked_anew_on_each_program_day_and_for_each_kind_of_reader() -> None:
    day, ids = dt.date(2026, 11, 27), ("user_id", "model_id")
    asked = {
        id(grants._entry(*key))
        for key in (
            (day, True, ids),
            (day, False, ids),
            (day + dt.timedelta(days=1), False, ids),
            (day, False, (*ids, "trade_id")),
        )
    }
    assert len(asked) == 4


def _is_planned(question: Compiled[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return (question._statement.prepared.name,) in cursor.fetchall()


def test_the_database_plans_a_statement_once_and_each_transaction_sees_its_own_rows() -> None:
    """A plan stays with its connection, which people of several companies use one after another."""
    question: Compiled[Any] = Compiled(
        lambda ids: SecurityModel.objects.filter(any_of("pk", ids)).order_by("pk"), ids=list
    )
    models = sorted((make_model(make_account()) for _ in range(2)), key=lambda model: model.pk)
    ids = [model.pk for model in models]
    assert question.rows(ids=ids) == models
    for model in (*models, models[0]):
        with transaction.atomic():
            tenancy.bind(for_user(model.started_by))
            assert question.rows(ids=ids) == [model]
            transaction.set_rollback(True)
    assert question.rows(ids=ids) == models
    assert _is_planned(question)


def test_whoever_counts_or_watches_statements_sees_them_as_they_are() -> None:
    question: Compiled[Any] = Compiled(
        lambda pk: TradeAccount.objects.filter(pk=pk).only("name"), pk=uuid.UUID
    )
    account = make_account()
    with CaptureQueriesContext(connection) as captured:
        assert question.first(pk=account.pk) == account
    (sent,) = captured.captured_queries
    assert sent["sql"].startswith('SELECT "trade_accounts_tradeaccount"."id"')


def test_what_cannot_be_planned_without_its_values_is_asked_all_the_same() -> None:
    question: Compiled[Any] = Compiled(
        lambda word: TradeAccount.objects.annotate(kind=_KindOf(Value(word))).values_list("kind"),
        word=str,
    )
    make_account()
    assert question.first(word="dock") == ("unknown",)
    assert not _is_planned(question)


def test_behind_a_pool_that_shares_connections_nothing_is_planned_beforehand(
    settings: Any,
) -> None:
    settings.PREPARED_STATEMENTS = False
    question: Compiled[Any] = Compiled(lambda pk: TradeAccount.objects.filter(pk=pk), pk=uuid.UUID)
    account = make_account()
    assert question.first(pk=account.pk) == account
    assert not _is_planned(question)


class _KindOf(Func):
    """The type of a value as the database sees it: not known before there is one."""

    template = "CAST(pg_typeof(%(expressions)s) AS text)"
    output_field = TextField()


def test_a_statement_has_the_same_name_in_each_process_and_another_one_another() -> None:
    """A pool that mixes connections then mixes no statements."""
    one, again = Prepared("SELECT 1", (), {}), Prepared("SELECT 1", (), {})
    assert one.name == again.name != Prepared("SELECT 2", (), {}).name
