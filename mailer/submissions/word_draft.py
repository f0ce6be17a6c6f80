"""A Word document becomes the draft of an article, and a list of what of it could not be taken over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailer.content.markdown import link_fault
from mailer.content.picture import PictureFault, prepare
from mailer.submissions.draft import Draft, DraftPicture
from mailer.submissions.word_document import Loss, Manner, Paragraph
from mailer.submissions.word_markdown import write_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mailer.submissions.word_document import Block, Photograph, WordDocument


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a document. An empty title is for whoever imports it to give."""

    draft: Draft
    losses: tuple[Loss, ...]


def draft_of(document: WordDocument, *, title: str, owner: str) -> Taken:
    """The draft: its title is the one given, else the document's own, which then is not in the text."""
    found, blocks = _take_title(document.blocks)
    picture, left_out = _choose_picture(document.pictures)
    draft = Draft(
        title=title or found,
        body=write_markdown(blocks),
        owner=owner,
        picture=DraftPicture(picture.data, picture.alt) if picture else None,
    )
    return Taken(draft, (*document.losses, *_dead_links(document.blocks), *left_out))


def _take_title(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """A title, or a heading with which the document begins."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and (
            block.manner is Manner.TITLE or (block.manner is Manner.HEADING and index == 0)
        ):
            return block.words, [*blocks[:index], *blocks[index + 1 :]]
    return "", list(blocks)


def _choose_picture(pictures: Sequence[Photograph]) -> tuple[Photograph | None, list[Loss]]:
    """The first picture that can be mailed: an article has one."""
    chosen: Photograph | None = None
    losses: list[Loss] = []
    for picture in pictures:
        made = prepare(picture.data)
        if isinstance(made, PictureFault):
            losses.append(Loss(picture.place, f"a picture is left out: it {made.what}"))
        elif chosen is not None:
            losses.append(Loss(picture.place, "a picture is left out: an article has one"))
        else:
            # What a camera wrote into it is nobody's to publish.
            chosen = replace(picture, data=made.data)
            if not picture.alt:
                losses.append(Loss(picture.place, "the picture has no alternative text: write it"))
    return chosen, losses


def _dead_links(blocks: Sequence[Block]) -> Iterator[Loss]:
    for block in blocks:
        rows = ((block.spans,),) if isinstance(block, Paragraph) else block.rows
        for span in (span for row in rows for cell in row for span in cell):
            if span.href and link_fault(span.href):
                fault = f"link “{span.href[:60]}” {link_fault(span.href)}"
                yield Loss("", f"{fault}: its words are set as text")
