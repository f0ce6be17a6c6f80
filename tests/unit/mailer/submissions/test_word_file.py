"""Word files as they come: made by another program than the one that reads them, and made to do harm."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches

from mailer.content.picture import Picture, examine
from mailer.submissions.word_draft import draft_of
from mailer.submissions.word_file import WordError, read_word
from mailer.submissions.word_size import MAX_BYTES
from tests.samples import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from mailer.submissions.word_draft import Taken

DOCUMENT = "word/document.xml"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: Document) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def taken(document: Document) -> Taken:
    return draft_of(read_word(saved(document), "article.docx"), title="", owner="Ann")


def add_link(paragraph: Paragraph, words: str, url: str) -> None:
    """A link as Word makes it, which python-docx can't."""
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = words
    run.append(text)
    link.append(run)
    paragraph._p.append(link)


def add_picture(document: Document, alt: str, data: bytes) -> None:
    document.add_picture(io.BytesIO(data), width=Inches(4))
    shape = document.inline_shapes[-1]
    shape._inline.docPr.set("descr", alt)


def test_an_article_as_partners_write_them() -> None:
    document = docx.Document()
    document.add_heading("Winter checks on lorry parks", 0)
    paragraph = document.add_paragraph("We looked for ")
    paragraph.add_run("three winters").bold = True
    paragraph.add_run(", with ")
    add_link(paragraph, "the checklist", "https://example.org/checklist")
    paragraph.add_run(".")
    document.add_heading("Before you begin", 2)
    for words in ("Ask the owner.", "Bring a lamp."):
        document.add_paragraph(words, style="List Bullet")
    document.add_paragraph("First this.", style="List Number")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Park", "Lorries", "North", "12"), strict=True):
        cell.text = words
    document.add_paragraph("It paid.", style="Quote")
    add_picture(document, "A lorry at a barrier.", picture())
    came = taken(document)
    assert came.losses == ()
    assert came.draft.title == "Winter checks on lorry parks"
    assert came.draft.picture is not None
    assert came.draft.picture.alt == "A lorry at a barrier."
    assert isinstance(examine(came.draft.picture.data), Picture)
    assert came.draft.body == (
        "We looked for **three winters**, with [the checklist](<https://example.org/checklist>).\n\n"
        "### Before you begin\n\n"
        "-   Ask the owner.\n-   Bring a lamp.\n1.  First this.\n\n"
        "| Park | Lorries |\n| --- | --- |\n| North | 12 |\n\n"
        "> It paid."
    )


def test_a_document_that_begins_with_a_heading_is_titled_by_it_unless_a_title_is_given() -> None:
    document = docx.Document()
    document.add_heading("First", 1)
    document.add_paragraph("Text.")
    read = read_word(saved(document), "x.docx")
    own, given = (draft_of(read, title=title, owner="Ann").draft for title in ("", "Other"))
    assert (own.title, own.body) == ("First", "Text.")
    assert (given.title, given.body) == ("Other", "Text.")
    plain = with_document(document_of("<w:p><w:r><w:t>Text.</w:t></w:r></w:p>"))
    assert draft_of(read_word(plain, "x.docx"), title="", owner="Ann").draft.title == ""


def test_what_can_not_be_taken_over_is_told_with_its_place() -> None:
    document = docx.Document()
    document.add_paragraph("Plain.")
    document.add_paragraph("It cost ").add_run("£5").font.strike = True
    document.add_paragraph("CO").add_run("2").font.subscript = True
    add_link(document.add_paragraph("See "), "the drive", "file:///C:/secret.doc")
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Both"
    add_picture(document, "", picture())
    add_picture(document, "Another.", picture())
    add_picture(document, "Small and moving.", picture(20, 20, "BMP"))
    came = taken(document)
    assert list(map(str, came.losses)) == [
        "paragraph 2 (“It cost £5”): text that is struck through is taken over as usual text",
        "paragraph 3 (“CO2”): text that is set high or low is taken over as usual text",
        "paragraph 5, a table (“Both”): merged cells are taken apart",
        "link “file:///C:/secret.doc” is not a web, mail or telephone link: its words are set as text",
        "paragraph 6: the picture has no alternative text: write it",
        "paragraph 7: a picture is left out: an article has one",
        "paragraph 8: a picture is left out: it is a BMP file",
    ]
    assert "See the drive" in came.draft.body
    assert "| Both |  |  |" in came.draft.body


