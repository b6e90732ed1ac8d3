"""Asking for a file or folder; the next question begins in the folder of the last answer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileInfo, QSettings
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QFileIconProvider, QWidget

from annotator.gui.dialogs import common as dialogs


class _ByName(QFileIconProvider):
    """What kind of file one is, by its name. Qt's own opens the file to find out, and with that takes the locks of an
    open project away (see `store.locks`)."""

    def icon(self, of: QFileIconProvider.IconType | QFileInfo) -> QIcon:
        if isinstance(of, QFileInfo):
            kind = QFileIconProvider.IconType
            of = kind.Folder if of.isDir() else kind.File
        return super().icon(of)

    def type(self, info: QFileInfo) -> str:
        return "Folder" if info.isDir() else f"{info.suffix()} file".strip()


_by_name: list[_ByName] = []  # lives as long as the program: Qt asks it from a thread of its own


def _dialog(parent: QWidget, settings: QSettings, title: str, proposal: str = "") -> QFileDialog:
    if not _by_name:
        _by_name.append(_ByName())
    dialog = QFileDialog(parent, title, last_folder(settings))
    dialog.setIconProvider(_by_name[0])
    if proposal:
        dialog.selectFile(proposal)
    return dialog


def choose_file(
    parent: QWidget,
    settings: QSettings,
    title: str,
    kinds: str,
    new: bool = False,
    proposal: str = "",
    folder: bool = False,
) -> Path | None:
    """A file the editor chose; None when it was cancelled. What gets a `new` one's name may be a `folder`."""
    dialog = _dialog(parent, settings, title, proposal)
    if folder:
        dialog.setLabelText(QFileDialog.DialogLabel.FileName, "New folder:")
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    else:
        dialog.setNameFilter(kinds)
    if new:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return next(iter(_answer(dialog, settings)), None)


def choose_files(parent: QWidget, settings: QSettings, title: str, kinds: str) -> list[Path]:
    """Some files that are there; none when it was cancelled."""
    dialog = _dialog(parent, settings, title)
    dialog.setNameFilter(kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _answer(dialog, settings)


def choose_folder(parent: QWidget, settings: QSettings, title: str) -> Path | None:
    """A folder that is there, or is made in the dialog; None when it was cancelled."""
    dialog = _dialog(parent, settings, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return next(iter(_answer(dialog)), None)


def with_suffix(path: Path, suffix: str) -> Path:
    """A file that was named without the suffix its format has gets it behind what was typed."""
    given = path.suffixes[-2:]
    packed = given[-1:] in ([".gz"], [".zst"])
    return path if suffix == (given[0] if packed else path.suffix) else path.with_name(path.name + suffix)


def last_folder(settings: QSettings) -> str:
    return str(settings.value("folder") or Path.home())


def _answer(dialog: QFileDialog, settings: QSettings | None = None) -> list[Path]:
    """What was chosen; by the `settings`, the next question begins there."""
    try:
        chosen = [Path(name) for name in dialog.selectedFiles()] if dialogs.run(dialog) else []
    finally:
        dialog.deleteLater()
    if chosen and settings is not None:
        settings.setValue("folder", str(chosen[0].parent))
    return chosen
