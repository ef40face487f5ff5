"""What travels on the topics, said so that strangers can read it: an AsyncAPI 3 document made from the code.

Shapes come from the types that read the wire, words from docstrings and `words.py`, operations from the switchboards.
"""
