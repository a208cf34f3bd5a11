"""Files that must be accepted and files that must be refused, made here and stored nowhere."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pikepdf
from PIL import Image, ImageDraw

from files.scanners import EICAR


def pdf(text: str = "Seal procedure", **save: object) -> bytes:
    """A PDF of one page."""
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(300, 300))
        document.docinfo["/Title"] = text
        document.save(buffer, **save)  # type: ignore[arg-type]
    return buffer.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], None], **save: object) -> bytes:
    """A PDF after ``change``."""
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(buffer, **save)  # type: ignore[arg-type]
    return buffer.getvalue()


def pages(count: int, words: str = "Gates and seals") -> bytes:
    """A PDF of several pages, each with its number and these words (Latin letters)."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        font = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        for number in range(1, count + 1):
            page = document.add_blank_page(page_size=(300, 400))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            said = f"BT /F1 14 Tf 20 300 Td (Page {number}: {words}) Tj ET"
            page.Contents = document.make_stream(said.encode())
        document.save(out)
    return out.getvalue()


def pdf_bomb(megabytes: int) -> bytes:
    """A small PDF whose catalog is in an object stream that unpacks to this much white space."""
    squeeze = zlib.compressobj(9)
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>".ljust(40)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    packed = squeeze.compress(b"1 0 2 40 " + catalog + pages)
    for _each in range(megabytes):
        packed += squeeze.compress(b" " * 1024**2)
    packed += squeeze.flush()
    stream = b"<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length %d >>\nstream\n"
    page = b"%PDF-1.5\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
    body = page + b"4 0 obj\n" + stream % len(packed) + packed + b"\nendstream\nendobj\n"
    places = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (1, 9, 0), (1, len(page), 0), (1, len(body), 0)]
    table = b"".join(bytes([kind]) + at.to_bytes(5, "big") + bytes([n]) for kind, at, n in places)
    head = b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 5 1] /Root 1 0 R /Length %d >>\nstream\n"
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + head % len(table) + table + end


def picture(kind: str, size: tuple[int, int] = (120, 80)) -> bytes:
    """A picture with something on it."""
    buffer = io.BytesIO()
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((10, 10, 70, 70), fill="navy")
    image.save(buffer, kind)
    return buffer.getvalue()


def word(text: str = "Visitors sign in at the gate.") -> bytes:
    """A Word document."""
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def excel() -> bytes:
    """An Excel workbook."""
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in range(50):
        sheet.append([row, "Container", "Seal"])
    book.save(buffer)
    return buffer.getvalue()


def sheet(words: str) -> bytes:
    """An Excel workbook with these words in a cell."""
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append([1, words])
    book.save(buffer)
    return buffer.getvalue()


def rezip(
    source: bytes, add: dict[str, bytes] | None = None, change: dict[str, bytes] | None = None
) -> bytes:
    """An archive with members added or changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, (change or {}).get(member, old.read(member)))
        for member, content in (add or {}).items():
            new.writestr(member, content)
    return buffer.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """A plain archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for member, content in members.items():
            made.writestr(member, content)
    return buffer.getvalue()


def with_types(source: bytes, old: bytes, new: bytes) -> bytes:
    """An Office file whose list of types says something else."""
    name = "[Content_Types].xml"
    with zipfile.ZipFile(io.BytesIO(source)) as opened:
        types = opened.read(name).replace(old, new)
    return rezip(source, change={name: types})


