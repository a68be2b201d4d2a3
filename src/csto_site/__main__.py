"""`python -m csto_site`, which is also the command `csto-site`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status."""
    from csto_site.shell.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
