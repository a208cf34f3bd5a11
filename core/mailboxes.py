"""One spelling for one mailbox: the address that is stored, compared and sent to (U1, U7).

Domains follow IDNA 2008, mapped by UTS 46 without its transitional forms: ``ß`` is a separate
letter, so an email to ``straße.example`` never goes to ``strasse.example``, which may belong to
someone else. What cannot be mapped without loss is refused. Only this module converts an address
into what mail servers read.
"""

from __future__ import annotations

import re

import idna
from django.utils.translation import gettext as _

from core.text import one_line

LONGEST = 254
_LOCAL = re.compile(r"(?=.{1,64}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP = re.compile(r"xn--[a-z0-9-]+|[a-z]{2,}")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")


class NoAddress(ValueError):
    """The typed text is not an address that the portal can write to; says why, in words."""


def canonical_address(typed: str) -> str:
    """The address in lowercase ASCII, its domain as IDNA 2008 writes it.

    Raises NoAddress with a sentence for what is not an address, for letters outside ASCII before
    the @ (not all mail servers accept them), and for a domain that IDNA does not know.
    """
    text = one_line(typed).strip()
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or re.search(r"\s", text):
        raise NoAddress(_("Enter an email address in the form name@example.com."))
    _refuse_letters(local, domain)
    local = local.lower()
    address = f"{local}@{canonical_domain(domain)}"
    if not _LOCAL.fullmatch(local) or len(address) > LONGEST:
        raise NoAddress(_("Enter an email address in the form name@example.com."))
    return address


def _refuse_letters(local: str, domain: str) -> None:
    """Refuse letters outside ASCII before the @, with what is wrong after it as well."""
    if local.isascii():
        return
    wrong = [
        _(
            "Before the @, use only the letters a to z, digits and signs. "
            "Many mail servers don't accept other letters there."
        )
    ]
    try:
        canonical_domain(domain)
    except NoAddress as also:
        wrong.append(str(also))
    raise NoAddress(" ".join(wrong))


def canonical_domain(typed: str) -> str:
    """A domain as mail servers read it. Raises NoAddress for one that cannot exist."""
    labels = [_label(one) for one in _DOTS.split(typed)]
    domain = ".".join(labels)
    if len(labels) < 2 or len(domain) > 253 or not _TOP.fullmatch(labels[-1]):
        raise NoAddress(_("Enter an email address in the form name@example.com."))
    return domain


def _label(typed: str) -> str:
    if typed.isascii():
        # Includes names that begin with xn--: such a name means exactly one domain, whatever it
        # decodes to.
        if not _LABEL.fullmatch(typed.lower()):
            raise NoAddress(_("Enter an email address in the form name@example.com."))
        return typed.lower()
    try:
        return idna.encode(typed, uts46=True, std3_rules=True, transitional=False).decode("ascii")
    except UnicodeError as error:
        words = _("“%(part)s” can't be part of an email domain. Check the part after the @.")
        raise NoAddress(words % {"part": typed[:63]}) from error


def shown_address(address: str) -> str:
    """A stored address for people: its domain in the letters in which it was typed."""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    return f"{local}{at}{'.'.join(map(_shown_label, domain.split('.')))}"


def masked_address(address: str) -> str:
    """An address as operators see it: its first letter and its domain."""
    local, at, domain = shown_address(address).rpartition("@")
    return f"{local[:1]}•••{at}{domain}" if at else "•••" * bool(address)


def _shown_label(label: str) -> str:
    try:
        shown = idna.decode(label)
        return shown if idna.encode(shown) == label.encode() else label
    except UnicodeError:
        return label
