"""The layers of code: no Qt below gui/, no SQL outside store/, no spaCy outside suggest/ and formats/."""

import ast
import subprocess
import sys
from pathlib import Path

import annotator

ROOT = Path(annotator.__file__).parent


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def offenders(package, allowed):
    """Modules that import `package` though they are in none of the `allowed` places."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(allowed) and any(name.split(".")[0] == package for name in imports(path)):
            found.append(place)
    return found


def test_qt_is_in_gui_only():
    assert offenders("PySide6", ("gui/", "demo.py")) == []


def test_nothing_below_knows_the_window():
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(("gui/", "demo.py", "cli/")):
            assert not [n for n in imports(path) if n.startswith("annotator.gui")], place


def test_sql_is_in_store_only():
    assert offenders("sqlmodel", ("store/",)) == []
    assert offenders("sqlite3", ("store/",)) == []
    assert offenders("alembic", ("store/",)) == []
    assert offenders("sqlalchemy", ("store/",)) == []


def test_spacy_is_in_suggest_and_formats_only():
    assert offenders("spacy", ("suggest/", "formats/")) == []


def test_help_loads_neither_qt_nor_spacy_nor_the_database():
    code = (
        "import sys; sys.argv = ['annotator', '--help']\n"
        "from annotator.cli import run\n"
        "try: run()\nexcept SystemExit: pass\n"
        "print([m for m in ('PySide6', 'spacy', 'sqlmodel', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    assert "Usage: annotator" in done.stdout


def test_every_module_says_what_it_is_for():
    for path in sorted(ROOT.rglob("*.py")):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path
