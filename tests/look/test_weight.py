"""What a page loads stays small, and everything that it names exists."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db.models import TextChoices

from core.pdf_child import SYSTEM_FONTS
from devtools.uswds_css import TARGET, stylesheet
from files.states import ScanState
from portal.templatetags.look import STATUSES, look_of
from security_models.states import BusinessTypeStatus, EligibilityOutcome, VettingResult
from security_profile.states import CriterionState, SubmissionStatus, Verdict
from tests.look.conftest import PAGES, Render
from tests.look.page import Page
from trade_accounts.states import MembershipState

ROOT = Path(settings.BASE_DIR)
OURS = ("cotton", "errors", "layouts")
LIMIT = 300 * 1024  # design goal for JavaScript and CSS together, an empty cache
NAMED = re.compile(r"""\{% icon ["']([a-z_]+)["']|icon=["']([a-z_]+)["']""")


def _sprite() -> set[str]:
    found = finders.find("uswds/img/sprite.svg")
    assert isinstance(found, str)
    return set(re.findall(r'id="([a-z0-9_]+)"', Path(found).read_text()))


def test_the_design_system_is_cut_to_what_components_use() -> None:
    assert TARGET.read_text() == stylesheet(), "run: python -m devtools.uswds_css"


def test_scripts_and_styles_together_stay_below_the_limit(render: Render) -> None:
    loaded = set()
    for name in PAGES:
        page = Page(render(name))
        loaded |= set(page.all("//script/@src")) | set(page.all("//link[@rel='stylesheet']/@href"))
    raw = packed = 0
    for url in loaded:
        found = finders.find(url.removeprefix("/static/"))
        assert isinstance(found, str), url
        data = Path(found).read_bytes()
        raw += len(data)
        packed += len(gzip.compress(data))
    assert raw < LIMIT * 0.62
    assert packed < LIMIT / 6  # what travels


def test_every_icon_is_in_the_sprite() -> None:
    sprite = _sprite()
    named = {look.icon for look in STATUSES.values()}
    for path in (ROOT / "templates").rglob("*.html"):
        named |= {a or b for a, b in NAMED.findall(path.read_text())}
    assert named - {""} - sprite == set()


@pytest.mark.parametrize(
    "states",
    [
        BusinessTypeStatus, EligibilityOutcome, MembershipState, CriterionState, ScanState,
        SubmissionStatus, Verdict, VettingResult,
    ],
)  # fmt: skip
def test_every_state_of_the_portal_has_a_look(states: type[TextChoices]) -> None:
    for state in states:
        assert look_of(state.value).icon, state


def test_every_file_that_a_stylesheet_names_is_there() -> None:
    for sheet in (ROOT / "static" / "css").glob("*.css"):
        for url in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text()):
            name = url.removeprefix("static:")
            if url.startswith("../"):
                name = url.removeprefix("../")
            there = finders.find(name) or SYSTEM_FONTS.get(url, ROOT / "nothing").exists()
            assert there, f"{sheet.name}: {url}"


def test_components_use_only_classes_that_a_stylesheet_knows() -> None:
    css = "".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))
    known = set(re.findall(r"\.((?:pp|usa)-[\w-]*\w)", css))
    used = set()
    for path in [page for part in OURS for page in (ROOT / "templates" / part).rglob("*.html")]:
        for group in re.findall(r'class="([^"]*)"', path.read_text()):
            words = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", group)
            used |= {one for one in words.split() if re.fullmatch(r"(pp|usa)-[\w-]*\w", one)}
    bare = {"pp-listing", "pp-sq", "pp-tree", "pp-notice--locked"}  # names for scripts and tests
    assert used - known - bare - {one for one in used if one.startswith("usa-")} == set()
