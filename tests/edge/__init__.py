"""The HTTP edge's own readings: phones, pages, streams."""
