"""From an address, a file or pasted words to a text with what is known of it.

`reader` is the way in: it runs `__main__` as a process of its own, which may be ended at any time. That process fetches a page
(`fetching`) and reads it (`reading`: `pages`, `pdfs`, `characters`; `published` finds the day).
"""
