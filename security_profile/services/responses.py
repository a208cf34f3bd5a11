"""Saves the answer to a criterion: drafts may be incomplete, and nobody's text is lost (P4, P5)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.compiled import Compiled
from core.concurrency import save_versioned
from core.errors import Problem, Refused, Stale, refusal
from core.line_limits import line_count, most_lines
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import REASON_MAXIMUM, TEXT_MAXIMUM
from security_profile.models import Response, ResponseRevision
from security_profile.policies import EDIT
from security_profile.selectors import Applicable, closed_because, criterion_of

#: All saves of a user on a criterion in this time make one revision and one event.
REVISION_WINDOW = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Draft:
    """A contact's answer: a text, or Not Applicable with a reason; both may be unfinished.

    The text is kept while Not Applicable is chosen, and the reason while it is not.
    """

    text: str = ""
    not_applicable: bool = False
    reason: str = ""
    is_ready: bool = False

    def is_in(self, row: Response) -> bool:
        """Whether a saved response already says this."""
        return all(getattr(row, name) == value for name, value in self.values().items())

    def values(self) -> dict[str, Any]:
        """Field -> value."""
        return {
            "text": self.text,
            "not_applicable": self.not_applicable,
            "reason": self.reason,
            "is_ready": self.is_ready,
        }


@transaction.atomic
def save_response(
    *, actor: Access, model: SecurityModel, code: str, version: int, draft: Draft
) -> Response:
    """Save an answer as a draft, complete or not.

    ``version`` is the version of the response that the writer had read, 0 for none. Stale contains
    what someone else, or the same person in another window, saved in the meantime (P5). The same
    answer sent twice is one save; saving the saved answer again writes nothing. Refused if the
    application has lapsed or a text has too many characters or lines. NotVisible for a criterion of
    other types.
    """
    actor.require(EDIT)
    criterion = criterion_of(model, code)
    refuse_unless_editable(model)
    _refuse_too_long(draft)
    saved = _mine(actor, model, criterion)
    if not saved:
        return _first_save(actor, model, criterion, version, draft)
    (current,) = saved
    if draft.is_in(current):
        return current
    if current.version != version:
        raise Stale(current)
    return _save_again(actor, criterion, current, draft)


def refuse_unless_editable(model: SecurityModel) -> None:
    """Refuse with an explanation if nothing may be changed."""
    why = closed_because(model)
    if not why:
        return
    words = _("This account is closed. You can still read the profile.")
    if why == "lapsed":
        words = _("This application has lapsed. To continue, reopen it. Everything is still there.")
    raise refusal(why, words)


def response_of(actor: Access, model: SecurityModel, criterion: Applicable) -> Response:
    """The response row of a criterion; an empty one is made if there is none yet.

    Version 0 means that nothing was saved in it, so someone who opened the page before is not in
    conflict.
    """
    row, _made = Response.objects.get_or_create(
        security_model=model,
        criterion_id=criterion.id,
        defaults={"version": 0, "updated_at": clock.now(), "updated_by": actor.user},
    )
    return row


def _mine(actor: Access, model: SecurityModel, criterion: Applicable) -> list[Response]:
    """The response with its writer and the actor's revision that is still open, if it was ever
    saved; one query.
    """
    return _SAVED.rows(
        model_id=model.pk,
        criterion_id=criterion.id,
        user_id=actor.user_id,
        since=clock.now() - REVISION_WINDOW,
    )


def _saved(model_id: Any, criterion_id: Any, user_id: Any, since: Any) -> QuerySet[Response]:
    open_revision = ResponseRevision.objects.filter(
        response=OuterRef("pk"), user_id=user_id, started_at__gt=since
    ).order_by("-started_at")
    rows = Response.objects.filter(security_model=model_id, criterion_id=criterion_id)
    rows = rows.select_related("updated_by")
    return rows.annotate(open_revision=Subquery(open_revision.values("pk")[:1]))


_SAVED = Compiled(
    _saved, model_id=uuid.UUID, criterion_id=str, user_id=uuid.UUID, since=dt.datetime
)


def _refuse_too_long(draft: Draft) -> None:
    problems = []
    for name, text, limit in (
        ("text", draft.text, TEXT_MAXIMUM),
        ("reason", draft.reason, REASON_MAXIMUM),
    ):
        if len(text) > limit:
            words = _("Shorten this to %(limit)s characters; it has %(length)s.")
            words %= {"limit": limit, "length": len(text)}
            problems.append(Problem("max_length", words, name))
        if line_count(text) > most_lines(limit):
            words = _("Shorten this to %(limit)s lines; it has %(length)s.")
            words %= {"limit": most_lines(limit), "length": line_count(text)}
            problems.append(Problem("max_lines", words, name))
    if problems:
        raise Refused("too_long", problems)


def _first_save(
    actor: Access, model: SecurityModel, criterion: Applicable, version: int, draft: Draft
) -> Response:
    """Make the row. If two people start at the same moment, the second one sees the first one's
    text.
    """
    blank = Response(security_model=model, criterion_id=criterion.id, version=0)
    if version:
        raise Stale(blank)
    if draft == Draft():
        return blank
    try:
        with transaction.atomic():
            row = Response.objects.create(
                security_model=model,
                criterion_id=criterion.id,
                updated_at=clock.now(),
                updated_by=actor.user,
                **draft.values(),
            )
    except IntegrityError as taken:
        (current,) = _mine(actor, model, criterion)
        if draft.is_in(current):
            return current
        raise Stale(current) from taken
    _revise(actor, criterion, row, None)
    return row


def _save_again(actor: Access, criterion: Applicable, current: Response, draft: Draft) -> Response:
    open_revision = current.open_revision  # type: ignore[attr-defined]
    try:
        row = save_versioned(
            current,
            expected=current.version,
            updated_at=clock.now(),
            updated_by=actor.user,
            **draft.values(),
        )
    except Stale:
        (newest,) = _mine(actor, current.security_model, criterion)
        if draft.is_in(newest):
            return newest
        raise Stale(newest) from None
    _revise(actor, criterion, row, open_revision)
    return row


def _revise(actor: Access, criterion: Applicable, row: Response, open_revision: Any) -> None:
    """Keep what was saved: in the open revision, or in a new one with its event."""
    values = {
        "text": row.text,
        "not_applicable": row.not_applicable,
        "reason": row.reason,
        "saved_at": row.updated_at,
    }
    if open_revision is not None:
        ResponseRevision.objects.filter(pk=open_revision).update(**values)
        return
    ResponseRevision.objects.create(
        security_model_id=row.security_model_id,
        response=row,
        user=actor.user,
        user_name=actor.name,
        started_at=row.updated_at,
        **values,
    )
    record(
        "security_profile.answered",
        actor=actor,
        scope=model_scope(row.security_model_id),
        subject=("response", row.pk),
        code=criterion.code,
    )
