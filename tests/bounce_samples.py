"""Returned mails after the manner of many mail systems, all of them invented, for every kind of test."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).resolve().parent / "samples" / "bounces"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.eml"))


def read_sample(name: str) -> bytes:
    """One sample by its name, as it would arrive."""
    return (SAMPLES / f"{name}.eml").read_bytes()
