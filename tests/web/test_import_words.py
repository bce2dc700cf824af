"""What is said of a file to somebody at a form, who knows no options and no files of ours."""

from __future__ import annotations

import ast
import re

from api.import_words import in_the_form
from geo_service.settings import PROJECT_ROOT


def test_no_sentence_of_the_importers_speaks_of_a_command_line_here() -> None:
    folder = PROJECT_ROOT / "geo_service"
    files = [*folder.glob("importing/*.py"), *folder.glob("workflows/import_*.py")]
    spoken = [
        node.value
        for file in files
        if "basemap" not in file.name  # is never sent by the web
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if "\n" not in node.value  # a docstring
    ]
    of_a_prompt = re.compile(r"--[a-z]|\(TOML\)")
    assert sum(bool(of_a_prompt.search(text)) for text in spoken) > 8
    assert [text for text in spoken if of_a_prompt.search(in_the_form(text))] == []
