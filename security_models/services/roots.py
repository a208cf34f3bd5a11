"""Locking a security model before it is written, and refusing what can no longer be written."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import gettext as _

from audit.services import Scope, model_scope
from core.errors import NotVisible, Problem, Refused
from security_models import grants, page_links
from security_models.facts.model_facts import Facts
from security_models.models import SecurityModel
from security_models.policies import is_lapsed
from security_models.selectors import facts_of
from security_models.states import all_ended


def lock(model_id: uuid.UUID) -> SecurityModel:
    """The model, locked until the end of the transaction. Raises NotVisible if there is none."""
    models = SecurityModel.objects.select_related("trade_account")
    model = models.select_for_update(of=("self",), no_key=True).filter(pk=model_id).first()
    if model is None:
        raise NotVisible("security_model")
    return model


def lock_for_edit(model: SecurityModel) -> Facts:
    """Lock a model and read its facts. Refused if its company profile may not be changed."""
    lock(model.pk)
    facts = facts_of(model)
    _refuse_closed(facts.model, over=facts.over)
    return facts


def lock_open(model: SecurityModel) -> SecurityModel:
    """The same for a change that needs no other facts: the locked model, at less cost."""
    locked = lock(model.pk)
    statuses = list(locked.business_types.values_list("status", flat=True))
    _refuse_closed(locked, over=all_ended(statuses))
    return locked


def _refuse_closed(model: SecurityModel, *, over: bool) -> None:
    """A model that has ended otherwise does not lapse."""
    if over:
        raise refusal(
            "over", _("This C-TPAT account is closed. You can read it but not change it.")
        )
    if is_lapsed(model):
        words = _("The time to finish this application has passed. Reopen it first.")
        raise Refused("lapsed", [Problem("lapsed", words, url=page_links.url(model, "reopen"))])


def settle_roles(model: SecurityModel) -> None:
    """Update the grants of a locked model, and remember that it has had an Officer (R3)."""
    grants.sync(model)
    if not model.had_officer and facts_of(model).officers:
        model.had_officer = True
        model.save(update_fields=["had_officer"])


def refusal(code: str, words: Any, field: str = "") -> Refused:
    """A refusal with one problem."""
    return Refused(code, [Problem(code, words, field)])


def scope_of(model: SecurityModel) -> Scope:
    """The scope of everything that happens in a model."""
    return model_scope(model.pk)
