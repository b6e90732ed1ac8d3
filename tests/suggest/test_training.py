"""Training and evaluation on the command line, with articles of our own."""

import importlib.util
import json
import subprocess
import sys

import pytest

from annotator import store
from annotator.core.trained import TrainedError, from_json
from annotator.formats.bring_in import paste
from annotator.labelling.session import Session
from annotator.suggest.learned.habits import AS_IT_IS, Choice, learned
from annotator.suggest.learned.model import shipped, with_habits
from annotator.suggest.suggester import suggest, suggester
from annotator.suggest.training import Gold, Tally, better, f1, train

NAMES = ("Ann Lee", "Omar Nye", "Eva Roy", "Jan Moss", "Mia Holt", "Paul Zed", "Ida Cole", "Max Born")
SAID = (("bridge", "safe"), ("ship", "empty"), ("road", "closed"))


def text_of(number):
    return " ".join(
        f"{NAMES[(number + k) % 8]} said that the {thing} was {(state, 'old', 'new')[number // 8]}."
        for k, (thing, state) in enumerate(SAID)
    )


def record_of(number, cut=0):
    """An article whose contents begin `cut` code points later than the word that."""
    text, claims = text_of(number), []
    at = 0
    for sentence in text.split(". "):
        start = text.index(sentence, at)
        said, that = text.index("said", start), text.index("that", start)
        end = text.index(".", that)
        slots = {"source": [[start, said - 1]], "cue": [[said, said + 4]], "content": [[that + cut, end]]}
        claims.append(slots | {"mode": "indirect"})
        at = end
    return {"id": str(number), "text": text, "layer": "gold", "kind": "gold", "finished": 1.0, "claims": claims}


def annotator(*arguments, code=0):
    done = subprocess.run([sys.executable, "-m", "annotator", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture
def gold(tmp_path):
    def write(cut, count=8):
        path = tmp_path / "gold.jsonl"
        path.write_text("".join(json.dumps(record_of(n, cut)) + "\n" for n in range(count)))
        return path

    return write


def test_evaluate_prints_every_figure(gold):
    found = json.loads(annotator("evaluate", gold(0), "--json", "--replicates", "50").stdout)
    assert found["articles"] == 8 and found["claims"]["f1"]["value"] > 0.9
    assert found["slots"]["cue"]["exact"]["value"] > 0.9 and found["seconds_per_1000_words"] > 0
    assert 0 <= found["calibration"]["error"] < 0.5 and len(found["thresholds"]) > 10
    words = annotator("evaluate", gold(5), "--replicates", "50").stdout
    assert "claims found, F1" in words and "Commonest differences" in words and "Probabilities" in words


def test_train_learns_a_cut_and_predict_makes_it(gold, tmp_path):
    project = tmp_path / "news.annotator"
    annotator("import", project, gold(5))
    out = tmp_path / "trained.json"
    figures = json.loads(annotator("train", project, out, "--json").stdout)
    assert figures["trained"] and figures["after"]["exact"] > figures["before"]["exact"]
    (tmp_path / "new.jsonl").write_text(json.dumps({"id": "x", "text": "Ida Cole said that the park was open."}) + "\n")
    for options, begins in ((("--model", out), "the park"), ((), "that the park")):
        annotator("predict", tmp_path / "new.jsonl", tmp_path / "out.jsonl", *options)
        record = json.loads((tmp_path / "out.jsonl").read_text())
        start, end = record["claims"][0]["content"][0]
        assert record["text"][start:end].startswith(begins)


def test_train_takes_nothing_that_is_no_better(gold, tmp_path):
    project = tmp_path / "news.annotator"
    annotator("import", project, gold(0))
    said = annotator("train", project, tmp_path / "trained.json").stdout
    assert "not surely better" in said and not (tmp_path / "trained.json").exists()


def test_train_says_what_it_lacks(tmp_path):
    project = store.create(tmp_path / "few.annotator")
    paste(project, text_of(0), "")
    Session(project).close()
    assert (
        "Training needs 5 or more" in annotator("train", tmp_path / "few.annotator", tmp_path / "o.json", code=1).stderr
    )


FIGURES = {"full": 0.5, "exact": 0.5}
SOUND = {"base": "b", "weights": {"odds": 1}, "articles": 5, "before": FIGURES, "after": FIGURES, "number": 1}


@pytest.mark.parametrize(
    "name, value",
    [
        ("weights", {"odds": 1e308}),
        ("weights", {"odds": 10**400}),
        ("weights", {"odds": "1"}),
        ("weights", {"odds": True}),
        ("articles", float("inf")),
        ("number", float("inf")),
        ("number", -3),
        ("number", 2.7),
        ("number", 10**3000),
        ("before", {"full": float("nan"), "exact": 0.5}),
    ],
)
def test_numbers_that_no_training_makes_are_refused(name, value):
    assert from_json(SOUND).articles == 5
    with pytest.raises(TrainedError, match="damaged"):
        from_json(SOUND | {name: value})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "null",
        "[" * 100_000,
        "[]",
        '{"weights": {"a": NaN}}',
        '{"base": "x", "weights": {}, "articles": 1, "number": 1}',
    ],
)
def test_a_file_that_is_no_trained_model_is_refused(tmp_path, content):
    (tmp_path / "bad.json").write_text(content)
    (tmp_path / "in.jsonl").write_text('{"id": "x", "text": "Ann said no."}\n')
    done = annotator("predict", tmp_path / "in.jsonl", tmp_path / "o", "--model", tmp_path / "bad.json", code=1)
    assert "cannot be used" in done.stderr and "Traceback" not in done.stderr and not (tmp_path / "o").exists()


