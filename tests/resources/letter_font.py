"""Make letter-font.otf anew: the characters of letters, of Noto Serif CJK SC (SIL Open Font License 1.1).

`python tests/resources/letter_font.py` where that font is installed. So the tests set PDFs on any machine.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
NAME = "Noto Serif CJK SC"
WORDS = ("flows/letters", "flows/reports", "validators", "tests/test_letters.py", "tests/dossier_builder.py")


def main() -> None:
    """Write the font."""
    files = [file for one in WORDS for file in ((ROOT / one).rglob("*.*") if (ROOT / one).is_dir() else [ROOT / one])]
    words = "".join(file.read_text(encoding="utf-8") for file in files if file.suffix in {".py", ".toml", ".csv"})
    font = next(one for one in TTCollection(str(SOURCE)).fonts if one["name"].getDebugName(1) == NAME)
    options = subset.Options(
        layout_features=[], notdef_outline=True, hinting=False, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=words + "".join(map(chr, range(32, 127))))
    subsetter.subset(font)
    font.save(HERE / "letter-font.otf")


if __name__ == "__main__":
    main()
