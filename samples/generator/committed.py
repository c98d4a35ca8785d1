"""Makes the committed packets anew: `python -m samples.generator.committed` writes samples/packets and samples/truth.

Each is one entry below; the same entry gives the same packet.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from samples.generator import fonts

FOLDER = Path(__file__).parents[1]


@dataclass(frozen=True)
class Entry:
    """A committed packet: its seed, how it is packed and scanned, and the rules that its planted mistakes break."""

    programme: str
    name: str
    seed: int
    container: str
    quality: str
    plant: tuple[str, ...] = ()
    family: str = "first"


ENTRIES = (
    Entry("jilin-2022", "JL-0001", 1, "scanned_pdf", "light"),
    Entry("jilin-2022", "JL-0002", 34, "jpeg", "light", ("lease.term_too_short", "legal_representative.mismatch")),
    Entry("jilin-2022", "JL-0003", 5, "tiff", "poor", ("certificate.expired", "staff.id_number_invalid")),
    Entry("tianjin-2020", "TJ-0001", 15, "scanned_pdf", "light"),
    Entry("tianjin-2020", "TJ-0002", 13, "mixed_pdf", "light", ("audit.wrong_year", "occupation.code_mismatch")),
    Entry("tianjin-2020", "TJ-0003", 14, "zip", "poor", ("occupation.scale_too_small", "credit_code.mismatch")),
    Entry("neimenggu-2020", "NM-0001", 21, "scanned_pdf", "light", family="second"),
    Entry(
        "neimenggu-2020",
        "NM-0002",
        22,
        "jpeg",
        "light",
        ("legal_representative.mismatch", "occupation.level_not_allowed"),
    ),
    Entry("chifeng-2020", "CF-0001", 31, "zip", "light", ("occupation.too_many",), family="second"),
    Entry("neimenggu-enterprise-2019", "QY-0001", 41, "digital_pdf", "light"),
    Entry("neimenggu-enterprise-2019", "QY-0002", 42, "jpeg", "photo", ("window.outside",)),
)


def main() -> None:
    """Make every entry; say in one line what is missing where it cannot."""
    try:
        from samples.generator.dossiers import make  # noqa: PLC0415, the import fails without fonts
    except fonts.FontsMissingError as error:
        sys.exit(str(error))
    packets, truth = FOLDER / "packets", FOLDER / "truth"
    for folder in (packets, truth):
        shutil.rmtree(folder, ignore_errors=True)
    for entry in ENTRIES:
        make(
            packets,
            truth,
            Random(f"committed/{entry.seed}"),
            programme=entry.programme,
            name=entry.name,
            container=entry.container,
            quality=entry.quality,
            family=entry.family,
            plant=entry.plant,
            brief=True,
        )


if __name__ == "__main__":
    main()
