"""A chat model (llama.cpp, Ollama, vLLM, or a hosted one) asked passage by passage, and its quotations found again.

It speaks `POST …/chat/completions` with a JSON schema for the answer. What it says is only ever taken as words to find
in the passage that it was shown: nothing else of its answer, and nothing that the article says, changes what is done.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from annotator.core.annotation import STANCES
from annotator.core.record import MAX_NAME
from annotator.core.text import Span, normalized, on_one_line
from annotator.suggest.asking import Answer, AnswerError
from annotator.suggest.others.answer import Losses, taken
from annotator.suggest.others.chosen import Chosen
from annotator.suggest.others.posting import Refused, post
from annotator.suggest.others.prompt import question, shape
from annotator.suggest.others.quoting import places, runs

PASSAGE = 2_400  # code points asked about at once
OVERLAP = 600  # of which so many, in whole paragraphs, were in the passage before
TRIES = 2  # of a passage whose answer is none
GIVEN_UP = 2  # passages without an answer on end: the server has gone
_SENTENCE_ENDS = (". ", ".” ", '." ', "? ", "?” ", '?" ', "! ", "!” ", '!" ')
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")

Window = tuple[int, int]


def passages(text: str) -> list[Window]:
    """The text in passages of whole paragraphs, each with the end of the one before; a paragraph that is too long alone
    is cut behind a sentence or a word."""
    cuts = [end for match in _PARAGRAPH.finditer(text) for end in _ends(text, *match.span())]
    found: list[Window] = []
    low = 0  # where a passage begins
    fresh = 0  # from where on it was not in the one before
    for end, following in zip_longest(cuts, cuts[1:]):
        if following is None or following - low > PASSAGE:
            if text[fresh:end].strip():
                found.append((low, end))
            fresh = end
            low = max(low, cuts[bisect_left(cuts, end - OVERLAP)])
            if following is not None and following - low > PASSAGE:
                low = end
    return found


def _ends(text: str, low: int, high: int) -> Iterator[int]:
    while high - low > PASSAGE:
        within = low, low + PASSAGE
        behind = (at + len(sign) for sign in _SENTENCE_ENDS if (at := text.rfind(sign, *within)) > low)
        low = max(behind, default=0) or text.rfind(" ", *within) + 1 or low + PASSAGE
        yield low
    yield high


class Chat:
    """A chat model, asked about texts one after the other."""

    def __init__(self, chosen: Chosen, pause: float = 1.0) -> None:
        self._chosen, self._pause = chosen, pause
        self._tokens = 0  # that it took so far
        self._with_schema = True  # until the server says that it knows none

    def ask(self, text: str, labels: Mapping[str, str], key: str = "") -> Answer:
        """What it finds in a text. Raises AnswerError when it answers about none, or not about two passages on end."""
        losses, tokens = Losses(), 0
        claims: list[tuple[dict[str, Any], int]] = []  # each with the passage that it was found in
        mentions: dict[Span, dict[str, Any]] = {}
        windows = passages(text)
        failed: AnswerError | None = None
        unheard = running = 0
        for number, window in enumerate(windows, 1):
            before = self._tokens
            try:
                said = self._asked(text[slice(*window)], labels, key)
            except AnswerError as error:
                tokens += self._tokens - before
                if isinstance(error, Refused) and error.status in (401, 403, 404):
                    raise
                failed, unheard, running = error, unheard + 1, running + 1
                if running == GIVEN_UP:
                    raise
                losses.add(f"passage {number} of {len(windows)}: {error}", 0)
                continue
            tokens, running = tokens + self._tokens - before, 0
            for item in _listed(said, "claims", losses):
                claim = _claim(item, text, window, losses)
                if claim is None:
                    continue
                same = next((place for other, place in claims if _same(claim, other)), None)
                if same is None:
                    claims.append((claim, number))
                elif same == number:  # of one passage: no overlap has made two of it
                    losses.add(f"the same words twice: “{on_one_line(str(item.get('content')), 120)}”")
            for item in _listed(said, "entities", losses):
                for span, mention in _mentions(item, text, window, losses):
                    mentions.setdefault(span, mention)
        if failed is not None and unheard == len(windows):
            raise failed
        found = {
            "claims": sorted((claim for claim, _ in claims), key=lambda c: (c["cue"] or c["content"])[0]),
            "mentions": [mentions[span] for span in sorted(mentions)],
        }
        return replace(taken(found, text, labels, losses), unheard=unheard, tokens=tokens)

    def _asked(self, passage: str, labels: Mapping[str, str], key: str) -> dict[str, Any]:
        """The object that it answers with."""
        problem = AnswerError("it gave no answer")
        for _ in range(TRIES):
            try:
                said = self._post(passage, labels, key, self._with_schema)
            except Refused as error:
                if error.status not in (400, 422) or not self._with_schema:
                    raise
                said = self._post(passage, labels, key, with_schema=False)
                self._with_schema = False  # an older server: the prompt says the shape, too
            self._tokens += _tokens(said)
            try:
                return _object_in(said)
            except AnswerError as error:
                problem = error
        raise problem

    def _post(self, passage: str, labels: Mapping[str, str], key: str, with_schema: bool) -> Any:
        asked: dict[str, Any] = {
            "model": self._chosen.model,
            "messages": [
                {"role": "system", "content": self._chosen.prompt},
                {"role": "user", "content": question(passage)},
            ],
            "temperature": 0,
        }
        if with_schema:
            schema = {"name": "labels", "strict": True, "schema": shape(labels)}
            asked["response_format"] = {"type": "json_schema", "json_schema": schema}
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return post(f"{self._chosen.where.rstrip('/')}/chat/completions", asked, headers, pause=self._pause)


def _tokens(said: Any) -> int:
    usage = said.get("usage") if isinstance(said, dict) else None
    number = usage.get("total_tokens") if isinstance(usage, dict) else None
    return number if type(number) is int and 0 <= number < 10**12 else 0


def _object_in(said: Any) -> dict[str, Any]:
    try:
        content = said["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise AnswerError("its answer is none of a chat model: it has no choices with a message") from None
    if not isinstance(content, str):
        raise AnswerError("its message has no text")
    content = content.rpartition("</think>")[2]  # what it thought before it answered
    inner = content[content.find("{") : content.rfind("}") + 1]  # some put words or a fence around
    try:
        held = json.loads(inner)
    except (ValueError, RecursionError):
        raise AnswerError(f"its message is no JSON: “{on_one_line(content, 120)}”") from None
    if not isinstance(held, dict):
        raise AnswerError("its message is no object with claims and entities")
    return held


def _listed(said: dict[str, Any], key: str, losses: Losses) -> list[dict[str, Any]]:
    held = said.get(key) or []
    if not isinstance(held, list):
        losses.add(f"its {key}, which are no list")
        return []
    for item in held:
        if not isinstance(item, dict):
            losses.add(f"one of its {key}, which is no object")
    return [item for item in held if isinstance(item, dict)]


def _claim(item: dict[str, Any], text: str, window: Window, losses: Losses) -> dict[str, Any] | None:
    content = item.get("content")
    quoted = [content] if isinstance(content, str) else content
    if not isinstance(quoted, list) or not quoted or not all(isinstance(part, str) for part in quoted):
        losses.add("a claim without content")
        return None
    spans: list[Span] = []
    for part in quoted:
        near = spans[-1][1] if spans else window[0]
        found = runs(text, part, near, window[1]) or runs(text, part, *window)
        if not found:
            losses.add(f"not in the article: “{on_one_line(part, 120)}”")
            return None
        spans += found[0]
    made: dict[str, Any] = {"content": list(normalized(spans))}
    middle = made["content"][0]
    for slot, beside in (("cue", middle), ("source", None)):
        words = item.get(slot) or ""
        if not isinstance(words, str):
            losses.add(f"a claim whose {slot} is no text")
            return None
        made[slot] = []
        if words.strip():
            span = _nearest(places(text, words, *window), beside or (made["cue"] or [middle])[0], made)
            if span is None:
                losses.add(f"not in the article: the {slot} “{on_one_line(words, 120)}”")
                if slot == "source":  # a claim by somebody who is not there
                    return None
            else:
                made[slot] = [span]
    for name in ("actor", "target"):
        value = item.get(name)
        made[name] = value.strip() or None if isinstance(value, str) and len(value) <= MAX_NAME else None
        if value and made[name] is None:
            losses.add(f"an {name} that is no name: “{on_one_line(str(value), 120)}”")
    stance = item.get("stance")
    made["stance"] = stance if stance in STANCES and made["target"] else None
    if stance and made["stance"] is None:
        losses.add(f"the stance “{on_one_line(str(stance), 40)}”, which is none of a scheme, or towards nobody")
    return made


def _nearest(found: Sequence[Span], to: Span, taken_by: dict[str, Any]) -> Span | None:
    """The place next to another one; rather outside of what is taken than within."""

    def distance(span: Span) -> tuple[bool, int]:
        within = any(s <= span[0] < e for spans in taken_by.values() if spans for s, e in spans)
        return within, max(to[0] - span[1], span[0] - to[1], 0)

    return min(found, key=distance, default=None)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two claims are one, seen in two passages: about the same words, by the same cue where both have one."""
    shared = any(a < d and c < b for a, b in one["content"] for c, d in other["content"])
    return shared and (one["cue"] == other["cue"] or not (one["cue"] and other["cue"]))


def _mentions(item: dict[str, Any], text: str, window: Window, losses: Losses) -> Iterator[tuple[Span, dict[str, Any]]]:
    """Every place of a name in the passage."""
    words, label = item.get("text"), item.get("label")
    if not isinstance(words, str) or not isinstance(label, str):
        losses.add("an entity without text or label")
        return
    found = places(text, words, *window)
    if not found:
        losses.add(f"not in the article: the entity “{on_one_line(words, 120)}”")
    for start, end in found:
        yield (start, end), {"start": start, "end": end, "label": label}
