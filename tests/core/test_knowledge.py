"""What a project has learned, from its settings."""

from annotator.core.knowledge import MAX_ENTRIES, TRAINED, from_settings, setting_of


def test_entries_are_read_and_what_is_damaged_is_left_out():
    held = {
        setting_of("name", "Ann  Lee"): ("PER", 1.0),
        setting_of("cue", "Said"): (False, 2.0),
        setting_of("name", "Nowhere"): (None, 3.0),
        setting_of("cue", "told"): ("yes", 4.0),
        "dictionary": (True, 5.0),
        "lead": ("x", 6.0),
    }
    known = from_settings(held)
    assert known.dictionary.names == {"Ann Lee": "PER"} and known.dictionary.cues == {"said": False}


def test_the_mark_tells_each_state_and_is_empty_when_nothing_was_learned():
    assert from_settings({"lead": ("x", 1.0)}).mark == ""
    one = from_settings({setting_of("cue", "said"): (True, 1.0)})
    other = from_settings({setting_of("cue", "said"): (False, 1.0)})
    gone = from_settings({setting_of("cue", "said"): (None, 2.0)})
    assert len({one.mark, other.mark, gone.mark, ""}) == 4


def test_of_too_many_entries_the_newest_are_heeded_and_a_training_always():
    held = {setting_of("name", f"Name{n}"): ("PER", float(n)) for n in range(MAX_ENTRIES + 10)}
    held[TRAINED] = ({"number": 3}, 0.0)
    known = from_settings(held)
    assert len(known.dictionary.names) == MAX_ENTRIES and known.trainings == 3
    assert f"Name{MAX_ENTRIES + 9}" in known.dictionary.names and "Name0" not in known.dictionary.names
