"""All that a project knows, in one order and one form: two projects that know the same have the same. Whether what was
undone could still be done again is a file's own affair: operations decide on that, and they are not merged."""

from annotator.store import articles
from annotator.store.merging.facts import Reader, derive, hash_of


def canonical(project):
    with project.reading() as connection:

        def rows(sql):
            return sorted(map(tuple, connection.exec_driver_sql(sql).all()), key=repr)

        reader = Reader(connection)
        facts = {
            "authors": rows("SELECT uid, kind, name, version, code, color FROM author"),
            "actors": rows("SELECT id, name, aliases, born, same_as FROM actor"),
            "names": rows("SELECT folded, rank, actor_id FROM actor_name"),
            "articles": rows(
                "SELECT hex(digest), key, given, title, source, date, address, extra, hex(revises) FROM article"
            ),
            "scheme": rows("SELECT scheme, settings FROM project"),
            "schemes": rows("SELECT hash, scheme, time FROM scheme_version"),
            "assignments": rows(
                "SELECT hex(a.digest), u.uid, s.unaided, s.time FROM assignment s "
                "JOIN article a ON a.id = s.article_id JOIN author u ON u.id = s.author_id"
            ),
            "edits": rows(
                "SELECT e.uid, u.uid, hex(a.digest), e.kind, o.uid, min(e.state, 1), e.action, e.time, e.clock, b.uid "
                "FROM edit e JOIN author u ON u.id = e.author_id JOIN author b ON b.id = e.by_id "
                "JOIN article a ON a.id = e.article_id LEFT JOIN edit o ON o.id = e.of"
            ),
        }
        layers = []
        for article in articles.every(connection):
            digest, length = articles.digest(article.text).hex(), len(article.text)
            for author, uid in sorted(reader.author_uids.items(), key=lambda a: a[1]):
                branches = reader.branches(article.id, author, length)
                row = connection.exec_driver_sql(
                    "SELECT id, finished FROM layer WHERE article_id = ? AND author_id = ?", (article.id, author)
                ).first()
                values = reader.values(*row, length) if row else {}
                if branches or values:
                    assert author in reader.model_uids or values == derive(branches[0]).values
                    held = sorted((b.hash, sorted(b.events)) for b in branches)
                    layers.append((digest, uid, hash_of(values), repr(sorted(values.items())), held))
        return facts | {"layers": sorted(layers)}
