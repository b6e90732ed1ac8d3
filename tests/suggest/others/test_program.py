"""A program of the user's that is asked line by line, and misbehaves."""

import os
import sys
import time
from pathlib import Path

import pytest

from annotator.suggest.asking import AnswerError
from annotator.suggest.others import program
from annotator.suggest.others.chosen import Chosen
from annotator.suggest.others.other import Other
from annotator.suggest.others.program import Program

TEXT = "Ann Lee said it rained 🚢."
GOOD = """
import json, os, sys
for line in sys.stdin:
    asked = json.loads(line)
    at = asked["text"].index("said")
    claim = {"cue": [[at, at + 4]], "content": [[at + 5, at + 14]], "note": str(os.getpid())}
    print(json.dumps({"id": asked["id"], "claims": [claim]}), flush=True)
"""


@pytest.fixture
def script(tmp_path):
    def make(code):
        file = tmp_path / "a program.py"
        file.write_text(code, "utf-8")
        return f"{sys.executable} '{file}'"

    return make


def test_a_program_answers_and_stays(script):
    one = Program(script(GOOD))
    try:
        first, second = one.ask(TEXT, 1), one.ask(TEXT, 2)
    finally:
        one.close()
    assert first["claims"][0]["content"] == [[13, 22]]
    assert first["claims"][0]["note"] == second["claims"][0]["note"]  # the same process


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import time; time.sleep(60)", "no answer within"),
        ("input(); print('{broken')", "no JSON"),
        ("input(); print('[' * 100_000)", "no JSON"),
        ("input(); print('7')", "for another text"),
        ('input(); print(\'{"id": 99, "claims": []}\')', "for another text"),
        ('input(); print(\'{"id": true, "claims": []}\')', "for another text"),
        ('input(); print(\'{"id": 1.0, "claims": []}\')', "for another text"),
        ("input(); raise ValueError('no such \x1b[2Jfile')", "status 1; it says last: “ValueError: no such file”"),
        ("import sys\nwhile True: sys.stderr.write('x' * 100_000)", "no answer within"),
        ("input(); raise SystemExit(3)", "exit status 3"),
        ("import os, sys; os.close(1); sys.stdin.read()", "ended without an answer"),
        ("while True: print('x' * 10_000)", "no JSON"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe\\n')", "no JSON"),
        ("while True: print('x' * 1_000_000, end='')", "longer than"),
    ],
)
def test_one_that_misbehaves_is_ended_and_named(script, code, why, monkeypatch):
    monkeypatch.setattr(program, "MAX_LINE", 5_000_000)
    one = Program(script(code), seconds=1.0)
    with pytest.raises(AnswerError, match=why):
        one.ask(TEXT, 1)
    assert one._process is None


def test_one_that_is_not_there_is_named():
    with pytest.raises(AnswerError, match="“/nowhere/find” cannot be started"):
        Program("/nowhere/find").ask(TEXT)


def test_after_a_fault_it_is_begun_anew(script, tmp_path):
    code = "import os, pathlib\nmark = pathlib.Path(__file__).with_name('mark')\n"
    code += "if not mark.exists():\n    mark.touch(); raise SystemExit(1)\n" + GOOD
    one = Other(Chosen("program", script(code)))
    try:
        with pytest.raises(AnswerError):
            one.ask(TEXT, {})
        assert one.ask(TEXT, {}).record["claims"][0]["content"] == [[13, 22]]
    finally:
        one.close()


def test_a_program_that_reads_nothing_keeps_nobody_waiting(script, monkeypatch):
    monkeypatch.setattr(program, "SECONDS_A_SIGN", 0.0)
    one = Program(script("import time; time.sleep(60)"), seconds=0.5)
    with pytest.raises(AnswerError, match="no answer within"):
        one.ask("x" * 1_000_000, 1)  # more than a pipe holds
    one.close()


def test_one_whose_child_holds_its_output_is_known_to_have_ended(script):
    one = Program(script("import subprocess, sys; subprocess.Popen(['sleep', '60']); sys.exit('why')"))
    before = time.monotonic()
    with pytest.raises(AnswerError, match="exit status 1; it says last: “why”"):
        one.ask(TEXT, 1)
    assert time.monotonic() - before < 30


def test_one_that_ends_after_each_answer_is_begun_anew_for_the_next(script):
    one = Program(script(GOOD + "    break\n"))
    try:
        pids = {one.ask(TEXT, n)["claims"][0]["note"] for n in range(5)}
    finally:
        one.close()
    assert len(pids) == 5


def test_closing_ends_the_program(script):
    one = Program(script(GOOD))
    pid = int(one.ask(TEXT, 1)["claims"][0]["note"])
    one.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_a_program_has_started_ends_with_it_and_no_key_is_told(script, monkeypatch):
    monkeypatch.setenv("ANNOTATOR_KEY", "host=secret")
    code = (
        "import json, os, subprocess, sys\nchild = subprocess.Popen(['sleep', '300'])\n"
        "for line in sys.stdin:\n    print(json.dumps({'id': json.loads(line)['id'], 'claims': [], 'child': child.pid, "
        "'key': os.environ.get('ANNOTATOR_KEY')}), flush=True)\n"
    )
    one = Program(script(code))
    answer = one.ask(TEXT, 1)
    assert answer["key"] is None
    one.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _runs(answer["child"]):
        time.sleep(0.05)
    assert not _runs(answer["child"])


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
