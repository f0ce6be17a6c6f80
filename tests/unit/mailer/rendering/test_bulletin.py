from __future__ import annotations

import dataclasses
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from mailer.content.edition import Image, Link
from mailer.rendering.brand import LIGHT
from mailer.rendering.slots import Slot, SlotTemplate
from mailer.rendering.stationery import width_within

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.content.edition import Article
    from mailer.rendering.brand import Brand

    # What conftest builds: a mail with `rendered`, `html`, `text`, `tree`, `all(path)`, `words(path)`.
    Mail = Any
    MailOf = Callable[..., Mail]


# What it says


def test_the_masthead_says_who_sends_which_issue_of_what(full_mail: Mail) -> None:
    assert full_mail.words("//h1") == ["Partnerships Bulletin"]
    assert full_mail.words("//div[@class='mast']//p") == [
        "Local Partnerships Team",
        "Working together",
        "Issue 4 · October 2026 | Read this issue in your browser",
    ]


def test_a_logo_stands_above_the_name_and_not_in_its_place(
    mail_of: MailOf, brand: Brand, image: Callable[..., Image]
) -> None:
    logo = image(alt="Example Partnership", width=400, height=100, media_name="logo.png")
    mail = mail_of(brand=dataclasses.replace(brand, logo=logo))
    (shown,) = mail.all("//img")
    assert (shown.get("src"), shown.get("alt"), shown.get("width")) == (
        "media/logo.png",
        "Example Partnership",
        "200",
    )
    assert mail.words("//h1") == ["Partnerships Bulletin"]


def test_the_preheader_comes_first_and_is_hidden_everywhere(full_mail: Mail) -> None:
    first = full_mail.all("//div[@role='article']/*")[0]
    assert first.text == "And what else is inside"
    assert "display:none" in first.get("style")
    assert "mso-hide:all" in first.get("style")


def test_without_a_preheader_there_is_no_hidden_text(mail_of: MailOf) -> None:
    assert not mail_of(preheader="").all("//div[contains(@style, 'display:none')]")


def test_the_contents_lead_to_every_article_that_is_there(full_mail: Mail) -> None:
    targets = [link.get("href") for link in full_mail.all("//a[starts-with(@href, '#')]")]
    anchors = [f"#{anchor.get('id')}" for anchor in full_mail.all("//h3/a")]
    assert sorted(targets) == sorted(anchors) == ["#aimed", "#lead", "#plain", "#second"]
    assert all(anchor.get("id") == anchor.get("name") for anchor in full_mail.all("//h3/a"))


def test_what_is_aimed_at_the_reader_leads_the_contents(full_mail: Mail) -> None:
    first = full_mail.all("//a[starts-with(@href, '#')]")[0]
    assert first.get("href") == "#aimed"
    assert full_mail.words("//td[contains(@class, 'st')]")[0] == "For your region"


def test_a_section_without_articles_is_not_heard_of(
    mail_of: MailOf, article: Callable[..., Article]
) -> None:
    mail = mail_of("", article("a", section="Guidance"))
    assert mail.words("//h2") == ["In this issue", "Guidance"]


