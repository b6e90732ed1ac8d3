"""Finds out whether a window can be shown here, and if not, what to do. Loads nothing of Qt itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from annotator.core.errors import AnnotatorError

# The Debian and Ubuntu packages of what Qt needs and does not bring.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libGLX.so.0": "libglx0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}


class NoDisplay(AnnotatorError):
    """No window can be shown here; the message says why and what to do."""


def has_display() -> bool:
    """Whether there is a screen to show a window on (or one was chosen by hand)."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal", "vnc")):
        return True
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def check_display() -> None:
    """Raises NoDisplay when there is no screen, or a system library that Qt needs is missing."""
    if not has_display():
        raise NoDisplay(
            "There is no display here. Start Annotator on a desktop, or let `annotator demo FOLDER` do the main job "
            "without a window."
        )
    missing = missing_libraries()
    if missing:
        raise NoDisplay(advice(missing))


def missing_libraries() -> list[str]:
    """The system libraries that Qt needs and that are not there (on Linux, where `ldd` tells)."""
    spec = find_spec("PySide6")
    ldd = shutil.which("ldd")
    if not sys.platform.startswith("linux") or ldd is None or spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent
    plugins = folder / "Qt" / "plugins" / "platforms"
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    wayland = not os.environ.get("DISPLAY") and os.environ.get("WAYLAND_DISPLAY")
    plugin = "libqoffscreen.so" if platform.startswith("offscreen") else "libqwayland.so" if wayland else "libqxcb.so"
    files = [folder / "Qt" / "lib" / "libQt6Gui.so.6", folder / "Qt" / "lib" / "libQt6Widgets.so.6", plugins / plugin]
    missing: dict[str, None] = {}
    for file in files:
        if file.exists():
            found = subprocess.run([ldd, str(file)], capture_output=True, text=True, check=False)
            missing |= {line.split()[0]: None for line in found.stdout.splitlines() if "not found" in line}
    return list(missing)


def advice(missing: list[str]) -> str:
    """What to install, in this system's words."""
    about = Path("/etc/os-release")
    system = about.read_text() if about.exists() else ""
    names = ", ".join(missing)
    if "debian" in system or "ubuntu" in system:
        packages = " ".join(dict.fromkeys(PACKAGES.get(m, m) for m in missing))
        return f"System libraries for windows are missing ({names}). Install them with: sudo apt-get install {packages}"
    return f"System libraries for windows are missing: {names}. Install the packages of your system that bring them."
