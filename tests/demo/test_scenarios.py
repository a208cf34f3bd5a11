"""The scenarios of the demonstration use the services and end in the states they name."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from files.models import Rendering
from files.states import RenderState
from portal.demo.account_requests import GROUP
from portal.demo.cast import COMPANIES
from portal.demo.scenarios import DEMO, SCENARIOS, Scenario
from portal.demo.signins import as_markdown
from security_models.models import SecurityModel
from trade_accounts.models import Membership, TradeAccount

STATUS_AFTER = {
    "draft": {"draft"},
    "ready": {"draft"},
    "submitted": {"applicant"},
    "returned-once": {"applicant"},
    "second-round": {"applicant"},
    "certified": {"certified"},
    "updated": {"certified"},
    "reviewing": {"certified"},
    "monitoring": {"certified"},
}


#: What the demonstration plays, and where another scenario begins: the long run plays each alone.
PLAYED_WITH_OTHERS = {*DEMO, "ready", "certified"}
CASES = [
    pytest.param(name, marks=[pytest.mark.long] if name in PLAYED_WITH_OTHERS else [])
    for name in sorted(SCENARIOS)
]


def statuses_of(model: SecurityModel) -> set[str]:
    return set(model.business_types.values_list("status", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_a_scenario_ends_where_it_says(name: str) -> None:
    assert statuses_of(SCENARIOS[name].play()) == STATUS_AFTER[name]


@pytest.mark.django_db
def test_the_demonstration_holds_five_companies_and_loads_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends: dict[str, set[str]] = {}

    def play_and_note(scenario: Scenario) -> SecurityModel:
        model = scenario.play()
        ends[scenario.name] = statuses_of(model)
        return model

    for name in DEMO:
        one = SCENARIOS[name]
        noted = replace(one, play=partial(play_and_note, one))
        monkeypatch.setitem(SCENARIOS, name, noted)
    call_command("load_demo", verbosity=0)
    call_command("load_demo", verbosity=0)
    assert ends == {name: STATUS_AFTER[name] for name in DEMO}
    assert TradeAccount.objects.count() == len(COMPANIES) + len(GROUP)
    several = Membership.objects.filter(user__email__startswith="rosalind", state="active")
    assert several.count() == 3
    assert {one.state for one in Rendering.objects.all()} == {RenderState.PENDING}, (
        "copies of record are left to the worker"
    )


def test_the_readme_lists_who_can_sign_in() -> None:
    readme = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    assert as_markdown() in readme
