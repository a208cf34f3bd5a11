"""The scenarios of the demonstration use the services and end in the states they name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from files.models import Rendering
from files.states import RenderState
from portal.demo.scenarios import DEMO, SCENARIOS
from portal.demo.signins import as_markdown
from security_models.models import BusinessTypeAccount
from trade_accounts.models import Membership, TradeAccount

STATUS_AFTER = {
    "draft": {"draft"},
    "ready": {"draft"},
    "submitted": {"applicant"},
    "returned-once": {"applicant"},
    "second-round": {"applicant"},
    "certified": {"certified"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_scenario_ends_where_it_says(name: str) -> None:
    model = SCENARIOS[name].play()
    assert set(model.business_types.values_list("status", flat=True)) == STATUS_AFTER[name]


@pytest.mark.django_db
def test_the_demonstration_holds_four_companies_and_loads_once() -> None:
    call_command("load_demo", verbosity=0)
    call_command("load_demo", verbosity=0)
    assert TradeAccount.objects.count() == len(DEMO)
    statuses = BusinessTypeAccount.objects.values_list("status", flat=True)
    assert set(statuses) == {"draft", "applicant", "certified"}
    several = Membership.objects.filter(user__email__startswith="rosalind", state="active")
    assert several.count() == 3


@pytest.mark.django_db
def test_copies_of_record_are_left_to_the_worker() -> None:
    SCENARIOS["submitted"].play()
    assert [one.state for one in Rendering.objects.all()] == [RenderState.PENDING]


def test_the_readme_lists_who_can_sign_in() -> None:
    readme = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    assert as_markdown() in readme
