"""How long a variant of the sample edition takes to render: `python -m bench.render [--json]`."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from itertools import product
from typing import TYPE_CHECKING

from mailer.content.reader import read_edition
from mailer.content.variant import Variant, variants_by_facets, whole
from mailer.rendering.brand import Brand
from mailer.rendering.bulletin import Renderer
from mailer.rendering.stationery import Stationery
from mailer.template_files import templates_folder
from subscribers.facets import Facet, FacetSet, Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 9
SECTORS = (
    "law-enforcement",
    "central-government",
    "local-government",
    "health",
    "education",
    "voluntary",
    "private",
)
REGIONS = (
    "north-east",
    "east-midlands",
    "east-of-england",
    "london",
    "south-west",
    "wales",
    "national",
)
MEDIA_URL = "https://bulletin.example.org/media/"
BRAND = Brand("Local Partnerships Team", "1 Example Street, Exampleton", "bulletin@example.org")
STATIONERY = Stationery(BRAND, "the bulletin", "It comes quarterly.", MEDIA_URL)


def sample_variants(folder: Path) -> list[Variant]:
    """Each variant that the sample's sectors and regions give rise to, the whole edition first."""
    vocabulary = Vocabulary(
        _facets(SECTORS), _facets(REGIONS), _facets(("bulletin", "quickupdates"))
    )
    edition = read_edition(folder, vocabulary).edition
    if edition is None:
        raise SystemExit(f"{folder} has errors; mend them first")
    held = [FacetSet(sector, frozenset({region})) for sector, region in product(SECTORS, REGIONS)]
    variants = {variant.key: variant for variant in variants_by_facets(edition, held).values()}
    first = whole(edition)
    return [first, *(variant for variant in variants.values() if variant.key != first.key)]


def measure(variants: list[Variant]) -> dict[str, float]:
    """The median milliseconds of a variant, and the first of a new renderer, over some rounds."""
    times: list[float] = []
    firsts: list[float] = []
    sizes: list[int] = []
    for _ in range(ROUNDS):
        renderer = Renderer(STATIONERY)
        for place, variant in enumerate(variants):
            began = time.perf_counter()
            mail = renderer.render(variant)
            spent = (time.perf_counter() - began) * 1000
            (times if place else firsts).append(spent)
            sizes.append(len(mail.html.encode()))
    return {
        "variants": len(variants),
        "first_ms": round(statistics.median(firsts), 2),
        "median_ms": round(statistics.median(times), 2),
        "slowest_ms": round(max(times), 2),
        "largest_bytes": max(sizes),
    }


def _facets(slugs: tuple[str, ...]) -> tuple[Facet, ...]:
    return tuple(Facet(slug, slug) for slug in slugs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print data alone")
    arguments = parser.parse_args()
    figures = measure(sample_variants(templates_folder() / "sample" / "editions" / "issue-04"))
    if arguments.json:
        print(json.dumps(figures))
        return
    print("{variants} variants: {median_ms} ms each, the slowest {slowest_ms} ms".format(**figures))
    print("{first_ms} ms for the first of a new renderer".format(**figures))
    print("{largest_bytes:,} bytes in the largest".format(**figures))


if __name__ == "__main__":
    main()
