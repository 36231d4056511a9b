"""What do the rules for texts find in articles that a person has marked, and what do they miss?

marks      the marked texts and phrases: what is to be found
answers    what the rules say, in the terms of the marks
scoring    the measures, and each miss with its reason

`make measure-text` (`python -m tests.text`) prints the table and the misses; README.md tells of the texts.
"""
