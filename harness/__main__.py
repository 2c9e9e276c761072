"""`python -m harness …` is `golive …`: so every child of ours is started (`harness.processes.child`)."""

from harness.cli import main

if __name__ == "__main__":
    main()
