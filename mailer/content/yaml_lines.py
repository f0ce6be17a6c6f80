"""On which lines the words of a YAML text stand. Pure.

YAML folds lines, and begins a block text below its key: the value alone doesn't tell where its words are.
"""

from __future__ import annotations


def lay_out(value: str, written: str, style: str | None) -> tuple[str, int]:
    """The words of `value`, a line for each of the file, and how many lines below its start they begin.

    `written` is what stands in the file, and `style` YAML's sign for it: `|`, `>`, a quote, or None.
    """
    words = value.strip()
    if "\n" not in written:
        # Its line breaks are escapes, and all of it stands on one line.
        return " ".join(words.split()) if "\n" in words else words, 0
    block = style in {"|", ">"}
    rows = (written if block or not style else written[1:-1]).split("\n")
    counts = [0 if block and number == 0 else len(row.split()) for number, row in enumerate(rows)]
    below = next((number for number, count in enumerate(counts) if count), 0)
    if style == "|":
        return words, below
    given = iter(words.split())
    lines = [" ".join(next(given, "") for _ in range(count)) for count in counts]
    # An escape in double quotes can hide a blank, or be one; then nothing tells on which line a word stands.
    alike = sum(counts) == len(words.split())
    return "\n".join(lines).strip() if alike else " ".join(words.split()), below
