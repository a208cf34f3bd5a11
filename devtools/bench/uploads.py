"""Defines what is measured of uploads: one PDF of 25 MB, sent to the portal and to the floor.

The floor reads the same request twice over: once only the bytes, once as a form that Django alone
receives. The portal's malware scanner does not run.
"""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.urls import reverse

from devtools.bench.load import COUNTER, PADDING, Request
from devtools.bench.message_pages import READERS
from devtools.bench.server import HOST
from devtools.bench.signed_in import CSRF, Page, Person, read
from devtools.bench.threads import FEW

NAME = "upload of 25 MB"
#: Bytes of the stream in the file; the whole stays below the limit of 25 MB.
SIZE = 25 * 1024 * 1024 - 4096
BOUNDARY = "portal-benchmark"
OBJECTS = (
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
    f"<< /Length {SIZE} >>\nstream\n{PADDING}\nendstream",
)
FILE = f'name="file"; filename="{COUNTER}.pdf"\r\nContent-Type: application/pdf'
#: The floor's: the bytes alone, and a form.
RAW, FORM = "/raw/", "/form/"


def document() -> str:
    """A PDF, with a counter in it and a mark for most of its bytes."""
    text, places = f"%PDF-1.4\n%{COUNTER}\n", []
    for number, said in enumerate(OBJECTS, 1):
        places.append(_size(text))
        text += f"{number} 0 obj\n{said}\nendobj\n"
    lines = ["0000000000 65535 f ", *(f"{one:010d} 00000 n " for one in places)]
    table = "\n".join([f"xref\n0 {len(lines)}", *lines])
    trailer = f"trailer\n<< /Size {len(lines)} /Root 1 0 R >>"
    return f"{text}{table}\n{trailer}\nstartxref\n{_size(text)}\n%%EOF\n"


def upload_page() -> Page:
    """A contact uploads a document, each time another one."""
    email, _trade, model = read(READERS, FEW)[0]
    person = Person(email)
    [(kind,)] = read("SELECT code FROM documents_documenttype WHERE added_by = 'partner' LIMIT 1")
    fields = {"account": str(model), "type_code": kind, "form_key": str(uuid.uuid4())}
    fields |= {"csrfmiddlewaretoken": CSRF}
    path = f"{reverse('documents:upload')}?{urlencode({'account': model})}"
    return Page(NAME, [_request(path, fields, 302, _cookies(person))])


def on_the_floor(path: str) -> Request:
    """The same upload to the floor."""
    return _request(path, {}, 200, "")


def _cookies(person: Person) -> str:
    return "; ".join(f"{name}={one.value}" for name, one in person.client.cookies.items())


def _request(path: str, fields: dict[str, str], expect: int, cookies: str) -> Request:
    parts = [(f'name="{name}"', value) for name, value in fields.items()]
    parts.append((FILE, document()))
    said = "".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n"
        for head, value in parts
    )
    body = f"{said}--{BOUNDARY}--\r\n"
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        f"Referer: https://{HOST}/",
        f"Cookie: {cookies}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {_size(body)}",
    ]
    return Request("\r\n".join([*lines, "", body]), expect, padding=SIZE)


def _size(text: str) -> int:
    return len(text) + text.count(PADDING) * (SIZE - len(PADDING))
