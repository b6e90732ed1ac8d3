"""Who is in the team, and who of them works here: annotators by identity, name, code or sign."""

from __future__ import annotations

from annotator.core.errors import AnnotatorError
from annotator.core.identity import author_uid, new_uid
from annotator.core.record import CONTROL, MAX_NAME
from annotator.store import assignments, authors
from annotator.store.project import Project
from annotator.store.settings import LEAD, setting
from annotator.store.sight import NOBODY
from annotator.team import me


class NoAnnotator(AnnotatorError):
    """A name that says nobody, or several, in words for an editor."""


def identity(project: Project) -> tuple[str, str]:
    """The identity and name of who works on a project here: the one whom a package is for, else who works at this
    computer, else the system's user, whose name is an identity, too."""
    known = me.known()
    name = known.name if known is not None else me.system_user()
    return project.editor or (known.uid if known is not None else author_uid("annotator", name)), name


def annotator(project: Project, name: str | None = None, uid: str | None = None) -> int:
    """The id of the annotator with this identity, made when not there yet; a name alone is an identity, too. Without
    either, or with an identity that is not there and no name, it is who works here. In a project that may only be
    looked at it is `NOBODY` when it does not know them."""
    if name is not None:
        uid = uid or author_uid("annotator", name)
    else:
        with project.reading() as connection:
            if uid is None or authors.by_uid(connection, uid) is None:
                uid, name = identity(project)
    with project.reading() as connection:
        found = authors.by_uid(connection, uid)
    if found is None and project.read_only:
        return NOBODY
    if found is None:
        assert name is not None
        with project.writing() as connection:
            found = authors.add(connection, uid, "annotator", name)
    return found


def viewer(project: Project) -> int | None:
    """Whose eyes a command has: in a project with a lead those of who works here (`NOBODY` when the project does not
    know them), else anybody's (None)."""
    with project.reading() as connection:
        if setting(connection, LEAD) is None:
            return None
        return authors.by_uid(connection, identity(project)[0]) or NOBODY


def perhaps_me(project: Project) -> authors.Author | None:
    """An annotator of this project who may be who works here, under an identity from before there were any: called like
    them or the system's user. None when who works here is known, or nobody is called so."""
    if project.editor:
        return None
    uid, name = identity(project)
    with project.reading() as connection:
        if authors.by_uid(connection, uid) is not None:
            return None
        people = authors.at_work(connection)
    return next((a for a in people if a.name in (name, me.system_user())), None)


def named(project: Project, name: str) -> int:
    """The annotator of this name, code or sign (the first six digits of the identity), made when nobody has it. Raises
    NoAnnotator when two have it."""
    with project.reading() as connection:
        everybody = authors.annotators(connection)
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or (not name.isprintable() and CONTROL.search(name)):
        raise NoAnnotator("An annotator needs a name of 1 to 500 signs.")
    found = [a for a in everybody if a.name == name] or [a for a in everybody if name in (a.code, a.uid[:6])]
    if len(found) > 1:
        signs = " or ".join(a.uid[:6] for a in found)
        raise NoAnnotator(f"There are {len(found)} annotators called “{name}”. Say which by the sign: {signs}.")
    if not found:
        with project.reading() as connection:
            shared_out = assignments.any_at_all(connection)
        if shared_out:  # a slip of the pen, most likely: a new one would have no articles
            known = ", ".join(a.name for a in everybody)
            raise NoAnnotator(f"Nobody called “{name}” is in the team. There are: {known}.")
    return found[0].id if found else annotator(project, name, new_uid())
