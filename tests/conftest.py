"""What the tests share: a fresh project, a home of their own, and the real articles where there are some."""

import os
from pathlib import Path

import pytest

from annotator import store
from annotator.formats.bring_in import paste
from annotator.labelling.session import Session

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHARED = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch):
    """Settings and user data of a test never meet those of the user."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture
def project(tmp_path):
    made = store.create(tmp_path / "news.annotator")
    yield made
    made.close()


@pytest.fixture
def session(project):
    return Session(project, "anna")


@pytest.fixture
def shared():
    """The folder with real articles and gold annotations."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"the real articles are not here ({SHARED}); set ANNOTATOR_SHARED to their folder")
    return SHARED


TEXT = (
    "Minister rejects report\n\n"
    "Minister Ann Lee said the report was “pure fiction.” The aim, she said, was to mislead.\n"
    "According to the coast guard, the ship was empty 🚢 at noon. Lee’s rival, Omar Ćosić (عمر), denied it.\n"
)


def add_article(project, text=TEXT, title="") -> int:
    return paste(project, text, title).added[0]


def span_of(text, part, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return start, start + len(part)
