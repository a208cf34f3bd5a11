"""The domain name for which passkeys are made (WebAuthn's relying party).

A browser binds a passkey to a domain name and refuses numeric addresses. A portal at an address
such as http://127.0.0.1:8000 is also reachable at http://localhost:8000, where passkeys work.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def relying_party(site_url: str) -> tuple[str, list[str]]:
    """The domain that passkeys are bound to, and the origins that may use them."""
    parts = urlsplit(site_url)
    host = parts.hostname or "localhost"
    if _is_number(host) and ipaddress.ip_address(host).is_loopback:
        host = "localhost"
    port = f":{parts.port}" if parts.port else ""
    # Only this machine may work without TLS; elsewhere browsers offer no passkeys without it.
    scheme = "http" if host == "localhost" and parts.scheme != "https" else "https"
    return host, [f"{scheme}://{host}{port}"]


def unavailable_at(host: str, domain: str) -> bool:
    """Whether passkeys of ``domain`` cannot be used by a browser at ``host`` (with its port)."""
    name = (urlsplit(f"//{host}").hostname or "").lower()
    return _is_number(name) or not (name == domain or name.endswith(f".{domain}"))
