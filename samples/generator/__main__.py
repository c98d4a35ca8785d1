"""`python -m samples.generator OUT --seed N --count K`."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Make dossiers; say in one line what is missing where it cannot."""
    arguments = argparse.ArgumentParser(prog="python -m samples.generator", description="生成虚构的样例卷宗")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--count", type=int, default=10)
    arguments.add_argument("--family", default="first", help="of templates and fonts: a folder in templates/")
    chosen = arguments.parse_args()
    from samples.generator import fonts  # noqa: PLC0415, the next import fails without fonts

    try:
        from samples.generator.dossiers import generate  # noqa: PLC0415
    except fonts.FontsMissingError as error:
        sys.exit(str(error))
    generate(chosen.out, seed=chosen.seed, count=chosen.count, family=chosen.family)


if __name__ == "__main__":
    main()
