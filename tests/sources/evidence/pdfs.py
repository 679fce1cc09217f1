"""PDF files for tests, written by hand: a page for each list of lines."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

if TYPE_CHECKING:
    from collections.abc import Sequence


def pdf(*pages: Sequence[str]) -> bytes:
    """Return a PDF with these lines on its pages, in Latin letters."""
    return pdf_of(*(_drawing(lines) for lines in pages))


def _drawing(lines: Sequence[str]) -> bytes:
    shown = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    return ("BT /F 10 Tf 50 700 Td " + " ".join(f"({line}) Tj 0 -12 Td" for line in shown) + " ET").encode("cp1252")


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
WITHOUT_LETTERS = (
    b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] /FirstChar 1 /LastChar 3 /Widths [9 9 9] "
    b"/CharProcs << >> /Encoding << /Differences [1 /g24 /g149 /g7] >> >>"
)
"""A font whose glyphs are drawings with numbers, as some programs write them."""


def pdf_of(*drawings: bytes, font: bytes = FONT, pictures: bytes = b"") -> bytes:
    """Return a PDF whose pages are drawn by these operations, with the font `/F` and a dictionary of pictures."""
    numbers = [4 + 2 * number for number in range(len(drawings))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(drawings)} /Kids [{kids}] >>".encode(),
        font,
    ]
    for number, drawing in zip(numbers, drawings, strict=True):
        packed = zlib.compress(drawing)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> %b >> "
            b"/Contents %d 0 R >>" % (pictures, number + 1)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed))
    file, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    return bytes(file + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def pdf_with_form(drawing: bytes) -> bytes:
    """Return a PDF of one page that is drawn by these operations, in which `/X Do` draws a form that says "In a form"."""
    writer = PdfWriter(PdfReader(io.BytesIO(pdf_of(drawing))))
    page = writer.pages[0]
    form = StreamObject()
    form.set_data(_drawing(["In a form"]))
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/Resources"): DictionaryObject(
                {NameObject("/Font"): page["/Resources"]["/Font"]}  # type: ignore[index]
            ),
        }
    )
    page["/Resources"][NameObject("/XObject")] = DictionaryObject(  # type: ignore[index]
        {NameObject("/X"): writer._add_object(form)}
    )
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def locked(data: bytes, password: str) -> bytes:
    """Return the same PDF, encrypted; with an empty password everybody can open it."""
    writer = PdfWriter(PdfReader(io.BytesIO(data)))
    writer.encrypt(password, "of the owner", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
