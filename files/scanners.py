"""Scanners look for malware in a file. They fail closed: only a plain "OK" is clean (U-3).

``settings.SCANNER`` names the current one. Production uses :class:`ClamAv`. The demonstration uses
:class:`BuiltInCheck`, which is not a virus scanner and says so wherever a file's state is shown.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, BinaryIO, Protocol

import pikepdf
from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.checks import openxml, sniff


class Outcome(Enum):
    """The result of a scan."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNABLE = "unscannable"
    #: The scanner gave no valid answer for this file; it is tried a few more times.
    NO_ANSWER = "no answer"
    #: The scanner cannot be reached; it is tried again for as long as that takes.
    DOWN = "down"


@dataclass(frozen=True)
class Verdict:
    """A result; ``why`` names the malware, or says in words why there is no result."""

    outcome: Outcome
    why: str = ""


class Scanner(Protocol):
    """``scan`` reads the content from the start, and never raises because of what it contains."""

    label: Any
    is_demo: bool

    def scan(self, content: BinaryIO) -> Verdict:
        """Scan one file."""


@cache
def scanner(name: str | None = None) -> Scanner:
    """The scanner named in the settings."""
    found: Scanner = import_string(name or settings.SCANNER)()
    return found


#: How long it may take to answer that it is running.
PING_SECONDS = 5.0


#: Bytes of the longest answer; real ones are a line with one name.
LONGEST_ANSWER = 4096


#: How long more than one line is waited for: the daemon closes the connection after its answer.
_MORE_SECONDS = 1.0


class _Clamd(ClamdNetworkSocket):
    """The client of the library, which takes only a whole answer for an answer.

    A line that breaks off may have meant something else, and so may an OK that is not the end.
    """

    def _recv_response(self) -> str:
        answer = b""
        while len(answer) <= LONGEST_ANSWER and (more := self._more(answer)):
            answer += more
        if not answer.endswith(b"\n") or answer.count(b"\n") > 1:
            raise ClamdError("no whole answer")
        return answer.decode("utf-8").strip()

    def _more(self, answer: bytes) -> bytes:
        """The next bytes; none at the end. Only after an OK something else could matter."""
        is_whole = answer.endswith(b"\n")
        if is_whole and not answer.endswith(b"OK\n"):
            return b""
        if is_whole:
            self.clamd_socket.settimeout(min(_MORE_SECONDS, self.timeout or _MORE_SECONDS))
        try:
            return bytes(self.clamd_socket.recv(LONGEST_ANSWER))
        except TimeoutError:
            if is_whole:
                return b""
            raise


class ClamAv:
    """The ClamAV daemon over TCP (INSTREAM).

    Its configuration must contain ``AlertExceedsMax yes`` and ``AlertEncrypted yes``. Otherwise it
    answers OK for what it did not look at (deploy/clamd.conf).
    """

    label = "ClamAV"
    is_demo = False

    def __init__(self, host: str = "", port: int = 0, timeout: float = 0) -> None:
        self.address = (host or settings.CLAMAV_HOST, port or settings.CLAMAV_PORT)
        self.timeout = timeout or settings.CLAMAV_TIMEOUT

    def scan(self, content: BinaryIO) -> Verdict:
        """Ask whether it is running, then stream the file to it."""
        asked = _Clamd(*self.address, min(PING_SECONDS, self.timeout))
        client = _Clamd(*self.address, self.timeout)
        try:
            return self._ping(asked) or self._ask(client, content)
        finally:
            # The library does not close the socket of a refused connection.
            for one in (asked, client):
                if (left := getattr(one, "clamd_socket", None)) is not None:
                    left.close()

    @staticmethod
    def _ping(client: ClamdNetworkSocket) -> Verdict | None:
        """None if it is running. A scanner that does not answer delays its queue only by
        seconds.
        """
        try:
            if client.ping() == "PONG":
                return None
        except (ClamdError, OSError, UnicodeDecodeError) as error:
            return Verdict(Outcome.DOWN, str(error)[:200])
        return Verdict(Outcome.DOWN, "ClamAV did not answer PONG")

    def _ask(self, client: ClamdNetworkSocket, content: BinaryIO) -> Verdict:
        try:
            return self._verdict(client.instream(content))
        except BufferTooLongError:
            return Verdict(Outcome.UNSCANNABLE, _("it is larger than the scanner accepts"))
        except (ClamdError, OSError, UnicodeDecodeError) as error:
            return Verdict(Outcome.NO_ANSWER, f"ClamAV: {str(error)[:150]}")

    @staticmethod
    def _verdict(answer: Any) -> Verdict:
        status, name = answer.get("stream", ("", None)) if len(answer) == 1 else ("", None)
        if status == "OK" and name is None:
            return Verdict(Outcome.CLEAN)
        if status == "FOUND" and name:
            if name.startswith("Heuristics.Encrypted"):
                return Verdict(Outcome.UNSCANNABLE, _("it is protected with a password"))
            if name.startswith("Heuristics.Limits"):
                return Verdict(
                    Outcome.UNSCANNABLE, _("it is too large or too deeply nested to check")
                )
            return Verdict(Outcome.INFECTED, str(name)[:120])
        return Verdict(Outcome.NO_ANSWER, "ClamAV gave no answer that is understood")


# The industry's harmless test file, written in parts so that no scanner reacts to this source.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST" + b"-FILE!$H+H*"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEMBER_LIMIT = 1024 * 1024


class BuiltInCheck:
    """For demonstrations: recognizes only the test file, passwords and macros."""

    label = gettext_lazy("built-in check of the demonstration, not a virus scanner")
    is_demo = True

    def scan(self, content: BinaryIO) -> Verdict:
        """Look for the test file, then for content that cannot be checked."""
        data = content.read()
        if EICAR in data:
            return Verdict(Outcome.INFECTED, "EICAR test file")
        if data.startswith(_OLE):
            return Verdict(Outcome.UNSCANNABLE, _("it is protected with a password"))
        content.seek(0)
        if sniff.begins_as_pdf(data):
            return self._pdf(content)
        if data.startswith(b"PK"):
            return self._archive(content)
        return Verdict(Outcome.CLEAN)

    @staticmethod
    def _pdf(content: BinaryIO) -> Verdict:
        try:
            with pikepdf.open(content) as document:
                if not document.is_encrypted:
                    return Verdict(Outcome.CLEAN)
        except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError):
            pass
        return Verdict(Outcome.UNSCANNABLE, _("it is protected with a password"))

    @staticmethod
    def _archive(content: BinaryIO) -> Verdict:
        try:
            with zipfile.ZipFile(content) as archive:
                for member in archive.infolist():
                    if openxml.holds_macros(member.filename):
                        return Verdict(Outcome.UNSCANNABLE, _("it contains macros"))
                    with archive.open(member) as stream:
                        if EICAR in stream.read(_MEMBER_LIMIT):
                            return Verdict(Outcome.INFECTED, "EICAR test file")
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
            return Verdict(Outcome.UNSCANNABLE, _("it is protected or damaged"))
        return Verdict(Outcome.CLEAN)
