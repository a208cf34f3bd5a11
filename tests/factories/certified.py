"""A certified importer, as the services lead there, with a row in each table that holds facts."""

from __future__ import annotations

from typing import Any

from audit.models import Anchor
from core import clock
from portal.demo.scenarios import SCENARIOS, people
from security_models.models import SecurityModel, SupportingPaper
from security_models.states import PaperKind
from security_profile.models import AnnualReview
from tests.factories.kept import kept
from tests.factories.models import make_file


def certified_company() -> SecurityModel:
    """The company; in a test that commits, everyone sees it, a superuser too."""
    return SecurityModel.objects.get(pk=_certified())


@kept
def _certified() -> Any:
    people()
    model = SCENARIOS["certified"].play()
    SupportingPaper.objects.create(
        security_model=model, kind=PaperKind.DEED_OF_INCORPORATION, file=make_file(model),
        added_at=clock.now(), added_by_name="Marguerite Ashdown",
    )  # fmt: skip
    AnnualReview.objects.create(
        security_model=model, due_on=clock.today(), escalated_on=clock.today()
    )
    Anchor.objects.create(day=clock.real_today(), statement="{}", signature="none")
    return model.pk
