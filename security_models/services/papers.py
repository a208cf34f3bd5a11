"""Supporting papers: the deed of incorporation, and the description of security events."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.errors import refusal
from files.services import receive, sha256_of
from security_models.models import SecurityModel, SupportingPaper
from security_models.policies import P
from security_models.services.roots import lock_for_edit, lock_open, scope_of
from security_models.states import PaperKind

MAX_PAPERS = 20


@transaction.atomic
def add_paper(
    *, actor: Access, model: SecurityModel, form_key: uuid.UUID, kind: str, file: Any
) -> SupportingPaper:
    """Add a file of a kind that is asked for. It can be read once it is scanned.

    ``form_key`` becomes the id of the row: two clicks make one.
    """
    actor.require(P.EDIT)
    facts = lock_for_edit(model)
    mine = {"security_model_id": model.pk, "added_by_id": actor.user_id}
    made = made_before(SupportingPaper, form_key, **mine)
    if made is not None:
        return made
    if kind not in facts.papers_wanted:
        raise refusal("not_asked", _("The program doesn't ask for this paper."), "file")
    if len(facts.papers) >= MAX_PAPERS:
        words = _("You can keep up to %(n)s papers. Delete one first.")
        raise refusal("full", words % {"n": MAX_PAPERS}, "file")
    there = SupportingPaper.objects.filter(security_model=model, kind=kind, removed_at=None)
    if file and there.filter(file__sha256=sha256_of(file)).exists():
        raise refusal("attached", _("This file is already attached."), "file")
    paper = SupportingPaper.objects.create(
        id=form_key,
        security_model=model,
        kind=kind,
        file=receive(file, actor=actor, scope=scope_of(model)),
        added_at=clock.now(),
        added_by_id=actor.user_id,
        added_by_name=actor.name,
    )
    label = str(PaperKind(kind).label)
    record(
        "security_models.paper_added",
        actor=actor,
        scope=scope_of(model),
        paper=label,
        file=paper.file.name,
    )
    return paper


@transaction.atomic
def remove_paper(*, actor: Access, model: SecurityModel, paper_id: uuid.UUID) -> str | None:
    """Remove a paper from the list; return its name, None if it was already gone.

    The file itself is kept: what was submitted with it stays readable (P8).
    """
    actor.require(P.EDIT)
    lock_open(model)
    papers = SupportingPaper.objects.select_related("file")
    paper = papers.filter(pk=paper_id, security_model=model, removed_at=None).first()
    if paper is None:
        return None
    paper.removed_at, paper.removed_by_name = clock.now(), actor.name
    paper.save(update_fields=["removed_at", "removed_by_name"])
    record(
        "security_models.paper_removed",
        actor=actor,
        scope=scope_of(model),
        file=paper.file.name,
    )
    return str(paper.file.name)


@transaction.atomic
def describe_events(
    *, actor: Access, model: SecurityModel, text: str, version: int
) -> SecurityModel:
    """Save the description of declared security events. Raises Stale if someone else wrote since
    (P5).
    """
    actor.require(P.EDIT)
    facts = lock_for_edit(model)
    if not facts.events_wanted:
        raise refusal("not_asked", _("No security event was declared."), "text")
    if facts.model.event_description == text:
        return facts.model
    saved = save_versioned(facts.model, expected=version, event_description=text)
    record("security_models.events_described", actor=actor, scope=scope_of(model))
    return saved
