"""homes: what is known of the homes of a complex. Comes from a file for now, later from people and homes.

On the wall, in order: RecordHome → HomeRecorded.
"""
