"""All rooms together, their pure halves on a wire that does its worst: what the wall promises is checked here."""
