"""The settings of a portal that this package starts: its folders and keys."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from pathlib import Path

from cryptography.fernet import Fernet

from devtools.embedded import APP, OWNER, Cluster, ServiceError, Valkey

DATABASE = "portal"


def keys(path: Path) -> dict[str, str]:
    """The keys at `path`, made at the first start, so that later starts can read earlier data."""
    known = json.loads(path.read_text()) if path.exists() else {}
    made = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ANSWER_PEPPER": secrets.token_urlsafe(32),
        "FIELD_KEY": Fernet.generate_key().decode(),
        "STATEMENT_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
        "RECORDS_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        **known,
    }
    if made != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))
    return {str(name): str(value) for name, value in made.items()}


def host() -> str:
    """The address to listen on."""
    return os.environ.get("HOST") or "127.0.0.1"


def port() -> int:
    """The port to listen on. Raises ServiceError for an invalid port."""
    given = os.environ.get("PORT") or "8000"
    if not (given.isdecimal() and 0 < int(given) < 65536):
        raise ServiceError(f"PORT={given} is no port. Use a number such as PORT=8001")
    return int(given)


def is_free(address: str, number: int) -> bool:
    """Whether the port is free."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, number))
        except PermissionError as problem:
            raise ServiceError(
                f"this user may not listen on port {number}. Use one above 1023: PORT=8000"
            ) from problem
        except OSError:
            return False
        return True


def free_port(address: str = "127.0.0.1") -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def site_url() -> str:
    """The start of links in emails. A name, not a number: passkeys don't work at numeric
    addresses.
    """
    anywhere = {"127.0.0.1", "0.0.0.0", "::", "::1", "localhost"}  # noqa: S104
    name = "localhost" if host() in anywhere else host()
    return os.environ.get("SITE_URL") or f"http://{name}:{port()}"


def settings(
    base: Path, cluster: Cluster, valkey: Valkey, *, module: str, mail_port: int
) -> dict[str, str]:
    """The environment of web and worker with files below `base`, without the owner's address."""
    open_to_all = host() in {"0.0.0.0", "::"}  # noqa: S104
    return {
        **os.environ,
        **keys(base / "keys.json"),
        "DJANGO_SETTINGS_MODULE": module,
        "DATABASE_URL": cluster.url(APP, DATABASE),
        "CACHE_URL": valkey.cache_url(0),
        "CELERY_BROKER_URL": valkey.broker_url(1),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SITE_URL": site_url(),
        "ALLOWED_HOSTS": "*" if open_to_all else f"localhost,127.0.0.1,[::1],{host()}",
        "MEDIA_ROOT": str(base / "media"),
        "MAIL_ROOT": str(base / "mail"),
        "RECORDS_DIR": str(base / "statements"),
        "PYTHONUNBUFFERED": "1",
    }


def as_owner(environment: dict[str, str], cluster: Cluster) -> dict[str, str]:
    """The same with the owner's address, only for migrations."""
    return {**environment, "DATABASE_OWNER_URL": cluster.url(OWNER, DATABASE)}
