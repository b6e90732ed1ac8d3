"""Label Studio: tasks in JSON, with annotations and predictions; written with the configuration that shows them.

A task is an article; each annotation of it is a layer, each prediction a model's. A region is a span; choices and texts
that bear a region's id are what is said of it. What Label Studio has no place for stands in the task's data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from annotator.core.annotation import MODES, STANCES
from annotator.core.record import METADATA, LeftOut, Record
from annotator.core.scheme import RESERVED, is_name
from annotator.formats.jsonl_format import objects_in
from annotator.formats.losses import WORDLESS, Losses
from annotator.formats.offsets import Quoted, proven
from annotator.formats.registry import Format, Outcome
from annotator.formats.sample import Sample
from annotator.formats.star import LABEL_OF, LABELS, SLOT_LABEL, Link, Node, about, labels_of, named, nodes_of

ALONE = "label-studio"  # whose annotations are that name nobody
FINISHED = 1.0  # where nothing says since when
TASKS, CONFIG = "tasks.json", "config.xml"
_REGIONS = ("labels", "hypertextlabels", "paragraphlabels")
_CHOICES, _TEXTS = ("mode", "stance", "implicit"), ("actor", "target", "note", "attributes")


def _recognises(sample: Sample) -> bool:
    if sample.is_folder:
        return (sample.path / TASKS).is_file() and (sample.path / CONFIG).is_file()
    first = sample.first_object
    if first is None:
        return False
    held = first.get("annotations", first.get("predictions", first.get("completions")))
    results = isinstance(held, list) and all(isinstance(one, dict) and "result" in one for one in held)
    return results and (isinstance(first.get("data"), dict) or bool(held))


def _read(sample: Sample) -> Iterator[tuple[str, Outcome]]:
    file = Sample(sample.path / TASKS, sample.reading) if sample.is_folder else sample
    for where, data in objects_in(file):
        if isinstance(data, str):
            yield where, data
            continue
        for one in _records(data, sample.reading.annotator):
            yield where, LeftOut(one) if isinstance(one, str) else one


def _records(task: Record, annotator: str | None) -> Iterator[Record | str]:
    """The records of a task, and what stays out of them."""
    given = task.get("data")
    data = dict(given) if isinstance(given, dict) else {k: v for k, v in task.items() if not isinstance(v, list)}
    ours = data.pop("annotator", None)
    ours = ours if isinstance(ours, dict) else {}
    sets = [("annotations", one) for name in ("annotations", "completions") for one in _list(task.get(name))]
    sets += [("predictions", one) for one in _list(task.get("predictions"))]
    text, key = _text(data, [one for _, one in sets])
    if text is None:
        yield {name: value for name, value in task.items() if name != "text"}
        return
    bare: Record = {name: value for name, value in data.items() if name not in (key, "text")} | {"text": text}
    if key != "text" and data.get("text") is not None:
        bare["text_beside"] = data["text"]  # another text of the task, which has no labels
    if bare.get("id") is None:
        bare["id"] = task.get("id")
    made = False
    numbers: Counter[str] = Counter()
    if drafts := len(_list(task.get("drafts"))):
        yield f"{drafts:,} × draft of an annotation: not read"
    for kind, one in sets:
        layers = ours.get(kind)
        number, numbers[kind] = numbers[kind], numbers[kind] + 1
        if not isinstance(one, dict) or not isinstance(one.get("result"), list):
            yield f"1 × {kind[:-1]} without a result: not read"
            continue
        if one.get("was_cancelled"):
            yield f"1 × annotation that was skipped, with {len(one['result'])} results: not read"
            continue
        record, left_out = _labelled(text, one["result"])
        yield from left_out
        if isinstance(layers, list) and number < len(layers) and isinstance(layers[number], dict):
            whole = {} if not left_out else {"finished": None}
            yield {"text": text} | layers[number] | record | whole
        else:
            yield bare | record | _whose(kind, one, annotator, not left_out)
        made = True
    if not made:
        yield bare


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(data: Record, sets: list[Any]) -> tuple[str | None, str]:
    """The text of a task and under which key it stands: the one in which the most regions have their words, else
    "text", else the longest."""
    texts = {name: value for name, value in data.items() if isinstance(value, str)}
    if not texts or (not sets and "text" not in texts):
        return None, ""

    def proof(name: str) -> int:
        found = 0
        for one in sets:
            for result in _list(one.get("result")) if isinstance(one, dict) else ():
                value = result.get("value") if isinstance(result, dict) else None
                if isinstance(value, dict) and isinstance(value.get("text"), str):
                    start, end = value.get("start"), value.get("end")
                    if type(start) is int and type(end) is int and texts[name][start:end] == value["text"]:
                        found += 1
        return found

    key = max(texts, key=lambda name: (proof(name), name == "text", len(texts[name])))
    return texts[key], key


def _whose(kind: str, one: Record, annotator: str | None, whole: bool) -> Record:
    if kind == "predictions":
        return {"layer": str(one.get("model_version") or "model"), "kind": "model"}
    by = one.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("username") or by.get("id")
    named = annotator or (ALONE if by is None else f"user {by}" if isinstance(by, int) else str(by))
    return {"layer": named, "kind": "annotator"} | ({"finished": _time(one)} if whole else {})


def _time(one: Record) -> float:
    for name in ("updated_at", "created_at"):
        try:
            return datetime.fromisoformat(str(one[name])).timestamp()
        except (KeyError, ValueError, OverflowError, OSError):
            continue
    return FINISHED


def _labelled(text: str, results: list[Any]) -> tuple[Record, list[str]]:
    """The labels of a result, and what of it stays out."""
    regions: dict[str, Record] = {}
    said: dict[str, Record] = {}
    whole: Record = {}
    relations: list[Record] = []
    others: Counter[str] = Counter()
    for number, one in enumerate(results):
        if not isinstance(one, dict):
            others["something that is no object"] += 1
            continue
        value = one.get("value")
        value = value if isinstance(value, dict) else {}
        kind = str(one.get("type") or next((k for k in (*_REGIONS, "choices") if k in value), ""))
        if kind == "relation":
            relations.append(one)
        elif kind in _REGIONS:
            if type(value.get("start")) is int and type(value.get("end")) is int:
                name = str(one.get("id") or f"result {number}")
                if name in regions:  # one place, labelled by two controls
                    name = f"{name} {number}"
                regions[name] = one | {"kind": kind}
                if isinstance(one.get("meta"), dict) and one["meta"].get("text"):
                    others["note on a region"] += 1
            else:
                others[f"region of the type {kind} whose place is no number"] += 1
        elif kind in ("choices", "textarea", "rating", "number", "taxonomy") and one.get("from_name"):
            answer = _answer(value.get("text" if kind == "textarea" else kind))
            name = str(one["from_name"])
            if answer is None:
                others[f"answer of the type {kind}"] += 1
            elif one.get("id") is not None and "start" in value:
                said.setdefault(str(one["id"]), {})[name] = answer
            else:
                whole[name] = answer
        else:
            others[f"result of the type {kind or 'nothing'}"] += 1
    return _made(text, regions, said, whole, relations, others)


def _made(
    text: str,
    regions: dict[str, Record],
    said: dict[str, Record],
    whole: Record,
    relations: list[Record],
    others: Counter[str],
) -> tuple[Record, list[str]]:
    quoted = []
    for one in regions.values():
        value = one["value"]
        words = value.get("text")
        quoted.append(Quoted(((value["start"], value["end"]),), words if isinstance(words, str) else None))
    _, places = proven(text, quoted)
    nodes: list[Node] = []
    numbers: dict[str, int] = {}
    left_out = []
    for (name, one), place in zip(regions.items(), places, strict=True):
        labels = [label for label in _list(one["value"].get(one["kind"])) if isinstance(label, str)]
        if place is None:
            value = one["value"]
            words = str(value.get("text"))[:60]
            left_out.append(
                f"the region [{value['start']}, {value['end']}] does not cover its words “{words}”; it stays out"
            )
            continue
        if not labels:
            others["region without a label"] += 1
        for label in labels:
            numbers.setdefault(name, len(nodes))
            facts = _facts(said.get(name, {}), label in LABELS)
            if isinstance(one.get("score"), int | float):
                facts["score"] = one["score"]
            nodes.append(Node(*place[0], label, facts))
    links: list[Link] = []
    lost = 0
    for relation in relations:
        head, tail = numbers.get(str(relation.get("from_id"))), numbers.get(str(relation.get("to_id")))
        if head is None or tail is None:
            lost += 1
            continue
        roles = [str(label) for label in _list(relation.get("labels"))] or ["without a label"]
        links += [(head, tail, role) for role in roles]
    record, untied = labels_of(nodes, links)
    if lost:
        untied["to a region that is not there"] += lost
    answers: Record = {}
    for name, answer in whole.items():
        slug = _slug(name)
        if not slug or slug in answers:
            others[f"answer about the text ({name})"] += 1
        else:
            answers[slug] = answer
    if answers:
        record["attributes"] = answers
    lines = [f"{number:,} × {what}: not read" for what, number in sorted(others.items())]
    return record, left_out + named(untied, "relation") + lines


def _answer(value: Any) -> Any:
    """An answer as ours are: a text, a number, or several names."""
    if isinstance(value, list):
        flat = [str(one[-1] if isinstance(one, list) and one else one) for one in value]
        return None if not flat else flat[0] if len(flat) == 1 else flat
    return value if isinstance(value, str | int | float) and value != "" else None


def _facts(said: Record, claim: bool) -> Record:
    """What is said of a region. Names that ours have mean the same, all others are answers to attributes."""
    facts: Record = {}
    attributes: Record = {}
    for name, answer in said.items():
        if name == "implicit":
            facts["implicit"] = answer in ("yes", "implicit")
        elif name == "attributes" and isinstance(answer, str):
            try:
                held = orjson.loads(answer)
                attributes |= held if isinstance(held, dict) else {}
            except ValueError:
                attributes["attributes_"] = answer
        elif name == "actor" or (claim and name in (*_CHOICES, *_TEXTS)):
            facts[name] = answer if isinstance(answer, str) else "\n".join(map(str, _list(answer)))
        elif slug := _slug(name):
            attributes[slug] = answer
    return facts | ({"attributes": attributes} if attributes else {})


def _slug(name: str) -> str:
    """A name of theirs as attributes of ours are called; nothing when none can be made of it."""
    made = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:40]
    made = made if made not in RESERVED else f"{made}_"[:40]
    return made if is_name(made) else ""


def _write(path: Path, records: Iterable[Record]) -> list[str]:
    labels: dict[str, None] = {}
    with (path / TASKS).open("wb") as file:
        for number, (_, group) in enumerate(groupby(records, key=lambda record: (record["id"], record["text"])), 1):
            file.write(b"[\n" if number == 1 else b",\n")
            file.write(orjson.dumps(_task(number, list(group), labels)))
        file.write(b"\n]\n")
    (path / CONFIG).write_text(_config(labels), "utf-8", newline="\n")
    return []


def _task(number: int, records: list[Record], labels: dict[str, None]) -> Record:
    first = records[0]
    data: Record = {"text": first["text"]} | {name: first[name] for name in ("id", *METADATA) if name in first}
    held: dict[str, list[Record]] = {"annotations": [], "predictions": []}
    layers: dict[str, list[Record]] = {"annotations": [], "predictions": []}
    for record in records:
        kind = "predictions" if record.get("kind") == "model" else "annotations"
        result = list(_result(record, labels))
        whose = str(record.get("layer") or ALONE)
        if kind == "predictions":
            held[kind].append({"model_version": f"{whose} {record.get('version', '')}".strip(), "result": result})
        else:
            gold = record.get("kind") == "gold"
            held[kind].append({"result": result, "ground_truth": gold, "was_cancelled": False})
        layers[kind].append(about(record))
    return {"id": number, "data": data | {"annotator": layers}} | held


def _result(record: Record, labels: dict[str, None]) -> Iterator[Record]:
    nodes, links = nodes_of(record)
    text = record["text"]
    for number, node in enumerate(nodes):
        labels.setdefault(node.label)
        place = {"start": node.start, "end": node.end}
        region: Record = {"id": f"r{number}", "from_name": "label", "to_name": "text", "type": "labels"}
        region["value"] = place | {"text": text[node.start : node.end], "labels": [node.label]}
        if "score" in node.facts:
            region["score"] = node.facts["score"]
        yield region
        same: Record = {"id": f"r{number}", "to_name": "text"}
        for name in _CHOICES:
            if name in node.facts:
                chosen = "implicit" if name == "implicit" else node.facts[name]
                yield same | {"from_name": name, "type": "choices", "value": place | {"choices": [chosen]}}
        for name in _TEXTS:
            if name in node.facts:
                said = node.facts[name]
                said = orjson.dumps(said).decode() if name == "attributes" else said
                yield same | {"from_name": name, "type": "textarea", "value": place | {"text": [said]}}
    for head, tail, slot in links:
        yield {"type": "relation", "from_id": f"r{head}", "to_id": f"r{tail}", "direction": "right", "labels": [slot]}


def _config(labels: Iterable[str]) -> str:
    def listed(tag: str, values: Iterable[str]) -> str:
        return "\n".join(f"    <{tag} value={quoteattr(value)}/>" for value in values)

    def choices(name: str, values: Iterable[str]) -> str:
        return (
            f'  <Choices name="{name}" toName="text" perRegion="true" choice="single-radio">\n'
            f"{listed('Choice', values)}\n  </Choices>"
        )

    def texts(name: str) -> str:
        return f'  <TextArea name="{name}" toName="text" perRegion="true" editable="true" maxSubmissions="1"/>'

    parts = [
        "<View>",
        f"  <Relations>\n{listed('Relation', LABEL_OF)}\n  </Relations>",
        f'  <Labels name="label" toName="text">\n{listed("Label", dict.fromkeys([*LABELS, *labels]))}\n  </Labels>',
        '  <Text name="text" value="$text" granularity="word"/>',
        choices("mode", MODES),
        choices("stance", STANCES),
        choices("implicit", ["implicit"]),
        *map(texts, _TEXTS),
        "</View>",
    ]
    return "\n".join(parts) + "\n"


FORMAT = Format(
    name="label-studio",
    title="Label Studio: tasks with annotations and predictions",
    suffixes=(".json",),
    recognises=_recognises,
    read=_read,
    write=_write,
    losses=Losses(others=(SLOT_LABEL, WORDLESS)),
    not_read=(
        "relations other than those that tie the pieces of a claim together",
        "regions in HTML, whose places are paths, and what is neither region, relation nor answer",
        "annotations that were skipped",
    ),
    folder=True,
    owns=lambda folder, file: file.parent == folder and file.name in (TASKS, CONFIG),
)
