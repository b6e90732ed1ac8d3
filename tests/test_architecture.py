"""What import-linter cannot say: the help is quick, and every module says what it is for and is short."""

import ast
import subprocess
import sys
from pathlib import Path

import annotator

ROOT = Path(annotator.__file__).parent
MAX_LINES = 400


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


def test_no_module_is_longer_than_one_can_hold_in_mind():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in ROOT.rglob("*.py")}
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}


def test_hardly_a_module_stands_beside_the_packages():
    assert len(list(ROOT.glob("*.py"))) <= 3


def test_the_first_window_waits_for_no_database_and_no_model():
    code = (
        "import sys; from annotator.gui import app; app.declare_steps(); "
        "print([m for m in ('sqlalchemy', 'sqlmodel', 'alembic', 'spacy', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
