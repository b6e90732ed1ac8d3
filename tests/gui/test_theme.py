"""What is to be read stands out from what it stands on, light and dark."""

import pytest

from annotator.core.scheme import default
from annotator.gui.theme import DARK, LIGHT

GROUNDS = ("ground", "pane", "card")
WORDS = ("ink", "soft", "accent", "source", "cue", "content", "favor", "against", "neutral")
PAIRS = [(word, ground) for word in WORDS for ground in GROUNDS]
PAIRS += [("ink", tint) for tint in ("accent_tint", "content_tint", "decided_tint", "quiet_tint", "source_tint")]
PAIRS += [("accent_ink", "accent"), ("accent", "accent_tint"), ("source", "source_tint"), ("soft", "accent_tint")]


def luminance(color):
    """Relative luminance of an sRGB colour as "#rrggbb" (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    """1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read(theme):
    pale = {
        pair: round(contrast(getattr(theme, pair[0]), getattr(theme, pair[1])), 2)
        for pair in PAIRS
        if contrast(getattr(theme, pair[0]), getattr(theme, pair[1])) < 4.5
    }
    assert not pale
    for label in default().labels:
        color = label.dark if theme.dark else label.color
        assert contrast(color, theme.card) >= 4.5 and contrast(color, theme.pane) >= 4.5, label.name
