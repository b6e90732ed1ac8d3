"""The command line as people call it: what it prints, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.core.knowledge import Knowledge
from annotator.gui import display
from annotator.labelling.freshness import to_suggest
from annotator.store import open_project
from annotator.team import members


def run(*arguments, code=0, cwd=None, stdin="", **env):
    done = subprocess.run(
        [sys.executable, "-m", "annotator", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        input=stdin,
        env={**os.environ, **env},
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def texts(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Bridge closed\n\nMayor Ann Lee said the bridge was “not safe.”\n", "utf-8")
    (folder / "b.txt").write_bytes("Die Brücke ist zu.".encode("cp1252"))
    return folder


def test_from_files_to_a_dataset(tmp_path, texts):
    project = tmp_path / "p.annotator"
    done = run("import", project, texts)
    assert done.stdout == "1 article came in, 1 could not be read.\n"
    assert "b.txt: is not in UTF-8" in done.stderr and "--windows-1252" in done.stderr
    assert run("import", project, texts, "--windows-1252").stdout.startswith(
        "1 article came in, 1 had been there already"
    )
    assert "2 articles" in run("suggest", project).stdout
    assert "0 articles" in run("suggest", project).stdout
    assert run("check", project).stdout.startswith("All is well: 2 articles, 2 layers")
    assert "no article has such labels yet" in run("export", project, tmp_path / "gold.jsonl").stdout
    run("export", project, tmp_path / "gold.jsonl", "--include-unlabelled")
    run("export", project, tmp_path / "model.jsonl", "--layer", "model")
    run("export", project, tmp_path / "model.spacy", "--format", "spacy", "--layer", "model")
    gold = [json.loads(line) for line in (tmp_path / "gold.jsonl").read_text("utf-8").splitlines()]
    model = [json.loads(line) for line in (tmp_path / "model.jsonl").read_text("utf-8").splitlines()]
    assert [r["id"] for r in gold] == ["a", "b"] and not gold[0]["claims"]
    assert model[0]["claims"][0]["actor"] == "Ann Lee" and model[0]["claims"][0]["mode"] == "mixed"
    run("export", project, tmp_path / "none.jsonl", "--finished")
    assert not (tmp_path / "none.jsonl").exists()


def test_predict(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "x", "text": "Ann Lee said it was late."}\n{"id": 7, "text": ""}\n')
    run("predict", source, tmp_path / "out.jsonl")
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [r["id"] for r in out] == ["x", 7]
    assert set(out[0]["claims"][0]) == {"source", "cue", "content", "mode", "actor", "stance", "target", "score"}
    before = source.read_bytes()
    assert "the same file" in run("predict", source, source, code=1).stderr and source.read_bytes() == before
    assert "no claims and no entities" in run("evaluate", source, code=1).stderr
    source.write_text('{"id": "x"}\n')
    assert "Nothing was written" in run("predict", source, tmp_path / "new.jsonl", code=1).stderr
    assert not (tmp_path / "new.jsonl").exists()


def test_the_thorough_model_by_its_name(tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "x", "text": "Ann Lee said it was late."}\n')
    run("predict", source, tmp_path / "out.jsonl", "--model", "thorough")
    (out,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert out["version"].endswith("claims-en-deep 1") and len(out["claims"]) == 1
    said = run("predict", source, tmp_path / "no.jsonl", "--model", "deep", code=1).stderr
    assert "“deep” is neither a model's name (quick, thorough, auto) nor there" in said.replace("\n", " ")
    # What it has suggested for a project is as good as what the quick one would.
    project = tmp_path / "p.annotator"
    run("import", project, source)
    run("suggest", project, "--model", "thorough")
    assert "Suggested for 0 articles" in run("suggest", project, "--model", "thorough").stdout
    opened = open_project(project)
    assert to_suggest(opened, members.annotator(opened), Knowledge()) == []
    opened.close()


@pytest.mark.parametrize(
    "arguments, code, words",
    [
        (["import", "p.annotator", "nothing.txt"], 1, "is not there. No project was made."),
        (["import", "p.annotator"], 2, "are the files to bring in"),
        (["export", "p.annotator", "out.jsonl"], 1, "is not there"),
        (["check", "."], 1, "folder"),
        (["suggest", "no.annotator"], 1, "is not there"),
        (["predict", "nothing.jsonl", "out.jsonl"], 1, "is not there"),
        (["export"], 2, "Missing argument"),
        (["export", "p.annotator", "o", "--format", "xml"], 2, "there are jsonl, spacy, brat"),
        (["--wrong"], 2, "No such option"),
        (["nothing.annotator"], 1, "is not there"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(tmp_path, arguments, code, words):
    done = run(*arguments, code=code, cwd=tmp_path)
    assert words in done.stderr.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


def test_without_a_display_it_says_so(tmp_path, texts):
    run("import", tmp_path / "p.annotator", texts)
    done = run(tmp_path / "p.annotator", code=1, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert "no display" in done.stderr and "annotator demo" in done.stderr


def test_the_demo_makes_project_picture_and_export(tmp_path):
    done = run("demo", tmp_path / "demo", DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="offscreen")
    lines = [line.split(": ", 1)[1] for line in done.stdout.splitlines()]
    assert [Path(line).stat().st_size > 10_000 for line in lines] == [True] * 3
    records = [json.loads(line) for line in (tmp_path / "demo" / "suggestions.jsonl").read_text("utf-8").splitlines()]
    assert len(records) >= 5 and all(300 <= len(r["text"].split()) <= 1200 and r["claims"] for r in records)
    assert run("check", tmp_path / "demo" / "sample.annotator").stdout.startswith("All is well")


def test_every_command_tells_all_about_itself():
    for command in ("open", "import", "suggest", "export", "predict", "check", "demo"):
        assert "Usage: annotator " + command in run(command, "--help").stdout


def test_missing_system_libraries_are_named_by_package(monkeypatch, tmp_path):
    advice = display.advice(["libEGL.so.1", "libxcb-cursor.so.0", "libEGL.so.1"])
    assert "libEGL.so.1" in advice
    release = display.Path("/etc/os-release")
    if release.exists() and "debian" in release.read_text():
        assert advice.endswith("sudo apt-get install libegl1 libxcb-cursor0")
    monkeypatch.setattr(display, "missing_libraries", lambda: ["libEGL.so.1"])
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(display.NoDisplay, match=r"libEGL\.so\.1"):
        display.check_display()
