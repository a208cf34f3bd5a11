"""Office files that contain or load something, each of one kind, and ordinary ones with links."""

from __future__ import annotations

import io
import zipfile

from tests.files.corpus import archive, excel, rezip, with_types, word

TYPES = "[Content_Types].xml"
RELATIONS = "word/_rels/document.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships/"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def related(
    kind: str,
    target: str,
    *,
    outside: bool = True,
    encoding: str = "utf-8",
    namespace: str = _OFFICE,
    add: dict[str, bytes] | None = None,
    member: str = "word/_rels/settings.xml.rels",
    head: str = "",
) -> bytes:
    """A Word document with one more relationship, in a separate part."""
    mode = ' TargetMode="External"' if outside else ""
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?>{head}<r:Relationships xmlns:r='
        '"http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<r:Relationship Id="r9" Type="{namespace}{kind}" Target="{target}"{mode}/>'
        "</r:Relationships>"
    )
    return rezip(word(), {member: xml.encode(encoding), **(add or {})})


def declared(part: str, kind: str, content: bytes = b"x") -> bytes:
    """A Word document with one more part of a declared type."""
    override = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    return with_types(rezip(word(), {part: content}), b"</Types>", override.encode())


def _types_in(source: bytes, encoding: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(source)) as opened:
        text = opened.read(TYPES).decode()
    text = text[text.index("<Types") :]
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return rezip(source, change={TYPES: (head + text).encode(encoding)})


def _macro_types() -> bytes:
    """The type with macros, written so that no byte pattern finds it."""
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return with_types(word(), plain, b"application/vnd.ms-word.document.m&#97;croEnabled.main+xml")


def _other_main() -> bytes:
    """A part of the right type next to the one that the package names as its document."""
    plain = b"wordprocessingml.document.main+xml"
    other = b"wordprocessingml.comments+xml"
    decoy = (
        b'<Override PartName="/word/decoy.xml" ContentType="application/'
        b'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    made = with_types(word(), plain, other)
    return with_types(rezip(made, {"word/decoy.xml": b"<x/>"}), b"</Types>", decoy)


def good() -> dict[str, bytes]:
    """Name -> bytes of files that must be accepted."""
    return {
        "links.docx": related("hyperlink", "https://example.org/a?b=c"),
        "mail.docx": related("hyperlink", "mailto:gate@example.org"),
        "place.docx": related("hyperlink", "annex.docx#seals"),
        "utf16.docx": _types_in(word(), "utf-16"),
        "utf16.xlsx": _types_in(excel(), "utf-16"),
        "printer.xlsx": rezip(excel(), {"xl/printerSettings/printerSettings1.bin": b"H\x00P\x00"}),
    }


def bad() -> dict[str, tuple[bytes, str]]:
    """Name -> bytes and the code of the refusal."""
    macro = "application/vnd.ms-office.vbaProject"
    ole = "application/vnd.openxmlformats-officedocument.oleObject"
    dtd = '<!DOCTYPE r [<!ENTITY e "attachedTemplate">]>'
    return {
        "template-utf16.docx": (
            related("attachedTemplate", "https://x.example/a.dotm", encoding="utf-16"), "active",
        ),
        "template-escaped.docx": (
            related("attached&#84;emplate", "https://x.example/a.dotm"), "active",
        ),
        "template-upper.docx": (
            related("attachedTemplate", "//x/a.dotm", member="word/_rels/settings.xml.RELS"),
            "active",
        ),
        "template-entity.docx": (related("&e;", "https://x.example/a.dotm", head=dtd), "odd"),
        "broken-relations.docx": (rezip(word(), {"word/_rels/a.xml.rels": b"<Rel"}), "odd"),
        "picture-outside.docx": (related("image", "https://x.example/seen.png"), "active"),
        "picture-undeclared.docx": (
            related("image", "https://x.example/seen.png", outside=False), "active",
        ),
        "ribbon.docx": (
            related("ui/extensibility", "customUI/customUI.xml", outside=False,
                    namespace=_MICROSOFT), "active",
        ),
        "frame.docx": (related("frame", "https://x.example/"), "active"),
        "chunk.docx": (related("aFChunk", "/word/a.html", outside=False), "active"),
        "subdocument.docx": (related("subDocument", "file:///c:/a.docx"), "active"),
        "link-to-file.docx": (related("hyperlink", "file:///c:/windows/a.exe"), "active"),
        "link-to-server.docx": (related("hyperlink", "\\\\server\\share\\a.docx"), "active"),
        "link-to-script.docx": (related("hyperlink", "java&#9;script:alert(1)"), "active"),
        "ole.docx": (
            related("oleObject", "embeddings/picture.png", outside=False,
                    add={"word/embeddings/picture.png": b"x"}), "active",
        ),
        "ole-outside.docx": (related("oleObject", "https://x.example/a.xls"), "active"),
        "ole-by-type.docx": (declared("word/media/image9.png", ole), "active"),
        "ole-by-bytes.docx": (rezip(word(), {"word/media/image9.png": _OLE}), "active"),
        "package.docx": (related("package", "embeddings/a.bin", outside=False), "active"),
        "nested-by-bytes.docx": (
            rezip(word(), {"word/media/image9.png": archive({"a.txt": b"x"})}), "odd",
        ),
        "program.docx": (rezip(word(), {"word/media/i.png": b"MZ\x90\x00" + bytes(99)}), "odd"),
        "control.docx": (related("control", "control1.xml", outside=False), "active"),
        "activex-by-type.docx": (
            declared("word/control1.xml", "application/vnd.ms-office.activeX+xml"), "active",
        ),
        "macros-by-type.docx": (declared("word/theme/theme9.xml", macro), "macros"),
        "macros-by-relation.docx": (
            related("vbaProject", "media/image9.png", outside=False, namespace=_MICROSOFT,
                    add={"word/media/image9.png": b"x"}), "macros",
        ),
        "macros-by-upper-type.docx": (declared("word/a.bin", macro.upper()), "macros"),
        "macros-escaped.docx": (_macro_types(), "macros"),
        "sheet-by-type.xlsx": (
            with_types(excel(), b"</Types>", b'<Override PartName="/xl/a.xml" ContentType='
                       b'"application/vnd.ms-excel.macrosheet+xml"/></Types>'), "macros",
        ),
        "other-workbook.xlsx": (
            with_types(excel(), b"</Types>", b'<Override PartName="/xl/a.xml" ContentType='
                       b'"application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink'
                       b'+xml"/></Types>'), "active",
        ),
        "decoy.docx": (_other_main(), "mismatch"),
    }  # fmt: skip
