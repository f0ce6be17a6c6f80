"""What takes articles in and has them signed off, from a workspace: part of the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.submissions.service import Submissions
from mailer.submissions.signing import SignOffs
from mailer.surroundings import now
from mailer.web.article_pages import ArticlePages
from mailer.web.sign_off_page import SignOffPage

if TYPE_CHECKING:
    from starlette.routing import Route

    from mailer.app import Workspace
    from mailer.web.public import PublicPages
    from subscribers.admission import DomainRules
    from subscribers.letters import Letters


def article_routes(
    opened: Workspace, pages: PublicPages, letters: Letters, rules: DomainRules
) -> list[Route]:
    """The pages on which owners sign off and, where the settings open it, partners offer articles."""
    signing = SignOffPage(sign_offs(opened, letters), opened.signer, pages, now)
    if not opened.settings.articles.open:
        return signing.routes()
    organisation = opened.brand.organisation
    taking = submissions(opened, letters)
    offering = ArticlePages(taking, rules, opened.signer, pages, organisation, now)
    return [*signing.routes(), *offering.routes()]


def submissions(opened: Workspace, letters: Letters) -> Submissions:
    """Takes articles in."""
    chosen = opened.settings.articles
    return Submissions(
        database=opened.database,
        letters=letters,
        team_address=opened.settings.sender.reply_to,
        editions=chosen.editions,
        network_limit=chosen.requests_an_hour,
    )


def sign_offs(opened: Workspace, letters: Letters) -> SignOffs:
    """Asks for sign-offs and keeps them."""
    return SignOffs(opened.database, letters)
