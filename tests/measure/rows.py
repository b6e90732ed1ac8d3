"""What it costs to read a layer: by the statements of `store.rows`, by SQLAlchemy's rows, and by mapped objects.

python -m tests.measure.rows
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as Mapped
from sqlalchemy.orm import registry

from annotator import store
from annotator.core.annotation import Claim, Mention
from annotator.store import layers, rows
from annotator.store.project import Project, driver

SPANS = 8_000


def filled(folder: Path) -> tuple[Project, int]:
    """A project with one layer of as many spans, half of them mentions."""
    from annotator.formats.bring_in import paste

    project = store.create(folder / "rows.annotator")
    article = paste(project, "word " * SPANS).added[0]
    with project.writing() as connection:
        cursor = driver(connection)
        cursor.execute(
            "INSERT INTO author (uid, kind, name, version, code, color, changed) VALUES ('a','model','m','','','',0)"
        )
        cursor.execute("INSERT INTO layer (article_id, author_id) VALUES (?, 1)", (article,))
        half = SPANS // 2
        rows.write(cursor, "mention", 1, [Mention(n + 1, 5 * n, 5 * n + 4, "PERSON") for n in range(half)])
        span = [((5 * n, 5 * n + 4),) for n in range(half)]
        rows.write(cursor, "claim", 1, [Claim(n + 1, content=span[n], cue=span[n]) for n in range(half)])
    return project, article


def median(work: Callable[[], Any], times: int = 9) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def main() -> None:
    mapper = registry()
    kinds = [type(f"{kind.capitalize()}Mapped", (), {}) for kind in ("mention", "claim")]
    for kind, mapped in zip(("mention", "claim"), kinds, strict=True):
        mapper.map_imperatively(mapped, rows.TABLES[kind], properties={"key": rows.TABLES[kind].c.id})

    with tempfile.TemporaryDirectory() as folder:
        project, article = filled(Path(folder))

        def ours() -> None:
            with project.reading() as connection:
                assert len(layers.load(connection, article, 1).claims) == SPANS // 2

        def plain_rows() -> None:
            with project.reading() as connection:
                for kind in ("mention", "claim"):
                    found = connection.execute(sa.select(rows.TABLES[kind]).where(rows.TABLES[kind].c.layer_id == 1))
                    assert len([dict(row._mapping) for row in found]) == SPANS // 2

        def objects() -> None:
            with project.reading() as connection, Mapped(connection) as session:
                for mapped in kinds:
                    assert len(session.scalars(sa.select(mapped)).all()) == SPANS // 2

        for what, work in (("store.rows", ours), ("SQLAlchemy's rows", plain_rows), ("mapped objects", objects)):
            print(f"{what:20} {median(work):7.1f} ms")
        project.close()


if __name__ == "__main__":
    main()
