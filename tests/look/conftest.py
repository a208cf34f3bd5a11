"""Renders sample pages with the real settings, without a database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.template.loader import render_to_string

from tests.look import sample

HERE = Path(__file__).resolve().parent / "templates"
PAGES = sorted(path.stem for path in (HERE / "look").glob("*.html"))
STAFF = {"review", "list"}
REFUSED = {"forms"}

Render = Callable[..., str]


@pytest.fixture
def render(settings: Any) -> Render:
    """Render a template of the portal, or one of the sample pages by its name."""
    engine = {**portal_settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], HERE]
    settings.TEMPLATES = [engine]

    def page(name: str, **extra: Any) -> str:
        context = sample.context() | extra
        if name in STAFF:
            context["nav"] = sample.STAFF_NAV
        if name in REFUSED:
            context["form"] = context["refused"]
        path = name if "/" in name else f"look/{name}.html"
        return render_to_string(path, context)

    return page