def test_an_article_shows_each_of_its_blocks_once(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    html = mail_of("", full_article()).html
    for words in (
        "Coins on one side.",
        "“It works.”",
        "Policy adviser",
        "Example Service",
        "Press desk",
        "Duty officer",
        "Example Force",
        'href="mailto:press@force.example"',
        'href="tel:01632960101"',
        "Read the library",
        "Send in a case",
    ):
        assert html.count(words) == 1, words


def test_only_the_first_link_is_a_button(full_mail: Mail) -> None:
    assert set(full_mail.words("//td[@class='btn']/a")) == {"Read the library"}


def test_the_whole_of_a_button_can_be_pressed_in_outlook_and_elsewhere(full_mail: Mail) -> None:
    cell = full_mail.all("//td[@class='btn']")[0]
    assert "mso-padding-alt:12px 24px" in cell.get("style")
    assert "padding:12px 24px" in cell[0].get("style")
    assert cell.get("bgcolor") == LIGHT.accent


def test_the_footer_says_why_and_offers_every_way_out(full_mail: Mail) -> None:
    footer = full_mail.all("//div[@class='page']")[0]
    words = " ".join(footer.text_content().split())
    assert (
        "because sian@council.example is subscribed to the Partnerships Bulletin. It comes" in words
    )
    assert "1 Example Street, Exampleton EX1 1EX" in words
    links = {link.text: link.get("href") for link in footer.iter("a")}
    assert links == {
        "Change what you get": "https://bulletin.example.org/preferences/1",
        "Unsubscribe": "https://bulletin.example.org/unsubscribe/1",
        "Read this issue in your browser": "https://bulletin.example.org/view/1",
        "bulletin@partnerships.example": "mailto:bulletin@partnerships.example",
        "partnerships.example.org": "https://partnerships.example.org",
    }


def test_to_unsubscribe_is_as_plain_to_see_as_to_stay(full_mail: Mail) -> None:
    links = {link.text: link.get("style") for link in full_mail.all("//div[@class='page']//a")}
    assert links["Unsubscribe"] == links["Change what you get"]


def test_a_footer_note_and_a_website_are_shown_only_where_there_are_any(
    mail_of: MailOf, brand: Brand
) -> None:
    noted = dataclasses.replace(brand, website=None, footer_note="Send it on to a colleague.")
    assert "Send it on to a colleague." in mail_of(brand=noted).html
    assert "partnerships.example.org" not in mail_of(brand=noted).html


@pytest.mark.parametrize("part", ["html", "text"])
def test_every_personal_slot_is_there(full_mail: Mail, part: str) -> None:
    template = SlotTemplate.parse(getattr(full_mail.rendered, part), html=part == "html")
    assert set(template.slots) == set(Slot) - {Slot.LINK_URL, Slot.DETAIL}, "those are letters'"


def test_the_subject_and_the_language_are_the_editions(mail_of: MailOf) -> None:
    mail = mail_of(language="cy")
    assert (mail.rendered.subject, mail.rendered.language) == ("What is inside", "cy")
    assert mail.tree.get("lang") == "cy"


def test_a_renderer_gives_the_same_mail_twice(mail_of: MailOf) -> None:
    assert mail_of().rendered == mail_of().rendered


# How it is built


def test_headings_begin_with_one_h1_and_skip_no_level(full_mail: Mail) -> None:
    levels = [int(heading.tag[1]) for heading in full_mail.all("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_mail_is_one_article_with_a_language_and_a_direction(full_mail: Mail) -> None:
    (wrapper,) = full_mail.all("//body/*")
    expected = {"role": "article", "aria-roledescription": "email", "lang": "en-GB", "dir": "ltr"}
    assert expected.items() <= dict(wrapper.attrib).items()
    assert (full_mail.tree.get("lang"), full_mail.tree.get("dir")) == ("en-GB", "ltr")


def test_the_document_has_a_title(full_mail: Mail) -> None:
    title = "Partnerships Bulletin, issue 4"
    assert full_mail.words("//title") == [title]
    assert full_mail.all("//div[@role='article']/@aria-label") == [title]


def test_every_picture_has_its_alt_and_its_width(full_mail: Mail) -> None:
    pictures = full_mail.all("//img")
    assert [(each.get("alt"), each.get("width")) for each in pictures] == [
        ("A pair of scales.", "640"),
        ("A pair of scales.", "576"),
        ("A pair of scales.", "576"),
    ]
    assert {each.get("src") for each in pictures} == {"media/abc.png"}


@pytest.mark.parametrize(
    ("width", "height", "widest", "highest", "shown"),
    [
        (1200, 675, 576, None, 576),
        (300, 200, 576, None, 300),
        (400, 100, 200, 56, 200),
        (100, 900, 200, 56, 6),
        (1, 900, 200, 56, 1),
    ],
)
def test_a_picture_is_never_blown_up(
    width: int, height: int, widest: int, highest: int | None, shown: int
) -> None:
    assert width_within(Image("a", "b", None, width, height, "a", b""), widest, highest) == shown


def test_every_table_is_layout_or_has_named_columns(full_mail: Mail) -> None:
    for table in full_mail.all("//table"):
        assert table.get("role") == "presentation" or table.xpath("./thead//th[@scope='col']")


def test_layout_tables_inside_conditional_comments_are_marked_too(full_mail: Mail) -> None:
    tables = re.findall(
        "<table[^>]*>", "".join(re.findall("<!--.*?-->", full_mail.html, re.DOTALL))
    )
    assert tables
    assert all('role="presentation"' in table for table in tables)


def test_nothing_is_loaded_from_elsewhere_but_pictures(full_mail: Mail) -> None:
    assert not full_mail.all("//link|//script|//iframe|//form|//object|//video|//base")
    assert not re.search(r"@import|@font-face|url\(|googleapis", full_mail.html)
    assert full_mail.all("//*[@src]") == full_mail.all("//img")


def test_every_font_is_the_one_family(full_mail: Mail) -> None:
    families = set(re.findall(r"font-family:([^;}\"!]+)", full_mail.html))
    assert families <= {"Arial, Helvetica, sans-serif", "Arial,Helvetica,sans-serif"}
    blocks = full_mail.all("//td/div[@style]")
    assert all(
        "font-family" in block.get("style")
        for block in blocks
        if block.text_content().strip() and "font-size:0;" not in block.get("style")
    )


def test_nothing_is_printed_under_14_pixels(full_mail: Mail) -> None:
    sizes = {int(size) for size in re.findall(r"font-size:(\d+)px", full_mail.html)}
    assert min(sizes - {0}) == 14


def test_no_attribute_and_no_id_is_there_twice(full_mail: Mail) -> None:
    for tag in re.findall(r"<[a-z][^>]*>", full_mail.html):
        names = re.findall(r'\s([a-z-]+)="', re.sub(r'"[^"]*"', '""', tag))
        assert not [name for name, count in Counter(names).items() if count > 1], tag
    ids = full_mail.all("//@id")
    assert len(ids) == len(set(ids))


def test_the_html_has_nothing_to_recover_from(full_mail: Mail) -> None:
    parser = etree.HTMLParser()
    etree.fromstring(full_mail.html, parser)
    # libxml takes an anchor's name for a second id, which HTML does not.
    assert {fault.type_name for fault in parser.error_log} <= {"DTD_ID_REDEFINED"}
    opened = Counter(re.findall(r"<(div|table|tbody|tr|td|p|a|ul|ol|li|h[1-4])\b", full_mail.html))
    closed = Counter(re.findall(r"</(div|table|tbody|tr|td|p|a|ul|ol|li|h[1-4])>", full_mail.html))
    assert opened == closed


def test_every_link_has_words_and_the_same_words_lead_to_one_place(full_mail: Mail) -> None:
    targets: dict[str, set[str]] = {}
    for link in full_mail.all("//a[@href]"):
        targets.setdefault(" ".join(link.text_content().split()), set()).add(link.get("href"))
    assert "" not in targets
    assert {
        words: found for words, found in targets.items() if len(found) > 1 and "About" not in words
    } == {}


def test_dark_mode_is_told_in_both_ways_and_with_the_brands_colours(full_mail: Mail) -> None:
    assert '<meta name="color-scheme" content="light dark">' in full_mail.html
    assert "@media (prefers-color-scheme:dark){" in full_mail.html
    for selector in ("[data-ogsc] .b a,", "[data-ogsb] .card"):
        assert selector in full_mail.html


def test_styles_are_few_enough_for_gmail(full_mail: Mail) -> None:
    assert sum(map(len, re.findall("<style.*?</style>", full_mail.html, re.DOTALL))) <= 16_384


def test_a_brand_colour_reaches_the_buttons_the_links_and_the_masthead(
    mail_of: MailOf, brand: Brand, full_article: Callable[..., Article]
) -> None:
    green = dataclasses.replace(brand, light=dataclasses.replace(LIGHT, accent="#00592c"))
    html = mail_of("", full_article(), brand=green).html
    assert LIGHT.accent not in html
    assert html.count("#00592c") > 6


# Awkward content


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7*7 }}",
        "{% if a < 3 %}",
        "{% endraw %}",
        "</mj-text>",
        "<mj-text>",
        "shelf0z",
        "]]>",
        "<!--",
        "\\",
        "\u200d",
    ],
)
def test_awkward_words_are_text_wherever_they_stand(
    mail_of: MailOf, full_article: Callable[..., Article], image: Callable[..., Image], words: str
) -> None:
    mail = mail_of(
        "",
        full_article(
            title=words,
            image=image(alt=words, caption=words),
            links=(Link(words, "https://example.org/x"),),
        ),
        title=words,
        strapline=words,
        preheader=words,
    )
    assert [element.text_content() for element in mail.all("//h1|//h3")] == [words, words]
    assert mail.all("//img/@alt") == [words]
    assert mail.all("//td[@class='btn']/a")[0].text == words
    assert words in mail.text


