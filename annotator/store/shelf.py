"""The rows of a set of tables, laid where they need not find room in memory until their records are put together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

Row = dict[str, Any]


class Shelf:
    """The rows of tables in a database that SQLite keeps in memory, or on the disk when it grows, and forgets."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute("CREATE TABLE row (kind TEXT, key TEXT, of TEXT, number INTEGER, held BLOB)")

    def close(self) -> None:
        self._base.close()

    def lay(self, table: str, key: str, rows: Iterable[tuple[int, Row]], single: bool) -> list[str]:
        """Takes the numbered rows of a table by what stands in their column `key`. Where that is to be `single`, it
        returns what stands there twice, and takes the first."""
        seen: set[str] = set()
        twice = []

        def new() -> Iterator[tuple[str, str, str, int, bytes]]:
            for number, row in rows:
                own = str(row.get(key, ""))
                if single and own:
                    if own in seen:
                        twice.append(own)
                        continue
                    seen.add(own)
                yield table, own, str(row.get("article", "")), number, orjson.dumps(row)

        self._base.executemany("INSERT INTO row VALUES (?, ?, ?, ?, ?)", new())
        self._base.execute("CREATE INDEX IF NOT EXISTS place ON row (kind, key, number)")
        return twice

    def rows(self, table: str, key: str | None = None) -> Iterator[tuple[int, Row]]:
        """The rows of a table, all or those of a key, with their numbers, in their order."""
        wanted = "" if key is None else "AND key = ?"
        sql = f"SELECT number, held FROM row WHERE kind = ? {wanted} ORDER BY number"
        return self._found(sql, (table, *(() if key is None else (key,))))

    def row(self, table: str, key: str) -> Row | None:
        return next((row for _, row in self.rows(table, key)), None) if key else None

    def strays(self, table: str) -> Iterator[tuple[int, Row]]:
        """Rows of a record that is not there, or is of no article."""
        there = "SELECT l.key FROM row l JOIN row a ON a.kind = 'articles' AND a.key = l.of WHERE l.kind = 'layers'"
        return self._found(
            f"SELECT number, held FROM row WHERE kind = ? AND key NOT IN ({there}) ORDER BY number", (table,)
        )

    def unlabelled(self) -> Iterator[tuple[int, Row]]:
        """Articles of which there is no record."""
        labelled = "SELECT of FROM row WHERE kind = 'layers'"
        sql = f"SELECT number, held FROM row WHERE kind = 'articles' AND key NOT IN ({labelled}) ORDER BY number"
        return self._found(sql, ())

    def _found(self, sql: str, values: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
        for number, held in self._base.execute(sql, values):
            yield number, orjson.loads(held)
