"""Decides which web addresses of users, and which IP addresses, the portal itself may connect to.

A user who chooses an address must not reach what only the portal reaches: the machine itself, the
network around it, the metadata service of a cloud (ASVS 1.3.6). Pure functions: what a name means
is asked in ``core.outside``, at each connection anew.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Problem, Refused

LONGEST = 500
HTTPS_PORT, HTTP_PORT = 443, 80

#: Networks that are not on the public internet, or lead back into one that is not: besides what
#: Python calls private also shared (CGNAT), relayed (6to4, Teredo) and translated (NAT64) ones.
_CLOSED = [
    ipaddress.ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
]  # fmt: skip
#: The only IPv6 addresses that are given out for the public internet. It leaves out IPv4-mapped
#: addresses (::ffff:0:0/96), NAT64 (64:ff9b::/96), unique local and link-local ones.
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
#: Ways to write an IPv4 address: decimal, octal, hexadecimal, with one to four parts.
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)
_PLAIN = re.compile(r"[\x21-\x7e\u00a1-\U0010ffff]+")
#: Names that mean the machine or its network wherever they are asked.
_INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "test", "invalid")


@dataclass(frozen=True)
class Outside:
    """A web address, taken apart: its host as ASCII, and what is sent in the request line."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_https(self) -> bool:
        """Whether the connection is encrypted and the host has to prove its name."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and, unless usual, port: the value of the Host header."""
        usual = HTTPS_PORT if self.is_https else HTTP_PORT
        return self.host if self.port == usual else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address in one spelling."""
        return f"{self.scheme}://{self.authority}{self.target}"


def is_public(ip: str) -> bool:
    """Whether an IP address is one of the public internet, and not a way into another network."""
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if found.is_multicast or found.is_reserved or not found.is_global:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (
        found.scope_id is not None or found not in _PUBLIC_IPV6
    ):
        return False
    return not any(found in net for net in _CLOSED if net.version == found.version)


def is_loopback(ip: str) -> bool:
    """Whether an IP address is the machine itself, which demo and tests may allow."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def may_connect(ip: str) -> bool:
    """Whether the portal may connect to this IP address on behalf of a user."""
    return is_public(ip) or (settings.OUTSIDE_LOOPBACK and is_loopback(ip))


def outside(address: str) -> Outside:
    """A user's web address in one spelling. Raises Refused, in words, for one that is not taken.

    Only HTTPS to a name of the public internet: no credentials, no IP address in any spelling, no
    other port than those of the setting ``OUTSIDE_PORTS``.
    """
    text = address.strip()
    if len(text) > LONGEST or not _PLAIN.fullmatch(text) or "\\" in text:
        raise _refused("unreadable", _("Write the address without blanks, such as %(example)s."))
    try:
        parts = urlsplit(text)
        name, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _refused("unreadable", _("Write an address such as %(example)s.")) from error
    if parts.scheme not in ({"https", "http"} if settings.OUTSIDE_LOOPBACK else {"https"}):
        raise _refused("not_https", _("The address must begin with https://."))
    if parts.username is not None or parts.password is not None:
        raise _refused("credentials", _("Leave out the user name and password."))
    host = _host(name)
    number = port if port is not None else _usual_port(parts.scheme)
    inner = settings.OUTSIDE_LOOPBACK and (host == "localhost" or is_loopback(host))
    if parts.scheme == "http" and not inner:
        raise _refused("not_https", _("The address must begin with https://."))
    if number not in settings.OUTSIDE_PORTS and not inner:
        raise _refused("port", _("Leave out the port: only the usual one is used."))
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Outside(parts.scheme, host, number, target)


def _usual_port(scheme: str) -> int:
    return HTTPS_PORT if scheme == "https" else HTTP_PORT


def _host(name: str) -> str:
    """The host as ASCII (IDNA 2008). Refuses numbers, and names of inner networks."""
    if settings.OUTSIDE_LOOPBACK and (name == "localhost" or is_loopback(name)):
        return name
    try:
        host = idna.encode(name.rstrip("."), uts46=True).decode().lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refused("host", _("Write the full name of the server.")) from error
    if _NUMBERS.fullmatch(host) or ":" in name:
        raise _refused("number", _("Write the name of the server, not its number."))
    is_inner = any(host == one or host.endswith(f".{one}") for one in _INNER_NAMES)
    if "." not in host or is_inner or host.rsplit(".", 1)[1].isdigit():
        raise _refused("inner", _("Write the name of a server that the internet knows."))
    return host


def _refused(code: str, words: str) -> Refused:
    text = words % {"example": "https://hooks.company.com/portal"} if "%(" in words else words
    return Refused("address", [Problem(code, text, "url")])