def test_changes_that_nobody_accepted_count_as_made_and_formulas_are_told() -> None:
    body = (
        f'<w:p xmlns:w="{MAIN}"><w:r><w:t>We </w:t></w:r><w:ins><w:r><w:t>never </w:t></w:r></w:ins>'
        "<w:del><w:r><w:delText>always </w:delText></w:r></w:del><w:r><w:t>wait.</w:t></w:r>"
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r/></m:oMath></w:p>'
    )
    came = draft_of(read_word(with_document(document_of(body)), "x.docx"), title="T", owner="Ann")
    assert came.draft.body == "We never wait."
    assert list(map(str, came.losses)) == ["something of the kind “oMath” is left out"]


# ---- made to do harm


def document_of(body: str, before: str = "") -> bytes:
    head = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{MAIN}"><w:body>'
    return f"{head}{body}</w:body></w:document>".encode()


def with_document(xml: bytes, **parts: bytes) -> bytes:
    """A Word file whose text is this XML, with other parts beside it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DOCUMENT, xml)
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def bomb() -> bytes:
    """Four megabytes of zeros, sixteen times: a few kilobytes packed."""
    return with_document(
        document_of(""), **{f"word/media/{n}": bytes(4_000_000) for n in range(16)}
    )


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE w [<!ENTITY a0 "ha">{entities}]>'
    return with_document(document_of("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", declared))


def outside() -> bytes:
    declared = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return with_document(document_of("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", declared))


def outside_in_another_encoding() -> bytes:
    declared = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text = document_of("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", declared).decode()
    return with_document(text.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"))


def hidden_entities() -> bytes:
    """The declaration is in a part that isn't called XML, which the package names as the document."""
    related = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Target="word/text.bin" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    declared = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text = document_of("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", declared)
    return with_document(
        document_of(""), **{"_rels/.rels": related.encode(), "word/text.bin": text}
    )


def crowded() -> bytes:
    return with_document(document_of("<w:p/>" * 250_000))


def deep() -> bytes:
    return with_document(
        document_of("<w:sdt><w:sdtContent>" * 3000 + "</w:sdtContent></w:sdt>" * 3000)
    )


def broken() -> bytes:
    return saved(docx.Document())[:-400]


def locked() -> bytes:
    data = bytearray(with_document(document_of("")))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (bomb, "unpacks to more"),
        (laughs, "declares XML entities"),
        (outside, "declares XML entities"),
        (outside_in_another_encoding, "declares XML entities"),
        (hidden_entities, "declares XML entities"),
        (crowded, "holds more than"),
        (deep, "can't be read"),
        (broken, "is no .docx file"),
        (locked, "is no .docx file"),
        (lambda: b"", "is no .docx file"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), "is no .docx file"),
        (lambda: with_document(b"<a/>"), "can't be read"),
        (lambda: bytes(MAX_BYTES + 1), "has more than the"),
    ],
)
def test_a_file_that_is_none_or_does_harm_is_refused_in_one_line(
    make: Callable[[], bytes], told: str
) -> None:
    with pytest.raises(WordError, match=told) as refused:
        read_word(make(), "bad.docx")
    assert refused.value.subject == "bad.docx"


def test_a_picture_that_is_only_linked_is_never_fetched() -> None:
    related = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Target="file:///etc/hostname" TargetMode="External" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    drawing = (
        '<w:p><w:r><w:t>Look</w:t><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/'
        'drawingml/2006/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/'
        'drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/'
        'drawingml/2006/picture"><pic:blipFill><a:blip r:link="a" xmlns:r="http://schemas.openxmlformats'
        '.org/officeDocument/2006/relationships"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    parts = {"word/_rels/document.xml.rels": related.encode()}
    document = read_word(with_document(document_of(drawing), **parts), "x.docx")
    assert document.pictures == ()
    assert [loss.place for loss in document.losses] == ["paragraph 1 (“Look”)"]
    assert "a picture that is not in the file" in document.losses[0].what
