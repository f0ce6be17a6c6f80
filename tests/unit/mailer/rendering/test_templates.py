from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from mailer.rendering.templates import template_environment

if TYPE_CHECKING:
    from pathlib import Path


def test_values_are_escaped_whatever_the_file_is_called(tmp_path: Path) -> None:
    (tmp_path / "a.mjml").write_text("<p>{{ words }}</p>")
    template = template_environment(tmp_path).get_template("a.mjml")
    assert template.render(words="<b>&") == "<p>&lt;b&gt;&amp;</p>"


def test_a_value_that_is_missing_is_an_error_and_not_a_gap(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("{{ worsd }}")
    with pytest.raises(UndefinedError, match="worsd"):
        template_environment(tmp_path).get_template("a.html").render(words="x")
