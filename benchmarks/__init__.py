"""Speed, shown: aptas beside a conventional service, in one run (`make bench`). Not a test.

A target is met by a table that prints both sides. Everything runs on this machine and ends by itself.
"""
