"""Files that were made to do harm: archives that swell, XML that fetches or multiplies; refused in a sentence."""

import gzip
import io
import tracemalloc
import zipfile
import zlib

import pytest

from annotator.formats.bring_in import bring_in
from annotator.formats.packing import SMALL
from annotator.store.check import check

ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
)
QDE = ENTITIES + '<Project xmlns="urn:QDA-XML:project:1.0" name="&b;&c;"><Sources/></Project>'
SWOLLEN = 700 * 1024 * 1024


def archive(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            with file.open(name.replace("__", "/").replace("_dot_", "."), "w", force_zip64=True) as into:
                if isinstance(data, int):
                    for _ in range(data // 2**20):
                        into.write(bytes(2**20))
                else:
                    into.write(data)
    return made.getvalue()


CASES = {
    "bomb.qdpx": (lambda: archive(project_dot_qde=b"<Project/>", sources__a_dot_txt=SWOLLEN), "far more than its size"),
    "bomb.xlsx": (lambda: archive(xl__workbook_dot_xml=SWOLLEN), "far more than its size"),
    "bomb.zip": (lambda: archive(anna_dot_jsonl=SWOLLEN), "far more than its size"),
    "elements.qdpx": (lambda: archive(project_dot_qde=b"<Project>" + b"<a/>" * 20_000_000), "far more than its size"),
    "bomb.jsonl.gz": (lambda: gzip.compress(bytes(SMALL * 2)), "MB unpacked"),
    "bomb.spacy": (lambda: zlib.compress(bytes(SMALL * 2)), "far more than its size"),
    "entities.qdpx": (lambda: archive(project_dot_qde=QDE.encode()), "document type"),
    "entities.xlsx": (lambda: archive(xl__workbook_dot_xml=ENTITIES.encode() + b"<workbook/>"), "document type"),
    "a.parquet": (lambda: b"PAR1" + b"\xff" * 100, "no Parquet file"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_in_a_sentence_within_bounds(name, project, tmp_path):
    make, words = CASES[name]
    (tmp_path / name).write_bytes(make())
    tracemalloc.start()
    report = bring_in(project, [tmp_path / name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    (reason,) = [reason for _, reason in report.refused]
    assert words in reason and not report.added
    assert peak < 400 * 1024**2
    assert check(project) == []


def test_an_archive_gives_no_more_than_its_list_says(project, tmp_path):
    """What the list says of sizes need not be true."""
    made = bytearray(archive(anna_dot_jsonl=b'{"text": "one"}\n' * 1000))
    for place in (made.rindex(b"PK\1\2") + 24, made.index(b"PK\3\4") + 22):
        made[place : place + 4] = (16).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(made)
    report = bring_in(project, [tmp_path / "a.zip"])
    assert "is a broken archive" in report.refused[0][1] and not report.added


def test_xmi_with_entities_is_refused(project, tmp_path):
    (tmp_path / "TypeSystem.xml").write_text('<?xml version="1.0"?><typeSystemDescription/>')
    (tmp_path / "a.xmi").write_text(ENTITIES + '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&b;&c;</xmi:XMI>')
    report = bring_in(project, [tmp_path / "a.xmi"])
    assert "document type" in report.refused[0][1] and not report.added


def test_nothing_outside_the_folder_is_read(project, tmp_path):
    """A path in a file never leads out of it."""
    (tmp_path / "secret.txt").write_text("secret words here")
    (tmp_path / "in").mkdir()
    for source in ("../secret.txt", str(tmp_path / "secret.txt"), "file:///etc/hostname", "https://example.org/a.txt"):
        page = f'[{{"type": "Annotation", "body": [], "target": {{"source": "{source}", "selector": []}}}}]'
        (tmp_path / "in" / "a.jsonld").write_text(page)
        report = bring_in(project, [tmp_path / "in"])
        assert not report.added and "whose text is not beside it" in report.left_out[-1][1]
    qde = (
        '<Project xmlns="urn:QDA-XML:project:1.0"><Sources><TextSource guid="A" name="a" '
        'plainTextPath="relative:///../secret.txt"/></Sources></Project>'
    )
    (tmp_path / "a.qdpx").write_bytes(archive(project_dot_qde=qde.encode()))
    report = bring_in(project, [tmp_path / "a.qdpx"])
    assert not report.added and "its text is not in the archive" in report.left_out[-1][1]