def test_a_right_to_left_title_says_so_and_an_edition_turns_round(
    mail_of: MailOf, article: Callable[..., Article]
) -> None:
    assert mail_of("", article(title="مرحبا")).all("//h3/@dir") == ["rtl"]
    mail = mail_of("", article(title="مرحبا"), language="ar")
    assert mail.all("//h3/@dir") == []
    assert mail.tree.get("dir") == "rtl"
    assert "direction:ltr" not in mail.html
    assert all("text-align:right" in style for style in mail.all("//td[@class='pad']/div/@style"))


def test_english_in_a_mail_from_right_to_left_keeps_its_full_stops_behind_it(
    mail_of: MailOf, article: Callable[..., Article]
) -> None:
    ours = ("Dear ", "You get this because", "Write to us at")
    for language, expected in (("ar", ("ltr", "en-GB")), ("en-GB", (None, None))):
        mail = mail_of("", article(title="Who comes?"), language=language)
        told = [(" ".join(each.text_content().split()), each) for each in mail.all("//p")]
        found = [each for text, each in told if text.startswith(ours)]
        assert [(each.get("dir"), each.get("lang")) for each in found] == [expected] * len(ours)
        (address,) = (each for text, each in told if "Example Street" in text)
        (title,) = mail.all("//h3")
        assert {address.get("dir"), title.get("dir")} == {expected[0]}