def huge_png() -> bytes:
    """A PNG of a few bytes that claims 60 000 x 60 000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big") * 2
    head = chunk(b"IHDR", size + bytes([1, 0, 0, 0, 0]))
    data = chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def good() -> dict[str, bytes]:
    """Name -> bytes of files that must be accepted."""
    return {
        "procedure.pdf": pdf(),
        "PROCEDURE.PDF": pdf("upper case"),
        "linear.pdf": pdf(linearize=True),
        "after a line.pdf": b"\r\n" + pdf(),
        "after a mark.pdf": b"\xef\xbb\xbf" + pdf(),
        "before zeros.pdf": pdf() + bytes(3_000),
        "before lines.pdf": pdf(linearize=True) + b"\n" * 100_000,
        "gate.png": picture("PNG"),
        "gate.jpg": picture("JPEG"),
        "gate.jpeg": picture("JPEG", (64, 64)),
        "rules.docx": word(),
        "log.xlsx": excel(),
        "notes.txt": "Gates, seals, visitors.\nGüterzüge – ¿sí?\n".encode(),
        "bom.txt": b"\xef\xbb\xbfWith a byte order mark\r\n",
        "letter.txt": b"Subject: gates\n\nAC10 is the north gate.\n",
        "Sello número 3 – copia.pdf": pdf("accents"),
        "two.dots.pdf": pdf("dots"),
    }


def bad() -> dict[str, tuple[bytes, str]]:
    """Name -> bytes and the code of the refusal."""
    a_pdf, a_word, an_excel = pdf(), word(), excel()
    macro = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"}
    remote = (
        b'<Relationships><Relationship Id="r" Type="http://x/attachedTemplate" '
        b'Target="http://x/a.dotm" TargetMode="External"/></Relationships>'
    )
    return {
        "empty.pdf": (b"", "empty"),
        "program.exe": (b"MZ\x90\x00" + bytes(200), "type"),
        "page.html": (b"<!doctype html><p>x", "type"),
        "drawing.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "type"),
        "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "type"),
        "macros.docm": (rezip(a_word, macro), "type"),
        "archive.zip": (archive({"a.txt": b"x"}), "type"),
        "no-ending": (a_pdf, "type"),
        "invoice.pdf.exe": (a_pdf, "type"),
        "program.pdf": (b"MZ\x90\x00" + bytes(200), "mismatch"),
        "page.pdf": (b"<html><script>alert(1)</script>", "mismatch"),
        "page-first.pdf": (b"<script>alert(1)</script>" + a_pdf, "mismatch"),
        "script-first.pdf": (b"#!/bin/sh\nexit\n" + a_pdf, "mismatch"),
        "zip-first.pdf": (archive({"a.txt": b"x"}) + a_pdf, "mismatch"),
        "far-behind.pdf": (b"\n" * 1_100 + a_pdf, "mismatch"),
        "and-zip-padded.pdf": (
            a_pdf + archive({"a.txt": b"x"}) + b"\n%%EOF\n" + bytes(3_000),
            "mismatch",
        ),
        "cut-padded.pdf": (a_pdf[: len(a_pdf) // 2] + bytes(3_000), "damaged"),
        ".pdf": (a_pdf, "name"),
        ".docx": (a_word, "name"),
        "word.pdf": (a_word, "mismatch"),
        "picture.pdf": (picture("PNG"), "mismatch"),
        "is-pdf.png": (a_pdf, "mismatch"),
        "is-jpeg.png": (picture("JPEG"), "mismatch"),
        "is-png.jpg": (picture("PNG"), "mismatch"),
        "is-excel.docx": (an_excel, "mismatch"),
        "is-word.xlsx": (a_word, "mismatch"),
        "plain-zip.docx": (archive({"a.txt": b"x"}), "damaged"),
        "old-format.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "mismatch"),
        "cut.pdf": (a_pdf[: len(a_pdf) // 2], "damaged"),
        "only-head.pdf": (b"%PDF-1.7\n%%EOF\n", "damaged"),
        "locked.pdf": (
            pdf(encryption=pikepdf.Encryption(owner="secret", user="secret")),
            "encrypted",
        ),
        "and-zip.pdf": (a_pdf + archive({"a.txt": b"x"}) + b"\n%%EOF\n", "mismatch"),
        "and-zip.png": (picture("PNG") + archive({"a.txt": b"x"}), "mismatch"),
        "cut.png": (picture("PNG")[:-200], "damaged"),
        "flipped.png": (_flip(picture("PNG")), "damaged"),
        "cut.jpg": (picture("JPEG", (800, 600))[:3000], "damaged"),
        "huge.png": (huge_png(), "too_large"),
        "macros.docx": (rezip(a_word, macro), "macros"),
        "declared.docx": (
            with_types(
                a_word,
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "macros",
        ),
        "sheets.xlsx": (rezip(an_excel, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
        "remote.docx": (rezip(a_word, {"word/_rels/settings.xml.rels": remote}), "active"),
        "nested.docx": (rezip(a_word, {"word/inside.zip": archive({"a": b"x"})}), "odd"),
        "climb.docx": (rezip(a_word, {"../../etc/passwd": b"x"}), "odd"),
        "many.xlsx": (rezip(an_excel, {f"xl/x{n}.xml": b"" for n in range(1_100)}), "too_large"),
        "bomb.xlsx": (rezip(an_excel, {"xl/zeros.xml": bytes(60_000_000)}), "too_large"),
        "cut.docx": (a_word[:-100], "damaged"),
        "flipped.docx": (_flip(a_word), "damaged"),
        "nul.txt": (b"abc\x00def", "mismatch"),
        "escape.txt": (b"abc\x1b[31mred", "mismatch"),
        "latin.txt": ("Güterzüge".encode("latin-1"), "encoding"),
        "utf16.txt": ("Gates".encode("utf-16"), "encoding"),
        "cut.txt": ("Güter".encode()[:2], "encoding"),
        "page.txt": (b"\n  <!DOCTYPE html><html>", "mismatch"),
        "drawing.txt": (b"<svg onload=alert(1)>", "mismatch"),
        "is-pdf.txt": (a_pdf, "mismatch"),
    }


def _flip(data: bytes) -> bytes:
    """One byte in the middle changed."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def eicar_text() -> bytes:
    """The industry's test file, as text."""
    return EICAR + b"\n"
