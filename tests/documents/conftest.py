"""A separate file store for each test."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    """An empty store of files."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path