def test_our_own_words_are_marked_as_english_where_the_mail_is_not(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    article = full_article(title="Newyddion", regions=frozenset({"wales"}))
    found = mail_of("", article, language="cy").words("//*[@lang='en-GB']")
    assert [words.partition(" ")[0] for words in found] == [
        "Issue", "Dear", "In", "For", "Contact", "You", "Change", "Write",
    ]  # fmt: skip
    assert (
        mail_of("", article, language="en-GB").words("//body//*[@lang='en-GB']/*//*[@lang]") == []
    )


def test_an_article_in_another_language_says_so_as_a_whole(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    mail = mail_of("", full_article("cy", language="cy"), full_article("ar", language="ar"))
    welsh, arabic = (mail.all(f"//div[@lang='{tag}']")[0] for tag in ("cy", "ar"))
    assert (welsh.get("dir"), welsh.get("style")) == (None, None)
    assert (arabic.get("dir"), arabic.get("style")) == ("rtl", "text-align:right")
    for each in (welsh, arabic):
        assert [len(each.xpath(f".//{tag}")) for tag in ("h3", "img", "blockquote", "table")] == [
            1, 1, 0, 4,
        ]  # fmt: skip
        (contact,) = each.xpath(".//p[@lang]")
        assert (contact.text, contact.get("lang")) == ("Contact", "en-GB")
    assert "border-right:4px" in arabic.xpath(".//td[@class='pq']/@style")[0]
    assert not mail_of("", full_article(language="en-GB")).all("//div[@lang][not(@role)]")


def test_a_title_of_300_characters_is_told_in_full(
    mail_of: MailOf, article: Callable[..., Article]
) -> None:
    title = "Partnership " * 25
    assert mail_of("", article(title=title)).words("//h3") == [title.strip()]


def test_sixty_articles_keep_their_order(mail_of: MailOf, article: Callable[..., Article]) -> None:
    many = [article(f"a{number}") for number in range(60)]
    assert mail_of("", *many).all("//h3/a/@id") == [each.slug for each in many]


def test_what_an_article_smuggles_in_is_gone(mail_of: MailOf) -> None:
    mail = mail_of(
        'Text.\n\n<script>x()</script>\n\n<form><input></form>\n\n<style>*{color:red}</style>\n\n<iframe src="https://evil.example"></iframe>\n'
    )
    assert not mail.all("//script|//form|//input|//iframe|//body//style")
    assert "evil.example" not in mail.html + mail.text
