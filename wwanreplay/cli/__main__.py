"""`python -m wwanreplay.cli` is the command."""

from wwanreplay.cli import main

main()
