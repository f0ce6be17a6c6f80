"""What mail programs can't do, by caniemail.com: `python -m bench.clients` or `make clients` fetches it anew.

Takes npm's package `caniemail`, keeps what concerns the programs that matter here and what one of them can't
do, and writes `mailer/checks/html/clients.json`. Tells which features it could not name.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

TARGET = Path("mailer/checks/html/clients.json")
PACKAGE = "caniemail@2"
CLIENTS = {
    "apple-mail.ios": "Apple Mail on iOS",
    "apple-mail.macos": "Apple Mail on macOS",
    "gmail.android": "Gmail on Android",
    "gmail.desktop-webmail": "Gmail in the browser",
    "gmail.ios": "Gmail on iOS",
    "outlook.macos": "Outlook on macOS",
    "outlook.outlook-com": "Outlook in the browser",
    "outlook.windows": "Outlook on Windows",
    "samsung-email.android": "Samsung Email",
}
# Titles that are a sentence rather than a name.
NAMES = {
    "css-color-scheme": ["color-scheme"],
    "css-column-layout-properties": ["columns", "column-rule", "column-width", "column-span"],
    "css-grid-template": ["grid-template-areas", "grid-template-columns", "grid-template-rows"],
    "css-pseudo-class-lang": [":lang"],
    "css-selector-adjacent-sibling": ["selector +"],
    "css-selector-attribute": ["selector []"],
    "css-selector-chaining": ["selector chained"],
    "css-selector-child": ["selector >"],
    "css-selector-class": ["selector ."],
    "css-selector-descendant": ["selector descendant"],
    "css-selector-general-sibling": ["selector ~"],
    "css-selector-id": ["selector #"],
    "css-selector-type": ["selector type"],
    "css-selector-universal": ["selector *"],
    "css-variables": ["var()"],
    "html-address": ["<address>"],
    "html-anchor-links": ["#"],
    "html-doctype": ["<!doctype>"],
    "html-h1-h6": [f"<h{level}>" for level in range(1, 7)],
    "html-image-maps": ["<map>"],
    "html-lists": ["<ul>", "<ol>", "<dl>"],
    "html-mailto-links": ["mailto:"],
    "html-meta-color-scheme": ["<meta name=color-scheme>"],
    "html-semantics": [
        "<article>", "<aside>", "<details>", "<figcaption>", "<figure>", "<footer>", "<header>", "<main>",
        "<mark>", "<nav>", "<section>", "<summary>", "<time>",
    ],
    "html-srcset": ["[srcset]", "[sizes]"],
    "image-apng": ["image apng"],
    "image-heif": ["image heic", "image heif"],
    "image-jpg": ["image jpg", "image jpeg"],
    "image-tiff": ["image tif", "image tiff"],
}  # fmt: skip
# What stands in no mail by a name of its own, or would be told by other checks.
PASSED_OVER = frozenset(
    {
        "amp", "bimi", "css-comments", "css-intrinsic-size", "css-nesting", "css-sytem-ui",
        "css-border-inline-block-individual", "css-border-inline-block-longhand",
        "css-border-radius-logical", "css-selector-grouping", "css-unit-initial", "html-comments",
        "image-base64", "image-hdr", "image-mp4",
    }
)  # fmt: skip
_WORD = r"[a-z-]+"
# How a title becomes the names that a mail is searched for: the whole title must match.
_TITLES = (
    (re.compile(rf"({_WORD})(?: shorthand| property)?"), "{}"),
    (re.compile(rf"({_WORD}): ?({_WORD})"), "{}:{}"),
    (re.compile(rf"(?:CSS )?({_WORD})\(\)(?: function)?"), "{}()"),
    (re.compile(rf"(::?{_WORD})(?:\(\))?"), "{}"),
    (re.compile(r"(@[a-z-]+(?: \([a-z-]+\))?)"), "{}"),
    (re.compile(r"(%|[a-z]+) unit"), "{}"),
    (re.compile(r"(!important) keyword"), "{}"),
    (re.compile(rf"({_WORD}) attribute"), "[{}]"),
    (re.compile(r'<([a-z]+) type="([a-z]+)"> element'), "<{} type={}>"),
    (re.compile(r"(?:Embedded )?<([a-z0-9]+)>(?: element| image)?"), "<{}>"),
    (re.compile(r"([a-z0-9]+) image format"), "image {}"),
)


def names_of(feature: dict[str, Any]) -> list[str]:
    """What a feature is called in a mail; nothing when its title can't be read."""
    if feature["slug"] in NAMES:
        return NAMES[feature["slug"]]
    names = []
    for title in re.split(r" & |, ", feature["title"].strip()):
        lower = title.replace("PNG image", "png image").replace("webP", "webp")
        lower = lower.lower() if feature["category"] == "image" else lower
        found = [
            form.format(*match.groups())
            for pattern, form in _TITLES
            if (match := pattern.fullmatch(lower))
        ]
        if not found:
            return []
        names.append(found[0])
    return names


def unsupported(feature: dict[str, Any]) -> list[str]:
    """The programs whose newest tested version doesn't know it at all; the newest stands last."""
    newest = {}
    for client in CLIENTS:
        family, platform = client.split(".")
        tested = list(feature["stats"].get(family, {}).get(platform, {}).values())
        newest[client] = tested[-1] if tested else ""
    return [client for client, answer in newest.items() if answer.startswith("n")]


def fetch(folder: Path) -> dict[str, Any]:
    """The package's data."""
    command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (package,) = folder.glob("*.tgz")
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/data/caniemail.json")
        assert member
        data: dict[str, Any] = json.load(member)
    return data


def main() -> None:
    """Fetch, reduce, write."""
    with tempfile.TemporaryDirectory() as folder:
        data = fetch(Path(folder))
    named = [(each, names_of(each)) for each in data["data"] if each["slug"] not in PASSED_OVER]
    kept = [
        {"slug": each["slug"], "title": each["title"].strip(), "names": names, "unsupported": gaps}
        for each, names in named
        if names and (gaps := unsupported(each))
    ]
    text = {
        "source": "https://www.caniemail.com/api/data.json",
        "licence": "clients-licence.txt",
        "tested": data["last_update_date"][:10],
        "clients": CLIENTS,
        "features": sorted(kept, key=lambda each: str(each["slug"])),
    }
    TARGET.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(kept)} features that some program doesn't know, of {text['tested']}")
    for each, names in named:
        if not names:
            print(f"not named: {each['slug']}: {each['title']}")


if __name__ == "__main__":
    main()
