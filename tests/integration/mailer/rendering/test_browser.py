from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import pytest

from mailer.content.edition import Contact, Quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from mailer.content.edition import Edition

    Faults = Callable[[Page], list[str]]

Scheme = Literal["light", "dark"]
WIDTHS = (320, 375, 640, 1280)
# What stands on which ground, as computed by the browser; the dark style sheet must reach all of it.
INKS = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number)
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3)
    }
    return [255, 255, 255]
  }
  const light = colour => colour.map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const low = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || element.offsetParent === null) continue
    const pair = [channels(getComputedStyle(element).color).slice(0, 3), ground(element)].map(light)
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim()}`)
  }
  return low
}"""

COLOURS = """[...new Set([...document.querySelectorAll('h1,h2,h3,h4,p,a[href],li,td,th')]
 .map(e => getComputedStyle(e).color))].sort()"""
ON_PAPER = ["rgb(0, 0, 0)", "rgb(11, 79, 125)"]


@contextmanager
def opened(browser: Browser, address: str, width: int, scheme: Scheme = "light") -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def scroll_width(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    browser: Browser, mail_page: str, wrong: Callable[..., list[str]]
) -> None:
    with opened(browser, mail_page, 640) as page:
        assert wrong(page, WIDTHS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_on_its_ground(
    browser: Browser, mail_page: str, scheme: Scheme
) -> None:
    with opened(browser, mail_page, 640, scheme) as page:
        assert page.evaluate(INKS) == []


def test_outlooks_own_dark_mode_gets_the_dark_colours(browser: Browser, mail_page: str) -> None:
    with opened(browser, mail_page, 640) as page:
        page.evaluate(
            "for (const n of ['data-ogsc', 'data-ogsb']) document.body.setAttribute(n, '')"
        )
        card = page.locator("div.card").first.evaluate("e => getComputedStyle(e).backgroundColor")
        assert card == "rgb(26, 33, 42)"
        assert page.evaluate(INKS) == []


def twice_as_large(page: Page) -> None:
    page.evaluate(
        "for (const e of document.querySelectorAll('[style*=font-size]'))"
        " { const s = getComputedStyle(e);"
        " e.dataset.f = parseFloat(s.fontSize) * 2; e.dataset.l = parseFloat(s.lineHeight) * 2 }"
    )
    page.evaluate(
        "for (const e of document.querySelectorAll('[data-f]'))"
        " { e.style.fontSize = e.dataset.f + 'px'; e.style.lineHeight = e.dataset.l + 'px' }"
    )


def test_text_twice_as_large_still_fits(browser: Browser, mail_page: str) -> None:
    with opened(browser, mail_page, 640) as page:
        twice_as_large(page)
        assert scroll_width(page) <= 640


def test_without_pictures_their_descriptions_are_read(browser: Browser, mail_page: str) -> None:
    context = browser.new_context(viewport={"width": 640, "height": 900})
    page = context.new_page()
    page.route("**/media/**", lambda route: route.abort())
    page.goto(mail_page)
    heights = page.locator("img").evaluate_all("images => images.map(i => i.offsetHeight)")
    assert heights
    assert all(14 <= height <= 80 for height in heights)
    spaces = page.locator("img").evaluate_all(
        "images => images.map(i => getComputedStyle(i).lineHeight)"
    )
    assert set(spaces) == {"20px"}
    context.close()


def test_a_link_in_the_contents_leads_to_its_article(browser: Browser, mail_page: str) -> None:
    with opened(browser, mail_page, 375) as page:
        page.get_by_role("link", name="Meet the team behind Operation Jigsaw").click()
        assert page.url.endswith("#prevent-team")
        page.wait_for_function(
            "document.querySelector('#prevent-team').getBoundingClientRect().top < 900"
        )


def test_the_hidden_preheader_takes_no_room(browser: Browser, mail_page: str) -> None:
    with opened(browser, mail_page, 640) as page:
        assert page.locator("div.mast").bounding_box()["y"] == 0  # type: ignore[index]


def test_contents_stand_in_two_columns_and_in_one_on_a_phone(
    browser: Browser, mail_page: str
) -> None:
    for width, beside in ((640, True), (375, False)):
        with opened(browser, mail_page, width) as page:
            label, links = (page.locator("td.st").nth(place).bounding_box() for place in (0, 1))
            assert label
            assert links
            assert (links["x"] > label["x"]) is beside


def test_print_is_black_on_white_with_addresses_after_links(
    browser: Browser, mail_page: str
) -> None:
    with opened(browser, mail_page, 640) as page:
        page.emulate_media(media="print")
        after = "e => getComputedStyle(e, '::after').content"
        link = page.get_by_role("link", name="Send us your article")
        assert link.evaluate(after) == '" (https://partnerships.example.org/bulletin/submit)"'
        assert page.get_by_role("link", name="Unsubscribe").evaluate(after) == "none"
        assert page.evaluate(COLOURS) == ON_PAPER


@pytest.mark.parametrize("width", [320, 1280])
def test_awkward_content_stays_inside_the_mail(
    browser: Browser,
    edition: Edition,
    write_mail: Callable[[Edition], str],
    faults: Faults,
    width: int,
) -> None:
    with opened(browser, write_mail(_awkward(edition)), width) as page:
        assert scroll_width(page) <= width
        assert faults(page) == []


SIDES = """() => Object.fromEntries([...document.querySelectorAll('[lang=ar] :is(h3, p, li, th)')]
 .map(element => {
   const range = document.createRange()
   range.selectNodeContents(element)
   const text = range.getBoundingClientRect()
   const mail = document.querySelector('td.pad').getBoundingClientRect()
   const sides = [text.left - mail.left, mail.right - text.right]
   return [element.innerText.split('\\n')[0], sides.map(Math.round)]
 }))"""


@pytest.mark.parametrize(("width", "edge"), [(640, 32), (320, 20)])
def test_an_article_from_right_to_left_is_mirrored_as_a_whole(
    browser: Browser, edition: Edition, write_mail: Callable[[Edition], str], width: int, edge: int
) -> None:
    with opened(browser, write_mail(_mirrored(edition)), width) as page:
        sides = page.evaluate(SIDES)
    right = {words: place[1] for words, place in sides.items()}
    # A list stands in by 24 pixels, a quotation by 16 and its bar, a pull quote by 20 and its bar.
    assert right == {
        "عنوان المقال": edge, "فقرة قصيرة.": edge, "نقطة": edge + 24, "جملة مقتبسة.": edge + 20,
        "المجموعة": edge, "“نعمل معا.”": edge + 24, "مديرة": edge + 24, "Contact": edge + 20,
        "فريق": edge + 20, "العدد": right["العدد"],
    }  # fmt: skip
    assert sides["العدد"][0] == edge


def _mirrored(edition: Edition) -> Edition:
    table = "| المجموعة | العدد |\n| --- | ---: |\n| الشرطة | 200 |\n"
    section = edition.sections[0]
    article = dataclasses.replace(
        section.articles[0],
        title="عنوان المقال",
        image=None,
        body=f"فقرة قصيرة.\n\n- نقطة\n\n> جملة مقتبسة.\n\n{table}",
        quote=Quote("نعمل معا.", "مديرة", None),
        contacts=(Contact("فريق", None, None, "team@council.example", None),),
        language="ar",
    )
    changed = dataclasses.replace(section, articles=(article,), spotlight=False)
    return dataclasses.replace(edition, sections=(changed,))


def _awkward(edition: Edition) -> Edition:
    wide = "| " + " | ".join(f"Heading{n}" for n in range(9)) + " |\n" + "| --- " * 9 + "|\n"
    wide += "| " + " | ".join("Considerable" for _ in range(9)) + " |\n"
    deep = "".join(f"{'  ' * level}- level {level} {'word ' * 6}\n" for level in range(5))
    long = "x" * 300 + "\n\nhttps://example.org/" + "y" * 300 + "\n\n```\n" + "z" * 200 + "\n```\n"
    body = f"{wide}\n{deep}\n{long}\nمرحبا بكم في النشرة\n\n> {'Quoted ' * 40}\n"
    section = edition.sections[0]
    lead = dataclasses.replace(section.articles[0], body=body, title="Partnership" * 28)
    changed = dataclasses.replace(section, articles=(lead, *section.articles[1:]))
    return dataclasses.replace(edition, sections=(changed,))
