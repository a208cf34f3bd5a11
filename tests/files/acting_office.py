"""Office files with fields, formulas and actions: those that act, and those that only show."""

from __future__ import annotations

import io
import zipfile

from tests.files.corpus import excel, rezip, with_types, word
from tests.files.office_files import related

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_VML = "urn:schemas-microsoft-com:vml"
_CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_BEGIN, _SEPARATE, _END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
)


def code(*pieces: str) -> str:
    """The code of a field, one run a piece."""
    return "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in pieces)


def field(*pieces: str) -> str:
    """A field with its result."""
    return _BEGIN + code(*pieces) + _SEPARATE + "<w:r><w:t>1</w:t></w:r>" + _END


def part(
    inside: str, *, kind: str = "header", encoding: str = "utf-8", namespace: str = _WORD
) -> bytes:
    """A Word document with one more part under a name that says nothing."""
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?><w:hdr xmlns:w="{namespace}" '
        f'xmlns:a="{_DRAWING}" xmlns:v="{_VML}" xmlns:mc="{_CHOICE}">'
        f"<w:p>{inside}</w:p></w:hdr>"
    )
    override = f'<Override PartName="/word/x.bin" ContentType="{_TYPE.format(kind)}"/></Types>'
    made = rezip(word(), {"word/x.bin": xml.encode(encoding)})
    return with_types(made, b"</Types>", override.encode())


def document(inside: str) -> bytes:
    """A Word document with something at the end of its body."""
    return _changed(word(), "word/document.xml", b"<w:sectPr", inside.encode() + b"<w:sectPr")


def sheet(inside: str) -> bytes:
    """An Excel workbook with something after its cells."""
    end = b"</sheetData>"
    return _changed(excel(), "xl/worksheets/sheet1.xml", end, end + inside.encode())


