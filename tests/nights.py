"""Nights without end, in a process of their own: `python nights.py SOURCE OUT`, or one night with `once` behind it.

One process has them all, so that a night begins at once; `heyan serve` starts one for each.
"""

import sys
import time
import traceback
from pathlib import Path


def main() -> None:
    # Not for the processes that it works with: they load this file as well.
    from flows.nightly import verify  # noqa: PLC0415

    source, out, *once = sys.argv[1:]
    while True:
        try:
            verify(source, out=Path(out), by_night=True)
        except Exception:
            # The next night takes up what this one left.
            traceback.print_exc()
            if once:
                raise
        if once:
            return
        time.sleep(0.3)


if __name__ == "__main__":
    main()
