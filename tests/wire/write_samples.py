"""Write the samples that are missing: `PYTHONPATH=src python -m tests.wire.write_samples`.

A sample that exists is never written over: it is what other people's consumers were built for. Whoever means to
change the wire deletes it by hand, and says so in CHANGELOG.md.
"""

import json
from pathlib import Path

from tests.wire.facts import PAIRS, published

SAMPLES = Path(__file__).parent / "samples"


def main() -> None:
    for source, kind in PAIRS:
        file = SAMPLES / f"{source}.{kind.__name__}.json"
        if file.exists():
            continue
        message = published(source, kind)
        sample = {
            "topic": message.topic,
            "key": message.key,
            "headers": dict(message.headers),
            "value": json.loads(message.value),
        }
        file.write_text(json.dumps(sample, ensure_ascii=False, indent=2) + "\n")
        print(file.name)


if __name__ == "__main__":
    main()
