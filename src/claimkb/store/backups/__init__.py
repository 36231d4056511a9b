"""How is the whole database written to one file, and brought back?

archive      the file: a tar of which every byte is accounted for
places       where it is written: complete or not at all, and never over anything
sqlite       a copy by VACUUM INTO, and back
postgresql   the rows of one transaction by COPY, and back
making       makes a back-up
restoring    brings one back, and verifies it first
"""
