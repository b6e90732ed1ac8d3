#!/usr/bin/env python3
"""Makes resources/fonts/AnnotatorSerif-*.ttf: Noto Serif with more space between the lines, for reading at length.

    pip install fonttools
    python packaging/make_fonts.py FOLDER_WITH_NOTO_SERIF resources/fonts

Qt's plain text editor takes the distance of lines from the font alone, so the font brings it. Noto Serif is under the
SIL Open Font License 1.1 (resources/fonts/OFL.txt); a changed font bears another name. It keeps Latin, Greek, Cyrillic.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Annotator Serif"
LINE = 1.66  # from baseline to baseline, in ems
RANGES = (
    *((0x20, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x214F), (0x2150, 0x22FF), (0x25A0, 0x25FF)),
    *((0xA720, 0xA7FF), (0xFB00, 0xFB06)),
)


def main(source: str, target: str) -> None:
    for style in ("Regular", "Bold"):
        font = TTFont(Path(source) / f"NotoSerif-{style}.ttf")
        options = Options()
        options.layout_features = ["*"]
        options.name_IDs = ["*"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[c for low, high in RANGES for c in range(low, high + 1)])
        subsetter.subset(font)
        em = font["head"].unitsPerEm
        hhea, os2 = font["hhea"], font["OS/2"]
        # Qt leaves the line gap out on some systems: the room goes above and below the letters instead.
        room = max(0, round(LINE * em) - hhea.ascent + hhea.descent) // 2
        hhea.ascent, hhea.descent, hhea.lineGap = hhea.ascent + room, hhea.descent - room, 0
        os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = hhea.ascent, hhea.descent, 0
        os2.usWinAscent, os2.usWinDescent = hhea.ascent, -hhea.descent
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = str(record).replace("Noto Serif", FAMILY).replace("NotoSerif", FAMILY.replace(" ", ""))
        font.save(Path(target) / f"AnnotatorSerif-{style}.ttf")


if __name__ == "__main__":
    main(*sys.argv[1:3])
