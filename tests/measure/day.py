"""A scripted day at the window: many edits, undos, article switches, merges and backups; is it as quick and as small at
the end as at the beginning?    python -m tests.measure.day [EDITS]"""

import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROUND = 1000


def resident() -> float:
    """Memory in use, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(edits: int) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            os.environ[name] = folder
        _day(Path(folder), edits)


def _day(folder: Path, edits: int) -> None:
    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QKeySequence
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from annotator import store
    from annotator.formats.bring_in import bring_in, paste
    from annotator.gui import app
    from annotator.labelling.session import Session
    from annotator.store import backups
    from annotator.store.check import check
    from annotator.suggest.keeping import suggest_for
    from annotator.suggest.suggester import suggester
    from annotator.team.merging import merge_files

    application = app.application()
    project = store.create(folder / "day.annotator")
    bring_in(project, [Path("resources/articles/sample.jsonl")])
    session = Session(project, "anna")
    suggest_for(project, session.listing(), suggester(None))
    window = app.new_window(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat))
    window.resize(1280, 800)
    window.show()
    window.show_session(session)
    assert window.suggesting is not None and window.workbench is not None
    window.suggesting.serve(None)
    pick = random.Random(1)
    keys = ["A", "X", "M", "U", "Ctrl+1", "Ctrl+2", "Ctrl+3", "Down", "Tab", "Ctrl+Z", "Ctrl+Shift+Z", "Alt+1", "Alt+2"]
    weights = [8, 4, 4, 3, 2, 2, 2, 6, 4, 8, 2, 1, 1]
    done, times, merged = 0, [], 0
    print("edits      MB   key to paint, ms (median)")
    idle = 0
    while done < edits:
        before = session.next_undo()
        idle += 1
        if idle > 50:  # nothing is left to do here
            window.open_article(pick.choice(session.listing()))
            idle = 0
        key = pick.choices(keys, weights)[0]
        if key == "Ctrl+Z" and before is not None and before.of == "merge":
            continue  # that asks first
        sequence = QKeySequence(key)[0]
        start = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget() or window, sequence.key(), sequence.keyboardModifiers())
        application.processEvents()
        if session.next_undo() != before:
            times.append(time.perf_counter() - start)
            done, idle = done + 1, 0
            if done % 100 == 0:
                window.open_article(pick.choice(session.listing()))
            if done % (2 * ROUND) == 0:
                merged += 1
                other = store.create(folder / f"other{merged}.annotator")
                paste(other, f"Ann Lee said it was number {merged}. " * 20, f"Other {merged}")
                other.close()
                merge_files(project, [other.path], session.me)
                session.refresh()
                backups.keep(project.path, project.engine, "day")
            if done % ROUND == 0:
                print(f"{done:6,} {resident():7.1f}   {1000 * statistics.median(times):.2f}", flush=True)
                times = []
    problems = check(project)
    print("check:", problems or "all is well")
    window.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
