"""``python -m importbus.adapters.cli``, the same as ``importbus``."""

from importbus.adapters.cli import main

if __name__ == "__main__":
    main()
