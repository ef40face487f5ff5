"""aptas: apartment defects, from the report to the repair."""
