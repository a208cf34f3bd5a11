"""What tests of files share: a separate store, an uploader, and a scripted daemon."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.services import Scope, model_scope
from core.access import Access, for_user
from files import scanners, services
from files.models import StoredFile
from tests.factories.people import UserFactory
from tests.files.clamd import Clamd


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: object) -> Path:
    """An empty store of files."""
    folder = tmp_path / "media"
    folder.mkdir()
    settings.MEDIA_ROOT = str(folder)  # type: ignore[attr-defined]
    return folder


@pytest.fixture
def actor(db: None) -> Access:
    """A partner who uploads."""
    return for_user(UserFactory())


@pytest.fixture
def scope() -> Scope:
    """The owner of the files."""
    return model_scope(uuid.uuid4())


#: Called with a name, bytes and, if it is not the partner, the uploader.
Receive = Callable[..., StoredFile]


@pytest.fixture
def receive(actor: Access, scope: Scope) -> Receive:
    """Store bytes under a name, as the partner unless someone else is named."""

    def run(name: str, content: bytes, uploader: Access = actor) -> StoredFile:
        upload = SimpleUploadedFile(name, content)
        return services.receive(upload, actor=uploader, scope=scope)

    return run


@pytest.fixture
def clamd(settings: object) -> Iterator[Clamd]:
    """A scripted daemon on a real socket, and the portal configured to ask it."""
    with Clamd() as daemon:
        settings.SCANNER = "files.scanners.ClamAv"  # type: ignore[attr-defined]
        settings.CLAMAV_HOST, settings.CLAMAV_PORT = daemon.address  # type: ignore[attr-defined]
        settings.CLAMAV_TIMEOUT = 10  # type: ignore[attr-defined]
        scanners.scanner.cache_clear()
        yield daemon
    scanners.scanner.cache_clear()


def kept(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