def _changed(source: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """An Office file in which the first ``old`` of one part is ``new``."""
    with zipfile.ZipFile(io.BytesIO(source)) as opened:
        xml = opened.read(name)
    return rezip(source, change={name: xml.replace(old, new, 1)})


def formula(text: str) -> bytes:
    """An Excel workbook with a formula in a rule."""
    return sheet(f"<conditionalFormatting><cfRule><formula>{text}</formula></cfRule>"
                 "</conditionalFormatting>")  # fmt: skip


def good() -> dict[str, bytes]:
    """Name -> bytes of files that must be accepted."""
    quoted = "&quot;"
    return {
        "page numbers.docx": document(f"<w:p>{field(' PAGE ')}{field(' NUMPAGES ')}</w:p>"),
        "contents.docx": part(
            _BEGIN + code(r' TOC \o "1-3" \h ') + _SEPARATE
            + field(r' HYPERLINK \l "_Toc1" \o "C:\tip" ') + field(" PAGEREF _Toc1 ") + _END
        ),
        "web link.docx": part(field('HYPERLINK "https://example.org/a?b=c:d"')),
        "sum.docx": part(_BEGIN + code("=2*") + field("REF a") + _SEPARATE + _END),
        "reference.docx": part(field(" ADDIN ZOTERO_ITEM " + "DDEAUTO " * 9_000)),
        "click here.docx": part(field(" MACROBUTTON NoMacro [Click and type] ")),
        "words about it.docx": word("DDEAUTO, INCLUDEPICTURE and cmd|'/C calc'!A0"),
        "next slide.docx": part('<a:hlinkClick action="ppaction://hlinkshowjump?jump=nextslide"/>'),
        "drawing.docx": rezip(
            word(),
            {"word/media/image1.svg": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://'
                                      b'www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>'},
        ),
        "text box.docx": part(
            "<mc:AlternateContent>"
            f"<mc:Choice Requires='wps'>{field(' PAGE ')}</mc:Choice>"
            f"<mc:Fallback>{field(' PAGE ')}</mc:Fallback></mc:AlternateContent>"
        ),
        "drawn comment.xlsx": with_types(
            rezip(excel(), {"xl/drawings/a.vml": b"<xml><div>a<br>b</div></xml>"}), b"</Types>",
            b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.'
            b'vmlDrawing"/></Types>',
        ),
        "table.xlsx": formula(f"SUM(Log[a|b],'x|y'!A1)+LEN({quoted}cmd|x{quoted})"),
        "index.xlsx": formula(f"HYPERLINK({quoted}#Sheet!A1{quoted},1)"),
    }  # fmt: skip


def bad() -> dict[str, tuple[bytes, str]]:
    """Name -> bytes and the code of the refusal."""
    dde = r"DDEAUTO c:\\windows\\cmd.exe"
    quoted = "&quot;"
    made = {
        "dde.docx": document(f"<w:p>{field(dde)}</w:p>"),
        **{
            f"dde-{kind}.docx": part(field(dde), kind=kind)
            for kind in ("header", "footnotes", "comments", "document.glossary")
        },
        "dde-strict.docx": part(field(dde), namespace=_STRICT),
        "dde-utf16.docx": part(field(dde), encoding="utf-16"),
        "dde-split.docx": part(field(" d", "De", "<![CDATA[Au]]>to ", "cmd")),
        "dde-simple.docx": part('<w:fldSimple w:instr="&#10; &#68;dE x"/>'),
        "dde-deleted.docx": part(_BEGIN + "<w:delInstrText>DDE x</w:delInstrText>" + _END),
        "dde-inside.docx": part(_BEGIN + code("IF 1 = 1 ") + field(dde) + _SEPARATE + _END),
        "dde-composed.docx": part(_BEGIN + code("DDE") + field("QUOTE 65") + _SEPARATE + _END),
        "dde-unfinished.docx": part(_BEGIN + code(dde)),
        "dde-as-text.docx": part(_BEGIN + "<w:r><w:t>DDE x</w:t></w:r>" + _SEPARATE + _END),
        "dde-alternative.docx": part(
            _BEGIN + f"<mc:Choice Requires='x'>{code(' PAGE ')}</mc:Choice>" + code(dde) + _END
        ),
        "picture.docx": part(f'<w:fldSimple w:instr="INCLUDEPICTURE {quoted}http://x.example/a'
                             rf'{quoted} \d"/>'),
        **{
            f"{command.casefold()}.docx": part(field(f" {command} x.example "))
            for command in ("INCLUDETEXT", "LINK", "IMPORT", "DATABASE", "RD", "MACROBUTTON")
        },
        "link-to-file.docx": part(field('HYPERLINK "file:///c:/a.exe"')),
        "link-to-server.docx": part(field(r'HYPERLINK \o "tip" "\\\\server\\a"')),
        "link-composed.docx": part(
            _BEGIN + code('HYPERLINK "') + field("QUOTE 102") + code('"') + _SEPARATE + _END
        ),
        "program.docx": part('<a:hlinkClick action="ppaction://program"/>'),
        "macro.docx": part('<a:hlinkHover action="PPAction://Macro?name=Run"/>'),
        "old-picture.docx": part('<v:imagedata src="http://x.example/seen.png"/>'),
        "merge.docx": part('<w:connectString w:val="Provider=x"/>'),
        "base-of-links.docx": rezip(
            word(), {"docProps/x.xml": b"<Properties><HyperlinkBase>file://server/</HyperlinkBase>"
                                       b"</Properties>"},
        ),
        "ribbon-by-content.docx": rezip(word(), {"x.xml": b"<customUI onLoad='Run'/>"}),
        "dde.xlsx": formula("cmd|'/C calc'!A0"),
        "dde-link.xlsx": rezip(excel(), {"xl/x.xml": b"<externalLink><ddeLink/></externalLink>"}),
        "web.xlsx": formula(f"1+_xlfn.WebService ({quoted}http://x.example/{quoted})"),
        "name.xlsx": sheet("<definedName>EXEC(A1)</definedName>"),
        "link-to-file.xlsx": formula(f"HYPERLINK({quoted}file:///c:/a.exe{quoted})"),
        "click.xlsx": sheet("<sp macro=\"'http://x.example/a.xlsm'!Run\"/>"),
        "picture-of-web.docx": related("image", " HTTP://x.example/seen.png", outside=False),
    }  # fmt: skip
    odd = {
        "broken-part.docx": rezip(word(), {"word/x.xml": b"<w:p>"}),
        "entity.docx": rezip(word(), {"word/x.xml": b'<!DOCTYPE x [<!ENTITY e "DDE">]><x>&e;</x>'}),
        "deep.docx": rezip(word(), {"word/x.xml": b"<x>" * 600 + b"</x>" * 600}),
        "endless-tag.docx": rezip(word(), {"word/x.xml": b"<x a='" + b"y" * 6_000_000 + b"'/>"}),
        "unknown-encoding.docx": rezip(word(), {"word/x.xml": "<x/>".encode("utf-32")}),
    }
    return {
        **{name: (content, "active") for name, content in made.items()},
        **{name: (content, "odd") for name, content in odd.items()},
    }  # fmt: skip
