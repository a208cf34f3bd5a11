"""The corpus of uploads: every file that must be accepted, refused or blocked, with its outcome.

Each file is made here and stored nowhere. A name says what is in the file. Tests that need files of
all kinds iterate over GOOD, REFUSED and BLOCKED.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import pikepdf

from files.scanners import Outcome
from tests.files import acting_office, acting_pdfs, corpus, office_files
from tests.files.corpus import archive, excel, pdf, picture, rezip, with_types, word
from tests.files.more_files import (
    OLE,
    jpeg_with,
    linked,
    lying,
    photo,
    png_of,
    powerpoint,
    related,
    scan,
    stored_first,
    tiff,
    with_password,
)

Make = Callable[[], bytes]
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Good:
    """A file that is accepted; ``kept_as`` is the name under which it is stored."""

    name: str
    make: Make
    kept_as: str


@dataclass(frozen=True)
class Refused:
    """A file that is refused during the upload, with the code and a part of the sentence."""

    name: str
    make: Make
    code: str
    words: str


@dataclass(frozen=True)
class Blocked:
    """A file that is received, and that the check then blocks."""

    name: str
    make: Make
    outcome: Outcome


_word, _excel, _pdf = cache(word), cache(excel), cache(pdf)
_png, _zip = cache(lambda: picture("PNG")), cache(lambda: archive({"a.txt": b"x"}))
_A_MACRO = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"}
_NAMED = (
    # As it is chosen -> as it is kept.
    ("安全程序.pdf", "安全程序.pdf"),
    ("إجراءات الأمن.pdf", "إجراءات الأمن.pdf"),
    ("सुरक्षा प्रक्रिया.pdf", "सुरक्षा प्रक्रिया.pdf"),
    ("보안 절차.pdf", "보안 절차.pdf"),
    ("Процедура 7.pdf", "Процедура 7.pdf"),
    ("נהלי אבטחה.pdf", "נהלי אבטחה.pdf"),
    ("gate 🚛👩🏽‍🔧.pdf", "gate 🚛👩🏽‍🔧.pdf"),
    ("Cafe\u0301.pdf", "Café.pdf"),
    ("..\\..\\windows\\system32\\seal.pdf", "seal.pdf"),
    ("C:\\fakepath\\lock.pdf", "lock.pdf"),
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("/absolute/path.pdf", "path.pdf"),
    ("seal\u202efdp.exe.pdf", "sealfdp.exe.pdf"),
    ("line\r\nbreak\t.pdf", "linebreak .pdf"),
    ("bell\x07 nul\x00.pdf", "bell nul.pdf"),
    ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
    ("  many   spaces .pdf", "many spaces .pdf"),
    ("CON.pdf", "_CON.pdf"),
    ("nul.2027.pdf", "_nul.2027.pdf"),
    ("lpt1.pdf", "_lpt1.pdf"),
    ("console.pdf", "console.pdf"),
    ("'; DROP TABLE files; --.pdf", "'; DROP TABLE files; --.pdf"),
    ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
    ("100% %s %(name)s {x}.pdf", "100% %s %(name)s {x}.pdf"),
    ("=cmd|' C calc'!A0.pdf", "=cmd|' C calc'!A0.pdf"),
    ("x" * 196 + ".pdf", "x" * 196 + ".pdf"),
    (".hidden.pdf", ".hidden.pdf"),
    ("procedure.exe.pdf", "procedure.exe.pdf"),
)  # fmt: skip

_CSV = "Container;Seal\r\nMSKU 1;=SUM(A1:A2)\r\n"


def _new_good() -> dict[str, Make]:
    return {
        "scan of three pages by fax.tif": scan,
        "scan with LZW.tiff": lambda: scan(2, "tiff_lzw", "L"),
        "scan with Deflate.TIF": lambda: scan(2, "tiff_adobe_deflate", "L"),
        "scan of color photos.tiff": lambda: scan(2, "jpeg", "RGB"),
        "scan without compression.tif": lambda: scan(1, "raw", "RGB"),
        "scan of a big machine.tif": lambda: tiff(order=">"),
        "scan of 500 pages.tif": lambda: tiff([{}] * 500),
        "slides.pptx": powerpoint,
        "slides with a web link.pptx": lambda: powerpoint(
            relations=related("hyperlink", "https://example.org/", outside=True)
        ),
        "slides with buttons.pptx": lambda: powerpoint(
            '<a:hlinkClick action="ppaction://hlinkshowjump?jump=nextslide"/>'
        ),
        "slides with a picture.pptx": lambda: powerpoint(
            relations=related("image", "../media/image1.png"),
            add={"ppt/media/image1.png": _png()},
        ),
        "table.csv": lambda: b"Container,Seal\r\nMSKU 1,AC 10\r\n",
        "table with sums.csv": _CSV.encode,
        "table with a mark.csv": lambda: b"\xef\xbb\xbf" + _CSV.encode(),
        "table with tabs.csv": lambda: b"a\tb\n-1\t+5\n",
        "table with bars.csv": lambda: b"a|b\n-1|call\n+1 956 555|image\n",
        "table in Chinese.csv": "货柜,封条\n一,二\n".encode,
        "table with a web link.csv": lambda: b'"=HYPERLINK(""https://example.org/"",""seal"")"\n',
        "table with negative numbers.csv": lambda: b"call,-5\nimage,-7\n",
        "table whose first word is ID.csv": lambda: b"ID;Product;Pieces\n1;Lock;5\n",
        "list of handles.csv": lambda: b"name,handle\nAna,@ana | call me\n",
        "one line without end.csv": lambda: b"a,b",
        "about DDE.txt": lambda: b"=cmd|'/C calc'!A0 is a formula of another program.\n",
        "about PDF.txt": lambda: b"Files begin with %PDF- and end with %%EOF.\n",
        "photo with a comment.jpg": lambda: jpeg_with(b"the north gate"),
        "50 million pixels.png": lambda: png_of(10_000, 5_000),
        "gray.jpg": lambda: picture("JPEG", (900, 700)),
        "protected against printing.pdf": acting_pdfs.print_protected,
        "form to fill in.pdf": lambda: acting_pdfs.acting("a form that was filled in"),
        "links.pdf": lambda: acting_pdfs.acting("links to web pages, email and places"),
        "words like actions.pdf": lambda: acting_pdfs.acting("words that only look like it"),
    }


#: Endings -> a part of the sentence that says what to do.
_ADVICE = {
    "photo.heic": "Export it as JPG", "photo.AVIF": "Export it as JPG",
    "moving.gif": "as PNG or JPG", "picture.webp": "as PNG or JPG",
    "letter.doc": "as DOCX or PDF", "letter.rtf": "as DOCX or PDF", "letter.odt": "as DOCX or PDF",
    "log.xls": "as XLSX, CSV or PDF", "log.ods": "as XLSX, CSV or PDF",
    "talk.ppt": "as PPTX or PDF", "talk.ppsx": "as PPTX or PDF",
    "letter.docm": "macros", "log.xlsm": "macros", "talk.pptm": "macros",
    "form.dotx": "as a document", "letter.pages": "export it as PDF", "log.numbers": "export it",
    "mail.msg": "attachments one at a time", "mail.eml": "attachments one at a time",
    "all.zip": "Unpack it", "all.rar": "Unpack it", "all.7z": "Unpack it",
    "page.html": "Print what it shows", "drawing.svg": "Print what it shows",
    "gate.mp4": "Upload pictures", "yard.dwg": "Print it to a PDF",
    "program.exe": "Use PDF, PNG", "script.ps1": "Use PDF, PNG", "link.lnk": "Use PDF, PNG",
    "no ending": "Use PDF, PNG", "seal.pdf.exe": "Use PDF, PNG",
    "seal\u202efdp.exe": "Use PDF, PNG", "seal.pdf.": "Use PDF, PNG",
}  # fmt: skip


def _new_refused() -> dict[str, tuple[Make, str, str]]:
    both, named = "is both", "named like"
    active, formula = "embedded file", "formula"
    locked, odd, damaged = "without a password", "can't be checked", "damaged"
    large = "million pixels"
    return {
        # A wrong type under a right name, and two types at once.
        "photo of a phone.jpg": (photo, "mismatch", "Export it as JPG"),
        "old letter.docx": (lambda: OLE, "mismatch", locked),
        "talk with a password.pptx": (lambda: OLE, "mismatch", locked),
        "web picture.png": (lambda: picture("WEBP"), "mismatch", named),
        "letter.pptx": (_word, "mismatch", "not the kind"),
        "slides.docx": (powerpoint, "mismatch", "not the kind"),
        "slide show.pptx": (lambda: powerpoint(main="slideshow"), "mismatch", "not the kind"),
        "picture.tif": (_png, "mismatch", named),
        "scan.png": (scan, "mismatch", named),
        "program.csv": (lambda: b"MZ\x00\x03 a program", "mismatch", "not text"),
        "page.csv": (lambda: b"<html><script>x</script>", "mismatch", "markup"),
        "JPG and PDF.jpg": (lambda: jpeg_with(b"%PDF-1.7 1 0 obj"), "mismatch", both),
        "JPG and ZIP.jpg": (lambda: picture("JPEG") + _zip(), "mismatch", both),
        "TIFF and ZIP.tif": (lambda: scan() + _zip(), "mismatch", both),
        "TIFF and PDF.tif": (lambda: tiff()[:8] + b"%PDF-1.7" + tiff()[16:], "mismatch", both),
        "DOCX and PDF.docx": (
            lambda: stored_first(_word(), "a.txt", _pdf()), "mismatch", both,
        ),
        "two archives.docx": (lambda: _zip() + _word(), "odd", odd),
        # Bombs.
        "zip in zip.pptx": (
            lambda: powerpoint(add={"ppt/media/image1.png": _zip()}), "odd", odd,
        ),
        "zeros.pptx": (
            lambda: powerpoint(add={"ppt/x.xml": bytes(30 * MEGABYTE)}), "too_large", "unpacked",
        ),
        "lying about its size.docx": (
            lambda: lying(rezip(_word(), {"a.xml": b"<a/>"})), "damaged", damaged,
        ),
        "51 million pixels.png": (lambda: png_of(10_000, 5_100), "too_large", large),
        "huge.tif": (lambda: tiff([{256: 60_000, 257: 60_000}]), "too_large", large),
        "huge second page.tif": (lambda: tiff([{}, {256: 1 << 31}]), "too_large", large),
        "deep colors.tif": (lambda: tiff([{256: 700, 257: 700, 277: 60_000}]), "too_large", large),
        "huge tile.tif": (
            lambda: tiff([{322: 1 << 20, 323: 1 << 20, 324: 8, 325: 8}]), "too_large", large,
        ),
        "501 pages.tif": (lambda: tiff([{}] * 501), "too_large", "pages"),
        "pages in a circle.tif": (lambda: tiff(next_of_last=16), "damaged", damaged),
        "data outside.tif": (lambda: tiff([{273: 1 << 30}]), "damaged", damaged),
        "no data.tif": (lambda: tiff([{279: 0}]), "damaged", damaged),
        "cut.tif": (lambda: tiff(cut=20), "damaged", damaged),
        "cut scan.tif": (lambda: scan()[:-400], "damaged", damaged),
        "only the head.tif": (lambda: b"II*\x00" + bytes(20), "damaged", damaged),
        "unusual compression.tif": (lambda: tiff([{259: 50_000}]), "odd", "unusual way"),
        "26 MB.pdf": (lambda: _pdf() + bytes(26 * MEGABYTE), "too_large", "larger than 25 MB"),
        "26 MB.csv": (lambda: b"a,b,c\n" * (5 * MEGABYTE), "too_large", "larger than 25 MB"),
        # Encrypted.
        "password.docx": (lambda: with_password(_word()), "odd", odd),
        "password.pptx": (lambda: with_password(powerpoint()), "odd", odd),
        "password and rights.pdf": (
            lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b", R=4)),
            "encrypted", "password",
        ),
        # Macros, and what is contained or loaded.
        "macros.pptx": (
            lambda: powerpoint(add={"ppt/vbaProject.bin": b"x"}), "macros", "macros",
        ),
        "macros by type.pptx": (
            lambda: with_types(powerpoint(), b"application/vnd.openxmlformats-officedocument."
                               b"presentationml.presentation.main+xml",
                               b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
            "macros", "macros",
        ),
        "macro of 1992.xlsx": (
            lambda: rezip(_excel(), {"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros", "macros",
        ),
        "click starts a program.pptx": (
            lambda: powerpoint('<a:hlinkClick action="ppaction://program"/>'), "active", formula,
        ),
        "click runs a macro.pptx": (
            lambda: powerpoint('<a:hlinkHover action="ppaction://macro?name=Run"/>'),
            "active", formula,
        ),
        **{
            f"{name}.pptx": (partial(powerpoint, relations=one), "active", active)
            for name, one in {
                "OLE": related("oleObject", "../embeddings/a.bin"),
                "chart with a workbook": related("package", "../embeddings/a.xlsx"),
                "control": related("control", "../activeX/a.xml"),
                "video": related("video", "../media/a.mp4"),
                "sound": related("audio", "../media/a.wav"),
                "video of the web": related("video", "https://x.example/a", outside=True),
                "picture of the web": related("image", "https://x.example/a.png", outside=True),
                "link to a file": related("hyperlink", "file:///c:/a.exe", outside=True),
                "link to a server": related("hyperlink", "\\\\server\\a", outside=True),
            }.items()
        },
        "symbolic link.docx": (lambda: linked(_word(), "word/link"), "odd", odd),
        "path upwards.pptx": (
            lambda: powerpoint(add={"../../x": b"x"}), "odd", odd,
        ),
        "twice the same part.docx": (
            lambda: rezip(_word(), {"word/DOCUMENT.xml": b"<x/>"}), "odd", odd,
        ),
        "DDE.csv": (lambda: b"a,b\n1,=cmd|'/C calc'!A0\n", "active", formula),
        "DDE after a sign.csv": (lambda: b"a;-2+3+cmd|' /C calc'!A0;c\n", "active", formula),
        "DDE after at.csv": (lambda: b"@SUM(1+9)*cmd|' /C calc'!A0\n", "active", formula),
        "DDE in wide signs.csv": ("a,＝cmd｜'/C calc'!A0\n".encode, "active", formula),
        "DDE over two lines.csv": (lambda: b"a,\"=cmd|'/C\ncalc'!A0\"\n", "active", formula),
        "DDE with a named sign.csv": (lambda: b"sep=^\na^=cmd|'/C calc'!A0\n", "active", formula),
        "web service.csv": (
            lambda: b'"=1+WEBSERVICE(""http://x.example/""&A1)",b\n', "active", formula,
        ),
        "link to a program.csv": (
            lambda: b'a\t"=HYPERLINK(""file:///c:/a.exe"",""x"")"\n', "active", formula,
        ),
        "SYLK.csv": (lambda: b"ID;PWXL;N;E\nP;PGeneral\nC;Y1;X1;K1;EEXEC(A1)\nE\n",
                     "mismatch", "SYLK"),
        "endless cell.csv": (lambda: b'call,"' + b"x" * 200_000, "odd", odd),
        "too many cells.csv": (lambda: b"call\n" * 500_001, "too_large", "cells"),
        "Windows.csv": (lambda: "Größe,1\n".encode("cp1252"), "encoding", "CSV UTF-8"),
        "Unicode text.csv": (lambda: "a,b\n".encode("utf-16"), "encoding", "CSV UTF-8"),
        "empty.csv": (lambda: b"", "empty", "is empty"),
        "empty.tif": (lambda: b"", "empty", "is empty"),
        # Names.
        "x" * 296 + ".pdf": (_pdf, "name", "200 characters"),
        "\u202e.pdf": (_pdf, "name", "no name"),
        "folder/.pdf": (_pdf, "name", "no name"),
        "...pdf": (_pdf, "name", "no name"),
    }  # fmt: skip


def _good() -> list[Good]:
    made: dict[str, Make] = {
        **{
            name: (lambda content=content: content)  # type: ignore[misc]
            for part in (corpus, office_files, acting_office)
            for name, content in part.good().items()
        },
        **_new_good(),
    }
    named = [Good(chosen, _pdf, kept_as) for chosen, kept_as in _NAMED]
    return [*(Good(name, make, name) for name, make in made.items()), *named]


def _refused() -> list[Refused]:
    known = [
        Refused(name, lambda content=content: content, code, "")  # type: ignore[misc]
        for part in (corpus, office_files, acting_office)
        for name, (content, code) in part.bad().items()
    ]
    advised = [
        Refused(name, lambda: OLE, "type", words) for name, words in _ADVICE.items() if words
    ]
    new = [Refused(name, *about) for name, about in _new_refused().items()]
    return [*known, *advised, *new]


def _blocked() -> list[Blocked]:
    infected, unscannable = Outcome.INFECTED, Outcome.UNSCANNABLE
    eicar = corpus.eicar_text()
    return [
        Blocked("EICAR.txt", lambda: eicar, infected),
        Blocked("EICAR.csv", lambda: eicar, infected),
        Blocked(
            "EICAR in a picture of a letter.docx",
            lambda: rezip(_word(), {"word/media/a.txt": eicar}),
            infected,
        ),
        Blocked(
            "EICAR in slides.pptx",
            lambda: powerpoint(add={"ppt/media/a.txt": eicar}),
            infected,
        ),
        Blocked("EICAR after a picture.png", lambda: _png() + eicar, infected),
        Blocked("EICAR in a scan.tif", lambda: scan() + eicar, infected),
        *(
            Blocked(f"{name}.pdf", lambda name=name: acting_pdfs.acting(name), unscannable)  # type: ignore[misc]
            for name in acting_pdfs.ACTING
        ),
    ]


GOOD: list[Good] = _good()
REFUSED: list[Refused] = _refused()
BLOCKED: list[Blocked] = _blocked()
