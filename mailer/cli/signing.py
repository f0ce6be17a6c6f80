"""`bulletin article ask`, `sign-off` and `sign-offs`: whether owners agree to what goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailer.cli.console import (
    JsonOption,
    WorkspaceOption,
    confirm,
    say,
    say_json,
    say_table,
    tell,
    warn,
)

if TYPE_CHECKING:
    from mailer.app import Workspace
    from mailer.content.edition import Edition
    from mailer.submissions.sign_off import Piece, SignOff

ArticleArgument = Annotated[
    str,
    typer.Argument(
        metavar="EDITION/ARTICLE", help="An edition and one of its articles: issue-05/lorry-parks."
    ),
]


def add_signing(app: typer.Typer) -> None:
    """Add the commands to the group of those about articles."""
    app.command(epilog="Example: bulletin article ask issue-05/lorry-parks")(ask)
    app.command("sign-off", epilog="Example: bulletin article sign-off issue-05/lorry-parks")(
        sign_off
    )
    app.command("sign-offs", epilog="Example: bulletin article sign-offs issue-05")(list_sign_offs)


def ask(
    article: ArticleArgument,
    to: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Whom to ask; the article's owner when left out.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write to an article's owner: a letter with a link that shows the article and a button."""
    from mailer.app import Workspace
    from mailer.articles import sign_offs
    from mailer.media import publish_images
    from mailer.site import letter_desk, public_pages
    from mailer.surroundings import actor, now
    from mailer.web.sign_off_page import show_article
    from subscribers.address import parse_address

    opened = Workspace.open(workspace)
    edition, piece = _find(opened, article)
    address = parse_address(to or piece.article.owner)
    shown = show_article(piece.article, public_pages(opened), opened.vocabulary, edition.language)
    publish_images(filter(None, [piece.article.image]), opened.media)
    desk = sign_offs(opened, letter_desk(opened))
    number = desk.ask(piece, address, shown, edition.language, actor(), now())
    data = {"article": piece.name, "asked": address.mailbox, "letter": number}
    tell(as_json, data, f"Asked {address.mailbox} to sign off “{piece.article.title}”.")


def sign_off(
    article: ArticleArgument,
    owner: Annotated[
        str, typer.Option(help="Who signs it off; the article's owner when left out.")
    ] = "",
    note: Annotated[str, typer.Option(help="How that is known, such as: by telephone.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that an article's owner agrees to it as it stands; any edit ends that."""
    from mailer.app import Workspace
    from mailer.articles import sign_offs
    from mailer.site import letter_desk
    from mailer.surroundings import actor, now

    opened = Workspace.open(workspace)
    _, piece = _find(opened, article)
    whose = owner or piece.article.owner or actor()
    confirm(f"Record that {whose} agrees to “{piece.article.title}” as it stands?", yes)
    sign_offs(opened, letter_desk(opened)).record(piece, whose, note, actor(), now())
    data = {"article": piece.name, "owner": whose, "signed_by": actor()}
    tell(as_json, data, f"{piece.name} is signed off for {whose}.")


def list_sign_offs(
    edition: Annotated[str, typer.Argument(metavar="EDITION", help="An edition's folder name.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List an edition's articles with their owners, and where the sign-off of each stands."""
    from mailer.app import Workspace

    opened = Workspace.open(workspace)
    _, pieces, entries = _standing(opened, edition)
    rows = [_row(piece, entries) for piece in pieces]
    if as_json:
        say_json(rows)
        return
    if not any(row["owner"] for row in rows):
        say("No article names an owner, so none needs a sign-off.")
        return
    shown = [tuple(row.values()) for row in rows if row["owner"]]
    say_table(("Article", "Owner", "Sign-off", "When", "By", "How"), shown)


def _row(piece: Piece, entries: list[SignOff]) -> dict[str, Any]:
    from mailer.submissions.sign_off import judge

    standing, entry = judge(piece, [one for one in entries if one.article == piece.article.slug])
    moment = (entry.signed_at or entry.asked_at) if entry else None
    return {
        "article": piece.article.slug,
        "owner": piece.article.owner or ("unnamed" if piece.needs_sign_off else ""),
        "standing": standing,
        "at": f"{moment:%Y-%m-%d %H:%M}" if moment else None,
        "by": (entry.signed_by or entry.asked_by) if entry else None,
        "note": entry.note if entry else None,
    }


def _find(opened: Workspace, name: str) -> tuple[Edition, Piece]:
    """The article of that name as it stands; raises SignOffError naming those there are."""
    from mailer.content.reader import slugify
    from mailer.submissions.sign_off import SignOffError

    folder, _, wanted = name.rpartition("/")
    if not folder:
        what, remedy = "names no article", "write it as EDITION/ARTICLE"
        raise SignOffError("article-name", f'"{name}"', what, remedy)
    edition, pieces, _ = _standing(opened, folder)
    for piece in pieces:
        if piece.article.slug == slugify(wanted.removesuffix(".md")):
            return edition, piece
    what = f"is not in {edition.slug}"
    remedy = f"use one of: {', '.join(piece.article.slug for piece in pieces)}"
    raise SignOffError("article-missing", f'article "{wanted}"', what, remedy)


def _standing(opened: Workspace, name: str) -> tuple[Edition, list[Piece], list[SignOff]]:
    """An edition and its articles as they stand; exits with 1 when it can't be read, and says why."""
    from mailer.submissions.checking import standing

    reading = opened.editions.read(opened.editions.folder(name))
    if reading.edition is None:
        warn(*map(str, reading.problems))
        raise typer.Exit(1)
    return reading.edition, *standing(opened.database, reading.edition, reading.sources)
