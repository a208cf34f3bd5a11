"""What this app adds to the at-a-glance page of a model (S6)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.access import Access
from core.agency import with_agency
from core.contributions import Fact, Glance, Section
from core.days import day
from security_models.models import SecurityModel
from security_models.policies import decision_due, takes_longer
from security_models.states import BusinessTypeStatus
from security_profile.presentation.completeness import (
    done_words,
    left_words,
    squares_caption,
)
from security_profile.presentation.profile_rows import page_url, square_rows
from security_profile.presentation.review_tasks import fact_of
from security_profile.selectors import Latest, overview
from security_profile.selectors.annual_reviews import review_of


def glance_for(access: Access, model: SecurityModel) -> Glance:
    """Progress in figures, and one square for each criterion."""
    profile = overview(model)
    review = review_of(model)
    annual = () if review is None else (fact_of(review, model),)
    if not profile.answers:
        return Glance(facts=annual)
    fact = Fact(
        label=_("Security profile"),
        value=done_words(profile.counted.done, profile.counted.total),
        note=left_words(profile.counted),
        url=page_url("profile", model),
        link_label=_("Open"),
    )
    context = {
        "categories": square_rows(profile),
        "caption": squares_caption(profile.categories),
        "latest": profile.latest,
    }
    return Glance(
        facts=(fact, *annual, *_decision(model, profile.latest)),
        sections=(Section("security_profile/glance.html", context, position=40),),
    )


def _decision(model: SecurityModel, latest: Latest | None) -> Iterator[Fact]:
    """By when the program plans to decide on an application that is with it."""
    due = decision_due(model)
    if latest is None or due is None or not (latest.is_with_cbp or latest.is_approved):
        return
    if not model.business_types.filter(status=BusinessTypeStatus.APPLICANT).exists():
        return
    if takes_longer(model):
        planned = _("It was planned by %(day)s. You do not need to do anything.")
        yield Fact(_("Decision"), _("Taking longer than planned"), planned % {"day": day(due)})
    else:
        note = with_agency(_("%(agency)s plans to decide on the application by that day."))
        yield Fact(_("Decision"), day(due), note)
