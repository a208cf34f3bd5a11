"""PDFs with active content, each of one kind; and documents that only look as if they had some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.files.corpus import pdf_with

Change = Callable[[Pdf], None]


def _annotation(**more: Any) -> Change:
    """An annotation on the first page, without the optional ``/Type``."""

    def change(document: Pdf) -> None:
        note = Dictionary(Rect=[0, 0, 9, 9], **more)
        document.pages[0].obj.Annots = document.make_indirect(Array([note]))

    return change


def _link(**action: Any) -> Change:
    return _annotation(Subtype=Name.Link, A=Dictionary(**action))


def _opening(**action: Any) -> Change:
    def change(document: Pdf) -> None:
        document.Root.OpenAction = Dictionary(**action)

    return change


def _in_catalog(**more: Any) -> Change:
    def change(document: Pdf) -> None:
        for key, value in more.items():
            document.Root[f"/{key}"] = value

    return change


def _file(document: Pdf) -> Any:
    """A file specification without ``/Type``."""
    return Dictionary(F="a.exe", EF=Dictionary(F=document.make_stream(b"MZ")))


def _attached_to_a_page(document: Pdf) -> None:
    note = Dictionary(Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=_file(document))
    document.pages[0].obj.Annots = Array([note])


def _associated(document: Pdf) -> None:
    document.pages[0].obj.AF = Array([_file(document)])


def _named(document: Pdf) -> None:
    document.attachments["inside.txt"] = b"hidden"


def _loose(document: Pdf) -> None:
    """Nothing refers to it, so only a check of all objects finds it."""
    document.make_indirect(Dictionary(Odd=document.make_indirect(_file(document))))
    document.Root.Kept = document.make_indirect(Dictionary(Odd=_file(document)))


def _when_a_page_opens(document: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org/seen"))
    document.pages[0].obj.AA = Dictionary(O=document.make_indirect(action))


def _when_a_field_changes(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=pikepdf.String("a"), AA=Dictionary(K=Dictionary(S=Name.GoTo)))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def _after_another(document: Pdf) -> None:
    last = document.make_indirect(Dictionary(S=Name.Launch, F="a.exe"))
    middle = document.make_indirect(Dictionary(S=Name.GoTo, D=Array([]), Next=Array([last])))
    _link(S=Name.URI, URI="https://example.org/", Next=middle)(document)


def _deep_inside(document: Pdf) -> None:
    inner: Any = Dictionary(S=Name.JavaScript)
    for _level in range(30):
        inner = Array([Dictionary(Deeper=inner)])
    document.Root.Private = inner


def _too_deep(document: Pdf) -> None:
    inner: Any = Array([])
    for _level in range(200):
        inner = Array([inner])
    document.Root.Private = inner


def _dynamic_form(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=[])


def _bytes_elsewhere(document: Pdf) -> None:
    document.pages[0].obj.Contents = document.make_stream(b"", F="//server/share/a")


ACTING: dict[str, Change] = {
    "JavaScript when opened": _opening(S=Name.JavaScript, JS="app.alert(1)"),
    "a web page when opened": _opening(S=Name.URI, URI="https://example.org/"),
    "printing when opened": _opening(S=Name.Named, N=Name.Print),
    "JavaScript by name": _in_catalog(Names=Dictionary(JavaScript=Dictionary(Names=[]))),
    "JavaScript after a type": _link(Type=Name.Action, S=Name.JavaScript, JS="x"),
    "Launch": _link(S=Name.Launch, F="cmd.exe"),
    "SubmitForm": _link(S=Name.SubmitForm, F="https://example.org/"),
    "ImportData": _link(S=Name.ImportData, F="a.fdf"),
    "GoToR": _link(S=Name.GoToR, F="//server/share/a.pdf", D=Array([0, Name.Fit])),
    "GoToE": _link(S=Name.GoToE, T=Dictionary(R=Name.C)),
    "Rendition": _link(S=Name.Rendition, OP=0),
    "a program's own scheme": _link(S=Name.URI, URI="javascript:app.alert(1)"),
    "a file of the computer": _link(S=Name.URI, URI="file:///c:/windows/system32/calc.exe"),
    "a program that Office starts": _link(S=Name.URI, URI="ms-word:ofe|u|https://x.example/a"),
    "data as a page": _link(S=Name.URI, URI="data:text/html,<script>alert(1)</script>"),
    "a scheme before a number": _link(S=Name.URI, URI="vbscript:8080/x"),
    "a scheme behind spaces": _link(S=Name.URI, URI="  java\tscript:alert(1)"),
    "a server of the network": _link(S=Name.URI, URI="\\\\server\\share\\a.exe"),
    "a base of all links": _in_catalog(URI=Dictionary(Base="file://server/")),
    "a file attached to a page": _attached_to_a_page,
    "an associated file": _associated,
    "a file in the list of names": _named,
    "a file that nothing refers to": _loose,
    "a portfolio": _in_catalog(Collection=Dictionary(View=Name.T)),
    "RichMedia": _annotation(Subtype=Name.RichMedia),
    "a screen": _annotation(Subtype=Name.Screen),
    "three dimensions": _annotation(Subtype=Name("/3D")),
    "an action of a page": _when_a_page_opens,
    "an action of a field": _when_a_field_changes,
    "an action of the document": _in_catalog(AA=Dictionary(WC=Dictionary(S=Name.GoTo))),
    "an action after another": _after_another,
    "an action deep inside": _deep_inside,
    "more levels than are looked at": _too_deep,
    "XFA": _dynamic_form,
    "bytes that lie elsewhere": _bytes_elsewhere,
}


def _ordinary_links(document: Pdf) -> None:
    page = document.pages[0].obj
    addresses = ("https://example.org/?a=b:c", "mailto:gate@example.org", "tel:+1-202-555-0100",
                 "www.example.org", "www.a.example:8080/x", "a.example:443", "ftp://a.example/b",
                 "#page=2", "annex.pdf")  # fmt: skip
    notes = [
        Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=one))
        for one in addresses
    ]
    page.Annots = Array([*notes, Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=[page])])


def _first_view(document: Pdf) -> None:
    page = document.pages[0].obj
    document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]))


def _filled_form(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=pikepdf.String("name"), V=pikepdf.String("Ana"))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def _cycle(document: Pdf) -> None:
    one, two = document.make_indirect(Dictionary()), document.make_indirect(Dictionary())
    one.Next, two.Prev = two, one
    document.Root.Kept = Array([one, two, one])


HARMLESS: dict[str, Change] = {
    "links to web pages, email and places": _ordinary_links,
    "a first view": _first_view,
    "a form that was filled in": _filled_form,
    "objects that refer to each other": _cycle,
    "words that only look like it": _in_catalog(Note=pikepdf.String("/JavaScript /Launch /AA")),
}


def acting(name: str, *, packed: bool = True) -> bytes:
    """One of them; ``packed`` puts its objects into object streams."""
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    return pdf_with({**ACTING, **HARMLESS}[name], object_stream_mode=mode)


def print_protected(**allowed: bool) -> bytes:
    """A PDF that opens without a password and can be read, but not printed or changed."""
    none = dict.fromkeys(pikepdf.Permissions._fields, False)
    allow = pikepdf.Permissions(**{**none, "accessibility": True, **allowed})
    encryption = pikepdf.Encryption(owner="secret", user="", allow=allow)
    return pdf_with(lambda document: None, encryption=encryption)
