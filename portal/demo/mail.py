"""The mail catcher's pages: the emails of the demo, for everyone at this machine."""

from __future__ import annotations

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.web import public
from portal.demo import mailbox


@require_safe
@public
def mail_list(request: HttpRequest) -> HttpResponse:
    """All caught emails, newest first."""
    return render(request, "portal/demo/mail_list.html", {"mails": mailbox.newest()})


@require_safe
@csp_update({"frame-src": [SELF]})
@public
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """One email as text, and its HTML form in a frame that cannot run anything."""
    return render(request, "portal/demo/mail.html", {"mail": _mail(name)})


@require_safe
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
@public
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Only the HTML form, for the frame: its own policy sandboxes it, and links open outside."""
    html = _mail(name).html
    head, found, rest = html.partition("<head>")
    target = '<base target="_blank">'
    return HttpResponse(f"{head}{found}{target}{rest}" if found else f"{target}{html}")


def _mail(name: str) -> mailbox.Mail:
    mail = mailbox.read(name)
    if mail is None:
        raise Http404
    return mail
