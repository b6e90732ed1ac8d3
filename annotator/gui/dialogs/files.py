"""Asking for a file or folder; the next question begins in the folder of the last answer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(
    parent: QWidget, settings: QSettings, title: str, kinds: str, new: bool = False, proposal: str = ""
) -> Path | None:
    """A file the editor chose; None when it was cancelled."""
    folder = last_folder(settings)
    start = str(Path(folder) / proposal) if proposal else folder
    ask = QFileDialog.getSaveFileName if new else QFileDialog.getOpenFileName
    name, _ = ask(parent, title, start, kinds)
    return _kept(settings, [name])[0] if name else None


def choose_files(parent: QWidget, settings: QSettings, title: str, kinds: str) -> list[Path]:
    """Some files that are there; none when it was cancelled."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, last_folder(settings), kinds)
    return _kept(settings, names) if names else []


def choose_folder(parent: QWidget, settings: QSettings, title: str) -> Path | None:
    name = QFileDialog.getExistingDirectory(parent, title, last_folder(settings))
    return Path(name) if name else None


def with_suffix(path: Path, suffix: str) -> Path:
    """A file that was named without the suffix its format has gets it behind what was typed."""
    given = path.suffixes[-2:]
    packed = given[-1:] in ([".gz"], [".zst"])
    return path if suffix == (given[0] if packed else path.suffix) else path.with_name(path.name + suffix)


def last_folder(settings: QSettings) -> str:
    return str(settings.value("folder") or Path.home())


def _kept(settings: QSettings, names: list[str]) -> list[Path]:
    settings.setValue("folder", str(Path(names[0]).parent))
    return [Path(name) for name in names]
