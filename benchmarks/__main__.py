"""`python -m benchmarks`: all scenarios, both sides."""

from benchmarks.run import main

if __name__ == "__main__":
    raise SystemExit(main())
