"""A project of REFI-QDA is read source by source, in whatever order it stands."""

import json
import zipfile

import pytest

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
