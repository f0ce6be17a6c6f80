"""MJML becomes HTML. The only importer of `mjml`, and what knows where mrml, its engine, errs.

mrml sees the frame alone. What stands inside `mj-text`, `mj-raw` and `mj-style` waits on a shelf
meanwhile, because mrml rewrites what it passes on: a zero-width joiner in an attribute comes out as
the letters of its escape. What is expected of the frame is asserted, so that a new mrml is noticed
by the first mail that it makes rather than by its readers.
"""

from __future__ import annotations

import re

from mjml import mjml2html

from subscribers.errors import BulletinError

_INNER = re.compile(
    r"(<(mj-(?:text|raw|style|title))\b[^>]*(?<!/)>)([^<]*(?:<(?!/\2>)[^<]*)*)(</\2>)"
)
_TICKET = re.compile(r"shelf(\d+)z")
_SEAM = re.compile(r"<!\[endif\]-->\s*<!--\[if mso \| IE\]>")
_TABLE = re.compile(r"<table\b[^>]*>")
_PRESENTATION = 'role="presentation"'
_ARTICLE = re.compile(r'<div [^>]*role="article"[^>]*>')
# What mrml says twice, or to nobody. For Outlook the size stands on the table, and its class is nobody's; a
# column of the whole width says so in its style, and Outlook 2003 was the last that its class was for; the
# way of a mail from left to right is on its outermost element, and sides are on the cells; a table does not
# stand on a line that it could be aligned on; every parser supplies a `tbody`, and none a border.
_SAID_TWICE = re.compile(
    r"background:#[0-9a-f]{6};(?=background-color:)"
    r'| class="[a-z]*-outlook"(?: style="width:\d+px;")?'
    r'| class="mj-outlook-group-fix mj-column-per-100"'
    r"|direction:ltr;"
    r"|(?<=font-size:0px;)text-align:[a-z]+;(?=(?:direction:rtl;)?display:inline-block)"
    r'| style="vertical-align:top;"(?=><tbody>)'
    r'|</?tbody>| border="0"'
    r'|;(?=">)'
)
_ZERO = re.compile(r"(?<=[: ])0px(?=[ ;\"])")
_INDENT = re.compile(r"\n\s+")
_BEFORE_BLOCK = re.compile(
    r"\n(?=</?(?:html|head|body|meta|title|style|div|table|tbody|thead|tr|td|th|p|h[1-4]|ul|ol|li)\b"
    r"|</?blockquote\b|<!--)"
)


class MjmlError(BulletinError):
    """A template that is no MJML, or a result that isn't what the repairs were written for."""


def render_mjml(source: str) -> str:
    """HTML for an MJML document whose `lang` and `dir` are set. Raises MjmlError."""
    shelf: list[str] = []
    frame = _convert(_INNER.sub(lambda match: _shelve(match, shelf), source))
    _expect_frame(frame)
    return _tidy(_restore(_shorten(_SEAM.sub("", frame)), shelf))


def _shelve(match: re.Match[str], shelf: list[str]) -> str:
    opening, _, inner, closing = match.groups()
    shelf.append(inner.strip())
    return f"{opening}shelf{len(shelf) - 1}z{closing}"


def _convert(source: str) -> str:
    try:
        return str(mjml2html(source))
    except ValueError as error:
        what = f"is not valid MJML ({error})"
        remedy = "mend the template; content never reaches this step"
        raise MjmlError("mjml-invalid", "mail template", what, remedy) from error


def _restore(frame: str, shelf: list[str]) -> str:
    used = {int(ticket) for ticket in _TICKET.findall(frame)}
    _expect(used == set(range(len(shelf))), "all text comes back from the shelf")
    return _TICKET.sub(lambda match: shelf[int(match[1])], frame)


def _expect_frame(frame: str) -> None:
    _expect("<mj-" not in frame, "no element of MJML is left over")
    _expect("//fonts." not in frame, "no remote font is loaded where every block has its family")
    article = _ARTICLE.search(frame)
    _expect(article and _is_labelled(article[0]), "the mail is one article with lang and dir")
    _expect(all(_PRESENTATION in tag for tag in _TABLE.findall(frame)), "layout tables say so")
    _expect(_SEAM.search(frame), "conditional comments stand side by side")


def _shorten(frame: str) -> str:
    """The frame in fewer bytes. No Internet Explorer after the ninth reads conditional comments."""
    said_once = _SAID_TWICE.sub("", frame).replace("<!--[if mso | IE]>", "<!--[if mso]>")
    return _ZERO.sub("0", said_once)


def _is_labelled(tag: str) -> bool:
    unset = 'lang="und"' in tag or 'dir="auto"' in tag
    return not unset and all(f" {name}=" in tag for name in ("aria-roledescription", "lang", "dir"))


def _expect(holds: object, what: str) -> None:
    if not holds:
        broken = f"no longer keeps to what the mail needs: that {what}"
        remedy = "install the version of mjml-python that pyproject.toml asks for"
        raise MjmlError("mjml-changed", "MJML renderer", broken, remedy)


def _tidy(html: str) -> str:
    """Fold white space that shows nothing: a block of ours never depends on two spaces."""
    return _BEFORE_BLOCK.sub("", _INDENT.sub("\n", html))
