"""The rules that a reader of files finds broken: their names, and why they matter. Data alone.

An error of these leaves nothing that could be mailed, so nobody can let it pass.
"""

from __future__ import annotations

from mailer.content.problem import Rule, Severity


def _error(name: str, why: str) -> Rule:
    return Rule(name, Severity.ERROR, why, final=True)


def _warning(name: str, why: str) -> Rule:
    return Rule(name, Severity.WARNING, why)


FILE_UNREADABLE = _error(
    "file-unreadable", "Nothing of a file that can't be read gets into the mail."
)
TEXT_ENCODING = _error(
    "text-encoding",
    "Characters that a mail can't carry arrive as gibberish, or stop the whole mail.",
)
FRONT_MATTER = _error(
    "front-matter",
    "A key that is missing or mistyped leaves out what it stands for, or says it wrong.",
)
FRONT_MATTER_COMMENT = _warning(
    "front-matter-comment", "YAML leaves the hashtag out, with all that follows it on its line."
)
LANGUAGE_TAG = _error(
    "language-tag",
    "A screen reader picks its voice by the language, and misreads a mail without it.",
)
FACET_UNKNOWN = _error(
    "facet-unknown",
    "Aimed at a sector, region or publication that doesn't exist, it reaches nobody.",
)

EDITION_EMPTY = _error("edition-empty", "There would be nothing in the mail.")
WELCOME_MISSING = _warning(
    "welcome-missing", "The welcome tells readers in one look what this edition brings them."
)
SECTION_TWICE = _error("section-twice", "Nobody could tell in which of the two an article belongs.")
SECTION_UNKNOWN = _error(
    "section-unknown", "An article whose section is not listed has no place in the mail."
)
SECTION_EMPTY = _warning(
    "section-empty", "A section that is planned and has no article is often one that was forgotten."
)
ARTICLE_EMPTY = _error("article-empty", "A title without a text looks like a mistake, and is one.")
ARTICLE_TWICE = _error(
    "article-name-twice",
    "Two articles of one name share an anchor: the contents lead to the first.",
)

HEADING_LEVEL = _error(
    "heading-level",
    "People who listen to a mail jump from heading to heading, and lose a skipped one.",
)
RAW_HTML = _error(
    "raw-html",
    "Mail programs show HTML each in their own way, so it is left out, and its words with it.",
)
IMAGE_INLINE = _error(
    "image-inline", "A picture inside the text has no size that is right on a phone and in Outlook."
)

LINK_TARGET = _error("link-target", "A link that can't be opened is a dead end for every reader.")
LINK_TEXT_MISSING = _error(
    "link-text-missing", "A link without words can't be seen, heard or pressed by anybody."
)
LINK_TEXT_VAGUE = _error(
    "link-text-vague", "Screen readers list links on their own, where “read more” says nothing."
)

IMAGE_MISSING = _error("image-missing", "Readers would see the empty frame of a picture.")
IMAGE_OUTSIDE = _error(
    "image-outside", "An edition is sent from its own folder: what is outside can change or go."
)
IMAGE_FORMAT = _error(
    "image-format",
    "Outlook and Gmail show no WebP, SVG or damaged picture, and a huge one stays away.",
)
IMAGE_SMALL = _warning(
    "image-small", "A picture that is stretched, or shown twice as dense on a phone, looks blurred."
)
IMAGE_ALT_MISSING = _error(
    "image-alt-missing",
    "Who can't see the picture, or has pictures switched off, gets nothing in its place.",
)
IMAGE_ALT_FILE_NAME = _error(
    "image-alt-file-name", "A screen reader spells out the file name, and nobody is the wiser."
)

CONTACT_EMAIL = _error(
    "contact-email", "Mail to an address that can't exist comes back to the reader."
)
CONTACT_TELEPHONE = _error("contact-telephone", "A number that is none can't be dialled.")
CONTACT_UNREACHABLE = _error(
    "contact-unreachable", "A name without a way to reach it helps nobody."
)

CORRECTION_EMPTY = _error(
    "correction-empty", "Readers would learn that something was wrong, not what."
)
PACK_EMPTY = _error("pack-empty", "A pack without a message asks its partners for nothing.")
FOLDER_NAME = _error(
    "folder-name", "The folder's name is part of the pack's address, which must hold for everybody."
)
HASHTAG = _error("hashtag", "A hashtag or handle that can't be one leads nobody to the campaign.")
WAVE_MISSING = _error("wave-missing", "A pack without a date is never due, and its mail has none.")
WAVE_TWICE = _error("wave-twice", "Nobody could tell which of the two is meant, and when.")
POST_NETWORK = _error(
    "post-network", "Without its network's rules nobody knows whether a text can be posted."
)
POST_LENGTH = _error(
    "post-length", "A text that its network refuses is shortened by each partner in their own way."
)
ASSET_NAME = _error(
    "asset-name", "A name that is a path, or that some systems can't have, is lost on the way."
)
ASSET_OUTSIDE = _error(
    "asset-outside", "A link may lead to a file that was never meant for partners."
)
ASSET_MISSING = _error("asset-missing", "Partners would be promised a file that is not there.")
ASSET_FORMAT = _error(
    "asset-format", "Partners can use JPEG, PNG, GIF and PDF everywhere, and little else."
)
ASSET_TWICE = _error(
    "asset-twice", "On a Mac or on Windows, names that differ in case alone are one file."
)
ASSET_SIZE = _error("asset-size", "A pack that is too heavy is not downloaded.")
ASSET_TIMES = _error("asset-times", "There would be no minute in which it could be had.")
ASSET_CLOCKS = _warning(
    "asset-clocks", "On the days when the clocks change, a time may come twice or not at all."
)
ASSET_PLACE = _warning(
    "asset-place", "Whoever gets the picture can read out of it where it was taken."
)
ASSET_UNLISTED = _warning("asset-unlisted", "A file that is not listed reaches nobody.")

RULES = (
    FILE_UNREADABLE, TEXT_ENCODING, FRONT_MATTER, FRONT_MATTER_COMMENT, LANGUAGE_TAG, FACET_UNKNOWN,
    EDITION_EMPTY, WELCOME_MISSING, SECTION_TWICE, SECTION_UNKNOWN, SECTION_EMPTY, ARTICLE_EMPTY,
    ARTICLE_TWICE, HEADING_LEVEL, RAW_HTML, IMAGE_INLINE, LINK_TARGET, LINK_TEXT_MISSING,
    LINK_TEXT_VAGUE, IMAGE_MISSING, IMAGE_OUTSIDE, IMAGE_FORMAT, IMAGE_SMALL, IMAGE_ALT_MISSING,
    IMAGE_ALT_FILE_NAME, CONTACT_EMAIL, CONTACT_TELEPHONE, CONTACT_UNREACHABLE, CORRECTION_EMPTY, PACK_EMPTY,
    FOLDER_NAME, HASHTAG, WAVE_MISSING, WAVE_TWICE, POST_NETWORK, POST_LENGTH, ASSET_NAME,
    ASSET_OUTSIDE, ASSET_MISSING, ASSET_FORMAT, ASSET_TWICE, ASSET_SIZE, ASSET_TIMES, ASSET_CLOCKS,
    ASSET_PLACE, ASSET_UNLISTED,
)  # fmt: skip
"""Every rule that reading an edition, a pack or an article may find broken."""
