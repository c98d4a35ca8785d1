"""Nights without end, in a process of their own: `python nights.py SOURCE OUT`, or one night with `once` behind it.

As Prefect flows where a server is named, without Prefect else. One process has them all, so that a night begins at
once; `heyan serve` starts one for each.
"""

import os
import sys
import time
import traceback
from pathlib import Path


def main() -> None:
    source, out, *once = sys.argv[1:]
    while True:
        try:
            night(source, Path(out))
        except Exception:
            # The next night takes up what this one left.
            traceback.print_exc()
            if once:
                raise
        if once:
            return
        time.sleep(0.3)


def night(source: str, out: Path) -> None:
    # Not for the processes that it works with: they load this file as well.
    if os.environ.get("PREFECT_API_URL"):
        from flows.nightly import verify  # noqa: PLC0415

        verify(source, out=out, by_night=True)
    else:
        from flows.run import verify_source  # noqa: PLC0415
        from schemas.settings import Settings  # noqa: PLC0415

        verify_source(source, None, out, Settings(), by_night=True)


if __name__ == "__main__":
    main()
