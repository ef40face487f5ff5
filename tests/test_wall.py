"""The wall in the documents is the wall in the code."""

from pathlib import Path

from aptas.wall import drawn_wall

DRAWN = Path(__file__).parents[1] / "docs" / "wall.md"


def test_the_wall_in_the_documents_is_generated_from_the_code() -> None:
    assert DRAWN.read_text(encoding="utf-8") == drawn_wall(), "make wall writes it anew"