def test_a_training_beside_another_model_is_refused():
    with pytest.raises(TrainedError, match="other 9"):
        with_habits(shipped(), from_json(SOUND | {"base": "other 9"}))


def test_weights_stay_where_little_speaks_against_them():
    stays, moves = {"content start moves 0": 1.0}, {"content start moves 1": 1.0, "content start drops that": 1.0}
    assert learned([]) == {}
    once = learned([Choice((stays, moves), 1)])
    often = learned([Choice((stays, moves), 1)] * 60)
    score = sum(once.get(k, AS_IT_IS if "moves 0" in k else 0.0) for k in moves)
    assert score < once["content start moves 0"]
    assert often["content start moves 1"] + often["content start drops that"] > often["content start moves 0"]


def test_better_is_surely_better():
    was = [Tally(5, 4, 10, 10)] * 8
    assert better(was, [Tally(7, 6, 10, 10)] * 8)
    assert not better(was, was)
    assert not better(was, [Tally(9, 8, 10, 10), *[Tally(5, 4, 10, 10)] * 6, Tally(2, 1, 10, 10)])
    assert f1(was) == {"full": 0.5, "exact": 0.4}


def test_the_training_is_the_same_each_time():
    claims = [suggest(suggester(), text_of(n), {})["claims"] for n in range(6)]
    assert all(claims)
    from annotator.suggest.evaluation import ActorNumbers, layer_of

    gold = [Gold(text_of(n), tuple(layer_of(record_of(n, 5), ActorNumbers()).claims.values())) for n in range(6)]
    assert train(shipped(), gold) == train(shipped(), gold)


def test_the_network_trains_and_goes_on_from_its_checkpoint(tmp_path):
    """With PyTorch only."""
    torch = pytest.importorskip("torch", reason="the extra `training` is not installed")
    from annotator.suggest.learned.decode import CUE_TAGS, ROLE_TAGS
    from annotator.suggest.learned.examples import exercises
    from annotator.suggest.learned.fit import Settings, fit
    from annotator.suggest.learned.network import Form, Network
    from annotator.suggest.learned.pieces import pieces, tokenizer

    cutter = tokenizer(shipped().words)
    records = [record_of(n) for n in range(4)]
    held = [e for r in records for e in exercises(pieces(cutter, r["text"]), r["claims"])]

    def network():
        torch.manual_seed(1)
        return Network(Form(30522, 16, 1, 2, 32, 200), {"cues": len(CUE_TAGS), "roles": len(ROLE_TAGS)}, 0.0)

    said = []
    fit(network(), held, tmp_path, Settings(epochs=25, batch=128), said.append)
    assert (tmp_path / "checkpoint.pt").exists()
    again = fit(network(), held, tmp_path, Settings(epochs=25, batch=128), said.append)
    assert said[-1].startswith("goes on from step") and not again.training
    fit(network(), held[1:], tmp_path, Settings(epochs=1, batch=128), said.append)
    assert said[-1] == "the checkpoint is of another training; this one begins anew"


def test_full_training_says_what_it_lacks(tmp_path):
    if importlib.util.find_spec("torch") is None:
        told = annotator("train", tmp_path / "news.annotator", tmp_path / "own", "--full", code=1).stderr
        assert "needs torch" in told and ".[training]" in told
    else:
        there = annotator("train", tmp_path / "news.annotator", tmp_path, "--full", code=1).stderr
        assert "is there already" in there


def test_a_full_training_learns_a_cut_and_is_used(gold, tmp_path):
    """With PyTorch only."""
    pytest.importorskip("torch", reason="the extra `training` is not installed")
    project, own, out = tmp_path / "news.annotator", tmp_path / "own", tmp_path / "out.jsonl"
    annotator("import", project, gold(5, 24))
    figures = json.loads(annotator("train", project, own, "--full", "--json").stdout)
    assert figures["trained"] and figures["after"]["exact"] > figures["before"]["exact"]
    (tmp_path / "new.jsonl").write_text(json.dumps({"id": "x", "text": "Ida Cole said that the park was open."}) + "\n")
    annotator("predict", tmp_path / "new.jsonl", out, "--model", own)
    record = json.loads(out.read_text())
    start, end = record["claims"][0]["content"][0]
    assert record["text"][start:end].startswith("the park") and "full-en" in record["version"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "gold.jsonl",
        "new.jsonl",
        "news.annotator",
        "out.jsonl",
        "own",
    }


def test_a_folder_that_holds_no_model_is_told(tmp_path):
    (tmp_path / "new.jsonl").write_text(json.dumps({"id": "x", "text": "Ann left."}) + "\n")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "model.json").write_text("{}")
    told = annotator("predict", tmp_path / "new.jsonl", tmp_path / "o.jsonl", "--model", tmp_path / "own", code=1)
    assert "no folder of a model" in told.stderr and not (tmp_path / "o.jsonl").exists()
