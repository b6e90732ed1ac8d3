"""A project of REFI-QDA is read source by source, in whatever order it stands."""

import json
import zipfile

import pytest

from annotator import store
from annotator.formats.bring_in import bring_in
from annotator.formats.export import export

CODE, USER, TEXT = "AAAAAAAA-0000-0000-0000-000000000001", "AAAAAAAA-0000-0000-0000-000000000002", "ONE"
BOOK = (
    f'<CodeBook><Codes><Code guid="00" name="People" isCodable="false"><Code guid="{CODE}" name="Mayor" '
    'isCodable="true"/></Code></Codes></CodeBook>'
)
USERS = f'<Users><User guid="{USER}" name="Ann Lee"/></Users>'
SOURCE = (
    '<TextSource guid="{key}" name="{key}" plainTextPath="internal://{key}.txt"><Note guid="n" name="n"/>'
    '<PlainTextSelection guid="s" startPosition="4" endPosition="9" creatingUser="{user}"><Coding guid="c">'
    '<CodeRef targetGUID="{code}"/></Coding></PlainTextSelection></TextSource>'
)


def project_file(path, *parts):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", f'<Project xmlns="urn:QDA-XML:project:1.0">{"".join(parts)}</Project>')
        for key in ("one", "two"):
            archive.writestr(f"Sources/{key}.TXT", f"The mayor of {key} spoke.")
    return path


SOURCES = "<Sources>" + "".join(SOURCE.format(key=key, user=USER, code=CODE) for key in ("one", "two")) + "</Sources>"


@pytest.mark.parametrize("parts", [(USERS, BOOK, SOURCES), (SOURCES, BOOK, USERS)])
def test_codes_and_users_are_known_wherever_they_stand(project, tmp_path, parts):
    report = bring_in(project, [project_file(tmp_path / "a.qdpx", *parts)])
    assert [what for _, what in report.left_out] == ["2 × Note: not read"]
    export(project, tmp_path / "out.jsonl", "jsonl")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").open()]
    assert [(record["id"], record["layer"], record["text"]) for record in found] == [
        (key, "Ann Lee", f"The mayor of {key} spoke.") for key in ("one", "two")
    ]
    assert [(m["start"], m["end"], m["label"]) for m in found[1]["mentions"]] == [(4, 9, "People/Mayor")]


def test_nothing_of_a_project_that_breaks_off_comes_in(project, tmp_path):
    report = bring_in(project, [project_file(tmp_path / "a.qdpx", USERS, BOOK, SOURCES, "<Cases><Case")])
    assert "holds no project that can be read" in report.refused[0][1] and not report.added


def test_what_was_coded_anew_in_a_project_of_ours_is_named(project, tmp_path):
    record = {"id": "one", "text": "Ann Lee spoke.", "layer": "bob", "kind": "annotator", "finished": 1.0}
    record |= {"mentions": [{"start": 0, "end": 7, "label": "PERSON"}], "claims": []}
    (tmp_path / "in.jsonl").write_text(json.dumps(record))
    bring_in(project, [tmp_path / "in.jsonl"])
    export(project, tmp_path / "out.qdpx", "refi-qda")
    with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    added = '<PlainTextSelection guid="X" startPosition="8" endPosition="13"/></TextSource>'
    held["project.qde"] = held["project.qde"].replace("</TextSource>", added)
    with zipfile.ZipFile(tmp_path / "theirs.qdpx", "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text)
    other = store.create(tmp_path / "other.annotator")
    report = bring_in(other, [tmp_path / "theirs.qdpx"])
    assert [why for _, why in report.left_out] == ["1 × selection that was made or coded anew elsewhere: not read"]
    export(other, tmp_path / "now.jsonl", "jsonl")
    found = json.loads((tmp_path / "now.jsonl").read_text())
    assert [m["label"] for m in found["mentions"]] == ["PERSON"] and "finished" not in found
    other.close()
