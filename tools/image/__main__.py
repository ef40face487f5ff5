"""`make image`."""

import sys

from tools.image.building import IMAGE, ImageRefused, build_base, build_image


def main() -> None:
    """Do what was asked; what we refuse is on standard error, with exit code 2."""
    todo = {"base": build_base, "build": build_image}.get(" ".join(sys.argv[1:]))
    if todo is None:
        sys.exit("python -m tools.image base | build")
    try:
        todo()
    except ImageRefused as refused:
        sys.stderr.write(f"image: {refused}\n")
        sys.exit(2)
    sys.stdout.write(f"image: {IMAGE}\n")


if __name__ == "__main__":
    main()
