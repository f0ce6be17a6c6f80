"""Folders of templates, compiled. The only importer of Jinja.

Knows nothing of what the templates say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Environment", "Markup", "Template", "escape", "template_environment"]


def template_environment(folder: Path) -> Environment:
    """An environment for one folder: values are escaped, and a missing one is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
